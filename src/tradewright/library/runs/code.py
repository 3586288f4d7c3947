"""The text of a strategy's own Python, kept with a run and brought to life again."""

import os
import sys
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from tradewright.core.errors import DataError, StrategyCodeError
from tradewright.library.runs.directory import content_hash
from tradewright.library.strategies import load_strategy
from tradewright.strategy.user_code.identity import FILE_NAME, FILE_SOURCE
from tradewright.strategy.user_code.neighbours import neighbours_of


def code_of(strategy: Any, identity: Mapping[str, Any]) -> dict[str, str]:
    """Return file name -> text of a strategy that was loaded from a file, and of what it imports beside it.

    Empty for documents, and for classes of a program, whose text is the program's.
    """
    kind: type = strategy if isinstance(strategy, type) else type(strategy)
    module: Any = sys.modules.get(str(kind.__module__))
    name, text = getattr(module, FILE_NAME, None), getattr(module, FILE_SOURCE, None)
    file = getattr(module, "__file__", None)
    if name is None or text is None or file is None:
        return {}
    found = {str(name): str(text)}
    for imported, path in neighbours_of(Path(file), text).items():
        content = path.read_bytes()
        # What was changed since is not what ran.
        if identity.get("imports", {}).get(imported) == content_hash(content):
            found[path.relative_to(Path(file).resolve().parent).as_posix()] = _text(content)
    return found


@contextmanager
def revived(identity: Mapping[str, Any], code: Mapping[str, str]) -> Generator[type]:
    """Yield the class that `identity` names: from the text in `code`, else from this very program.

    Raises
    ------
    DataError
        ``E_RUN_STRATEGY`` when neither has it, or when it was an object whose attributes counted.
    """
    name = str(identity["python"])
    file, _, class_name = name.rpartition(":")
    if "state" in identity:
        raise _not_kept(name, "was an object with attributes of its own, of which only a digest was kept")
    if file not in code:
        kind = _loaded(file, class_name)
        if kind is None:
            raise _not_kept(name, "has no text that was kept with the run")
        yield kind
        return
    with tempfile.TemporaryDirectory(prefix="tradewright-") as folder:
        for place, text in code.items():
            target = Path(folder) / place
            if not target.resolve().is_relative_to(Path(folder).resolve()):
                raise _not_kept(name, f"names a file outside of its folder ({place})")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode("utf-8", errors="surrogateescape"))
        try:
            yield cast("type", load_strategy(f"{Path(folder) / file}:{class_name}"))
        except StrategyCodeError as failed:
            what = _file_missed(failed, folder)
            if not what:
                raise
            raise _not_kept(
                name, f"reads a file, and only Python text is kept with a run: {what}"
            ) from failed


def _file_missed(failed: StrategyCodeError, folder: str) -> str:
    """Say which file text that ran once misses now, without the folder that it was put into; else nothing."""
    if failed.details.get("type") != FileNotFoundError.__name__ and folder not in str(failed):
        return ""
    return failed.message.replace(f"{folder}{os.sep}", "").replace(folder, "its folder").rstrip(".")


def _loaded(module: str, name: str) -> type | None:
    """Return a class of a module that is loaded already; nothing is imported on a run's word."""
    found: Any = sys.modules.get(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    return found if isinstance(found, type) else None


def _not_kept(name: str, why: str) -> DataError:
    return DataError(
        "E_RUN_STRATEGY",
        f"the strategy '{name}' {why}.",
        fix="Give it: tw.reproduce(run, strategy=...), or reproduce RUN --strategy FILE.py:CLASS.",
        details={"strategy": name},
    )


def changed_files(origin: Mapping[str, Any]) -> dict[str, str]:
    """Return the files of a strategy's code that are not any more what ran, each with what became of it."""
    spec, code = origin.get("strategy"), cast("dict[str, str]", origin.get("code") or {})
    if not spec or not code:
        return {}
    folder = Path(str(spec).rpartition(":")[0] if ".py:" in str(spec) else str(spec)).parent
    fates = {str(folder / place): _fate(folder / place, text) for place, text in code.items()}
    return {path: fate for path, fate in fates.items() if fate}


def _fate(path: Path, text: str) -> str:
    try:
        now = _text(path.read_bytes())
    except OSError:
        return "is gone"
    return "" if _lines(now) == _lines(text) else "has changed since"


def _text(content: bytes) -> str:
    """Return a file as text that JSON holds and that gives the same bytes again."""
    return content.decode("utf-8", errors="surrogateescape")


def _lines(text: str) -> list[str]:
    return text.removeprefix("\ufeff").splitlines()
