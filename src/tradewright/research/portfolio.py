"""The use-case of many instruments: one portfolio strategy on a panel, from series to a result."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.metadata import version
from typing import Any

import numpy as np

from tradewright.core.bars import Bars
from tradewright.core.errors import DataError, InputError
from tradewright.core.hooks import check_cancelled
from tradewright.core.sessions import Sessions
from tradewright.core.timeframe import NS_PER_DAY, Timeframe
from tradewright.core.validation import build
from tradewright.core.window import Moment, resolve_window
from tradewright.data.sessions import sessions_of
from tradewright.engine.portfolio.panel import Panel
from tradewright.engine.portfolio.records import PortfolioLimits
from tradewright.engine.portfolio.simulate import simulate_panel
from tradewright.engine.rules import Rules
from tradewright.engine.types import Floats, Simulation
from tradewright.metrics.summarize import summarize
from tradewright.research.around.rates import rates_of
from tradewright.research.caution import Caution
from tradewright.research.manifest import fingerprint_of, iso, result_hash_of
from tradewright.research.portfolio_basket import basket_of, clock_of
from tradewright.research.portfolio_cautions import portfolio_cautions
from tradewright.strategy.portfolio.schedule import Rhythm
from tradewright.strategy.portfolio.strategy import PreparedPortfolio

SEED = 0
_LIMITS = frozenset(PortfolioLimits.model_fields)
# The end of a period may be scheduled after the last row, a week of holidays later at most.
_AHEAD = 14 * NS_PER_DAY
_HOUR = Timeframe.parse("1h")

RatePair = tuple[Floats, Floats]


@dataclass(frozen=True, slots=True)
class PortfolioQuestion:
    """What to find out besides strategy and panel; everything optional.

    Attributes
    ----------
    rules
        Rules and limits given by the caller; they win over the strategy's own.
    start, end
        First and last time to trade; by default the whole panel.
    risk_free
        Annual rate, as a fraction.
    benchmark
        Series for alpha and beta; by default the panel's equal-weight basket, bought and held.
    rates
        Currency -> series of its rate into the account's currency, for what is priced in another one.
    """

    rules: dict[str, Any]
    start: Moment | None = None
    end: Moment | None = None
    risk_free: float = 0.0
    benchmark: Bars | None = None
    rates: Mapping[str, Bars] | None = None


@dataclass(frozen=True)
class PortfolioAnswer:
    """A finished portfolio run: the result and all that is needed to believe it."""

    panel: Panel
    strategy: PreparedPortfolio
    question: PortfolioQuestion
    rules: Rules
    limits: PortfolioLimits
    currency: str
    rates: list[RatePair | None]
    simulation: Simulation
    basket: Bars
    metrics: dict[str, Any]
    cautions: list[Caution]
    execution_time_ms: float

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """Everything that decides the result (engine.md 6.2)."""
        panel, start, question = self.panel, self.simulation.start, self.question
        rates = {name: bars.checksum for name, bars in (question.rates or {}).items()}
        return {
            "tradewright": version("tradewright"),
            "panel": {
                "timeframe": str(panel.timeframe),
                "calendar": panel.calendar.id,
                "checksum": panel.checksum,
                "series": [_series(symbol, bars) for symbol, bars in panel.series.items()],
                "rates": rates,
            },
            "window": {
                "start": iso(panel.time[start]),
                "end": iso(panel.close_time[-1]),
                "bars": len(panel) - start,
            },
            "strategy": self.strategy.canonical(),
            "rules": self.rules.model_dump(mode="json"),
            "limits": self.limits.model_dump(mode="json"),
            "metrics": {
                "risk_free": float(question.risk_free),
                "benchmark": None if question.benchmark is None else question.benchmark.checksum,
            },
            "seed": SEED,
        }

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the manifest."""
        return fingerprint_of(self.manifest)

    @cached_property
    def result_hash(self) -> str:
        """SHA-256 of fills and equity."""
        return result_hash_of(self.simulation)


def _series(symbol: str, bars: Bars) -> dict[str, Any]:
    return {
        "name": symbol,
        "instrument": bars.instrument.to_dict(),
        "bars": len(bars),
        "checksum": bars.checksum,
    }


