"""From bound rows to what each decides: equal rows once, equal comparisons once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tradewright.kernels import truth
from tradewright.kernels.bits import Words, packed, packed_truth, words_for
from tradewright.kernels.word_compare import compare_pairs
from tradewright.kernels.word_logic import KNOWN_TRUTH
from tradewright.kernels.word_program import Compared, Program, decide_all
from tradewright.strategy.columns import Columns
from tradewright.strategy.evaluation import Evaluation, in_session_of
from tradewright.strategy.parametric.bound import BoundRows
from tradewright.strategy.parametric.deciding.bank import Bank
from tradewright.strategy.parametric.deciding.program import program_of
from tradewright.strategy.parametric.row_codes import codes_of
from tradewright.strategy.plan import Condition, Operand

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Distinct:
    """The rows that decide differently.

    Attributes
    ----------
    of
        ``(rows,)``: the distinct decision of each row.
    first
        A row of each.
    """

    of: Numbers
    first: Numbers


def distinct_decisions(bound: BoundRows) -> Distinct:
    """Tell apart what rows decide by the numbers in their conditions."""
    parts: list[Numbers] = []
    for place in bound.places:
        parts += [*place.operands.T, place.within_last, place.for_last]
    varying = [part for part in parts if part.size and (part != part[0]).any()]
    if not varying:
        return Distinct(np.zeros(len(bound.rows), np.int64), np.zeros(min(1, len(bound.rows)), np.int64))
    codes = codes_of(varying, [int(part.max()) + 1 for part in varying])
    _, first, of = np.unique(codes, return_index=True, return_inverse=True)
    return Distinct(of.astype(np.int64), first.astype(np.int64))


@dataclass(frozen=True, slots=True, eq=False)
class Deciding:
    """Everything that is needed to work out decisions, compared once.

    Attributes
    ----------
    places, backs
        See ``kernels.word_program.decide_all``; one row for each distinct decision.
    """

    program: Program
    compared: Compared
    places: Numbers
    backs: Numbers

    def fill(self, first: int, last: int, decisions: Words) -> None:
        """Work out the distinct decisions `first` to ``last - 1`` into the rows of `decisions`."""
        rows = slice(first, last)
        decide_all(self.program, self.places[rows], self.backs[rows], self.compared, decisions)


class _Pairs:
    """Collects what has to be compared, each pair of rows once."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._codes: list[Numbers] = []

    def add(self, left: Numbers, right: Numbers) -> int:
        """Take pairs in; return their number."""
        self._codes.append(left * self._width + (right + self._width // 2))
        return len(self._codes) - 1

    def numbered(self) -> tuple[Numbers, list[Numbers]]:
        """Return the distinct pairs, and for each `add` the numbers of its own."""
        if not self._codes:
            return np.zeros((0, 2), np.int64), []
        codes, which = np.unique(np.concatenate(self._codes), return_inverse=True)
        pairs = np.stack([codes // self._width, codes % self._width - self._width // 2], axis=1)
        sizes = np.cumsum([part.size for part in self._codes])[:-1]
        return pairs.astype(np.int64), [part.astype(np.int64) for part in np.split(which, sizes)]


def deciding(bound: BoundRows, rows: Numbers, bank: Bank, tolerance: float) -> Deciding:
    """Compare what the conditions of `rows` compare.

    Parameters
    ----------
    rows
        Positions in `bound`, one for each distinct decision.
    tolerance
        Relative width of a tie (engine.md 2.2).

    Raises
    ------
    BankFullError
        When the bank has no room for the operands of these rows.
    """
    places = np.zeros((rows.size, len(bound.places), 2), np.int64)
    backs = np.ones((rows.size, len(bound.places), 2), np.int64)
    pairs = _Pairs(4 * max(len(bank.columns), len(bank.constants)))
    waiting: list[tuple[int, int, int]] = []
    truths: list[Words] = []
    program = program_of(bound, _gate(bound, bank))
    for number, place in enumerate(bound.places):
        operands = place.operands[rows]
        backs[:, number, 0], backs[:, number, 1] = place.for_last[rows], place.within_last[rows]
        if program.kinds[number] == KNOWN_TRUTH:
            found, which = _moved(place.operator, bound.operands, operands[:, 0], bank, tolerance)
            places[:, number, 0] = which + len(truths)
            truths += found
            continue
        found = _rows_of(bank, bound.operands, operands)
        waiting += [
            (number, side, pairs.add(found[:, 0], found[:, side + 1])) for side in range(found.shape[1] - 1)
        ]
    distinct, numbers = pairs.numbered()
    for number, side, added in waiting:
        places[:, number, side] = numbers[added]
    compared = _compared(distinct, truths, bank, tolerance)
    return Deciding(program, compared, places, backs)


def _rows_of(bank: Bank, operands: Sequence[Operand], numbers: Numbers) -> Numbers:
    """Return the bank's rows of a table of operands."""
    used, where = np.unique(numbers, return_inverse=True)
    rows = bank.rows_of([operands[number] for number in _plain(used)])
    return rows[where].reshape(numbers.shape)


def _compared(pairs: Numbers, truths: list[Words], bank: Bank, tolerance: float) -> Compared:
    words = bank.known.shape[1]
    over, under = (np.empty((len(pairs), words), np.uint64) for _ in range(2))
    compare_pairs(bank.columns, bank.constants, pairs, tolerance, over, under)
    for number in _with_infinities(pairs, bank):
        first, second = (_whole(bank, int(row)) for row in pairs[number])
        over[number] = packed(truth.compare(first, second, truth.GREATER, tolerance) == truth.TRUE)
        under[number] = packed(truth.compare(first, second, truth.LESS, tolerance) == truth.TRUE)
    known_truths = np.stack(truths) if truths else np.zeros((0, 2, words), np.uint64)
    return Compared(over, under, pairs, bank.known, known_truths)


def _with_infinities(pairs: Numbers, bank: Bank) -> Iterator[int]:
    if bank.infinite:
        yield from np.flatnonzero(np.isin(pairs, list(bank.infinite)).any(axis=1)).tolist()


def _whole(bank: Bank, row: int) -> npt.NDArray[np.float64]:
    return bank.constants[-1 - row, :1] if row < 0 else bank.columns[row, : len(bank.bars)]


def _moved(
    operator: str, operands: Sequence[Operand], numbers: Numbers, bank: Bank, tolerance: float
) -> tuple[list[Words], Numbers]:
    """Return the truths of ``rising`` or ``falling`` of the distinct operands, and which is whose."""
    used, which = np.unique(numbers, return_inverse=True)
    run = Evaluation(Columns(bank.bars), tolerance)
    found = [packed_truth(run.decide(Condition(operator, operands[number]))) for number in _plain(used)]
    return found, which.astype(np.int64)


def _plain(numbers: Numbers) -> list[int]:
    return numbers.tolist()


def _gate(bound: BoundRows, bank: Bank) -> Words:
    inside = in_session_of(bound.market, bank.bars)
    return np.zeros(0, np.uint64) if inside is None else packed(inside)


def empty_decisions(rows: int, kinds: int, bars: int) -> Words:
    """Return room for the decisions of `rows`."""
    return np.empty((rows, kinds, words_for(bars)), np.uint64)
