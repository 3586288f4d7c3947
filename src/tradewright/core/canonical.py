"""One byte form for plain data, so that equal meaning hashes equal everywhere."""

import hashlib
import json
from typing import Any, cast


def canonical_json(value: Any) -> str:
    """Return `value` as JSON with sorted keys, no spaces, and shortest round-trip floats.

    An integral float is written as an integer, so that ``20`` and ``20.0`` are the same number.

    Raises
    ------
    ValueError
        For NaN and infinities, which JSON does not have.
    """
    plain = _plain(value)
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(value: Any) -> str:
    """Return the SHA-256, in hex, of the canonical form of `value`."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if isinstance(value, dict):
        items = cast("dict[Any, Any]", value)
        return {str(key): _plain(item) for key, item in items.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in cast("list[Any]", value)]
    return value
