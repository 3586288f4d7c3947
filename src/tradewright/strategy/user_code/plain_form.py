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
_LARGEST = 2_000_000
_WRITTEN = (date, datetime, time, timedelta, Decimal, PurePath)


class NotPlainError(Exception):
    """Something that has no plain form; the message names its type."""


def plain_form(value: Any) -> Any:
    """Return numbers, text, lists, dicts, arrays, records and bars as plain data without NaN.

    Arrays stand for themselves by type, shape and SHA-256; dicts and sets are put in order. What is held
    in several places is read once and stands in each of them.

    Raises
    ------
    NotPlainError
        For anything else, what is nested deeper than 40, and what has more than 2,000,000 values.
    """
    return _Reading().form(value, 0)


class _Reading:
    """One object on its way to plain data: how many values it has so far, and which parts were read."""

    def __init__(self) -> None:
        self._count = 0
        # By identity and depth; the part is kept with its form, so that no other takes its identity.
        self._read: dict[tuple[int, int], tuple[Any, Any, int]] = {}

    def form(self, value: Any, depth: int) -> Any:
        if depth > _DEEPEST:
            raise NotPlainError("nested too deeply")
        self._add(1)
        if isinstance(value, Enum):
            return {"enum": f"{type(value).__qualname__}.{value.name}"}
        if value is None or isinstance(value, bool | str | int):
            return value
        if isinstance(value, float):
            return value if math.isfinite(value) else {"float": repr(value)}
        if isinstance(value, np.ndarray | np.generic):
            return self._array(np.asarray(cast("Any", value)), depth)
        if isinstance(value, _WRITTEN):
            return {type(value).__name__: str(value)}
        return self._once(value, depth + 1)

    def _add(self, values: int) -> None:
        self._count += values
        if self._count > _LARGEST:
            raise NotPlainError(f"more than {_LARGEST:,} values")

    def _once(self, value: Any, depth: int) -> Any:
        known = self._read.get((id(value), depth))
        if known is not None:
            self._add(known[2])
            return known[1]
        before = self._count
        found = self._of_parts(value, depth)
        self._read[id(value), depth] = value, found, self._count - before
        return found

    def _of_parts(self, value: Any, depth: int) -> Any:
        if isinstance(value, list | tuple):
            return [self.form(item, depth) for item in cast("list[Any]", value)]
        if isinstance(value, Set):
            return {
                "set": sorted((self.form(item, depth) for item in cast("Any", value)), key=canonical_json)
            }
        if isinstance(value, Mapping):
            items = cast("Mapping[Any, Any]", value).items()
            pairs = [[self.form(key, depth), self.form(item, depth)] for key, item in items]
            return {"dict": sorted(pairs, key=_key_of)}
        if isinstance(value, Bars):
            return {"bars": value.checksum}
        if isinstance(value, BaseModel):
            return {type(value).__qualname__: self.form(dict(value), depth)}
        if is_dataclass(value) and not isinstance(value, type):
            record = {field.name: getattr(value, field.name) for field in fields(value)}
            return {type(value).__qualname__: self.form(record, depth)}
        raise NotPlainError(type(value).__name__)

    def _array(self, array: npt.NDArray[Any], depth: int) -> Any:
        if array.ndim == 0 and array.dtype.kind in "biuf":
            return self.form(array.item(), depth + 1)
        if array.dtype.hasobject:
            raise NotPlainError("array of objects")
        content = hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()
        return {"array": [str(array.dtype), list(array.shape), content]}


def _key_of(pair: list[Any]) -> str:
    return canonical_json(pair[0])
