"""The operands of many plans on one series, computed once, in the form that compiled code compares."""

from collections.abc import Iterable, Sequence
from threading import Lock

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import Bars
from tradewright.kernels.bits import WORD, Words, packed, words_for
from tradewright.kernels.word_compare import LANES
from tradewright.strategy.columns import Columns
from tradewright.strategy.plan import Constant, Operand, StateValue

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

_AT_A_TIME = 32  # operands whose modules' other outputs are kept while they are asked for


class BankFullError(Exception):
    """More operands are asked for than the bank has room for."""


class Bank:
    """Rows of columns, and fixed numbers.

    Rows stay where they are once they are made, so several threads may read while one adds. Memory is
    taken from the system as rows are filled, not before.

    Parameters
    ----------
    most
        Columns that there is room for.

    Attributes
    ----------
    columns
        ``(most, 64 * words)`` float64; NaN beyond the last bar.
    known
        ``(most, words)``: where a column has a value.
    constants
        ``(most fixed numbers, LANES)``.
    infinite
        Rows with an infinite value, which the comparison of words does not know.
    """

    def __init__(self, bars: Bars, most: int, most_constants: int = 4096) -> None:
        self.bars = bars
        words = words_for(len(bars))
        self.columns: Floats = np.empty((most, words * WORD))
        self.known: Words = np.empty((most, words), np.uint64)
        self.constants: Floats = np.empty((most_constants, LANES))
        self.infinite: set[int] = set()
        self._rows: dict[Operand, int] = {}
        self._numbers = 0
        self._lock = Lock()

    @property
    def used(self) -> int:
        """How many columns are in it."""
        return len(self._rows) - self._numbers

    def rows_of(self, operands: Sequence[Operand]) -> Numbers:
        """Return the row of each operand, below 0 for fixed number ``-1 - row``.

        Raises
        ------
        BankFullError
            When they do not all fit; those that were made before stay.
        """
        missing = [operand for operand in operands if operand not in self._rows]
        if missing:
            with self._lock:
                self._add([operand for operand in missing if operand not in self._rows])
        return np.array([self._rows[operand] for operand in operands], np.int64)

    def values_of(self, operand: Operand) -> Floats:
        """Return the values of an operand at every bar."""
        row = int(self.rows_of([operand])[0])
        if row < 0:
            return np.full(len(self.bars), self.constants[-1 - row, 0])
        return self.columns[row, : len(self.bars)]

    def _add(self, operands: Iterable[Operand]) -> None:
        columns, asked = Columns(self.bars), 0
        for operand in dict.fromkeys(operands):
            if isinstance(operand, Constant | StateValue):
                self._add_number(operand, float(columns.array(operand)[0]))
                continue
            if self.used == len(self.columns):
                raise BankFullError
            if asked == _AT_A_TIME:
                columns, asked = Columns(self.bars), 0
            asked += 1
            self._add_column(operand, columns.array(operand))

    def _add_number(self, operand: Operand, value: float) -> None:
        if self._numbers == len(self.constants):
            raise BankFullError
        self.constants[self._numbers] = value
        self._numbers += 1
        self._rows[operand] = -self._numbers

    def _add_column(self, operand: Operand, values: Floats) -> None:
        row = self.used
        self.columns[row, : values.size] = values
        self.columns[row, values.size :] = np.nan
        unknown = np.isnan(values)
        self.known[row] = packed(~unknown)
        if np.isinf(values).any():
            self.infinite.add(row)
        self._rows[operand] = row
