"""Which files a user means: files, folders and patterns."""

import glob
from collections.abc import Iterable
from pathlib import Path

from tradewright.core.errors import DataError

_SUFFIXES = (".csv", ".txt", ".tsv", ".dat", ".json", ".parquet", ".gz", ".zip")


def price_files(paths: Iterable[str | Path]) -> list[Path]:
    """Return the files that `paths` name, each once: folders and patterns as what they hold.

    Raises
    ------
    DataError
        ``E_FILE`` when a folder or pattern has no price file.
    """
    found = [file for path in paths for file in _expanded(Path(path).expanduser())]
    return list(dict.fromkeys(found))


def _expanded(path: Path) -> list[Path]:
    if path.is_dir():
        inside = sorted(p for p in path.rglob("*") if p.is_file() and _is_price_file(path, p))
        return inside or _nothing(path, "holds no price file", f"Looked for {', '.join(_SUFFIXES)}.")
    if glob.has_magic(str(path)) and not path.exists():
        matched = sorted(Path(name) for name in glob.iglob(str(path), recursive=True))  # noqa: PTH207 - a pattern may be absolute
        return [p for p in matched if p.is_file()] or _nothing(path, "matches no file", "Check the pattern.")
    return [path]


def _is_price_file(folder: Path, path: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    return not hidden and path.name.casefold().endswith(_SUFFIXES)


def _nothing(path: Path, problem: str, fix: str) -> list[Path]:
    raise DataError("E_FILE", f"{path} {problem}.", fix=fix, details={"path": str(path)})
