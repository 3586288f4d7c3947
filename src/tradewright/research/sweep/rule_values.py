"""The values of one axis of rules, sorted into classes that leave the structure of the rules alone.

Two values are of one class when they differ in nothing but numbers, and in none of them between zero and
not, or between whole and not: rules ask of numbers whether there are any costs at all, whether a trailing
stop starts at once, and whether a period was written. ``None``, ``2.0``, ``3.5``, ``"1atr"`` and ``"2atr"``
are of three classes.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel

from tradewright.engine.types import Floats
from tradewright.research.rule_words import rules_in_plain
from tradewright.research.sweep.rule_places import Path

IntArray = npt.NDArray[np.int64]

_LARGEST_EXACT = 2**53


class RuleValues:
    """The values of one axis.

    Attributes
    ----------
    name
        Of the axis.
    given
        The values as they were given.
    plain
        The values as plain data for each place that they are put at; the places are the keys.
    classes
        int64, the class of each value.
    numeric
        For each class, whether its values are plain numbers other than zero.
    numbers
        float64, each value that is a number; NaN for others.
    """

    def __init__(self, name: str, values: Sequence[Any], paths: Iterable[Path]) -> None:
        self.name = name
        self.given = values
        self.numbers: Floats = np.full(len(values), np.nan)
        self.classes: IntArray = np.zeros(len(values), np.int64)
        self.numeric: list[bool] = []
        plain: list[Any] = [value.item() if isinstance(value, np.generic) else value for value in values]
        self.plain: dict[Path, Sequence[Any]] = {path: _read(path, plain) for path in paths}
        if set(map(type, plain)) == {float}:
            self._sort_floats(plain)
        else:
            self._sort(plain)

    def _sort_floats(self, plain: Sequence[float]) -> None:
        """Sort many numbers at once: a sampled axis has one for every combination."""
        self.numbers = np.array(plain, np.float64)
        self.classes = (self.numbers == 0).astype(np.int64)
        self.numeric = [True, False]

    def _sort(self, plain: Sequence[Any]) -> None:
        codes: dict[Any, int] = {}
        for position, value in enumerate(plain):
            shapes = tuple(_shape_of(at[position]) for at in self.plain.values())
            code = self.classes[position] = codes.setdefault(shapes, len(codes))
            if code == len(self.numeric):
                self.numeric.append(_is_number(value) and value != 0)
            if self.numeric[code]:
                self.numbers[position] = value


def telling(numbers: Floats) -> list[int]:
    """Return where the least and the greatest of some numbers are, and the first with a fraction if any.

    Where bounds allow a range, they tell whether all are allowed. A NaN is both the least and the greatest.
    """
    fractions = np.flatnonzero(numbers != np.rint(numbers))[:1]
    return [int(np.argmin(numbers)), int(np.argmax(numbers)), *fractions.tolist()]


def _read(path: Path, values: Sequence[Any]) -> Sequence[Any]:
    """Return `values` with those in words as plain data."""
    if len(path) > 1 or not any(isinstance(value, str) for value in values):
        return values
    rule = str(next(iter(path)))
    return [rules_in_plain({rule: value})[rule] for value in values]


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return isinstance(value, float) or abs(value) <= _LARGEST_EXACT


def _shape_of(value: Any) -> Any:
    """Return what remains of plain data without its numbers; hashable."""
    if _is_number(value):
        return type(value), value == 0
    if isinstance(value, BaseModel):
        return type(value), _shape_of(value.model_dump(exclude_unset=True))
    if isinstance(value, Mapping):
        items = cast("Mapping[Any, Any]", value).items()
        return dict, tuple(sorted((str(key), repr(_shape_of(part))) for key, part in items))
    if isinstance(value, list | tuple):
        return list, tuple(_shape_of(part) for part in cast("Sequence[Any]", value))
    return type(value), repr(value)
