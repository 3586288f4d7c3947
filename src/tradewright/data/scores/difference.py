"""In what two sweeps differ, in few words."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

from tradewright.core.canonical import canonical_json

_SHOWN, _LONGEST = 4, 48


def differences(there: Any, asked: Any, place: str = "") -> Iterator[str]:
    """Yield each field in which two pieces of plain JSON data differ, with both values, short."""
    if isinstance(there, Mapping) and isinstance(asked, Mapping):
        old, new = cast("Mapping[str, Any]", there), cast("Mapping[str, Any]", asked)
        for name in dict.fromkeys([*old, *new]):
            inner = f"{place}.{name}" if place else str(name)
            if name not in new:
                yield f"{inner} is {_short(old[name])} there and not asked for"
            elif name not in old:
                yield f"{inner} is not there and {_short(new[name])} now"
            else:
                yield from differences(old[name], new[name], inner)
    elif canonical_json(there) != canonical_json(asked):
        yield f"{place or 'it'} is {_short(there)} there and {_short(asked)} now"


def told(found: list[str]) -> str:
    """Return the first few of `found` as one clause."""
    more = len(found) - _SHOWN
    return "; ".join(found[:_SHOWN]) + (f"; and {more} more" if more > 0 else "")


def _short(value: Any) -> str:
    """Return a value as JSON, its middle left out when it is long."""
    text = json.dumps(value, ensure_ascii=False)
    half = _LONGEST // 2
    return text if len(text) <= _LONGEST else f"{text[:half]} ... {text[-half:]}"
