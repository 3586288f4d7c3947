"""What stands on a page: blocks of code, and which output belongs to which."""

import re
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

PAGES = ("docs/index.md", "docs/getting-started.md", "docs/cookbook/*.md")
_FENCE = re.compile(r"^(`{3,})(\w+)(?: (\S+))?\n(.*?)^\1$\n?", re.MULTILINE | re.DOTALL)
# What is another on each machine and in each version.
_CHANGES = (
    (re.compile(r"\b[0-9a-f]{12,}\b"), "#"),
    (re.compile(r"\b(?=\d*[a-f])(?=[a-f]*\d)[0-9a-f]{8}\b"), "#"),
    (re.compile(r"\b\d[\d,.]* ms\b"), "# ms"),
    (re.compile(r"\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z(?= |$)", re.MULTILINE), "#"),
)


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block: where its text is, and the place of the output that is shown under it."""

    language: str
    name: str
    text: str
    line: int
    output: tuple[int, int] | None

    @property
    def runs(self) -> bool:
        """Say whether the block is run; a named one is a file instead."""
        return self.language in {"bash", "python"} and not self.name


def pages(root: Path) -> list[Path]:
    """Return the pages of `root` that are run."""
    return sorted(path for pattern in PAGES for path in root.glob(pattern))


def blocks(text: str) -> list[Block]:
    """Return the blocks of a page that are run, or are files."""
    found = list(_FENCE.finditer(text))
    kept: list[Block] = []
    for fence, after in zip_longest(found, found[1:]):
        told = after is not None and after[2] == "text" and not text[fence.end() : after.start()].strip()
        output = after.span(4) if told and after is not None else None
        line = text.count("\n", 0, fence.start()) + 1
        block = Block(fence[2], fence[3] or "", fence[4], line, output)
        if block.runs or block.name:
            kept.append(block)
    return kept


def agrees(shown: str, printed: str) -> bool:
    """Say whether a page shows what was printed; a line of three dots stands for any lines."""
    pattern = r"\n".join(
        r"(?:.*\n)*?.*" if line.strip() == "..." else re.escape(line) for line in _steady(shown)
    )
    return re.fullmatch(pattern, "\n".join(_steady(printed))) is not None


def _steady(text: str) -> list[str]:
    for pattern, word in _CHANGES:
        text = pattern.sub(word, text)
    return [" ".join(line.split()) for line in text.strip("\n").splitlines()]
