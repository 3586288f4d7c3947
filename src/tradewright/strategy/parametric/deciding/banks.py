"""Which bank serves which rows: one for all threads while there is room, else one of each thread's own."""

from collections.abc import Iterator
from threading import local

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import Bars
from tradewright.strategy.parametric.bound import BoundRows
from tradewright.strategy.parametric.deciding.bank import Bank, BankFullError, is_fixed
from tradewright.strategy.plan import Operand

Numbers = npt.NDArray[np.int64]


class Banks:
    """The banks of a sweep on one series.

    A sweep whose columns all fit computes each once. Of one whose columns do not, each thread takes rows
    together that share columns, as many as its own bank has room for, and gives up what the next do not need.

    Parameters
    ----------
    common, own
        Columns that the bank of all threads, and that of each thread, has room for.
    """

    def __init__(self, bars: Bars, common: int, own: int) -> None:
        self._bars, self._own_size = bars, own
        self.common = Bank(bars, common)
        self._own = local()

    def parts(self, bound: BoundRows, rows: Numbers) -> Iterator[tuple[Numbers | None, Bank]]:
        """Yield parts of `rows` (positions in it, None for all) and the bank that has what they compare.

        What a bank has of one part is good until the next is asked for.

        Raises
        ------
        BankFullError
            When the columns of a single row do not fit.
        """
        numbers = _needed(bound, rows)
        try:
            self.common.rows_of([bound.operands[number] for number in _present(numbers)])
        except BankFullError:
            yield from self._in_turn(bound, numbers)
        else:
            yield None, self.common

    def _in_turn(self, bound: BoundRows, numbers: Numbers) -> Iterator[tuple[Numbers, Bank]]:
        bank = self._bank_of_this_thread()
        fixed = np.array([is_fixed(operand) for operand in bound.operands])
        for part in _cut(numbers, fixed, (len(bank.columns), len(bank.constants))):
            needed: list[Operand] = [bound.operands[number] for number in _present(numbers[part])]
            bank.keep_only(needed)
            bank.rows_of(needed)
            yield part, bank

    def _bank_of_this_thread(self) -> Bank:
        if not hasattr(self._own, "bank"):
            self._own.bank = Bank(self._bars, self._own_size)
        bank: Bank = self._own.bank
        return bank


def _needed(bound: BoundRows, rows: Numbers) -> Numbers:
    """Return the operands of each row, ``(rows, operands)``."""
    places = [place.operands[rows] for place in bound.places]
    prices = [number[rows].reshape(-1, 1) for number in bound.prices.values()]
    return np.concatenate([*places, *prices], axis=1)


def _present(numbers: Numbers) -> list[int]:
    return np.unique(numbers).tolist()


def _cut(numbers: Numbers, fixed: npt.NDArray[np.bool_], room: tuple[int, int]) -> Iterator[Numbers]:
    """Yield rows in parts whose distinct columns and fixed numbers fit; those that share much together.

    Rows are sorted by what varies most, and within it by the rest, and cut where the room ends.
    """
    variety = [len(_present(column)) for column in numbers.T]
    keys = [numbers[:, k] for k in np.argsort(variety)]  # the last key of lexsort counts first
    order = np.lexsort(keys)
    first = 0
    while first < order.size:
        rest = numbers[order[first:]]
        count = min(_fitting(rest, fixed[rest], room[0]), _fitting(rest, ~fixed[rest], room[1]))
        if not count:
            raise BankFullError
        yield order[first : first + count]
        first += count


def _fitting(rows: Numbers, left_out: npt.NDArray[np.bool_], room: int) -> int:
    """Return how many of the first rows have at most `room` distinct numbers that are not left out."""
    flat = np.where(left_out, -1, rows).ravel()
    numbers, first = np.unique(flat, return_index=True)
    new = np.sort(first[numbers >= 0])
    return len(rows) if new.size <= room else int(new[room]) // rows.shape[1]
