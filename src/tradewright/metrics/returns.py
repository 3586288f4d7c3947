"""What the returns of the periods say: growth, risk, and growth for risk (engine.md 7.2)."""

import math
from dataclasses import dataclass

import numpy as np

from tradewright.metrics.defined import NO_DEVIATION, finite, ratio
from tradewright.metrics.passes import Floats, Moments, floats, return_pass
from tradewright.metrics.periods import Periods

SHORTEST_DAYS = 30  # a yearly rate from less than this says nothing (7.1)


@dataclass(frozen=True, slots=True, eq=False)
class Returns:
    """The returns of a run's periods.

    Attributes
    ----------
    values
        One fraction per period; the first is over the initial cash.
    moments
        Their moments, and the sums that ratios need.
    risk_free
        Risk-free return per period.
    periods
        What they were taken over.
    """

    values: Floats
    moments: Moments
    risk_free: float
    periods: Periods

    @property
    def deviation(self) -> float | None:
        """Sample standard deviation of the returns (ddof 1), or None under 2 returns."""
        n = self.periods.count
        return math.sqrt(self.moments.second / (n - 1)) if n > 1 else None

    @property
    def excess(self) -> float:
        """Mean return above the risk-free one."""
        return self.moments.mean - self.risk_free


def period_returns(points: Floats, initial: float, periods: Periods, risk_free: float) -> Returns:
    """Take the returns between the period ends `points`, the first one from `initial`."""
    per_period = math.expm1(math.log1p(risk_free) / periods.per_year)
    values = np.empty(points.size, np.float64)
    moments = return_pass(points, initial, per_period, values)
    return Returns(floats(values), moments, per_period, periods)


def growth_rate(growth: float, periods: Periods) -> float | None:
    """``cagr``: yearly rate of a growth factor; None under 30 days or for a factor below 0."""
    if periods.days < SHORTEST_DAYS or growth < 0:
        return None
    return finite(math.expm1(math.log(growth) / periods.years)) if growth > 0 else -1.0


def risk_adjusted(returns: Returns, *, traded: bool) -> dict[str, float | None]:
    """``sharpe`` and ``sortino``: excess return for deviation, annualised; None without fills."""
    n, yearly = returns.periods.count, math.sqrt(returns.periods.per_year)
    downside = math.sqrt(returns.moments.downside_square_sum / n)
    return {
        "sharpe": _per_deviation(returns.excess, returns.deviation, yearly) if traded else None,
        "sortino": _per_deviation(returns.excess, downside if n > 1 else None, yearly) if traded else None,
    }


def _per_deviation(excess: float, deviation: float | None, yearly: float) -> float | None:
    if deviation is None or deviation <= NO_DEVIATION:
        return None
    return finite(excess / deviation * yearly)


def shape(returns: Returns) -> dict[str, float | None]:
    """``omega volatility skew kurtosis``; skew and kurtosis are of the population, 3 for a normal."""
    moments, n, deviation = returns.moments, returns.periods.count, returns.deviation
    spread = None if deviation is None or deviation <= NO_DEVIATION else moments.second / n
    return {
        "omega": ratio(moments.gain_sum, -moments.loss_sum),
        "volatility": None if deviation is None else finite(deviation * math.sqrt(returns.periods.per_year)),
        "skew": None if spread is None else finite(moments.third / n / spread**1.5),
        "kurtosis": None if spread is None else finite(moments.fourth / n / spread**2),
    }


def tails(values: Floats) -> dict[str, float | None]:
    """``var_95 cvar_95 tail_ratio``: quantiles with linear interpolation, as negative returns."""
    n = values.size
    low, low_rest = divmod(n - 1, 20)
    high, high_rest = divmod(19 * (n - 1), 20)
    wanted = sorted({low, min(low + 1, n - 1), high, min(high + 1, n - 1)})
    part = np.partition(values, wanted)
    worst = _between(part, low, low_rest)
    best = _between(part, high, high_rest)
    return {
        "var_95": finite(worst),
        "cvar_95": finite(_mean_at_most(part, low, worst)),
        "tail_ratio": ratio(abs(best), abs(worst)),
    }


def _between(part: Floats, index: int, twentieths: int) -> float:
    if not twentieths:
        return float(part[index])
    return float(part[index] + (part[index + 1] - part[index]) * (twentieths / 20))


def _mean_at_most(part: Floats, index: int, limit: float) -> float:
    """Mean of all values up to `limit`; those at 0 to `index` are, others only when tied with it."""
    tied = int(np.count_nonzero(part[index + 1 :] == limit))
    lowest = np.sort(part[: index + 1])
    return (float(lowest.sum()) + tied * limit) / (index + 1 + tied)
