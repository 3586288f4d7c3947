"""What a Python strategy is, as far as its fingerprint can tell: source, imports, state, and what is left."""

import hashlib
import inspect
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CellType, CodeType, FunctionType, ModuleType
from typing import Any

from tradewright.strategy.user_code.neighbours import content_of, neighbours_of
from tradewright.strategy.user_code.plain_form import NotPlainError, plain_form

# What the loader of strategy files leaves in the module it makes: the file's name and text.
FILE_NAME = "__strategy_file__"
FILE_SOURCE = "__strategy_source__"

_PACKAGE = __name__.partition(".")[0]


def identity_of(kind: type, instance: object | None = None) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return what names a strategy's code and state as plain data, and a warning about what it leaves out.

    Parameters
    ----------
    kind
        The user's class. It is named by its module, or by its file without the folder. The whole file
        counts, with every file it imports from its own folder, so that a changed function beside the
        class changes the identity too; and so do base classes from other modules.
    instance
        The user's object, when the user made it: its attributes count. Of a class that is made here,
        code and parameters say all.

    Returns
    -------
    tuple
        Plain data, and ``W_SOURCE`` sentences about code that cannot be read and values that are no
        plain data.
    """
    module: Any = sys.modules.get(_module_of(kind))
    name = f"{getattr(module, FILE_NAME, _module_of(kind))}:{kind.__qualname__}"
    whole: str | None = getattr(module, FILE_SOURCE, None) or _source_of(inspect.getmodule(kind))
    source = whole or _source_of(kind)
    left_out: list[str] = []
    identity: dict[str, Any] = {"python": name, "source": None if source is None else _hashed(source)}
    parts = {
        "imports": {} if source is None else _imports(module, source),
        "bases": _bases(kind, left_out),
        "globals": {} if whole else _covered(_globals_used(kind), left_out, said=True),
        "class": _covered(_of_class(kind), left_out, said=_is_local(kind)),
        "state": _covered(_state(instance, left_out), left_out, said=True),
    }
    identity |= {part: found for part, found in parts.items() if found}
    warnings: list[str] = []
    if source is None:
        warnings.append(
            f"W_SOURCE: the source of {name} cannot be read, so a change in it will go unnoticed."
        )
    if left_out:
        warnings.append(
            f"W_SOURCE: the fingerprint does not cover {', '.join(left_out)} of {name}; runs that differ "
            "only there look alike."
        )
    return identity, tuple(warnings)


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _source_of(thing: Any) -> str | None:
    try:
        return None if thing is None else inspect.getsource(thing)
    except (OSError, TypeError):
        return None


def _imports(module: Any, source: str) -> dict[str, str]:
    file = getattr(module, "__file__", None)
    if not file:
        return {}
    return {name: content_of(path) for name, path in neighbours_of(Path(file), source).items()}


def _module_of(kind: type) -> str:
    """Return the name of a class's module; of a class made with none, an empty one."""
    name: Any = kind.__module__
    return name if isinstance(name, str) else ""


def _user_classes(kind: type) -> Iterator[type]:
    """Yield the class and its bases that are neither ours nor Python's own."""
    for base in kind.__mro__:
        root = _module_of(base).partition(".")[0]
        if root != _PACKAGE and root not in sys.stdlib_module_names:
            yield base


def _bases(kind: type, left_out: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for base in _user_classes(kind):
        if base.__module__ == kind.__module__:
            continue
        source = _source_of(inspect.getmodule(base)) or _source_of(base)
        if source is None:
            left_out.append(f"base class {base.__qualname__}")
        else:
            found[f"{_module_of(base)}:{base.__qualname__}"] = _hashed(source)
    return found


def _is_local(kind: type) -> bool:
    """Say whether a class was made inside a function, so that its source does not fix its attributes."""
    return any("<locals>" in base.__qualname__ for base in _user_classes(kind))


def _of_class(kind: type) -> dict[str, Any]:
    """Return what the class and its methods hold beside their source: attributes, closures, defaults."""
    held: dict[str, Any] = {}
    for base in reversed(list(_user_classes(kind))):
        for name, value in vars(base).items():
            function = _function_in(value)
            if function is not None:
                held |= {f"variable '{n}' of method '{name}'": v for n, v in _closed_over(function)}
            elif not name.startswith("__") and name != "_abc_impl" and not _is_code(value):
                held[f"attribute '{name}'"] = value
    return held


def _globals_used(kind: type) -> dict[str, Any]:
    """Return what methods read beside the class, where no file fixes it: in a notebook, or typed in."""
    held: dict[str, Any] = {}
    for base in _user_classes(kind):
        functions = [function for function in map(_function_in, vars(base).values()) if function]
        for function in functions if base.__module__ == kind.__module__ else []:
            known = function.__globals__
            used = [name for name in _names_in(function.__code__) if name in known]
            held |= {f"variable '{name}'": known[name] for name in used if not _is_theirs(known[name], kind)}
    return held


def _names_in(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names_in(inner)


def _is_theirs(value: Any, kind: type) -> bool:
    """Say whether a value is a module, or code of some library, which versions fix."""
    if isinstance(value, ModuleType):
        return True
    return _is_code(value) and getattr(value, "__module__", None) != kind.__module__


def _function_in(value: Any) -> FunctionType | None:
    inner: Any = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
    return inner if isinstance(inner, FunctionType) else None


def _is_code(value: Any) -> bool:
    return isinstance(value, type | property) or inspect.isroutine(value) or inspect.isdatadescriptor(value)


def _closed_over(function: FunctionType) -> Iterator[tuple[str, Any]]:
    cells: tuple[CellType, ...] = function.__closure__ or ()
    for name, cell in zip(function.__code__.co_freevars, cells, strict=True):
        if name != "__class__":
            yield from _in_cell(name, cell)
    count = function.__code__.co_argcount
    defaults: tuple[Any, ...] = function.__defaults__ or ()
    yield from zip(function.__code__.co_varnames[count - len(defaults) : count], defaults, strict=True)
    yield from (function.__kwdefaults__ or {}).items()


def _in_cell(name: str, cell: CellType) -> Iterator[tuple[str, Any]]:
    try:
        yield name, cell.cell_contents
    except ValueError:
        return  # not set yet: nothing to read


def _state(instance: object | None, left_out: list[str]) -> dict[str, Any]:
    state: dict[str, Any] = {}
    if instance is None:
        return state
    with _as_left_out("its attributes", left_out):
        state |= {f"attribute '{name}'": value for name, value in getattr(instance, "__dict__", {}).items()}
    for base in type(instance).__mro__:
        slots: Any = base.__dict__.get("__slots__", ())
        for name in [slots] if isinstance(slots, str) else slots:
            with _as_left_out(f"attribute '{name}'", left_out):
                if hasattr(instance, name) and name not in {"__dict__", "__weakref__"}:
                    state[f"attribute '{name}'"] = getattr(instance, name)
    return state


@contextmanager
def _as_left_out(name: str, left_out: list[str]) -> Generator[None]:
    """Name what a user's own code does not let us read, instead of failing."""
    try:
        yield
    except NotPlainError as other:
        left_out.append(f"{name} ({other})")
    except Exception as raised:  # noqa: BLE001 - anything may come out of a user's __getattribute__ or items
        left_out.append(f"{name} ({type(raised).__name__} when read)")


def _covered(held: dict[str, Any], left_out: list[str], *, said: bool) -> dict[str, Any]:
    """Return the plain forms of what has one; name the others where the source does not fix them."""
    found: dict[str, Any] = {}
    for name, value in held.items():
        with _as_left_out(name, left_out if said else []):
            found[name] = plain_form(value)
    return found
