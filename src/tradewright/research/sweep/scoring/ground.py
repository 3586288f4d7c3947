"""What every combination stands on: the window, its tables, and the columns that are read."""

from collections.abc import Mapping
from threading import Lock
from typing import Any

import numpy as np

from tradewright.core.errors import InputError
from tradewright.core.validation import build
from tradewright.engine.rules import Rules
from tradewright.engine.sweep.tables import tables_of
from tradewright.engine.types import Floats, Surroundings
from tradewright.kernels.bits import WORD, words_for
from tradewright.metrics.periods import divide
from tradewright.metrics.returns import per_period
from tradewright.research.around.holding import held_path
from tradewright.research.backtest import window_of
from tradewright.research.rule_columns import measure_column
from tradewright.research.surroundings import surroundings_of
from tradewright.research.sweep.scoring.subject import Subject
from tradewright.strategy.contract import Prepared
from tradewright.strategy.parametric.deciding.banks import Banks

_FLOAT = 8
# Columns of the tables beside the prices, and room for what a module works with.
_TABLES, _WORKING = 14, 8
_MOST_COLUMNS = 1_000_000
# More than the rules of one combination read.
_FEWEST_OF_RULES = 8
_OF_HOLDING = {"alpha", "beta", "buy_and_hold_return"}
# Shares of the memory: columns of all threads, of each thread's own, and comparisons of the rows at hand.
_OF_COLUMNS, _OF_OWN, _OF_COMPARISONS = 0.3, 0.3, 0.2


class Ground:
    """Bars, window and columns of a sweep; may be read by several threads.

    Parameters
    ----------
    base
        The strategy with the parameters of one combination: it says where the window begins.

    Raises
    ------
    InputError
        ``E_MEMORY``, see :func:`require_memory`.
    """

    def __init__(self, subject: Subject, base: Prepared) -> None:
        self.subject = subject
        question = subject.question
        self.start, stop, self.notes = window_of(base, subject.bars, question)
        self.bars = subject.bars if stop == len(subject.bars) else subject.bars.slice(0, stop)
        require_memory(subject)
        self.periods = divide(self.bars.slice(self.start, len(self.bars)))
        ends = self.periods.last_bars
        ends = np.arange(len(self.bars) - self.start) if ends is None else ends
        risk_free = per_period(question.risk_free, self.periods)
        self.tables = tables_of(self.bars, self.start, ends + self.start, risk_free)
        self.tolerance = _tolerance(base, question.rules)
        self.banks = Banks(
            self.bars,
            self._columns_within(_OF_COLUMNS * subject.memory),
            self._columns_within(_OF_OWN * subject.memory / subject.threads),
        )
        self._measures: dict[str, Floats] = {}
        self._around: dict[Any, Surroundings] = {}
        self._lock = Lock()

    @property
    def rows_at_a_time(self) -> int:
        """How many pairs of columns the comparisons of one thread may be."""
        pair = 2 * words_for(len(self.bars)) * _FLOAT
        return max(1, int(_OF_COMPARISONS * self.subject.memory / self.subject.threads / pair))

    @property
    def columns_of_rules(self) -> int:
        """How many columns the rules of one thread may read at a time."""
        return max(_FEWEST_OF_RULES, int(self._spare_columns / 2 / self.subject.threads))

    def measure(self, name: str) -> Floats:
        """Return a measure that rules read: ``atr:14``, ``volatility:20``; the last ones are kept."""
        with self._lock:
            if name not in self._measures:
                if len(self._measures) >= max(_FEWEST_OF_RULES, int(self._spare_columns / 2)):
                    del self._measures[next(iter(self._measures))]
                self._measures[name] = measure_column(name, self.bars, self.subject.question.world.splits)
            return self._measures[name]

    @property
    def _spare_columns(self) -> float:
        """How many columns fit beside the tables and what is shared out."""
        left = self.subject.memory - _least(self.subject)
        return (1 - _OF_COLUMNS - _OF_OWN - _OF_COMPARISONS) * left / (len(self.bars) * _FLOAT)

    def surroundings(self, rules: Rules) -> Surroundings:
        """Return what lies around the bars, as far as `rules` ask for it."""
        key = (rules.currency, rules.session_end, rules.entry.lifetime == "session", rules.intrabar)
        with self._lock:
            if key not in self._around:
                found, _ = surroundings_of(self.bars, rules, self.subject.question.world, self.start)
                self._around[key] = found
            return self._around[key]

    def held(self, rules: Rules) -> Floats | None:
        """Return what buying and holding would have been, where a metric asks for it."""
        if not _OF_HOLDING & set(self.subject.metrics):
            return None
        return held_path(self.bars, self.start, rules.model_dump(), self.subject.question.world)

    def _columns_within(self, memory: float) -> int:
        """Return how many columns memory holds; on a short series more than anybody asks for are enough."""
        return int(min(memory / (words_for(len(self.bars)) * WORD * _FLOAT), _MOST_COLUMNS))


def require_memory(subject: Subject) -> None:
    """Refuse a budget that does not hold the bars and the columns of one combination.

    Raises
    ------
    InputError
        ``E_MEMORY``.
    """
    bars, least = len(subject.bars), _least(subject)
    if subject.memory < least:
        raise InputError(
            "E_MEMORY",
            f"a memory of {subject.memory / 1e6:,.1f} MB does not hold {bars:,} bars and the columns of one "
            "combination.",
            fix=f"Give at least memory='{-(-least // 10**6)}MB', or fewer bars.",
            details={"memory": subject.memory, "needed": least, "bars": bars},
        )


def _least(subject: Subject) -> int:
    """Return the memory whose rest holds tables and workings, when the shares are taken from it."""
    needed = (_TABLES + _WORKING * subject.threads) * len(subject.bars) * _FLOAT
    return int(needed / (1 - _OF_COLUMNS - _OF_OWN - _OF_COMPARISONS))


def _tolerance(base: Prepared, given: Mapping[str, Any]) -> float:
    """Return how wide a tie is: the same in every combination, since comparisons are shared."""
    usual = Rules.model_fields["tie_tolerance"].default
    rules = {"tie_tolerance": usual, **base.rules(), **given}
    return build(
        Rules, {"tie_tolerance": rules["tie_tolerance"]}, kind="rule", owner="the sweep"
    ).tie_tolerance
