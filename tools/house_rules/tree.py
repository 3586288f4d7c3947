"""What the rules look at: the repository's folders and parsed Python files."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOMS = ("src", "tests", "tools", "bench")


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken limit, at a place an editor can jump to."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        """Write it as compilers do: path, line, what is wrong."""
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class Source:
    """A Python file, its path given from the root of the repository."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        """Physical lines, blank ones and docstrings included."""
        return len(self.text.splitlines())

    def within(self, places: tuple[str, ...]) -> bool:
        """Say whether the file is one of `places`, or stands under one of them."""
        return any(self.path.is_relative_to(place) for place in places)


def folders(root: Path) -> Iterator[Path]:
    """Yield every folder of the project's rooms, from `root`."""
    for room in ROOMS:
        start = root / room
        if start.is_dir():
            yield start.relative_to(root)
            yield from sorted(
                path.relative_to(root) for path in start.rglob("*/") if _ours(path.relative_to(root))
            )


def entries(root: Path, folder: Path) -> list[str]:
    """Return what a reader sees in a folder; markers such as ``__init__.py`` do not count."""
    return sorted(
        item.name
        for item in (root / folder).iterdir()
        if _ours(item.relative_to(root)) and item.name not in {"__init__.py", "py.typed"}
    )


def sources(root: Path) -> Iterator[Source]:
    """Yield every Python file of the project's rooms."""
    for folder in folders(root):
        for path in sorted((root / folder).glob("*.py")):
            text = path.read_text(encoding="utf-8")
            yield Source(path.relative_to(root), text, ast.parse(text, filename=str(path)))


def _ours(path: Path) -> bool:
    return not any(part.startswith((".", "__pycache__")) or part.endswith(".egg-info") for part in path.parts)
