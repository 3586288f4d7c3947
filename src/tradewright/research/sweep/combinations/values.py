"""What one axis goes through: lists, arrays, ranges, one value, or text from a command line."""

import math
import re
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, cast

from pydantic import BaseModel

from tradewright.core.canonical import canonical_json
from tradewright.core.errors import InputError
from tradewright.research.sweep.combinations.ranges import (
    MOST_VALUE,
    NUMBER,
    Interval,
    Steps,
    read_range,
    whole_numbers,
)

_NUMBER = re.compile(NUMBER)
_WORDS: dict[str, Any] = {"none": None, "true": True, "false": False}


def read_values(axis: str, given: Any, *, drawn: bool = False) -> Sequence[Any] | Interval:
    """Return the values of an axis, those of ranges not yet made.

    Parameters
    ----------
    given
        A list, tuple, range or array; one value; or text: ``"5..50:5"``, ``"1,2,none"``, ``"long,short"``.
        Where values have commas themselves, ``;`` stands between them.
    drawn
        Whether samples are drawn: then ``"0.5..3"`` is everything between its ends.

    Raises
    ------
    InputError
        ``E_GRID`` for an axis without values, a value twice, or one that is none.
    """
    values = _read(axis, given, drawn)
    if isinstance(values, Steps | Interval):
        return values
    if not values:
        raise InputError(
            "E_GRID",
            f"axis '{axis}' has no values.",
            fix="Give at least one, for instance 5..50:5 or 1,2,3.",
            details={"axis": axis},
        )
    _require_distinct(axis, values)
    return values


def _read(axis: str, given: Any, drawn: bool) -> Sequence[Any] | Interval:
    if isinstance(given, str):
        return _of_text(axis, given, drawn)
    if isinstance(given, range):
        steps = whole_numbers(given)
        return steps if steps.total else ()
    listed = _listed(given)
    return tuple(_plain(axis, value) for value in ([given] if listed is None else listed))


def _listed(given: Any) -> Sequence[Any] | None:
    """Return what several values are given as; None for one value."""
    if isinstance(given, list | tuple):
        return cast("Sequence[Any]", given)
    # Arrays and columns of frames.
    values: Any = given.tolist() if hasattr(given, "tolist") else None
    return cast("list[Any]", values) if isinstance(values, list) else None


def _of_text(axis: str, text: str, drawn: bool) -> Sequence[Any] | Interval:
    parts = [part.strip() for part in text.split(";" if ";" in text else ",")]
    if ";" in text and not parts[-1]:
        parts.pop()  # "2%:0.5,4%:0.5;" is one value
    if len(parts) == 1 and ".." in parts[0]:
        return read_range(axis, parts[0], drawn=drawn)
    if parts == [""]:
        return ()
    return tuple(_of_part(axis, part, text) for part in parts)


def _of_part(axis: str, part: str, text: str) -> Any:
    if not part or ".." in part:
        raise InputError(
            "E_GRID",
            f"axis '{axis}': '{text}' has {'a range among others' if part else 'an empty value'}.",
            fix="Give a range by itself, 5..50:5, or values with a comma between each two.",
            details={"axis": axis, "value": text},
        )
    if _NUMBER.fullmatch(part):
        return _plain(axis, _number(part))
    return _WORDS.get(part.casefold(), part)


def _number(text: str) -> float:
    whole = text.lstrip("+-").isdecimal() and len(text) < 20
    return int(text) if whole else float(text)


def _plain(axis: str, value: Any) -> Any:
    """Return `value` as plain Python: numbers of arrays as numbers, parts of rules as mappings."""
    plain: Any = value.model_dump() if isinstance(value, BaseModel) else value
    if hasattr(plain, "dtype") and hasattr(plain, "item"):  # a number out of an array
        plain = plain.item()
    problem = _problem(plain)
    if problem:
        raise InputError(
            "E_GRID",
            f"axis '{axis}' has {_shown(plain)}, {problem}.",
            fix="Give numbers, words, None, or parts of rules.",
            details={"axis": axis, "value": _shown(plain)},
        )
    return plain


def _problem(value: Any) -> str:
    if isinstance(value, int | float):
        if not math.isfinite(value):
            return "which is no number"
        return "which is beyond what numbers can tell apart" if abs(value) > MOST_VALUE else ""
    if value is None or isinstance(value, str):
        return ""
    inner = _inner(value)
    if inner is None:
        return "which no parameter or rule takes"
    return next((found for found in map(_problem, inner) if found), "")


def _inner(value: Any) -> list[Any] | None:
    """Return what a part of rules in plain data holds; None for anything else."""
    if isinstance(value, Mapping):
        return list(cast("Mapping[Any, Any]", value).values())
    return list(cast("Sequence[Any]", value)) if isinstance(value, list | tuple) else None


def _require_distinct(axis: str, values: Sequence[Any]) -> None:
    seen: set[Hashable] = set()
    for value in values:
        # True is not 1 here, though equal to it for Python.
        number = isinstance(value, int | float) and not isinstance(value, bool)
        key = value if number else canonical_json(value)
        if key in seen:
            raise InputError(
                "E_GRID",
                f"axis '{axis}' has {_shown(value)} twice.",
                fix="Give each value once.",
                details={"axis": axis, "value": _shown(value)},
            )
        seen.add(key)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
