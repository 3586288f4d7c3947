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
        # Rows that nothing is in: those that were given up, then those that never were used.
        self._given_up: list[int] = []
        self._next = self._next_constant = 0
        self._lock = Lock()

    @property
    def used(self) -> int:
        """How many columns are in it."""
        return self._next - len(self._given_up)

    def rows_of(self, operands: Sequence[Operand]) -> Numbers:
        """Return the row of each operand, below 0 for fixed number ``-1 - row``.

        Raises
        ------
        BankFullError
            When they do not all fit; then none of those that were missing is made.
        """
        if any(operand not in self._rows for operand in operands):
            with self._lock:
                self._add(list(dict.fromkeys(one for one in operands if one not in self._rows)))
        return np.array([self._rows[operand] for operand in operands], np.int64)

    def values_of(self, operand: Operand) -> Floats:
        """Return the values of an operand at every bar."""
        row = int(self.rows_of([operand])[0])
        if row < 0:
            return np.full(len(self.bars), self.constants[-1 - row, 0])
        return self.columns[row, : len(self.bars)]

    def keep_only(self, operands: Iterable[Operand]) -> None:
        """Give up the rows of all others, where nobody else reads them."""
        wanted = set(operands)
        for operand in [one for one in self._rows if one not in wanted]:
            row = self._rows[operand]
            if row >= 0:
                del self._rows[operand]
                self._given_up.append(row)
                self.infinite.discard(row)
        fixed = [operand for operand, row in self._rows.items() if row < 0]
        if len(fixed) == len(self.constants) or any(one not in wanted for one in fixed):
            for operand in fixed:
                del self._rows[operand]
            self._next_constant = 0

    def _add(self, operands: Sequence[Operand]) -> None:
        """Make the rows of operands that have none."""
        numbers = [operand for operand in operands if is_fixed(operand)]
        free = len(self.columns) - self.used
        if len(operands) - len(numbers) > free or len(numbers) > len(self.constants) - self._next_constant:
            raise BankFullError
        columns, asked = Columns(self.bars), 0
        for operand in operands:
            if is_fixed(operand):
                self._add_number(operand, float(columns.array(operand)[0]))
                continue
            if asked == _AT_A_TIME:
                columns, asked = Columns(self.bars), 0
            asked += 1
            self._add_column(operand, columns.array(operand))

    def _add_number(self, operand: Operand, value: float) -> None:
        self.constants[self._next_constant] = value
        self._next_constant += 1
        self._rows[operand] = -self._next_constant

    def _add_column(self, operand: Operand, values: Floats) -> None:
        row = self._given_up.pop() if self._given_up else self._next
        self._next = max(self._next, row + 1)
        self.columns[row, : values.size] = values
        self.columns[row, values.size :] = np.nan
        self.known[row] = packed(~np.isnan(values))
        if np.isinf(values).any():
            self.infinite.add(row)
        self._rows[operand] = row


def is_fixed(operand: Operand) -> bool:
    """Say whether an operand is a number that no bar changes."""
    return isinstance(operand, Constant | StateValue)
