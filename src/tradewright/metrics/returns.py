"""What the returns of the periods say: growth, risk, and growth for risk (engine.md 7.2)."""

import math
from dataclasses import dataclass

import numpy as np

from tradewright.kernels.ties import TIE_TOLERANCE
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
    rate = per_period(risk_free, periods)
    values = np.empty(points.size, np.float64)
    moments = return_pass(points, initial, rate, values)
    return Returns(floats(values), moments, rate, periods)


def per_period(risk_free: float, periods: Periods) -> float:
    """Return what a yearly risk-free return is in one period."""
    return math.expm1(math.log1p(risk_free) / periods.per_year)


def growth_rate(growth: float, periods: Periods) -> float | None:
    """``cagr``: yearly rate of a growth factor; None under 30 days or for a factor below 0."""
    if periods.days < SHORTEST_DAYS or not growth >= 0:
        return None
    return finite(np.expm1(math.log(growth) / periods.years)) if growth > 0 else -1.0


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
        "skew": None if spread is None else ratio(moments.third / n, spread * math.sqrt(spread)),
        "kurtosis": None if spread is None else ratio(moments.fourth / n, spread * spread),
    }


def tails(returns: Returns) -> dict[str, float | None]:
    """``var_95 cvar_95 tail_ratio``: quantiles with linear interpolation, as negative returns."""
    values, moments = returns.values, returns.moments
    # Over nine tenths of a normal's values lie above this, so little is left to put in order.
    reach = 1.2 * math.sqrt(moments.second / values.size)
    worst = _lowest_twentieth(values, moments.mean - reach)
    best = _lowest_twentieth(-values, -moments.mean - reach)
    limit = _quantile(worst, values.size)
    return {
        "var_95": finite(limit),
        "cvar_95": _mean_up_to(limit, worst, values),
        "tail_ratio": ratio(abs(_quantile(best, values.size)), abs(limit)),
    }


def _lowest_twentieth(values: Floats, guess: float) -> Floats:
    """Return the lowest values up to the one after the 5 % quantile; the last two stand in order.

    `guess` is a level that they are hoped to be under; all values are searched when too few are.
    """
    count = min((values.size - 1) // 20 + 2, values.size)
    few = np.compress(values < guess, values)
    ordered = (max(count - 2, 0), count - 1)
    return np.partition(values if few.size < count else few, ordered)[:count]


def _quantile(lowest: Floats, n: int) -> float:
    """5 % quantile of `n` values by linear interpolation, from the lowest of them."""
    index, twentieths = divmod(n - 1, 20)
    if not twentieths:
        return float(lowest[index])
    return float(lowest[index] + (lowest[index + 1] - lowest[index]) * (twentieths / 20))


def _mean_up_to(limit: float, lowest: Floats, values: Floats) -> float | None:
    """Mean of all values at or under `limit`, which is no higher than the last of `lowest`.

    Returns are equal when the growth ``1 + r`` is, by the tie rule: two days that lost the same share must
    not fall on two sides of the limit by their last digit.
    """
    reach = TIE_TOLERANCE * abs(1 + limit)
    under = lowest[lowest < limit - reach]
    tied = np.compress((values >= limit - reach) & (values <= limit + reach), values)
    return ratio(float(under.sum()) + float(tied.sum()), under.size + tied.size)
