"""What a search may choose: one dimension for each parameter, and points among them.

A *point* is a row of float64, one number for each dimension: the position among a choice's values, or
the value itself between two bounds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import floor, log10, prod
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from tradewright.research.sweep.combinations.axes import column_of

Points: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]

# Part of a range that counts as next to a value, where the asker named no step.
NEAR = 0.05
# Decimals of a number between two bounds, after the first digit of their distance.
_FINE = 6
# All neighbours up to this many; beyond, one dimension is moved at a time.
_MOST_NEIGHBOURS = 243


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values; `step` is how many values further counts as the next one."""

    name: str
    values: tuple[Any, ...]
    step: int = 1

    @property
    def ordered(self) -> bool:
        """Whether the values are numbers that rise or fall, so that near positions mean near values."""
        if not all(map(is_number, self.values)):
            return False
        steps = np.sign(np.diff(np.array(self.values, np.float64)))
        return bool((steps == 1).all() or (steps == -1).all())

    def value(self, at: float) -> Any:
        """Return the value at a position."""
        return self.values[int(at)]

    def near(self, at: float) -> list[float]:
        """Return the positions one step below and above; a word or None has no neighbours."""
        ranks = sorted((i for i, v in enumerate(self.values) if is_number(v)), key=self.values.__getitem__)
        if int(at) not in ranks:
            return []
        here = ranks.index(int(at))
        return [float(ranks[i]) for i in (here - self.step, here + self.step) if 0 <= i < len(ranks)]


@dataclass(frozen=True, slots=True)
class Between:
    """Any number from `low` to `high`, both included; with words around it a text such as ``1.5atr``."""

    name: str
    low: float
    high: float
    head: str = ""
    tail: str = ""

    def value(self, at: float) -> Any:
        """Return what the scorer is given for a number: as many digits as matter, to be read and typed."""
        length = self.high - self.low
        digits = _FINE - floor(log10(length)) if length > 0 else _FINE
        number = min(max(round(float(at), digits), self.low), self.high)
        return f"{self.head}{number!r}{self.tail}" if self.head or self.tail else number

    def near(self, at: float) -> list[float]:
        """Return the values 5 % of the range below and above, where the range reaches."""
        away = NEAR * (self.high - self.low)
        return [value for value in (at - away, at + away) if self.low <= value <= self.high]


Dimension: TypeAlias = Choice | Between


@dataclass(frozen=True)
class SearchSpace:
    """All dimensions of a search."""

    dimensions: tuple[Dimension, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the parameters, in the order of a point's numbers."""
        return tuple(dimension.name for dimension in self.dimensions)

    @cached_property
    def size(self) -> int | None:
        """How many combinations there are; None when a dimension is continuous."""
        if any(isinstance(dimension, Between) for dimension in self.dimensions):
            return None
        return prod(len(dimension.values) for dimension in self.dimensions if isinstance(dimension, Choice))

    def columns(self, points: Points) -> dict[str, npt.NDArray[Any]]:
        """Return each parameter's values; shape ``(n,)`` each, of objects where they are not numbers."""
        out: dict[str, npt.NDArray[Any]] = {}
        for i, dimension in enumerate(self.dimensions):
            axis, which = _axis_of(dimension, points[:, i])
            out[dimension.name] = column_of(axis)[which]
        return out

    def measures(self, points: Points) -> dict[str, npt.NDArray[Any]]:
        """Return :meth:`columns`, where what lies between two bounds is a number without words around it."""
        columns = self.columns(points)
        between = {one.name: i for i, one in enumerate(self.dimensions) if isinstance(one, Between)}
        return columns | {name: points[:, i] for name, i in between.items()}

    def axes_of(self, points: Points) -> tuple[Mapping[str, Sequence[Any]], dict[str, IntArray]]:
        """Return the values of each parameter and, for each point, which of them it takes.

        Without a continuous dimension the values are the same object every time.
        """
        found = [_axis_of(dimension, points[:, i]) for i, dimension in enumerate(self.dimensions)]
        pairs = list(zip(self.names, found, strict=True))
        axes = {name: values for name, (values, _) in pairs} if self.size is None else self._choices
        return axes, {name: which for name, (_, which) in pairs}

    @cached_property
    def _choices(self) -> Mapping[str, Sequence[Any]]:
        return {one.name: one.values for one in self.dimensions if isinstance(one, Choice)}

    def params(self, point: Points) -> dict[str, Any]:
        """Return one point, shape ``(d,)``, as parameter -> plain value."""
        pairs = zip(self.dimensions, point, strict=True)
        return {dimension.name: dimension.value(float(at)) for dimension, at in pairs}

    def around(self, point: Points) -> Points:
        """Return the points one step away, itself left out: in all directions, or in one at a time if many.

        Parameters
        ----------
        point
            Shape ``(d,)``.

        Returns
        -------
        Points
            Shape ``(m, d)``.
        """
        near = [dimension.near(float(at)) for dimension, at in zip(self.dimensions, point, strict=True)]
        if prod(1 + len(values) for values in near) <= _MOST_NEIGHBOURS:
            ways = product(*([float(at), *values] for at, values in zip(point, near, strict=True)))
            return np.array(list(ways), np.float64).reshape(-1, len(self.dimensions))[1:]
        moved = [(i, value) for i, values in enumerate(near) for value in values]
        out = np.repeat(point[None, :], len(moved), axis=0)
        for row, (i, value) in enumerate(moved):
            out[row, i] = value
        return out


def is_number(value: Any) -> bool:
    """Say whether a value is a plain number; True and False are words."""
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)


def _axis_of(dimension: Dimension, column: Points) -> tuple[Sequence[Any], IntArray]:
    """Return the values of a dimension and, for each number of `column`, which of them it stands for."""
    if isinstance(dimension, Choice):
        return dimension.values, column.astype(np.int64)
    values, which = np.unique(column, return_inverse=True)
    return [dimension.value(value) for value in values.tolist()], which.astype(np.int64)
