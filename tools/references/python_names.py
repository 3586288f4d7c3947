"""`docs/reference/python.md`, from the signatures and docstrings of what `import tradewright` gives."""

import ast
import inspect
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from textwrap import dedent
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

import tradewright as tw
from tools.references.docstrings import markdown
from tools.references.markdown import MADE, cell, code, table
from tradewright.data.bar_store import BarStore

PAGE = Path("docs/reference/python.md")
# By the room that a name comes from, in the order of reading.
_CHAPTERS = {
    "library": "Prices in, backtests, runs",
    "data": "Samples and series",
    "core": "Bars, instruments, errors",
    "engine": "Rules and signals",
    "strategy": "Strategies of your own",
}
# A class that keeps the promises of a port leaves the words to it.
_PORTS: dict[str, type] = {"ParquetStore": BarStore}
# Made by deriving from them, not by calling them.
_BASES = ("EventStrategy", "PortfolioStrategy", "Strategy", "StrategyParams")
_GIVEN = "What functions give"
_NUMBERS = "What a [compiled](#compiled) `on_bar` returns, one with `|` another.\n"
_WIDTH = 88
_SIGNS = {"exclusiveMinimum": ">", "minimum": ">=", "exclusiveMaximum": "<", "maximum": "<="}
_INTRODUCTION = f"""\
{MADE}
# Python

All of it comes with `import tradewright as tw`, which costs nothing until a name is used. Arrays are
numpy's, tables pandas' or polars'. Every error is a `tw.TradewrightError` with `code`, `message`, `fix` and
`details`; [their list](errors.md#errors).
"""


def page(_root: Path) -> str:
    """Return the page."""
    public = {name: getattr(tw, name) for name in tw.__all__}
    numbers = {name: what for name, what in public.items() if isinstance(what, int)}
    names = {name: what for name, what in public.items() if name not in numbers}
    rooms = {name: what.__module__.split(".")[1] for name, what in names.items()}
    given = _given(names)
    links = {name: f"#{name.lower()}" for name in (*names, *given)}
    parts = [_INTRODUCTION]
    for room, title in _CHAPTERS.items():
        here = sorted((name for name in names if rooms[name] == room), key=lambda name: (name.lower(), name))
        parts += [f"## {title}\n", *(_entry(f"tw.{name}", names[name], links) for name in here)]
    parts += [
        "## Numbers\n",
        _NUMBERS,
        *(f"- `tw.{name}` is {numbers[name]}" for name in sorted(numbers)),
        "",
    ]
    parts += [f"## {_GIVEN}\n", *(_entry(name, given[name], links) for name in sorted(given))]
    return "\n".join(parts)


def _given(names: dict[str, Any]) -> dict[str, type]:
    """Return the classes of ours that public functions give, but that have no public name themselves."""
    found: dict[str, type] = {}
    for what in filter(inspect.isfunction, names.values()):
        function = _function(what)
        words = re.findall(
            r"\w+", "" if function is None or function.returns is None else _type(function.returns)
        )
        for word in words:
            kind = what.__globals__.get(word)
            if inspect.isclass(kind) and kind.__module__.startswith("tradewright.") and word not in names:
                found[word] = kind
    return found


def _entry(shown: str, what: Any, links: dict[str, str]) -> str:
    name = shown.removeprefix("tw.")
    told = markdown(inspect.getdoc(_PORTS.get(name, what)) or "", links)
    fields = _fields(what) if inspect.isclass(what) and issubclass(what, BaseModel) else []
    shown += "" if fields or name in _BASES else signature(what)
    return "\n".join(
        [
            f"### {name}\n",
            f"```python\n{shown}\n```\n",
            f"{told}\n",
            *([table(("field", "type", "default", "meaning and bounds"), fields)] if fields else []),
            *(_members(name, what, links) if inspect.isclass(what) else []),
        ]
    )


