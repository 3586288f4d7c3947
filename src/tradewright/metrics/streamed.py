"""Metrics of many runs at once, from what each adds up to: no equity curve, no journal.

The formulas are those of the rooms beside this one; what they take from a curve or from a list of trades
(quantiles, episodes of drawdown, straightness, stability) cannot be had from sums and is not here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.metrics.defined import NO_DEVIATION
from tradewright.metrics.periods import Periods
from tradewright.metrics.returns import SHORTEST_DAYS

Floats = npt.NDArray[np.float64]
Table = npt.NDArray[Any]

# Sums of squares lose digits where the mean outweighs what varies about it. Under these shares of the sum
# too few are left, and the run is measured from its curve.
_LEAST_SPREAD, _LEAST_SPREAD_OF_SHAPE = 1e-3, 1e-2
_LEAST_TRADE_SPREAD = 1e-6


@dataclass(frozen=True)
class Sums:
    """What runs on the same window add up to.

    Attributes
    ----------
    totals
        ``(runs,)`` of dtype ``engine.sweep.totals.TOTALS``.
    initial
        ``(runs,)`` cash before the first bar.
    periods
        Of the window.
    bars
        In the window.
    risk_free
        Return per period.
    """

    totals: Table
    initial: Floats
    periods: Periods
    bars: int
    risk_free: float

    def of(self, field: str) -> Floats:
        """Return a field of the totals as numbers."""
        return np.ascontiguousarray(self.totals[field], np.float64)

    @cached_property
    def second(self) -> Floats:
        """Squares of the returns about their mean."""
        return np.maximum(self.of("sum2") - self.of("sum1") ** 2 / self.periods.count, 0.0)

    @cached_property
    def mean(self) -> Floats:
        """Mean return."""
        return self.of("sum1") / self.periods.count

    @cached_property
    def deviation(self) -> Floats:
        """Sample standard deviation of the returns; NaN under 2."""
        n = self.periods.count
        return np.sqrt(self.second / (n - 1)) if n > 1 else np.full(self.totals.size, np.nan)

    @cached_property
    def spread(self) -> Floats:
        """Variance of the population; NaN where nothing varies."""
        return np.where(self.deviation > NO_DEVIATION, self.second / self.periods.count, np.nan)

    @cached_property
    def growth(self) -> Floats:
        """Final equity over initial cash."""
        return self.of("equity") / self.initial

    @cached_property
    def trade_squares(self) -> Floats:
        """Squares of the profits about their mean."""
        trades = np.maximum(self.of("trades"), 1)
        return np.maximum(self.of("pnl_squares") - self.of("pnl") ** 2 / trades, 0.0)

    def unsure(self, metrics: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Return the runs of which `metrics` cannot be told to nine digits from sums."""
        found = np.zeros(self.totals.size, np.bool_)
        if _OF_SPREAD & set(metrics):
            least = _LEAST_SPREAD_OF_SHAPE if _OF_SHAPE & set(metrics) else _LEAST_SPREAD
            found |= (self.of("sum2") > 0) & (self.second <= least * self.of("sum2"))
        if "sqn" in metrics:
            several = self.of("trades") > 1
            found |= several & (self.trade_squares <= _LEAST_TRADE_SPREAD * self.of("pnl_squares"))
        return found


def ratio(numerator: Floats, denominator: Floats) -> Floats:
    """Divide; NaN where the divisor is 0, a side is NaN or the result is not finite."""
    found = np.divide(numerator, denominator, out=np.full(numerator.shape, np.nan), where=denominator != 0)
    return np.where(np.isfinite(found), found, np.nan)


def finite(values: Floats) -> Floats:
    """Return NaN for what is not finite."""
    return np.where(np.isfinite(values), values, np.nan)


def _annual(s: Sums, divisor: Floats) -> Floats:
    """Mean return above the risk-free one over `divisor`, annualised; NaN without fills or a divisor."""
    good = (s.of("fills") > 0) & (divisor > NO_DEVIATION)
    divided = ratio(s.mean - s.risk_free, np.where(good, divisor, 0.0))
    return finite(divided * np.sqrt(s.periods.per_year))


def _sortino(s: Sums) -> Floats:
    n = s.periods.count
    still = (n - s.of("moved")) * min(-s.risk_free, 0.0) ** 2
    return _annual(s, np.sqrt((s.of("downside") + still) / n) if n > 1 else np.zeros(s.totals.size))


def _cagr(s: Sums) -> Floats:
    known = (s.periods.days >= SHORTEST_DAYS) & (s.growth >= 0)
    growth = np.where(s.growth > 0, s.growth, 1.0)
    yearly = np.where(s.growth > 0, np.expm1(np.log(growth) / s.periods.years), -1.0)
    return finite(np.where(known, yearly, np.nan))


