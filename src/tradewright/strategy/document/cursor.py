"""A value of a document together with where it stands, so that every error can point at it."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any, NoReturn, cast

import numpy as np

from tradewright.core.errors import DocumentError, nearest

LARGEST_COUNT = 10_000_000

_LONG_NUMBER = 10**40

_HUMP = re.compile(r"(?<=[a-z0-9])([A-Z])")


def snake(name: str) -> str:
    """Return ``takeProfit`` as ``take_profit``; snake_case stays."""
    return _HUMP.sub(r"_\1", name).lower()


def camel(name: str) -> str:
    """Return ``take_profit`` as ``takeProfit``, the spelling documents are written in."""
    head, *tail = name.split("_")
    return head + "".join(part.capitalize() for part in tail)


@dataclass(frozen=True, slots=True)
class Cursor:
    """One place in a document.

    Attributes
    ----------
    value
        The plain JSON value.
    path
        Where it stands, as ``decisionBlocks[0].subConfirmations[2].config.operator``; empty at the root.
    """

    value: Any
    path: str = ""

    def fail(self, message: str, *, fix: str = "", code: str = "E_DOCUMENT", **details: Any) -> NoReturn:
        """Raise a :class:`DocumentError` that points here."""
        raise DocumentError(code, self.path, message, fix=fix, **details)

    def unknown(
        self,
        kind: str,
        name: str,
        choices: Iterable[str],
        *,
        code: str = "E_DOCUMENT_NAME",
        where: str = "",
    ) -> NoReturn:
        """Raise for a `name` that is none of `choices`, naming the nearest; `where` follows the name."""
        known = list(choices)
        near = nearest(name, known)
        fix = (
            f"Did you mean {' or '.join(repr(n) for n in near)}?"
            if near
            else f"Choose one of: {', '.join(known)}."
        )
        self.fail(
            f"unknown {kind} '{name}'{where}.", fix=fix, code=code, name=name, nearest=near, choices=known
        )

    def mapping(self) -> Mapping[str, Any]:
        """Return the object that stands here, checked to be one with text keys."""
        found: Any = self.value
        if not isinstance(found, Mapping):
            self.fail(f"expected an object {{...}}, got {shown(found)}.")
        found = cast("Mapping[Any, Any]", found)
        for key in found:
            if not isinstance(key, str):
                self.fail(f"field names are text, got {shown(key)}.")
        return found

    def child(self, key: str | int) -> "Cursor":
        """Return the place of field or item `key` in here."""
        step = f"[{key}]" if isinstance(key, int) else f".{key}" if self.path else key
        return Cursor(self.value[key], self.path + step)

    def entries(self) -> dict[str, "Cursor"]:
        """Return every field by its snake_case name.

        Raises
        ------
        DocumentError
            When one field is given in both spellings.
        """
        found: dict[str, Cursor] = {}
        for key in self.mapping():
            name = snake(key)
            if name in found:
                self.child(key).fail(f"the same field is given twice, also as {found[name].path}.")
            found[name] = self.child(key)
        return found

    def fields(self, *known: str) -> dict[str, "Cursor"]:
        """Return the fields that are set (not null), by snake_case name; others than `known` are errors."""
        found = self.entries()
        for name, place in found.items():
            if name not in known:
                written = place.path.rsplit(".", 1)[-1]
                place.unknown("field", written, [camel(k) for k in known], code="E_DOCUMENT_FIELD")
        return {name: place for name, place in found.items() if place.value is not None}

    def items(self) -> list["Cursor"]:
        """Return the place of each item of the list that stands here."""
        value: Any = self.value
        if not isinstance(value, list | tuple):
            self.fail(f"expected a list [...], got {shown(value)}.")
        return [self.child(index) for index in range(len(cast("Sequence[Any]", value)))]

    def text(self) -> str:
        """Return the text that stands here."""
        if not isinstance(self.value, str):
            self.fail(f"expected text, got {shown(self.value)}.")
        return self.value

    def flag(self) -> bool:
        """Return the true or false that stands here."""
        if not isinstance(self.value, bool):
            self.fail(f"expected true or false, got {shown(self.value)}.")
        return self.value

    def number(self) -> float:
        """Return the finite number that stands here."""
        value = self.value
        if isinstance(value, str) and _is_number(value):
            self.fail(f"expected a number, got the text {value!r}.", fix="Write it without quotes.")
        if isinstance(value, bool | np.bool_) or not isinstance(value, Real):
            self.fail(f"expected a number, got {shown(value)}.")
        try:
            number = float(value)
        except OverflowError:
            self.fail("the number is too large: no price, count or percentage comes near it.")
        if not math.isfinite(number):
            self.fail(f"expected a finite number, got {number}.")
        return number

    def integer(self, minimum: int, *, why: str = "") -> int:
        """Return the whole number that stands here, from `minimum` to 10,000,000.

        No count of bars or conditions comes near the upper end, and nothing computed from it overflows.
        """
        value = self.number()
        if not value.is_integer():
            self.fail(f"expected a whole number, got {value:g}.")
        if value < minimum:
            self.fail(f"{value:g} is too small; it must be {minimum} or more{why}.")
        if value > LARGEST_COUNT:
            self.fail(f"{value:g} is too large; it must be {LARGEST_COUNT:,} or less{why}.")
        return int(value)

    def choice(self, choices: Iterable[str], kind: str) -> str:
        """Return the one of `choices` that stands here, however it is capitalised."""
        text = self.text()
        folded = {_folded(choice): choice for choice in choices}
        if _folded(text) not in folded:
            self.unknown(kind, text, folded.values())
        return folded[_folded(text)]


def shown(value: Any) -> str:
    """Return a short description of a JSON value for a message."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, int) and abs(value) >= _LONG_NUMBER:
        return "a very large number"  # of thousands of digits Python makes no text
    return repr(value) if len(repr(value)) <= 40 else repr(value)[:37] + "..."


def _folded(text: str) -> str:
    return snake(text.strip()).replace("_", "").replace("-", "").replace(" ", "")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
