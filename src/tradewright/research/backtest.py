"""The first use-case: one strategy on one series."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tradewright.core.bars import Bars
from tradewright.core.errors import DataError
from tradewright.core.hooks import check_cancelled
from tradewright.core.validation import build
from tradewright.core.window import Moment, resolve_window
from tradewright.engine.rules import Intrabar, Rules
from tradewright.engine.simulate import simulate
from tradewright.engine.types import Floats, Signals, Simulation, Surroundings
from tradewright.metrics.summarize import summarize
from tradewright.research.around.holding import held_path
from tradewright.research.around.payment_checks import outside_of_bars, uncovered_funding
from tradewright.research.around.world import EMPTY, World
from tradewright.research.caution import Caution
from tradewright.research.cautions import cautions_of, notes_beside
from tradewright.research.envelope import Envelope, envelope_of
from tradewright.research.manifest import fingerprint_of, iso, manifest_of, result_hash_of
from tradewright.research.rule_columns import with_columns
from tradewright.research.rule_words import rules_in_plain
from tradewright.research.surroundings import surroundings_of
from tradewright.strategy.contract import Prepared, Setting, Stepwise
from tradewright.strategy.document.market import MarketContext

SEED = 0


@dataclass(frozen=True, slots=True)
class Question:
    """What to find out besides strategy and data; everything optional.

    Attributes
    ----------
    rules
        Rules given by the caller; they win over the strategy's own, which win over the defaults.
    start, end
        First and last time to trade, as text, date or datetime; by default the whole series.
    risk_free
        Annual rate, as a fraction, for Sharpe, Sortino and alpha.
    benchmark
        Series for alpha and beta; by default the instrument itself, bought and held.
    world
        What is known of the world around the bars.
    venue
        Name and date of the preset that rules and instrument were filled from, for the manifest.
    notes
        What limits the trust in the question itself, each ``CODE: sentence``.
    """

    rules: dict[str, Any]
    start: Moment | None = None
    end: Moment | None = None
    risk_free: float = 0.0
    benchmark: Bars | None = None
    world: World = EMPTY
    venue: Mapping[str, Any] | None = None
    notes: tuple[str, ...] = ()

    def measures(self) -> dict[str, Any]:
        """Return what the metrics depend on beside the run itself, as plain data."""
        benchmark = None if self.benchmark is None else self.benchmark.checksum
        return {"risk_free": float(self.risk_free), "benchmark": benchmark}

    def around(self) -> dict[str, Any]:
        """Return what lies around the bars as plain data, only where it was given.

        ``world`` has checksums of rates, payments and finer bars, ``venue`` the preset's name and date.
        """
        found = {"world": self.world.to_dict(), "venue": self.venue and dict(self.venue)}
        return {name: value for name, value in found.items() if value}


@dataclass(frozen=True)
class Answer:
    """A finished backtest: the result and all that is needed to believe it."""

    bars: Bars
    strategy: Prepared
    question: Question
    rules: Rules
    signals: Signals
    surroundings: Surroundings
    held: Floats | None
    simulation: Simulation
    metrics: dict[str, Any]
    cautions: list[Caution]
    execution_time_ms: float

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """Everything that decides the result (engine.md 6.2)."""
        return (
            manifest_of(
                self.bars,
                self.simulation.start,
                self.strategy.canonical(),
                self.rules,
                self.question.measures(),
                SEED,
            )
            | self.question.around()
        )

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the manifest."""
        return fingerprint_of(self.manifest)

    @cached_property
    def result_hash(self) -> str:
        """SHA-256 of fills and equity."""
        return result_hash_of(self.simulation)

    @cached_property
    def envelope(self) -> Envelope:
        """The run with every ambiguous bar read against it, and for it (engine.md 6.3)."""
        return envelope_of((self.simulation, self.metrics), self.rules.intrabar, self._reread)

    def _reread(self, intrabar: Intrabar) -> dict[str, Any]:
        """Return the metrics of the same run with the inside of bars read another way."""
        rules = self.rules.model_copy(update={"intrabar": intrabar})
        start = self.simulation.start
        setting = Setting(self.bars, rules, self.signals, start, self.surroundings)
        simulation = simulated(self.strategy, setting)
        return _metrics(simulation, self.bars, rules, self.question, self.held)