def _skew(s: Sums) -> Floats:
    n, m = s.periods.count, s.mean
    third = s.of("sum3") - 3 * m * s.of("sum2") + 3 * m**2 * s.of("sum1") - n * m**3
    return ratio(third / n, s.spread * np.sqrt(s.spread))


def _kurtosis(s: Sums) -> Floats:
    n, m = s.periods.count, s.mean
    fourth = s.of("sum4") - 4 * m * s.of("sum3") + 6 * m**2 * s.of("sum2") - 4 * m**3 * s.of("sum1")
    return ratio((fourth + n * m**4) / n, s.spread * s.spread)


def _sqn(s: Sums) -> Floats:
    n = s.of("trades")
    deviation = np.sqrt(s.trade_squares / np.maximum(n - 1, 1))
    good = (n > 1) & (deviation > NO_DEVIATION * s.of("largest"))
    return ratio(np.sqrt(n) * ratio(s.of("pnl"), n), np.where(good, deviation, 0.0))


def _turnover(s: Sums) -> Floats:
    mean = s.of("equity_sum") / s.bars
    return ratio(s.of("traded") / s.periods.years, np.where(mean > 0, mean, 0.0))


def _pvs(s: Sums) -> Floats:
    trades, factor = s.of("trades"), STREAMED["profit_factor"](s)
    fall = np.abs(STREAMED["max_drawdown"](s)) * 100
    value = (
        0.30 * np.minimum(1.0, STREAMED["win_rate"](s) * 100 / 50)
        + 0.30 * np.where(np.isnan(factor), 1.0, np.minimum(1.0, factor / 1.5))
        + 0.20 * np.where(fall > 0, np.minimum(1.0, 10 / np.where(fall > 0, fall, 1.0)), 1.0)
        + 0.20 * np.minimum(1.0, trades / 100)
    )
    return np.where(trades > 0, value, np.nan)


def _field(name: str) -> Callable[[Sums], Floats]:
    return lambda s: finite(s.of(name))


def _per(numerator: str, denominator: str) -> Callable[[Sums], Floats]:
    return lambda s: ratio(s.of(numerator), s.of(denominator))


STREAMED: Mapping[str, Callable[[Sums], Floats]] = {
    "initial_cash": lambda s: s.initial,
    "final_equity": _field("equity"),
    "total_return": lambda s: finite(s.growth - 1),
    "cagr": _cagr,
    "sharpe": lambda s: _annual(s, s.deviation),
    "sortino": _sortino,
    "calmar": lambda s: ratio(_cagr(s), -s.of("deepest")),
    "omega": lambda s: ratio(s.of("gains"), -s.of("drops")),
    "volatility": lambda s: finite(s.deviation * np.sqrt(s.periods.per_year)),
    "skew": _skew,
    "kurtosis": _kurtosis,
    "max_drawdown": _field("deepest"),
    "recovery_factor": lambda s: ratio(s.growth - 1, np.abs(s.of("deepest"))),
    "trades": _field("trades"),
    "open_trades": _field("open_trades"),
    "wins": _field("wins"),
    "losses": _field("losses"),
    "win_rate": _per("wins", "trades"),
    "profit_factor": lambda s: ratio(s.of("won"), -s.of("lost")),
    "expectancy": _per("returns", "trades"),
    "expectancy_r": _per("multiples", "stopped"),
    "payoff_ratio": lambda s: ratio(
        ratio(s.of("won_returns"), s.of("wins")), -ratio(s.of("lost_returns"), s.of("losses"))
    ),
    "avg_win": _per("won_returns", "wins"),
    "avg_loss": _per("lost_returns", "losses"),
    "best_trade": _field("best"),
    "worst_trade": _field("worst"),
    "max_consecutive_wins": _field("most_wins"),
    "max_consecutive_losses": _field("most_losses"),
    "avg_bars_held": _per("bars_in_trades", "trades"),
    "sqn": _sqn,
    "exposure": lambda s: s.of("held") / s.bars,
    "turnover": _turnover,
    "fees_paid": _field("fees"),
    "slippage_paid": _field("slippage"),
    "pvs": _pvs,
}
_OF_SHAPE = {"skew", "kurtosis"}  # higher powers lose more
_OF_SPREAD = {"sharpe", "sortino", "volatility", "skew", "kurtosis"}


@np.errstate(over="ignore", invalid="ignore", divide="ignore")  # what has no finite value is NaN
def streamed(sums: Sums, metrics: Sequence[str]) -> dict[str, Floats]:
    """Return metrics of many runs, each of STREAMED, as ``(runs,)`` float64 arrays; NaN where undefined."""
    return {metric: STREAMED[metric](sums) for metric in metrics}
