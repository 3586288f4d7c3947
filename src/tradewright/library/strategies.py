"""Getting hold of a strategy by name: built-in id, document file, or class in a Python file."""

import json
import sys
from collections.abc import Mapping
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn, cast

from tradewright.core.canonical import digest
from tradewright.core.errors import DocumentError, InputError, StrategyCodeError, UnknownNameError, nearest
from tradewright.strategy.catalog import builtin_document, builtin_ids
from tradewright.strategy.event_driven.strategy import EventStrategy
from tradewright.strategy.portfolio.strategy import PortfolioStrategy
from tradewright.strategy.python_strategy import Strategy
from tradewright.strategy.user_code.identity import FILE_NAME, FILE_SOURCE
from tradewright.strategy.user_code.neighbours import fresh_neighbours
from tradewright.strategy.user_code.printing import beside_results
from tradewright.strategy.user_code.running import described, line_in

_FORMS = "Give a built-in id, a document (.json), or file.py:Class."


def load_strategy(spec: str) -> dict[str, Any] | type:
    """Return the document or class that `spec` names, for ``strategy.prepared.prepare``.

    Parameters
    ----------
    spec
        A built-in id such as ``ma_crossover``, the path of a ``.json`` document, or ``file.py:Class``;
        the class may be left out when the file has only one strategy.

    Raises
    ------
    UnknownNameError
        ``E_STRATEGY`` for an id that is none, ``E_STRATEGY_CLASS`` for a class that is not in its file.
    InputError
        ``E_STRATEGY_FILE`` for a file that is missing or unreadable, ``E_STRATEGY_CLASS`` for a file with
        no strategy, or with several and none named.
    DocumentError
        ``E_JSON`` for a document that is not JSON.
    StrategyCodeError
        ``E_STRATEGY_CODE`` for a Python file that fails to import.
    """
    name = spec.strip()
    if name in builtin_ids():
        return builtin_document(name)
    if name.endswith(".json"):
        return _document(Path(name))
    file, separator, class_name = name.rpartition(":")
    if separator and file.endswith(".py"):
        return _class(Path(file), class_name)
    if name.endswith(".py"):
        return _class(Path(name), "")
    if "/" in name or "\\" in name or Path(name).exists():
        raise InputError(
            "E_STRATEGY_FILE", f"'{name}' is neither .json nor .py.", fix=_FORMS, details={"name": name}
        )
    raise UnknownNameError("E_STRATEGY", "strategy", name, builtin_ids())


def check_strategy(spec: str) -> None:
    """Refuse a name that stands for no strategy, before anything slow; user code is not run for it.

    Raises
    ------
    TradewrightError
        What :func:`load_strategy` raises for it.
    """
    file = spec.rpartition(":")[0] if ".py:" in spec else spec
    if not (file.endswith(".py") and Path(file).is_file()):
        load_strategy(spec)


def _document(path: Path) -> dict[str, Any]:
    text = _text(path)
    try:
        read: Any = json.loads(text, object_pairs_hook=_without_repeats, parse_constant=_no_constant)
    except json.JSONDecodeError as broken:
        raise DocumentError(
            "E_JSON",
            path.name,
            f"not JSON at line {broken.lineno}, column {broken.colno}: {broken.msg}.",
            fix=_quoted(text, broken.lineno),
            line=broken.lineno,
            column=broken.colno,
        ) from broken
    except RecursionError as deep:
        raise DocumentError("E_JSON", path.name, "it is nested too deeply to be read.") from deep
    except _NotPlainError as odd:
        raise DocumentError("E_JSON", path.name, str(odd)) from odd
    except ValueError as digits:
        raise DocumentError("E_JSON", path.name, "a number has too many digits to be read.") from digits
    if not isinstance(read, dict):
        raise DocumentError("E_JSON", path.name, "a strategy document is an object {...}.")
    return cast("dict[str, Any]", read)


