"""Axes of a picture: the places along one, what stands at them, and which each row has."""

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Column = npt.NDArray[Any]

NONE = "none"
# Beyond, places are narrower than a pixel.
_MOST_PLACES = 600
_MEASURE = re.compile(
    r"(?P<head>(?:[a-z_]+:)?)(?P<number>[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)(?P<tail>%|[a-z]*)",
    re.ASCII,
)
# Up to so many values are written to the last digit that tells.
_EXACT = 5


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One axis.

    Attributes
    ----------
    labels
        What stands at each place.
    numbers
        The value at each place, NaN where it is no number.
    place
        ``(rows,)``: where each row stands.
    bins
        How many equal parts of the range the places are; 0 when each is a value.
    """

    name: str
    labels: tuple[str, ...]
    numbers: Floats
    place: IntArray
    bins: int = 0

    @property
    def numeric(self) -> bool:
        """Whether all places are numbers."""
        return bool(np.isfinite(self.numbers).all())


def line_of(name: str, column: Column, most: int = _MOST_PLACES) -> Line:
    """Return the axis of a column: its values in order, or parts of its range where they are too many.

    Parameters
    ----------
    column
        ``(rows,)`` of numbers, or of objects: words, flags and None, which come before the numbers. Texts
        that differ in a number alone (``1.5atr``) are numbers, and what is around them goes to the name.
    """
    name, column = _without_unit(name, column)
    numbers = _numbers(column)
    if np.isnan(numbers).all():
        return _of_words(name, column)
    if np.unique(numbers[np.isfinite(numbers)]).size > most:
        return _of_parts(name, numbers, most)
    return _of_values(name, column, numbers)


def written(values: Floats) -> list[str]:
    """Write axis values as short as they can be told apart; of very many, only about."""
    span = float(np.ptp(values)) if values.size else 0.0
    if values.size <= _EXACT or span == 0 or (values == np.rint(values)).all():
        texts = [f"{value:.6g}" for value in values.tolist()]
    else:
        decimals = max(0, 2 - math.floor(math.log10(span)))
        texts = [f"{value:.{decimals}f}" for value in values.tolist()]
    return [text.replace("-", "\N{MINUS SIGN}", 1) if text.startswith("-") else text for text in texts]


def _without_unit(name: str, column: Column) -> tuple[str, Column]:
    """Return texts that differ in a number alone as these numbers; other columns as they are."""
    values = set(column.tolist()) - {None} if column.dtype == object else set[Any]()
    found = {value: _MEASURE.fullmatch(value) if isinstance(value, str) else None for value in values}
    parts = {(match["head"], match["tail"]) if match else None for match in found.values()}
    if len(parts) != 1 or None in parts:
        return name, column
    numbers = {value: float(match["number"]) for value, match in found.items() if match}
    unit = "".join(part for both in parts if both for part in both)
    plain = np.empty(column.size, object)
    plain[:] = [numbers.get(value) for value in column.tolist()]
    return f"{name}, {unit}" if unit else name, plain


def _numbers(column: Column) -> Floats:
    if column.dtype.kind in "iuf":
        return column.astype(np.float64)
    if column.dtype.kind == "b":
        return np.full(column.size, np.nan)
    kept = [float(v) if isinstance(v, int | float) and not isinstance(v, bool) else np.nan for v in column]
    return np.array(kept, np.float64)


def _of_words(name: str, column: Column) -> Line:
    texts = [_word(value) for value in column.tolist()]
    places: dict[str, int] = {}
    place = np.array([places.setdefault(text, len(places)) for text in texts], np.int64)
    return Line(name, tuple(places), np.full(len(places), np.nan), place)


def _of_values(name: str, column: Column, numbers: Floats) -> Line:
    """Return words and None first, in the order of their appearance, and then the numbers, rising."""
    isword = np.isnan(numbers)
    words = _of_words(name, column[isword])
    values, which = np.unique(numbers[~isword], return_inverse=True)
    place = np.empty(column.size, np.int64)
    place[isword], place[~isword] = words.place, which + len(words.labels)
    labels = (*words.labels, *written(values))
    return Line(name, labels, np.concatenate([words.numbers, values]), place)


def _of_parts(name: str, numbers: Floats, parts: int) -> Line:
    finite = numbers[np.isfinite(numbers)]
    low, high = float(finite.min()), float(finite.max())
    edges = low + np.arange(parts + 1) / parts * (high - low)
    middles = (edges[1:] + edges[:-1]) / 2
    # Rows without a number have a place before all parts.
    lost = int(np.isnan(numbers).any())
    place = np.clip(np.searchsorted(edges, numbers, side="right") - 1, 0, parts - 1) + lost
    place[np.isnan(numbers)] = 0
    labels = (*[NONE] * lost, *written(middles))
    return Line(name, labels, np.concatenate([[np.nan] * lost, middles]), place.astype(np.int64), parts)


def _word(value: object) -> str:
    return NONE if value is None or (isinstance(value, float) and np.isnan(value)) else str(value)
