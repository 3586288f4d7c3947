"""Objects of a user's strategy as plain data, so that equal state hashes equal; others are refused."""

import hashlib
import math
from collections.abc import Mapping, Set
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel

from tradewright.core.bars import Bars
from tradewright.core.canonical import canonical_json

_DEEPEST = 40
_WRITTEN = (date, datetime, time, timedelta, Decimal, PurePath)


class NotPlainError(Exception):
    """Something that has no plain form; the message names its type."""


def plain_form(value: Any, depth: int = 0) -> Any:
    """Return numbers, text, lists, dicts, arrays, records and bars as plain data without NaN.

    Arrays stand for themselves by type, shape and SHA-256; dicts and sets are put in order.

    Raises
    ------
    NotPlainError
        For anything else, or what is nested deeper than 40.
    """
    if depth > _DEEPEST:
        raise NotPlainError("nested too deeply")
    if isinstance(value, Enum):
        return {"enum": f"{type(value).__qualname__}.{value.name}"}
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {"float": repr(value)}
    if isinstance(value, np.ndarray | np.generic):
        return _array(np.asarray(cast("Any", value)), depth)
    if isinstance(value, _WRITTEN):
        return {type(value).__name__: str(value)}
    return _of_parts(value, depth + 1)


def _of_parts(value: Any, depth: int) -> Any:
    if isinstance(value, list | tuple):
        return [plain_form(item, depth) for item in cast("list[Any]", value)]
    if isinstance(value, Set):
        return {"set": sorted((plain_form(item, depth) for item in cast("Any", value)), key=canonical_json)}
    if isinstance(value, Mapping):
        items = cast("Mapping[Any, Any]", value).items()
        pairs = [[plain_form(key, depth), plain_form(item, depth)] for key, item in items]
        return {"dict": sorted(pairs, key=canonical_json)}
    if isinstance(value, Bars):
        return {"bars": value.checksum}
    if isinstance(value, BaseModel):
        return {type(value).__qualname__: plain_form(dict(value), depth)}
    if is_dataclass(value) and not isinstance(value, type):
        record = {field.name: getattr(value, field.name) for field in fields(value)}
        return {type(value).__qualname__: plain_form(record, depth)}
    raise NotPlainError(type(value).__name__)


def _array(array: npt.NDArray[Any], depth: int) -> Any:
    if array.ndim == 0 and array.dtype.kind in "biuf":
        return plain_form(array.item(), depth + 1)
    if array.dtype.hasobject:
        raise NotPlainError("array of objects")
    content = hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()
    return {"array": [str(array.dtype), list(array.shape), content]}