def portfolio(strategy: PreparedPortfolio, panel: Panel, question: PortfolioQuestion) -> PortfolioAnswer:
    """Run `strategy` on `panel` and measure the outcome (docs/concepts/portfolio.md).

    Raises
    ------
    InputError
        For rules or a window that make no sense, rules that portfolios do not have
        (``E_PORTFOLIO_RULE``), and currencies without a rate (``E_NO_RATE``).
    DataError
        ``E_TOO_FEW_BARS`` for a window of one row.
    """
    began = time.perf_counter()
    rules, limits = _rules(strategy, question)
    panel, start = _window(panel, question)
    currency = _currency(panel, rules)
    rates, about_rates = _rates(panel, currency, question.rates, start)
    check_cancelled()
    decisions = strategy.decide(panel, start, schedule_of(panel, strategy.rhythm))
    simulation = simulate_panel(panel, decisions, rules, limits, start=start, rates=rates)
    basket = basket_of(panel, start, rates, currency)
    metrics = summarize(
        simulation,
        basket,
        fee=rules.fee,
        risk_free=question.risk_free,
        benchmark=question.benchmark,
    )
    cautions = [*about_rates, *portfolio_cautions(panel, simulation, rules, strategy.warnings)]
    elapsed = (time.perf_counter() - began) * 1e3
    return PortfolioAnswer(
        panel,
        strategy,
        question,
        rules,
        limits,
        currency,
        rates,
        simulation,
        basket,
        metrics,
        cautions,
        elapsed,
    )


def _rules(strategy: PreparedPortfolio, question: PortfolioQuestion) -> tuple[Rules, PortfolioLimits]:
    given = {**strategy.rules(), **question.rules}
    if "max_positions" in given and not strategy.ranked:
        raise InputError(
            "E_PORTFOLIO_RULE",
            f"max_positions counts slots of ranked signals; strategy '{strategy.id}' gives weights.",
            fix="Leave it out; max_weight and max_exposure limit weights.",
            details={"rules": ["max_positions"]},
        )
    own = {name: value for name, value in given.items() if name in _LIMITS}
    other = {name: value for name, value in given.items() if name not in _LIMITS}
    limits = build(PortfolioLimits, own, kind="limit", owner="the portfolio")
    return build(Rules, other, kind="rule", owner="the portfolio"), limits


def _window(panel: Panel, question: PortfolioQuestion) -> tuple[Panel, int]:
    """Return the panel up to the window's end, and the window's first row."""
    start, stop = resolve_window(clock_of(panel), question.start, question.end)
    if stop - start < 2:
        raise DataError(
            "E_TOO_FEW_BARS",
            "the window has one row, and what its close decides fills at the next open.",
            fix="Use a longer window.",
            details={"needed": 2, "bars": stop - start},
        )
    return (panel if stop == len(panel) else panel.until(stop)), start


def _currency(panel: Panel, rules: Rules) -> str:
    """Return the account's currency: the rules', else the one that all instruments share."""
    if rules.currency is not None:
        return rules.currency.upper()
    found = {bars.instrument.currency.upper(): symbol for symbol, bars in panel.series.items()}
    if len(found) == 1:
        return next(iter(found))
    told = ", ".join(f"{symbol} is in {currency}" for currency, symbol in found.items())
    raise InputError(
        "E_NO_RATE",
        f"the panel holds several currencies: {told}.",
        fix="Say the account's (currency='USD') and give rates={'EUR': bars of EUR/USD}.",
        details={"currencies": sorted(found)},
    )


def _rates(
    panel: Panel, currency: str, rates: Mapping[str, Bars] | None, start: int
) -> tuple[list[RatePair | None], list[Caution]]:
    """Return each symbol's rates at the open and close of each row; symbols of one currency share them."""
    given = {name.upper(): bars for name, bars in (rates or {}).items()}
    found: dict[str, RatePair | None] = {currency: None}
    said: list[Caution] = []
    for symbol, bars in panel.series.items():
        own = bars.instrument.currency.upper()
        if own not in found:
            clock = clock_of(panel, replace(bars.instrument, symbol=symbol))
            at_open, at_close, about = rates_of(clock, currency, given.get(own), start)
            found[own] = None if at_open is None or at_close is None else (at_open, at_close)
            said += about
    return [found[bars.instrument.currency.upper()] for bars in panel.series.values()], said


def schedule_of(panel: Panel, rhythm: Rhythm) -> Sessions | None:
    """Return the schedule of the panel's exchange, past its last row, where `rhythm` needs it.

    Raises
    ------
    InputError
        ``E_CALENDAR_RANGE`` when the exchange has no schedule for dates of the panel.
    """
    if not (rhythm.needs_sessions and panel.calendar.is_exchange):
        return None
    first, last = int(panel.time[0]), int(panel.close_time[-1]) + _AHEAD
    instrument = replace(next(iter(panel.series.values())).instrument, symbol="schedule")
    ones: dict[str, Floats] = {name: np.ones(2) for name in ("open", "high", "low", "close")}
    return sessions_of(Bars([first, last], ones, timeframe=_HOUR, instrument=instrument))