def backtest(strategy: Prepared, bars: Bars, question: Question) -> Answer:
    """Run `strategy` on `bars` and measure the outcome.

    Raises
    ------
    InputError
        For rules or a window that make no sense.
    DataError
        ``E_TOO_FEW_BARS`` when the strategy could never decide on this series.
    """
    began = time.perf_counter()
    rules = build(
        Rules, rules_in_plain({**strategy.rules(), **question.rules}), kind="rule", owner="the backtest"
    )
    start, stop, notes = window_of(strategy, bars, question)
    seen = bars if stop == len(bars) else bars.slice(0, stop)
    _require_enough(strategy, seen, start)
    check_cancelled()
    signals = with_columns(strategy.signals(seen, rules.tie_tolerance), seen, rules, question.world.splits)
    surroundings, said = surroundings_of(seen, rules, question.world, start)
    simulation = simulated(strategy, Setting(seen, rules, signals, start, surroundings))
    held = held_path(seen, start, rules.model_dump(), question.world)
    metrics = _metrics(simulation, seen, rules, question, held)
    cautions = [
        *map(_noted, [*strategy.warnings, *question.notes]),  # some are known only once it has decided
        *notes,
        *([] if isinstance(strategy, Stepwise) else _one_sided(signals, rules)),
        *said,
        *outside_of_bars(bars, question.world),
        *uncovered_funding(seen, question.world, simulation),
        *cautions_of(seen, simulation, rules, notes_beside(bars, question.world.splits)),
    ]
    elapsed = (time.perf_counter() - began) * 1e3
    return Answer(
        seen, strategy, question, rules, signals, surroundings, held, simulation, metrics, cautions, elapsed
    )


def simulated(strategy: Prepared, setting: Setting) -> Simulation:
    """Return the run of a strategy: it runs itself when its decisions depend on its account."""
    if isinstance(strategy, Stepwise):
        return strategy.simulate(setting)
    bars, rules = setting.bars, setting.rules
    return simulate(bars, setting.signals, rules, setting.start, setting.surroundings)


def _metrics(
    simulation: Simulation, bars: Bars, rules: Rules, question: Question, held: Floats | None
) -> dict[str, Any]:
    return summarize(
        simulation,
        bars,
        fee=rules.fee,
        risk_free=question.risk_free,
        benchmark=question.benchmark,
        held=held,
    )


def window_of(strategy: Prepared, bars: Bars, question: Question) -> tuple[int, int, list[Caution]]:
    """Return the first and one past the last bar to trade, and what to say about the choice.

    Dates of the caller win over the document's ``testPeriod``, and that over ``quickTest``.
    """
    notes: list[Caution] = []
    start, stop = resolve_window(bars, question.start, question.end)
    context = strategy.context
    if context is None:
        return start, stop, notes
    notes += _elsewhere(context, bars)
    if question.start is not None:
        return start, stop, [*notes, *_overruled(context)]
    seen = bars.slice(0, stop)
    begin = max(start, context.start_index(seen))
    if begin > start:
        text = f"the document tests its {_asked(context)}: from {iso(bars.time[begin])}."
        notes.append(Caution("W_TEST_PERIOD", text))
    elif context.starts_before(seen):
        text = f"the document tests its {_asked(context)}, and the data begins later: {iso(bars.time[0])}."
        notes.append(Caution("W_TEST_PERIOD", text))
    return begin, stop, notes


def _overruled(context: MarketContext) -> list[Caution]:
    """Say that the caller's start wins over what the document would test."""
    asked = _asked(context)
    return (
        [Caution("W_TEST_PERIOD", f"the document tests its {asked}; start decides instead.")] if asked else []
    )


def _asked(context: MarketContext) -> str:
    period = [] if context.test_period is None else [f"last {context.test_period}"]
    return " and ".join([*period, *(["last 5,000 bars (quickTest)"] if context.quick_test else [])])


def _elsewhere(context: MarketContext, bars: Bars) -> list[Caution]:
    """Say when a document was written for another market or bar length."""
    notes: list[Caution] = []
    if context.market and context.market.casefold() != bars.symbol.casefold():
        text = f"the document is about {context.market}; these are prices of {bars.symbol}."
        notes.append(Caution("W_MARKET", text))
    if context.timeframe and context.timeframe != bars.timeframe:
        text = f"the document is about {context.timeframe} bars; these are {bars.timeframe}."
        notes.append(Caution("W_TIMEFRAME", text))
    return notes


def _one_sided(signals: Signals, rules: Rules) -> list[Caution]:
    """Say when the strategy never enters on a side that the run would trade."""
    sides = {"long": signals.long_entry, "short": signals.short_entry}
    traded = sides if rules.direction == "both" else {rules.direction: sides[rules.direction]}
    absent = [side for side, entry in traded.items() if entry is None]
    if not absent:
        return []
    text = f"direction is {rules.direction}, but the strategy has no {absent[0]} entry."
    return [Caution("W_ONE_SIDED", text)]


def _noted(text: str) -> Caution:
    """Split a strategy's ``CODE: sentence``."""
    code, _, sentence = text.partition(": ")
    return Caution(code, sentence)


def _require_enough(strategy: Prepared, bars: Bars, start: int) -> None:
    warmup = strategy.warmup(bars)
    if len(bars) > max(warmup, start):
        return
    raise DataError(
        "E_TOO_FEW_BARS",
        f"{strategy.id} needs {warmup + 1:,} bars to decide; {bars.symbol} has {len(bars):,}.",
        fix="Use a longer series, or shorter periods.",
        details={"needed": warmup + 1, "bars": len(bars)},
    )
