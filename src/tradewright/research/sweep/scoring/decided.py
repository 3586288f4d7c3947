"""What rows have in common between deciding and trading: decisions in bits, rules as records, columns."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from tradewright.engine.sweep.express import DECISION_ROWS, LE, LX, SE, SX
from tradewright.engine.types import Floats, Signals
from tradewright.kernels.bits import Words, unpacked, words_for
from tradewright.research.sweep.rule_rows import RuleTable
from tradewright.strategy.contract import Prepared

Numbers = npt.NDArray[np.int64]

# Decisions of this many bytes are worked out at a time: they stay close to the processor until traded on.
_AT_A_TIME = 4_000_000


class Decider(Protocol):
    """Works decisions out."""

    def fill(self, first: int, last: int, decisions: Words) -> None:
        """Work out the distinct decisions `first` to ``last - 1`` into the rows of `decisions`."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Decided:
    """Rows that are decided in the same way, on other numbers.

    Attributes
    ----------
    rows
        Their positions among the rows that were asked for.
    of
        ``(rows,)``: the distinct decision of each.
    distinct
        How many there are.
    decider
        Works them out.
    rules
        Of the rows, in their order.
    columns
        What the strategy brings for rules to read, by name; the same for all rows.
    strategy
        The strategy itself where it has to run, else None.
    """

    rows: Numbers
    of: Numbers
    distinct: int
    decider: Decider
    rules: RuleTable
    columns: Mapping[str, Floats]
    strategy: Prepared | None = None

    def placed(self, rows: Numbers) -> "Decided":
        """Return the same with its positions among `rows` in place of 0, 1, 2 ..."""
        return replace(self, rows=rows[self.rows])

    def batches(self, bars: int) -> Iterator["Batch"]:
        """Yield decisions, some at a time, and the rows that they are of."""
        size = max(1, _AT_A_TIME // (DECISION_ROWS * words_for(bars) * 8))
        room = np.empty((min(size, self.distinct), DECISION_ROWS, words_for(bars)), np.uint64)
        order = np.argsort(self.of, kind="stable")
        edges = np.searchsorted(self.of[order], np.arange(0, self.distinct + size, size))
        for number, first in enumerate(range(0, self.distinct, size)):
            last = min(first + size, self.distinct)
            decisions = room[: last - first]
            self.decider.fill(first, last, decisions)
            rows = order[edges[number] : edges[number + 1]]
            yield Batch(decisions, first, rows, self.of[rows] - first)

    def signals(self, number: int, bars: int) -> Signals:
        """Return one distinct decision as arrays of flags, with the columns of the strategy."""
        decisions = np.empty((1, DECISION_ROWS, words_for(bars)), np.uint64)
        self.decider.fill(number, number + 1, decisions)
        flags = [unpacked(decisions[0, row], bars) for row in (LE, LX, SE, SX)]
        columns = dict(self.columns)
        atr_stop, atr_target = columns.pop("atr_stop", None), columns.pop("atr_target", None)
        return Signals(*flags, atr_stop=atr_stop, atr_target=atr_target, columns=columns)


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Some decisions, worked out.

    Attributes
    ----------
    decisions
        ``(decisions, DECISION_ROWS, words)``; overwritten when the next batch is made.
    first
        Number of the first of them among the distinct ones.
    rows
        Rows of the :class:`Decided` that they are of.
    of
        Which of `decisions` each row's is.
    """

    decisions: Words
    first: int
    rows: Numbers
    of: Numbers
