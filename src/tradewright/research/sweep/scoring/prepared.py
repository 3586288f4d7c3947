"""Strategies in Python: their code decides once for each distinct set of parameters."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from tradewright.core.errors import StrategyCodeError
from tradewright.core.hooks import check_cancelled
from tradewright.engine.sweep.express import LE, LX, SE, SX
from tradewright.engine.types import Flags, Signals
from tradewright.kernels.bits import Words, packed
from tradewright.research.sweep.rule_places import Path
from tradewright.research.sweep.rule_rows import RuleRows
from tradewright.research.sweep.scoring.decided import Decided, Numbers
from tradewright.research.sweep.scoring.ground import Ground
from tradewright.strategy.contract import Prepared, Stepwise
from tradewright.strategy.parametric.row_codes import codes_of, groups_of
from tradewright.strategy.prepared import prepare

Axes = Mapping[str, Sequence[Any]]
Index = Mapping[str, Numbers]


class _Once:
    """One decision that is there already."""

    def __init__(self, signals: Signals, direction: str) -> None:
        self._signals, self._direction = signals, direction

    def fill(self, first: int, last: int, decisions: Words) -> None:
        """Write the sides that are traded."""
        sides = {"long": (LE, LX), "short": (SE, SX)}
        flags: dict[int, Flags | None] = {
            LE: self._signals.long_entry,
            LX: self._signals.long_exit,
            SE: self._signals.short_entry,
            SX: self._signals.short_exit,
        }
        for side, rows in sides.items():
            for row in rows:
                column = flags[row] if self._direction in {side, "both"} else None
                decisions[first:last, row] = 0 if column is None else packed(column)


class PreparedRows:
    """The rows of a strategy in Python under one direction."""

    def __init__(
        self, ground: Ground, source: Any, axes: Axes, leaves: Mapping[Path, str], direction: Any
    ) -> None:
        self._ground, self._source, self._axes, self._leaves = ground, source, axes, leaves
        self._direction = direction
        of_rules = set(leaves.values())
        self._own = [name for name in axes if name not in of_rules]
        self._rules: RuleRows | None = None

    def places(self, _: Index) -> int:
        """Return 1: what the code decides is there already."""
        return 1

    def decided(self, index: Index) -> Iterator[Decided]:
        """Yield the rows of `index` by what their parameters decide."""
        count = len(next(iter(index.values())))
        codes = np.zeros(count, np.int64)
        if self._own:
            codes = codes_of([index[name] for name in self._own], [len(self._axes[n]) for n in self._own])
        for rows in groups_of(codes):
            check_cancelled()
            own = {name: self._axes[name][int(index[name][rows[0]])] for name in self._own}
            params = {**self._ground.subject.params, **own}
            with asked_with(params):
                strategy = prepare(self._source, params, direction=self._direction)
            yield self._of(strategy, rows, {name: part[rows] for name, part in index.items()})

    def _of(self, strategy: Prepared, rows: Numbers, index: Index) -> Decided:
        table = self._rules_of(strategy).table(index)
        runs = isinstance(strategy, Stepwise)
        with asked_with(strategy.params):
            signals = strategy.signals(self._ground.bars, self._ground.tolerance)
        direction = self._direction or table.rules(0).direction
        columns = {**signals.columns, **_own_atr(signals)}
        return Decided(
            rows,
            np.zeros(rows.size, np.int64),
            1,
            _Once(signals, direction),
            table,
            columns,
            strategy if runs else None,
        )

    def _rules_of(self, strategy: Prepared) -> RuleRows:
        if self._rules is None:
            given = {**strategy.rules(), **self._ground.subject.question.rules}
            self._rules = RuleRows(given, self._leaves, self._axes, self._ground.bars.instrument)
        return self._rules


@contextmanager
def asked_with(params: Mapping[str, Any]) -> Generator[None]:
    """Add to an error of the strategy's code which of many combinations it is about."""
    try:
        yield
    except StrategyCodeError as failed:
        words = ", ".join(f"{name}={value!r}" for name, value in params.items())
        failed.message = f"{failed.message} It was asked with {words or 'no parameters'}."
        failed.details["params"] = dict(params)
        raise


def _own_atr(signals: Signals) -> dict[str, Any]:
    """Return the ATR columns that a strategy brings itself, by the word that stands before the measure."""
    found = {"atr_stop": signals.atr_stop, "atr_target": signals.atr_target}
    return {name: column for name, column in found.items() if column is not None}
