"""One shape of a document: which of its numbers come from which axis, found by compiling a few rows.

How it is found: a number of the plan starts with every source that could have made it; each further
compiled row strikes those that would have made another. What is left over agrees on every row there is,
because a row on which two sources differ is compiled as well. Nothing is assumed of a document but that
its numbers are made in one of the ways that `sources` names, and every compiled row checks that.

What a single run refuses, it refuses for values beyond some limit, or for broken numbers. So when the
lowest and highest values of an axis compile, whole and broken ones apart, those between do too; what has to
fit together (parameters of a module, ends of a range) is looked at in every row.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from tradewright.core.errors import InputError
from tradewright.strategy.parametric.bound import IntArray
from tradewright.strategy.parametric.reading import Layout, Reading
from tradewright.strategy.parametric.row_codes import present
from tradewright.strategy.parametric.sources import Floats, Source, possible_sources, ways_to_make

Sample = Mapping[str, int]
Rows = Mapping[str, IntArray]
Read = Callable[[Sample], Reading]


class UnforeseenShapeError(Exception):
    """A row did not compile to the shape, or to the numbers, that others of its kind led to expect."""


class Template:
    """A plan with the source of each of its numbers.

    Parameters
    ----------
    read
        Compiles one combination.
    axes
        The distinct values of each axis, ascending.
    allowed
        Which of them lead to this shape, per axis.
    first
        A combination that has it; what is wrong with it is raised.
    """

    def __init__(self, read: Read, axes: Mapping[str, Floats], allowed: Rows, first: Sample) -> None:
        self._read = read
        self._axes = axes
        self._allowed = allowed
        self._checked: dict[tuple[str, bool], tuple[float, float]] = {}
        self.example: Reading = read(first)
        self._mark(first)
        sample = self._values(first)
        ways = ways_to_make(self.example.operands)
        self._sources = [possible_sources(number, sample, ways) for number in self.example.numbers]
        self._learn(first)

    @property
    def layout(self) -> Layout:
        """The shape."""
        return self.example.layout

    @property
    def sources(self) -> Sequence[Source]:
        """Where each number comes from; of several that agree on all covered rows the simplest."""
        return [sources[0] for sources in self._sources]

    def cover(self, rows: Rows) -> None:
        """Compile the rows that are needed to be sure of all.

        Raises
        ------
        InputError
            When one of them is refused, as a single run is.
        UnforeseenShapeError
            When one does not fit in.
        """
        for axis, index in rows.items():
            for value in self._ends(axis, present(index, len(self._axes[axis]))):
                if not self._is_checked(axis, value):
                    self.compile(rows, int(np.argmax(index == value)))
        self._settle(rows)
        self._check_ranges(rows)

    def compile(self, rows: Rows, row: int) -> None:
        """Compile one row: raise what is wrong with it, or learn from it."""
        sample = {axis: int(index[row]) for axis, index in rows.items()}
        self._fit(self._read(sample), sample)

    # ------------------------------------------------------------------ learning

    def _learn(self, first: Sample) -> None:
        """Change one axis at a time; a combination that is refused may be one that nobody asked for."""
        for axis, allowed in self._allowed.items():
            for value in self._ends(axis, allowed):
                sample = {**first, axis: value}
                try:
                    reading = self._read(sample)
                except InputError:
                    continue
                self._fit(reading, sample)

    def _fit(self, reading: Reading, sample: Sample) -> None:
        if reading.layout != self.layout:
            raise UnforeseenShapeError
        values = self._values(sample)
        pairs = zip(self._sources, reading.numbers, strict=True)
        left = [tuple(source for source in found if source.at(values) == number) for found, number in pairs]
        if not all(left):
            raise UnforeseenShapeError
        self._sources = left
        self._mark(sample)

    def _settle(self, rows: Rows) -> None:
        """Compile rows on which two sources of one number differ, until none do."""
        for number in range(len(self._sources)):
            while (row := self._dispute(self._sources[number], rows)) is not None:
                self.compile(rows, row)

    def _dispute(self, sources: Sequence[Source], rows: Rows) -> int | None:
        if len(sources) == 1:
            return None
        first, *others = (self.numbers(source, rows) for source in sources)
        for other in others:
            differs = np.flatnonzero(first != other)
            if differs.size:
                return int(differs[0])
        return None

    # ------------------------------------------------------------------ checking

    def _check_ranges(self, rows: Rows) -> None:
        """Compile a row whose low end stands above its high end: reading refuses it."""
        for low, high in self.layout.ranges:
            sources = self._sources[low][0], self._sources[high][0]
            if all(source.axis is None for source in sources):
                continue
            ends = [self.numbers(source, rows) for source in sources]
            wrong = np.flatnonzero(ends[0] > ends[1])
            if wrong.size:
                self.compile(rows, int(wrong[0]))

    def numbers(self, source: Source, rows: Rows) -> Floats:
        """Return what `source` makes in each row, shape ``(rows,)``; ``(1,)`` for what is always the same."""
        if source.axis is None:
            return np.array([source.fixed], np.float64)
        return source.of(self._axes[source.axis])[rows[source.axis]]

    def _ends(self, axis: str, among: IntArray) -> Iterator[int]:
        """Return which of the values are the lowest and the highest, whole and broken ones apart."""
        values = self._axes[axis][among]
        whole = values == np.floor(values)
        for part in (among[whole], among[~whole]):
            if part.size:
                yield from {
                    int(part[self._axes[axis][part].argmin()]),
                    int(part[self._axes[axis][part].argmax()]),
                }

    def _is_checked(self, axis: str, value: int) -> bool:
        number = float(self._axes[axis][value])
        low, high = self._checked.get((axis, number.is_integer()), (np.inf, -np.inf))
        return low <= number <= high

    def _mark(self, sample: Sample) -> None:
        """Note that these values compile; with any two of a kind do those between."""
        for axis, number in self._values(sample).items():
            kind = axis, number.is_integer()
            low, high = self._checked.get(kind, (number, number))
            self._checked[kind] = min(low, number), max(high, number)

    def _values(self, sample: Sample) -> dict[str, float]:
        return {axis: float(self._axes[axis][index]) for axis, index in sample.items()}