class _NotPlainError(ValueError):
    """JSON that Python would read although its meaning is doubtful."""


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _NotPlainError(f"the field '{key}' stands twice in one object.")
        found[key] = value
    return found


def _no_constant(name: str) -> NoReturn:
    raise _NotPlainError(f"{name} is not a number that JSON has.")


def _quoted(text: str, line: int) -> str:
    lines = text.splitlines()
    return (
        f"The line reads: {lines[line - 1].strip()[:80]}"
        if line <= len(lines)
        else "The text ends too early."
    )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as missing:
        near = _similar(path)
        raise InputError(
            "E_STRATEGY_FILE",
            f"there is no file '{path}'.",
            fix=f"Did you mean '{near}'?" if near else _FORMS,
            details={"path": str(path)},
        ) from missing
    except (OSError, UnicodeDecodeError) as unreadable:
        reason = unreadable.strerror if isinstance(unreadable, OSError) else "it is not UTF-8 text"
        raise InputError(
            "E_STRATEGY_FILE", f"cannot read '{path}': {reason}.", details={"path": str(path)}
        ) from unreadable


def _similar(path: Path) -> Path | None:
    """Return the file beside `path` whose name is nearest, if there is one."""
    if not path.parent.is_dir():
        return None
    names = nearest(path.name, (entry.name for entry in path.parent.iterdir() if entry.suffix == path.suffix))
    return path.parent / names[0] if names else None


def _class(path: Path, class_name: str) -> type:
    found = _strategies_in(_imported(path))
    if class_name:
        if class_name not in found and found:
            raise UnknownNameError("E_STRATEGY_CLASS", "strategy class", class_name, found, where=path.name)
        if class_name in found:
            return found[class_name]
    if len(found) == 1:
        return next(iter(found.values()))
    if found:
        message = f"{path.name} has several strategies."
        fix = f"Name one: {', '.join(f'{path.name}:{name}' for name in found)}."
    else:
        message = f"{path.name} has no strategy class."
        fix = "Derive one from Strategy, or give it a method generate_signals(frame)."
    raise InputError("E_STRATEGY_CLASS", message, fix=fix, details={"choices": list(found)})


def _imported(path: Path) -> ModuleType:
    """Run the file as a module, with its folder importable as it would be for a script."""
    text = _text(path)
    name = f"tradewright_strategy_{path.stem}_{digest(str(path.resolve()))[:8]}"
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise InputError("E_STRATEGY_FILE", f"'{path}' cannot be imported.", fix=_FORMS)
    module = module_from_spec(spec)
    vars(module).update({FILE_NAME: path.name, FILE_SOURCE: text})
    sys.modules[name] = module  # inspect and pickle look classes up there
    folder = str(path.resolve().parent)
    sys.path.insert(0, folder)
    try:
        with beside_results(), fresh_neighbours(path, text):
            spec.loader.exec_module(module)
    except (Exception, SystemExit) as raised:
        del sys.modules[name]
        line = raised.lineno if isinstance(raised, SyntaxError) else line_in(raised, spec.origin or "")
        what = (
            f"{type(raised).__name__}: {raised.msg}" if isinstance(raised, SyntaxError) else described(raised)
        )
        at = f" at line {line}" if line else ""
        raise StrategyCodeError(
            "E_STRATEGY_CODE",
            f"{path.name} cannot be imported{at}: {what.rstrip('.')}.",
            details={"line": line, "file": path.name, "type": type(raised).__name__, "text": str(raised)},
        ) from raised
    finally:
        sys.path.remove(folder)
    return module


def _strategies_in(module: ModuleType) -> Mapping[str, type]:
    """Return the strategy classes that the module itself defines, by name."""
    return {
        name: thing
        for name, thing in vars(module).items()
        if isinstance(thing, type) and thing.__module__ == module.__name__ and _is_strategy(thing)
    }


def _is_strategy(thing: Any) -> bool:
    own = Strategy | EventStrategy | PortfolioStrategy
    return issubclass(thing, own) or callable(getattr(thing, "generate_signals", None))
