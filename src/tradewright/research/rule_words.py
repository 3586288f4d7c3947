"""Rules as people write them in one word: ``2%``, ``1.5atr(20)``, ``limit:1% for 5``, ``2%:0.5,4%:0.5``.

The command line and Python read the same text. A bare number is percent, as everywhere.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from tradewright.core.errors import ParameterError

_NUMBER = r"(\d+(?:\.\d*)?|\.\d+)(?:e([+-]?\d+))?"
_DISTANCE = re.compile(rf"{_NUMBER}\s*(%|percent|atr|r)?(?:\((\d+)\))?")
_MULTIPLE = re.compile(rf"{_NUMBER}(?:\((\d+)\))?")
_UNITS = {None: "percent", "%": "percent", "percent": "percent", "atr": "atr", "r": "r"}
_KINDS = ("market", "limit", "stop", "stop_limit")

Plain = dict[str, Any]


class _Form(NamedTuple):
    """How one rule is written: the parser of its text, and examples of all its forms."""

    read: Callable[[str], Any]
    forms: str


class _UnreadableError(ValueError):
    """A text, or a part of it, that is in no form."""


def rules_in_plain(rules: Mapping[str, Any]) -> Plain:
    """Return `rules` with those that are written in words as plain data; all others as they are.

    Raises
    ------
    ParameterError
        ``E_PARAMETER`` for words in none of the forms; names them all.
    """
    return {name: _plain(name, value) for name, value in rules.items()}


def _plain(name: str, value: Any) -> Any:
    form = _FORMS.get(name)
    if form is None or not isinstance(value, str):
        return value
    try:
        return form.read(" ".join(value.casefold().split()))
    except _UnreadableError:
        raise ParameterError(
            "E_PARAMETER",
            f"rule '{name}' is '{value}', which is in none of its forms.",
            fix=f"Write {form.forms}.",
            details={"name": name, "value": value},
        ) from None


def _level(text: str) -> Plain:
    """Read ``2``, ``2%``, ``1.5atr``, ``1.5atr(20)``, ``2r``, ``price:95`` or ``column``."""
    if text == "column":
        return {"unit": "column"}
    if text.startswith("price:"):
        return {"unit": "price", "value": _number(text.removeprefix("price:"))}
    found = _DISTANCE.fullmatch(text)
    if found is None:
        raise _UnreadableError
    number, power, unit, period = found.groups()
    plain: Plain = {"value": _float(number, power), "unit": _UNITS[unit]}
    if period is not None:
        if unit != "atr":
            raise _UnreadableError
        plain["period"] = int(period)
    return plain


def _trailing(text: str) -> Plain:
    """Read a level, or ``chandelier:3``, and ``after 5%`` behind it."""
    level, starts, after = text.partition(" after ")
    if level.startswith("chandelier:"):
        found = _MULTIPLE.fullmatch(level.removeprefix("chandelier:"))
        if found is None:
            raise _UnreadableError
        plain: Plain = {"unit": "chandelier", "value": _float(*found.groups()[:2])}
        plain |= {"period": int(found[3])} if found[3] else {}
    else:
        plain = _level(level)
    return plain | ({"after": _percent(after)} if starts else {})


def _break_even(text: str) -> Plain:
    """Read a distance, and ``plus 0.1%`` behind it."""
    distance, beyond, offset = text.partition(" plus ")
    plain = _level(distance)
    if "value" not in plain:
        raise _UnreadableError
    plain["after"] = plain.pop("value")
    return plain | ({"offset": _percent(offset)} if beyond else {})


def _targets(text: str) -> Plain | tuple[Plain, ...]:
    """Read one level, or levels each with the share that it closes."""
    parts = [part.strip() for part in text.split(",")]
    if len(parts) == 1 and ":" not in text.removeprefix("price:"):
        return _level(text)
    return tuple(_target(part) for part in parts)


def _target(text: str) -> Plain:
    level, colon, share = text.rpartition(":")
    if not colon:
        raise _UnreadableError
    return _level(level.strip()) | {"share": _number(share.strip())}


def _entry(text: str) -> Plain:
    """Read ``market``, or a kind with its distance, and ``for 5``, ``for session`` or ``for ever``."""
    order, lasting, lifetime = text.partition(" for ")
    kind, colon, distance = order.partition(":")
    if kind not in _KINDS:
        raise _UnreadableError
    plain: Plain = {"kind": kind}
    if colon:
        offset, limited, through = distance.partition(",")
        plain |= _offset(offset.strip())
        if limited:
            plain["through"] = _through(through.strip(), plain)
    return plain | ({"lifetime": _lifetime(lifetime.removesuffix(" bars"))} if lasting else {})


def _offset(text: str) -> Plain:
    level = _level(text)
    return level | ({"offset": level.pop("value")} if "value" in level else {})


def _through(text: str, plain: Plain) -> float:
    """Read how far beyond its stop a stop-limit fills; the stop's unit need not be repeated."""
    if re.fullmatch(_NUMBER, text):
        return _number(text)
    level = _level(text)
    if level["unit"] != plain["unit"]:
        raise _UnreadableError
    return float(level["value"])


def _lifetime(text: str) -> int | str | None:
    if text == "session":
        return text
    if text == "ever":
        return None
    if not text.isdecimal():
        raise _UnreadableError
    return int(text)


def _sizing(text: str) -> Plain | str:
    """Read ``atr:0.01(20)`` and the like; what has no period is read by the rules themselves."""
    kind, _, amount = text.partition(":")
    found = re.fullmatch(rf"{_NUMBER}\((\d+)\)", amount)
    if found is None:
        return text
    return {"kind": kind, "value": _float(*found.groups()[:2]), "period": int(found[3])}


def _percent(text: str) -> float:
    level = _level(text)
    if level["unit"] != "percent":
        raise _UnreadableError
    return float(level["value"])


def _number(text: str) -> float:
    found = re.fullmatch(_NUMBER, text)
    if found is None:
        raise _UnreadableError
    return _float(*found.groups())


def _float(number: str, power: str | None) -> float:
    return float(f"{number}e{power}" if power else number)


_FORMS = {
    "stop_loss": _Form(_level, "2%, 1.5atr, 1.5atr(20), price:95.5 or column"),
    "take_profit": _Form(_targets, "4%, 3atr, 2r, price:120, column, or several with shares: 2%:0.5,4%:0.5"),
    "trailing": _Form(
        _trailing, "3%, 2atr, chandelier:3, chandelier:3(22) or column; and 3% after 5% to start it later"
    ),
    "break_even": _Form(_break_even, "2%, 1.5atr or 1r; and 1r plus 0.1% to stand beyond the entry"),
    "entry": _Form(
        _entry,
        "market, limit:1%, limit:2atr, limit:price:0.5, stop:0.5%, stop_limit:1%,0.2% or limit:column; "
        "and limit:1% for 5, for session or for ever",
    ),
    "sizing": _Form(
        _sizing,
        "all-in, quantity:Q, cash:C, equity:F, risk:F, atr:F, volatility:F, kelly:F or column; atr:F(20) "
        "sets the period",
    ),
}
