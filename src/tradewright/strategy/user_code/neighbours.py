"""The files beside a strategy's own that it imports, found in the text without running any of it."""

import ast
import hashlib
import sys
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from importlib import invalidate_caches
from pathlib import Path

# Left in a module that a strategy file imported: the content it was loaded with.
_CONTENT = "__strategy_content__"


def neighbours_of(path: Path, source: str) -> dict[str, Path]:
    """Return the modules that a file imports from its own folder, and those that they import, by name.

    Imports inside functions count; what is imported by a name made at run time is not seen.
    """
    folder = path.resolve().parent
    found: dict[str, Path] = {}
    waiting = [("", path.resolve(), source)]
    while waiting:
        module, file, text = waiting.pop()
        package = module if file.name == "__init__.py" else module.rpartition(".")[0]
        for name in _imported_names(text, package):
            for inner, place in _places(folder, name):
                if inner not in found and place != path.resolve():
                    found[inner] = place
                    waiting.append((inner, place, _text(place)))
    return dict(sorted(found.items()))


def content_of(path: Path) -> str:
    """Return the SHA-256, in hex, of a file's content."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@contextmanager
def fresh_neighbours(path: Path, source: str) -> Generator[None]:
    """Import a strategy file with its neighbours as they are now, not as an earlier file left them.

    Only modules that were loaded in here are ever loaded again: the program's own imports stay.
    """
    found = neighbours_of(path, source)
    _forget_changed(found)
    before, writes = set(sys.modules), sys.dont_write_bytecode
    sys.dont_write_bytecode = True  # no compiled copies in the user's folder, which could be stale
    try:
        yield
    finally:
        sys.dont_write_bytecode = writes
        for name in found.keys() & (set(sys.modules) - before):
            vars(sys.modules[name])[_CONTENT] = content_of(found[name])


def _forget_changed(found: Mapping[str, Path]) -> None:
    ours = {name: vars(sys.modules[name]) for name in found if _CONTENT in vars(sys.modules.get(name, ast))}
    if any(
        Path(str(module["__file__"])).resolve() != found[name] or module[_CONTENT] != content_of(found[name])
        for name, module in ours.items()
    ):
        for name in ours:
            del sys.modules[name]
    invalidate_caches()


def _imported_names(text: str, package: str) -> Iterator[str]:
    """Yield every dotted name that an import statement may load."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return  # it cannot be imported either, and Python will say so
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])]).strip(".")
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _places(folder: Path, name: str) -> Iterator[tuple[str, Path]]:
    """Yield each module and package on the way to `name`, as far as they lie in `folder`."""
    parts = name.strip(".").split(".")
    for count in range(1, len(parts) + 1):
        inner, place = ".".join(parts[:count]), folder.joinpath(*parts[:count])
        if not parts[count - 1]:
            return
        for candidate in (place / "__init__.py", place.with_name(f"{place.name}.py")):
            if candidate.is_file():
                yield inner, candidate
                break


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig", errors="replace")