def _members(owner: str, kind: type, links: dict[str, str]) -> Iterator[str]:
    """Yield public methods and properties; those of a base that has an entry of its own stand there."""
    found: dict[str, Any] = {}
    told: set[str] = set()
    for base in reversed(kind.__mro__):
        if base is not kind and base.__name__ in links:
            told |= set(dir(base))
            yield f"Has everything of [`{base.__name__}`]({links[base.__name__]}).\n"
        elif base.__module__.startswith("tradewright."):
            found |= {name: member for name, member in vars(base).items() if not name.startswith("_")}
    found = {name: member for name, member in found.items() if name not in told}
    for name, member in found.items():
        inner: Any = (
            getattr(member, "__func__", None)
            or getattr(member, "fget", None)
            or getattr(member, "func", member)
        )
        if not inspect.isfunction(inner) or not inner.__doc__:
            continue
        is_value = isinstance(member, property | cached_property)
        shown = f"{owner}.{name}{_gives(inner) if is_value else signature(inner)}"
        words = markdown(inspect.getdoc(getattr(_PORTS.get(owner), name, inner)) or "", links)
        yield f"#### {owner}.{name}\n\n```python\n{shown}\n```\n\n{words}\n"


def signature(what: Any) -> str:
    """Return parameters and result as the source writes them, one parameter a line when they are long."""
    function = _function(what)
    parts = list(_dataclass_fields(what) if function is None else _parameters(function.args))
    gives = None if function is None or inspect.isclass(what) else function.returns
    end = "" if gives is None else f" -> {_type(gives)}"
    if len(text := ", ".join(parts)) + len(end) < _WIDTH:
        return f"({text}){end}"
    return "(\n" + "".join(f"    {part},\n" for part in parts) + f"){end}"


def _parameters(arguments: ast.arguments) -> Iterator[str]:
    plain = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(plain) - len(arguments.defaults)) + arguments.defaults
    for place, (argument, default) in enumerate(zip(plain, defaults, strict=True)):
        if place or argument.arg not in {"self", "cls"}:
            yield _parameter(argument, default)
    if arguments.vararg:
        yield f"*{_parameter(arguments.vararg, None)}"
    elif arguments.kwonlyargs:
        yield "*"
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield _parameter(argument, default)
    if arguments.kwarg:
        yield f"**{_parameter(arguments.kwarg, None)}"


def _parameter(argument: ast.arg, default: ast.expr | None) -> str:
    kind = "" if argument.annotation is None else f": {_type(argument.annotation)}"
    return f"{argument.arg}{kind}{_default(default)}"


def _default(value: ast.expr | None) -> str:
    return "" if value is None else f" = {ast.unparse(value)}".replace("'", '"')


def _function(what: Any) -> ast.FunctionDef | None:
    if inspect.isclass(what):
        if "__init__" not in vars(what) or hasattr(what, "__dataclass_fields__"):
            return None
        what = vars(what)["__init__"]
    (found,) = ast.parse(dedent(inspect.getsource(inspect.unwrap(what)))).body
    return found if isinstance(found, ast.FunctionDef) else None


def _dataclass_fields(kind: type) -> Iterator[str]:
    for line in _declared(kind):
        yield f"{ast.unparse(line.target)}: {_type(line.annotation)}{_default(line.value)}"


def _fields(kind: type[BaseModel]) -> list[list[str]]:
    own = [base for base in reversed(kind.__mro__) if base.__module__.startswith("tradewright.")]
    lines = [line for base in own for line in _declared(base)]
    types = {ast.unparse(line.target): _type(line.annotation) for line in lines}
    schema: dict[str, Any] = kind.model_json_schema().get("properties", {})
    rows: list[list[str]] = []
    for name, field in kind.model_fields.items():
        default = "" if field.is_required() else repr(field.get_default(call_default_factory=True))
        limits: dict[str, Any] = schema[name].get("anyOf", [schema[name]])[0]
        bounds = ", ".join(f"{sign} {limits[word]:g}" for word, sign in _SIGNS.items() if word in limits)
        if get_origin(field.annotation) is Literal:
            types[name] = " | ".join(map(repr, get_args(field.annotation)))
        meaning = "; ".join(filter(None, [field.description, bounds]))
        rows.append([code(name), code(types[name]), code(default), cell(meaning)])
    return rows


def _declared(kind: type) -> list[ast.AnnAssign]:
    (found,) = ast.parse(dedent(inspect.getsource(kind))).body
    body = found.body if isinstance(found, ast.ClassDef) else []
    return [line for line in body if isinstance(line, ast.AnnAssign)]


def _gives(function: Any) -> str:
    found = _function(function)
    return "" if found is None or found.returns is None else f": {_type(found.returns)}"


def _type(annotation: ast.expr) -> str:
    return (
        annotation.value
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str)
        else ast.unparse(annotation)
    )
