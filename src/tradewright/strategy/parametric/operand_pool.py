"""Operands for many rows: each is made once per distinct set of numbers in it, and equal ones are one."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod

import numpy as np

from tradewright.core.errors import InputError
from tradewright.strategy.parametric.bound import IntArray
from tradewright.strategy.parametric.operand_numbers import with_numbers
from tradewright.strategy.parametric.row_codes import codes_of
from tradewright.strategy.parametric.sources import Floats, Source
from tradewright.strategy.plan import Operand

# So many numbers of operands are kept per kind of operand, and so many operands in all: some 50 MB.
_LARGEST_TABLE = 2**20
_MOST_KEPT = 2**16

_NONE = -1


@dataclass(frozen=True, slots=True)
class OperandKind:
    """An operand whose numbers come from `sources`; two with equal frames and sources are the same."""

    frame: Hashable
    sources: tuple[Source, ...]
    example: Operand = field(compare=False)

    @property
    def axes(self) -> tuple[str, ...]:
        """The axes it depends on."""
        return tuple(dict.fromkeys(source.axis for source in self.sources if source.axis is not None))


class RefusedRowError(Exception):
    """The module of an operand refuses the parameters of a row."""

    def __init__(self, row: int, why: InputError) -> None:
        super().__init__(str(why))
        self.row = row
        self.why = why


class OperandPool:
    """All operands made so far, by number."""

    def __init__(self, axes: Mapping[str, Floats]) -> None:
        self._axes = axes
        self._numbers: dict[Operand, int] = {}
        self._tables: dict[OperandKind, IntArray] = {}
        self.operands: list[Operand] = []

    def tidy(self) -> None:
        """Forget everything when it has become too much; to be called between rows that belong together."""
        if len(self.operands) > _MOST_KEPT:
            self._numbers, self._tables, self.operands = {}, {}, []

    def numbers(self, kind: OperandKind, rows: Mapping[str, IntArray]) -> IntArray:
        """Return the number of the operand in each row, ``(rows,)``; ``(1,)`` where it is always the same.

        Raises
        ------
        RefusedRowError
            When a module does not take what a row gives it.
        """
        if not kind.axes:
            return np.array([self._number(kind.example)], np.int64)
        sizes = [len(self._axes[axis]) for axis in kind.axes]
        codes = codes_of([rows[axis] for axis in kind.axes], sizes)
        if prod(sizes) > _LARGEST_TABLE:
            _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
            return self._made(kind, rows, first)[inverse]
        table = self._table(kind, prod(sizes))
        found = table[codes]
        if (found == _NONE).any():
            self._add(table, kind, rows, codes)
            found = table[codes]
        return found

    def _table(self, kind: OperandKind, size: int) -> IntArray:
        if kind not in self._tables:
            self._tables[kind] = np.full(size, _NONE, np.int64)
        return self._tables[kind]

    def _add(self, table: IntArray, kind: OperandKind, rows: Mapping[str, IntArray], codes: IntArray) -> None:
        """Make the operands that `codes` lack; of the rows that share one, the first stands for all."""
        where = np.full(len(table), _NONE, np.int64)
        where[codes[::-1]] = np.arange(len(codes))[::-1]
        missing = np.flatnonzero((where != _NONE) & (table == _NONE))
        table[missing] = self._made(kind, rows, where[missing])

    def _made(self, kind: OperandKind, rows: Mapping[str, IntArray], which: IntArray) -> IntArray:
        """Make the operands of the rows `which`."""
        columns = [self._column(source, rows, which) for source in kind.sources]
        made = np.empty(len(which), np.int64)
        for place, numbers in enumerate(zip(*columns, strict=True)):
            try:
                made[place] = self._number(with_numbers(kind.example, numbers))
            except InputError as why:
                raise RefusedRowError(int(which[place]), why) from why
        return made

    def _column(self, source: Source, rows: Mapping[str, IntArray], which: IntArray) -> Sequence[float]:
        if source.axis is None:
            return [source.fixed] * len(which)
        return source.of(self._axes[source.axis][rows[source.axis][which]]).tolist()

    def _number(self, operand: Operand) -> int:
        number = self._numbers.setdefault(operand, len(self.operands))
        if number == len(self.operands):
            self.operands.append(operand)
        return number
