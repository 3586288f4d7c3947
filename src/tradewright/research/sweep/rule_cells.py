"""All combinations of one structure of rules: their records without building the rules of each.

Once the structure stands, a number sets fields of its own, and whether it may stand there depends on no
other number; the only exception are the shares of several targets, which must not add up to more than 1.
So each axis is tried alone, with the others at a first combination, and the fields it changes are written
into copies of that combination's record. Two nets lie under this: axes that change the same field, and a
combination far from the first one that comes out otherwise when it is built in full, make the cell build
the rules of every combination.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.core.errors import InputError
from tradewright.engine.terms import TERMS
from tradewright.engine.types import Floats
from tradewright.research.sweep.rule_values import IntArray, RuleValues, telling

Records = npt.NDArray[Any]  # of TERMS
Make = Callable[[Sequence[int]], Records]
Columns = dict[int, npt.NDArray[Any]]  # element -> its value in each row

_INTERIOR = 3  # numbers between least and greatest that are tried as well


class _NotAloneError(Exception):
    """What an axis sets depends on another one."""


# --------------------------------------------------------------------------- elements of a record


def _elements() -> tuple[list[tuple[str, int | None]], IntArray]:
    """Return the numbers that a record is made of, and to which of them each byte belongs (-1: none)."""
    elements: list[tuple[str, int | None]] = []
    owner = np.full(TERMS.itemsize, -1, np.int64)
    for name, (kind, start, *_) in (TERMS.fields or {}).items():
        length = kind.shape[0] if kind.shape else 1
        step = kind.itemsize // length
        for number in range(length):
            owner[start + number * step : start + (number + 1) * step] = len(elements)
            elements.append((name, number if kind.shape else None))
    return elements, owner


_ELEMENTS, _OWNER = _elements()


def _column(records: Records, element: int) -> npt.NDArray[Any]:
    """Return one element of all records, as a view."""
    name, number = _ELEMENTS[element]
    return records[name] if number is None else records[name][:, number]


def _changed(base: Records, records: Records) -> list[int]:
    """Return the elements in which any of `records` differs from `base`, bit for bit."""
    differs = (records.view(np.uint8).reshape(-1, TERMS.itemsize) != base.view(np.uint8)).any(axis=0)
    return [int(element) for element in np.unique(_OWNER[differs]) if element >= 0]


# --------------------------------------------------------------------------- one cell


class RuleCell:
    """The combinations of one structure.

    Parameters
    ----------
    make
        Builds the rules of one combination, given as an index for each axis, and returns their record;
        raises InputError where a single run would.
    axes
        The values of all axes.
    first
        A combination of this structure that occurs; shape ``(axes,)``.
    factors
        What a record may hold of a number instead of the number itself: the number times one of these.

    Raises
    ------
    InputError
        For a first combination that cannot be.
    """

    def __init__(
        self, make: Make, axes: Sequence[RuleValues], first: IntArray, factors: Sequence[float] = ()
    ) -> None:
        self.first = first
        self.base = make(first.tolist())
        self._make = make
        self._parts: list[_Part] = [
            _Numbers(self, part[0], axes[part[0]].numbers, (1.0, *factors))
            if len(part) == 1 and axes[part[0]].numeric[axes[part[0]].classes[first[part[0]]]]
            else _Listed(self, part)
            for part in _parts_of(axes)
        ]
        self._compared = False
        self._apart = True

    def records(self, rows: IntArray) -> Records:
        """Return the records of distinct combinations of this structure, shape ``(rows, axes)``.

        Raises
        ------
        InputError
            For a combination that cannot be.
        """
        if self._apart:
            try:
                return self._combined(rows)
            except _NotAloneError:
                self._apart = False
        return np.concatenate([self._make(row) for row in rows.tolist()])

    def probe(self, row: IntArray, axes: Sequence[int]) -> Records:
        """Return the record of the first combination with `axes` as in `row`, one that occurs."""
        alone = self.first.copy()
        alone[list(axes)] = row[list(axes)]
        try:
            return self._make(alone.tolist())
        except InputError:
            # `alone` itself need not occur: what is refused must be a combination that does.
            self._make(row.tolist())
            raise _NotAloneError from None

    def _combined(self, rows: IntArray) -> Records:
        records = np.repeat(self.base, len(rows))
        seen: set[int] = set()
        for part in self._parts:
            columns = part.columns(rows)
            if not seen.isdisjoint(columns):
                raise _NotAloneError
            seen.update(columns)
            for element, values in columns.items():
                _column(records, element)[:] = values
        if not self._compared:
            self._compare(rows, records)
        return records

    def _compare(self, rows: IntArray, records: Records) -> None:
        """Build the combination that has most in which it differs from the first, and compare."""
        away = (rows != self.first).sum(axis=1)
        farthest = int(np.argmax(away))
        if away[farthest] > 1:
            if _changed(self._make(rows[farthest].tolist()), records[farthest : farthest + 1]):
                raise _NotAloneError
            self._compared = True


def _parts_of(axes: Sequence[RuleValues]) -> Iterator[tuple[int, ...]]:
    """Return the axes one by one, but those of shares together."""
    shares = [number for number, axis in enumerate(axes) if any(path[-1] == "share" for path in axis.plain)]
    if shares:
        yield tuple(shares)
    yield from ((number,) for number in range(len(axes)) if number not in shares)


# --------------------------------------------------------------------------- what one axis sets


class _Listed:
    """Axes whose values, or pairs of values, are tried one by one."""

    def __init__(self, cell: RuleCell, axes: tuple[int, ...]) -> None:
        self._cell = cell
        self._axes = list(axes)
        self._place: dict[tuple[int, ...], int] = {}
        self._records: Records = cell.base[:0]
        self._set: list[int] = []

    def columns(self, rows: IntArray) -> Columns:
        """Return the elements that these axes set, and their values in each row."""
        keys = [tuple(row) for row in rows[:, self._axes].tolist()]
        found: list[Records] = []
        for position, key in enumerate(keys):
            if key not in self._place:
                found.append(self._cell.probe(rows[position], self._axes))
                self._place[key] = len(self._place)
        if found:
            self._records = np.concatenate([self._records, *found])
            self._set = _changed(self._cell.base, self._records)
        place = [self._place[key] for key in keys]
        return {element: _column(self._records, element)[place] for element in self._set}


class _Numbers:
    """An axis of plain numbers, which a record holds as they are (or times a factor), or not at all.

    Bounds allow a range of numbers, so that all may stand that lie between two that may; whole numbers
    apart, for which one with a fraction is tried. Numbers that are found to be held in another way, such as
    a period by the row of its column, are taken one by one.
    """

    def __init__(self, cell: RuleCell, axis: int, numbers: Floats, factors: Sequence[float]) -> None:
        self._cell = cell
        self._axis = axis
        self._numbers = numbers
        self._factors = factors
        self._tried: list[float] = [float(numbers[cell.first[axis]])]
        self._records: Records = cell.base
        self._held: dict[int, float] | None = {}

    def columns(self, rows: IntArray) -> Columns:
        """Return the elements that the numbers set, and their values in each row."""
        numbers = self._numbers[rows[:, self._axis]]
        self._try(rows, numbers)
        if self._held is None:
            return self._one_by_one.columns(rows)
        return {
            element: (numbers * factor).astype(_column(self._cell.base, element).dtype)
            for element, factor in self._held.items()
        }

    @cached_property
    def _one_by_one(self) -> _Listed:
        return _Listed(self._cell, (self._axis,))

    def _try(self, rows: IntArray, numbers: Floats) -> None:
        """Try the numbers that would tell of others, and learn how records hold them."""
        if self._held is None:
            return
        found: list[Records] = []
        for position in self._telling(numbers):
            if numbers[position] not in self._tried:
                found.append(self._cell.probe(rows[position], [self._axis]))
                self._tried.append(float(numbers[position]))
        if found:
            self._records = np.concatenate([self._records, *found])
            self._held = self._learnt()

    def _telling(self, numbers: Floats) -> Iterator[int]:
        """Return where numbers stand that those tried do not tell of, and at first some between."""
        least, greatest = min(self._tried), max(self._tried)
        whole = all(number == np.rint(number) for number in self._tried)
        for position in telling(numbers):
            number = numbers[position]
            if not least <= number <= greatest or (whole and number != np.rint(number)):
                yield position
        if len(self._tried) < _INTERIOR:
            yield from np.linspace(0, len(numbers) - 1, _INTERIOR + 2, dtype=np.int64)[1:-1].tolist()

    def _learnt(self) -> dict[int, float] | None:
        """Return the factor by which each changed element holds the numbers; None when there is none."""
        tried = np.array(self._tried)
        held: dict[int, float] = {}
        for element in _changed(self._cell.base, self._records):
            values = _column(self._records, element)
            fitting = [factor for factor in self._factors if np.array_equal(tried * factor, values)]
            if not fitting:
                return None
            held[element] = fitting[0]
        return held


_Part = _Listed | _Numbers
