"""What backtesting.py 0.6.6 says of the equity curve and the closed trades, under its own names.

The package is AGPL; none of its code is here.
"""

import math
from typing import NamedTuple

import numpy as np

from tradewright.core.timeframe import NS_PER_DAY, NS_PER_SECOND
from tradewright.metrics.profiles.material import Days, Material
from tradewright.metrics.profiles.sample import Floats, deviation, mean, quotient, slope

Numbers = dict[str, float]

_CLOCK = (NS_PER_DAY, 3_600 * NS_PER_SECOND, 60 * NS_PER_SECOND, NS_PER_SECOND, 1_000_000, 1_000, 1)
_MONDAY = 3  # 1970-01-01 was a Thursday


class _Calendar(NamedTuple):
    """How the package divides a run: what it rounds durations to, its days, and how many a year has."""

    unit_ns: int
    keys: Days
    per_year: float


def measure(material: Material) -> Numbers:
    """Return the package's metrics, NaN or infinite where it has no number; durations in seconds."""
    equity, time = material.equity, material.window.time
    calendar = _calendar(time)
    span = int(time[-1] - time[0])
    depth = 1 - equity / np.maximum.accumulate(equity)
    total = float((equity[-1] - equity[0]) / equity[0] * 100)
    yearly = _yearly(_day_returns(equity, calendar), calendar.per_year, material.risk_free)
    deepest = float(depth.max())
    return {
        "Duration": span / NS_PER_SECOND,
        "Exposure Time [%]": _exposure(material) * 100,
        "Equity Final [$]": float(equity[-1]),
        "Equity Peak [$]": float(equity.max()),
        "Commissions [$]": float(material.trades["fees"].sum()),
        "Return [%]": total,
        **yearly,
        "CAGR [%]": _cagr(float(equity[-1] / equity[0]), span) * 100,
        "Calmar Ratio": quotient(yearly["Return (Ann.) [%]"] / 100, deepest),
        **_market(material, total),
        "Max. Drawdown [%]": -deepest * 100,
        **_drawdowns(depth, time, calendar.unit_ns),
        **_trades(material),
        **_durations(material, calendar.unit_ns),
    }


