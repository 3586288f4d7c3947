"""Axes, and what every space of combinations can tell."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.core.errors import InputError

IntArray = npt.NDArray[np.int64]
Column = npt.NDArray[Any]
# So many numbers at a time are looked through, 0.5 MB a column.
BLOCK = 65_536


@dataclass(frozen=True, slots=True)
class Axis:
    """One name and the values that it goes through, in their order."""

    name: str
    values: tuple[Any, ...]


class Space(ABC):
    """Numbered combinations of axis values; none of them is made before it is asked for."""

    axes: tuple[Axis, ...]
    size: int

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the axes, in order."""
        return tuple(axis.name for axis in self.axes)

    @abstractmethod
    def index(self, numbers: IntArray) -> dict[str, IntArray]:
        """Return where in its axis each value of the combinations `numbers` stands: ``(rows,)`` each.

        Raises
        ------
        IndexError
            For a number that is none of ``0 .. size - 1``.
        """

    @abstractmethod
    def to_dict(self) -> dict[str, Any]:
        """Return what decides the combinations and their numbers as plain data, for fingerprints."""

    def values(self, numbers: IntArray) -> dict[str, Column]:
        """Return the values of the combinations `numbers`, ``(rows,)`` each.

        Whole numbers are int64, numbers with decimals float64, flags bool, anything else objects.
        """
        return {name: self._columns[name][places] for name, places in self.index(numbers).items()}

    def combination(self, number: int) -> dict[str, Any]:
        """Return the values of one combination as plain Python."""
        index = self.index(np.array([number], np.int64))
        return {axis.name: axis.values[int(index[axis.name][0])] for axis in self.axes}

    @cached_property
    def _columns(self) -> dict[str, Column]:
        return {axis.name: column_of(axis.values) for axis in self.axes}

    def _within(self, numbers: IntArray) -> IntArray:
        if numbers.size and not (numbers.min() >= 0 and numbers.max() < self.size):
            raise IndexError(f"combinations are numbered from 0 to {self.size - 1}")
        return numbers


def column_of(values: Sequence[Any]) -> Column:
    """Return `values` as the narrowest kind of array that keeps them what they are."""
    kinds: set[type] = {type(value) for value in values}
    if kinds == {bool}:
        return np.array(values, np.bool_)
    if kinds == {int}:
        return np.array(values, np.int64)
    if kinds <= {int, float}:
        return np.array(values, np.float64)
    column = np.empty(len(values), object)
    for place, value in enumerate(values):  # one by one: a value may be a sequence itself
        column[place] = value
    return column


def require_axes(given: Mapping[str, Any]) -> None:
    """Refuse a grid that has no axis, or one without a name.

    Raises
    ------
    InputError
        ``E_GRID``.
    """
    # Callers without a type checker pass anything.
    mapping: Any = given
    if not isinstance(mapping, Mapping) or not given:
        what = "there is no axis." if isinstance(mapping, Mapping) else "the grid is no mapping."
        raise InputError(
            "E_GRID", what, fix="Name what to go through, for instance grid={'fast': range(5, 51, 5)}."
        )
    for name in given:
        if not isinstance(name, str) or not name.strip():  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InputError(
                "E_GRID", f"an axis is called {name!r}.", fix="Name a parameter, a rule, or instrument."
            )
