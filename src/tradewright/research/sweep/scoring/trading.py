"""From what rows decide to their metrics: from event to event where the rules allow, else bar by bar."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.core.hooks import check_cancelled
from tradewright.engine.columns import column_of
from tradewright.engine.simulate import simulate
from tradewright.engine.sweep.expressible import around, left_out
from tradewright.engine.sweep.rows import completed, run_rows
from tradewright.engine.sweep.totals import TOTALS
from tradewright.engine.types import Floats, Signals, Simulation
from tradewright.metrics.streamed import STREAMED, Sums, streamed
from tradewright.metrics.summarize import summarize
from tradewright.research.backtest import simulated
from tradewright.research.rule_columns import with_columns
from tradewright.research.sweep.scoring.decided import Batch, Decided
from tradewright.research.sweep.scoring.ground import Ground
from tradewright.research.sweep.scoring.prepared import asked_with
from tradewright.research.sweep.scoring.read import columns_read, portions, renumbered
from tradewright.strategy.contract import Setting

Flags = npt.NDArray[np.bool_]
# Columns, and the rules that read them by their rows.
Columns = tuple[Floats, npt.NDArray[Any]]

_NO_COLUMNS = np.zeros((1, 1))


class Trading:
    """Trades what rows decide.

    Attributes
    ----------
    fallbacks
        Rows that went bar by bar, by what kept them from going from event to event.
    """

    def __init__(self, ground: Ground, metrics: Sequence[str]) -> None:
        self._ground = ground
        self._metrics = metrics
        self._curve = next((metric for metric in metrics if metric not in STREAMED), None)
        self.fallbacks: dict[str, int] = {}

    def score(self, decided: Decided, scores: Mapping[str, Floats]) -> None:
        """Fill in the metrics of the rows of `decided`, each in its place in the columns of `scores`."""
        for part in portions(decided, self._ground.columns_of_rules):
            self._score_part(part, scores)

    def _score_part(self, decided: Decided, scores: Mapping[str, Floats]) -> None:
        table = decided.rules
        way = self._ways(decided)
        columns = self._columns(decided)
        for batch in decided.batches(len(self._ground.bars)):
            check_cancelled()
            walked = way[table.which[batch.rows]]
            if not walked.all():
                walked |= self._express(decided, batch, ~walked, columns, scores)
            for i in np.flatnonzero(walked):
                self._walk(decided, batch.first + int(batch.of[i]), int(batch.rows[i]), scores)

    def _express(
        self, decided: Decided, batch: Batch, these: Flags, columns: Columns, scores: Mapping[str, Floats]
    ) -> Flags:
        """Run rows of a batch from event to event; return those that sums cannot measure."""
        ground, rows = self._ground, batch.rows[these]
        rules = decided.rules.which[rows]
        completed(batch.decisions, ground.start)
        totals = np.zeros(rows.size, TOTALS)
        run_rows(ground.tables, batch.decisions, batch.of[these], *columns, rules, totals)
        cash = np.ascontiguousarray(decided.rules.terms["cash"][rules])
        window = len(ground.bars) - ground.start
        sums = Sums(totals, cash, ground.periods, window, ground.tables.risk_free)
        for metric, values in streamed(sums, self._metrics).items():
            scores[metric][decided.rows[rows]] = values
        unsure = np.zeros(batch.rows.size, np.bool_)
        unsure[these] = sums.unsure(self._metrics)
        if unsure.any():
            self._note("digits", int(unsure.sum()))
        return unsure

    def _walk(self, decided: Decided, number: int, row: int, scores: Mapping[str, Floats]) -> None:
        """Run one row, which has the distinct decision `number`, bar by bar and measure its curve."""
        check_cancelled()
        ground, question = self._ground, self._ground.subject.question
        rules = decided.rules.rules(int(decided.rules.which[row]))
        signals = decided.signals(number, len(ground.bars))
        whole = with_columns(signals, ground.bars, rules, question.world.splits)
        setting = Setting(ground.bars, rules, whole, ground.start, ground.surroundings(rules))
        strategy = decided.strategy
        with asked_with({} if strategy is None else strategy.params):
            simulation = _simulated(setting) if strategy is None else simulated(strategy, setting)
        values = summarize(
            simulation,
            ground.bars,
            fee=rules.fee,
            risk_free=question.risk_free,
            benchmark=question.benchmark,
            held=ground.held(rules),
        )
        for metric in self._metrics:
            value: Any = values[metric]
            scores[metric][decided.rows[row]] = np.nan if value is None else value

    def _ways(self, decided: Decided) -> Flags:
        """Return for each set of rules whether its rows have to go bar by bar, counting why."""
        table = decided.rules
        slow = np.zeros(table.terms.size, np.bool_)
        rows = np.bincount(table.which, minlength=table.terms.size)
        for name, flags in self._reasons(decided).items():
            new = flags & ~slow
            slow |= flags
            if new.any():
                self._note(name, int(rows[new].sum()))
        return slow

    def _reasons(self, decided: Decided) -> Mapping[str, Flags]:
        every = np.ones(decided.rules.terms.size, np.bool_)
        if decided.strategy is not None:
            return {"a strategy that decides by its account": every}
        if self._curve is not None:
            return {f"metric {self._curve}": every}
        beside = around(self._ground.surroundings(decided.rules.rules(0)))
        return {beside: every} if beside else left_out(decided.rules.terms)

    def note(self, fallbacks: Mapping[str, int]) -> None:
        """Add what others counted."""
        for why, rows in fallbacks.items():
            self._note(why, rows)

    def _note(self, why: str, rows: int) -> None:
        self.fallbacks[why] = self.fallbacks.get(why, 0) + rows

    def _columns(self, decided: Decided) -> Columns:
        """Return the columns that the rules of the rows read, and the rules, which read them by place."""
        table, bars = decided.rules, len(self._ground.bars)
        read = columns_read(table.terms[np.unique(table.which)])
        if not read.size:
            return _NO_COLUMNS, table.terms
        columns = np.empty((read.size, bars))
        numbers: list[int] = read.tolist()
        for place, number in enumerate(numbers):
            columns[place] = self._column(table.names[number], decided, bars)
        return columns, renumbered(table.terms, read)

    def _column(self, name: str, decided: Decided, bars: int) -> Floats:
        """Return a column by its name; of two words the strategy's own ATR comes before the measure."""
        own, _, measure = name.rpartition(" ")
        for given in (own, measure):
            if given in decided.columns:
                return column_of(given, Signals(columns=decided.columns), bars)
        if ":" in measure:
            return self._ground.measure(measure)
        return column_of(measure, Signals(columns=decided.columns), bars)


def _simulated(setting: Setting) -> Simulation:
    return simulate(setting.bars, setting.signals, setting.rules, setting.start, setting.surroundings)