def _calendar(time: Days) -> _Calendar:
    steps = np.diff(time[-100:])
    step = int(np.median(steps)) if steps.size else 0
    unit = next((unit for unit in _CLOCK if step % unit == 0), 1)
    days = time // NS_PER_DAY
    weekend = float(((days + _MONDAY) % 7 >= 5).mean()) > 2 / 7 * 0.6
    dates = days.astype("datetime64[D]")
    match step // NS_PER_DAY:
        case 7:
            return _Calendar(unit, (days + _MONDAY) // 7, 52.0)
        case 31:
            return _Calendar(unit, dates.astype("datetime64[M]").astype(np.int64), 12.0)
        case 365:
            return _Calendar(unit, dates.astype("datetime64[Y]").astype(np.int64), 1.0)
        case _:
            return _Calendar(unit, days, 365.0 if weekend else 252.0)


def _day_returns(equity: Floats, calendar: _Calendar) -> Floats:
    ends = equity[np.flatnonzero(np.diff(calendar.keys, append=calendar.keys[-1] + 1))]
    returns = ends[1:] / ends[:-1] - 1
    return returns[~np.isnan(returns)]  # of an account with nothing left


def _yearly(returns: Floats, per_year: float, risk_free: float) -> Numbers:
    growth = _geometric_mean(returns)
    gain = float(np.float64(1 + growth) ** per_year) - 1
    # As the package does it: the digits cancel when the variance is under some 1e-7.
    squares = (deviation(returns) ** 2 + np.float64(1 + growth) ** 2) ** per_year
    spread = float(np.sqrt(squares - np.float64(1 + growth) ** (2 * per_year)))
    downside = math.sqrt(mean(np.minimum(returns, 0.0) ** 2)) * math.sqrt(per_year)
    return {
        "Return (Ann.) [%]": gain * 100,
        "Volatility (Ann.) [%]": spread * 100,
        "Sharpe Ratio": quotient(gain * 100 - risk_free * 100, spread * 100),
        "Sortino Ratio": quotient(gain - risk_free, downside),
    }


def _geometric_mean(returns: Floats) -> float:
    if not returns.size:
        return math.nan
    return float(np.exp(np.log(returns + 1).sum() / returns.size)) - 1 if returns.min() > -1 else 0.0


def _cagr(growth: float, span_ns: int) -> float:
    years = span_ns // NS_PER_SECOND / 86_400 / 365.25
    return float(np.float64(growth) ** (1 / years)) - 1 if years else math.nan


def _exposure(material: Material) -> float:
    held = np.zeros(material.equity.size, np.bool_)
    for first, last in zip(material.trades["entry_bar"], material.trades["exit_bar"], strict=True):
        held[max(first, 0) : last + 1] = True
    return float(held.mean())


def _market(material: Material, total: float) -> Numbers:
    equity, close = material.equity, material.window.close
    hold = float((close[-1] - close[0]) / close[0] * 100)
    ours, theirs = np.log(equity[1:] / equity[:-1]), np.log(close[1:] / close[:-1])
    beta = slope(theirs, ours)
    cash = material.risk_free * 100
    alpha = total - cash - beta * (hold - cash)
    return {"Buy & Hold Return [%]": hold, "Alpha [%]": alpha, "Beta": beta}


def _drawdowns(depth: Floats, time: Days, unit: int) -> Numbers:
    """Drawdowns from peak to recovery; one that starts with the last bar is left out by the package."""
    at_peak = np.union1d(np.flatnonzero(depth == 0), [depth.size - 1])
    ends = np.flatnonzero(np.diff(at_peak) > 1)
    first, last = at_peak[ends], at_peak[ends + 1]
    if not ends.size:
        shallow = -mean(depth[depth != 0]) * 100
        return {
            "Avg. Drawdown [%]": shallow,
            "Max. Drawdown Duration": math.nan,
            "Avg. Drawdown Duration": math.nan,
        }
    peaks = np.array([depth[a : b + 1].max() for a, b in zip(first, last, strict=True)])
    lengths = time[last] - time[first]
    return {
        "Avg. Drawdown [%]": -mean(peaks) * 100,
        "Max. Drawdown Duration": _rounded(int(lengths.max()), 1, unit),
        "Avg. Drawdown Duration": _rounded(int(lengths.sum()), lengths.size, unit),
    }


def _trades(material: Material) -> Numbers:
    profit = np.ascontiguousarray(material.trades["pnl"])
    returns = np.ascontiguousarray(material.trades["return"])
    n = profit.size
    rate = quotient(float((profit > 0).sum()), n)
    payoff = quotient(mean(profit[profit > 0]), -mean(profit[profit < 0]))
    losses = abs(float(returns[returns < 0].sum()))
    return {
        "# Trades": float(n),
        "Win Rate [%]": rate * 100,
        "Best Trade [%]": float(returns.max()) * 100 if n else math.nan,
        "Worst Trade [%]": float(returns.min()) * 100 if n else math.nan,
        "Avg. Trade [%]": _geometric_mean(returns) * 100,
        "Profit Factor": quotient(float(returns[returns > 0].sum()), losses),
        "Expectancy [%]": mean(returns) * 100,
        "SQN": quotient(math.sqrt(n) * mean(profit), deviation(profit)),
        "Kelly Criterion": rate - quotient(1 - rate, payoff),
    }


def _durations(material: Material, unit: int) -> Numbers:
    time, trades = material.window.time, material.trades
    if not trades.size:
        return {"Max. Trade Duration": math.nan, "Avg. Trade Duration": math.nan}
    lengths = time[trades["exit_bar"]] - time[trades["entry_bar"]]
    return {
        "Max. Trade Duration": _rounded(int(lengths.max()), 1, unit),
        "Avg. Trade Duration": _rounded(int(lengths.sum()), lengths.size, unit),
    }


def _rounded(total: int, count: int, unit: int) -> float:
    """Mean duration, rounded up to the unit the bars are spaced in, in seconds."""
    return -(-total // (count * unit)) * unit / NS_PER_SECOND
