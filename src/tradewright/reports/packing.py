"""Columns of numbers as text that a page can carry: small, and the same numbers when unpacked."""

import base64
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_MOST_DIGITS = 8
_SAMPLE = 500
_STEPS = 2**31 - 1
_WHOLE = 2**53
_LEVEL = 6


def pack(columns: Mapping[str, npt.ArrayLike]) -> dict[str, Any]:
    """Pack float64 columns; unpacking gives the same doubles, bit for bit.

    A column of decimals with few digits (prices, times, counts) is kept as the steps between its values
    in units of the last digit, where that loses nothing; any other as its bytes, the first bytes of all
    values together. The whole is deflated (RFC 1950) and written in base64.

    Returns
    -------
    dict
        ``columns``: name -> ``n``, ``kind`` (``decimal`` or ``float``), and ``digits`` of a decimal;
        ``blob``: their bytes one after the other.
    """
    described: dict[str, Any] = {}
    parts: list[bytes] = []
    for name, column in columns.items():
        values: Floats = np.ascontiguousarray(column, np.float64)
        digits = _digits(values)
        described[name] = {"n": values.size, "kind": "float" if digits is None else "decimal"}
        if digits is None:
            parts.append(_shuffled(values, 8))
        else:
            described[name] |= {"digits": digits, "first": int(np.rint(values[0] * 10.0**digits))}
            parts.append(_shuffled(_steps(values, digits).astype("<i4"), 4))
    blob = base64.b64encode(zlib.compress(b"".join(parts), _LEVEL)).decode()
    return {"columns": described, "blob": blob}


def unpack(packed: Mapping[str, Any]) -> dict[str, Floats]:
    """Return the columns that :func:`pack` was given."""
    raw = zlib.decompress(base64.b64decode(packed["blob"]))
    columns: dict[str, Floats] = {}
    at = 0
    for name, said in packed["columns"].items():
        width = 4 if said["kind"] == "decimal" else 8
        part = raw[at : at + width * said["n"]]
        at += len(part)
        plain = np.frombuffer(part, np.uint8).reshape(width, -1).T.tobytes()
        if said["kind"] == "float":
            columns[name] = np.frombuffer(plain, "<f8")
        else:
            steps = np.frombuffer(plain, "<i4").astype(np.int64)
            columns[name] = (said["first"] + np.cumsum(steps)) / 10.0 ** said["digits"]
    return columns


def _digits(values: Floats) -> int | None:
    """Return how many decimals keep every value exactly, or None when none of a few does."""
    if not values.size or not np.isfinite(values).all():
        return None
    for digits in range(_MOST_DIGITS + 1):
        if _exact(values[:_SAMPLE], digits) and _exact(values, digits):
            return digits
    return None


@np.errstate(over="ignore", invalid="ignore")
def _exact(values: Floats, digits: int) -> bool:
    scaled = np.rint(values * 10.0**digits)
    if not (np.abs(scaled) < _WHOLE).all() or np.signbit(values[values == 0]).any():
        return False
    return bool((scaled / 10.0**digits == values).all() and np.abs(np.diff(scaled)).max(initial=0) <= _STEPS)


def _steps(values: Floats, digits: int) -> npt.NDArray[np.int64]:
    """Return the differences in units of the last digit; the first is 0, its value stands apart."""
    scaled = np.rint(values * 10.0**digits).astype(np.int64)
    return np.diff(scaled, prepend=scaled[0])


def _shuffled(values: npt.NDArray[Any], width: int) -> bytes:
    little = values.astype(values.dtype.newbyteorder("<"), copy=False)
    return little.view(np.uint8).reshape(-1, width).T.tobytes()
