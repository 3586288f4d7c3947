"""What empyrical-reloaded 0.7.1 says of the period returns; every name is a function of that package."""

import math

import numpy as np

from tradewright.metrics.profiles.material import Material
from tradewright.metrics.profiles.sample import (
    Floats,
    correlation,
    deviation,
    mean,
    population_kurtosis,
    population_skew,
    quotient,
)

Numbers = dict[str, float]


def measure(material: Material) -> Numbers:
    """Return the package's metrics, NaN or infinite where it has no number."""
    returns, per_year = material.returns, material.per_year
    drawdown = _max_drawdown(returns)
    growth = _annual_return(returns, per_year)
    return {
        "cum_returns_final": float((returns + 1).prod()) - 1,
        "annual_return": growth,
        "cagr": growth,
        "annual_volatility": deviation(returns) * math.sqrt(per_year),
        **_ratios(material),
        "calmar_ratio": growth / abs(drawdown) if drawdown < 0 else math.nan,
        "max_drawdown": drawdown,
        **_shape(returns),
        **_against(material),
    }


def _ratios(material: Material) -> Numbers:
    returns, per_year, risk_free = material.returns, material.per_year, material.risk_free_per_period
    if returns.size < 2:
        return dict.fromkeys(("sharpe_ratio", "sortino_ratio", "downside_risk", "omega_ratio"), math.nan) | {
            "downside_risk": _downside_risk(returns, per_year)
        }
    above = returns - risk_free
    downside = _downside_risk(returns, per_year)
    return {
        "sharpe_ratio": quotient(mean(above), deviation(above)) * math.sqrt(per_year),
        "sortino_ratio": quotient(mean(returns) * per_year, downside),
        "downside_risk": downside,
        "omega_ratio": quotient(float(above[above > 0].sum()), -float(above[above < 0].sum())),
    }


def _downside_risk(returns: Floats, per_year: float) -> float:
    return math.sqrt(mean(np.minimum(returns, 0.0) ** 2)) * math.sqrt(per_year)


def _shape(returns: Floats) -> Numbers:
    low, high = (float(value) for value in np.percentile(returns, [5, 95]))
    count = int((returns.size - 1) * 0.05) + 1
    return {
        "stability_of_timeseries": _stability(returns),
        "skew": population_skew(returns),
        "kurtosis": population_kurtosis(returns),
        "tail_ratio": quotient(abs(high), abs(low)),
        "value_at_risk": low,
        "conditional_value_at_risk": mean(np.partition(returns, count - 1)[:count]),
    }


def _stability(returns: Floats) -> float:
    if returns.size < 2 or returns.min() <= -1:
        return math.nan
    path = np.log1p(returns).cumsum()
    return correlation(np.arange(path.size, dtype=np.float64), path) ** 2


def _against(material: Material) -> Numbers:
    returns, held = material.returns, material.held
    up, down = held > 0, held < 0
    captures = [_capture(material, flags) for flags in (np.ones(held.size, np.bool_), up, down)]
    beta = _beta(returns, held)
    risk_free = material.risk_free_per_period
    alpha = mean((returns - risk_free) - beta * (held - risk_free)) if returns.size > 1 else math.nan
    active = returns - held
    return {
        "alpha": _power(alpha + 1, material.per_year) - 1,
        "beta": beta,
        "excess_sharpe": quotient(mean(active), deviation(active)),
        "capture": captures[0],
        "up_capture": captures[1],
        "down_capture": captures[2],
        "up_down_capture": quotient(captures[1], captures[2]),
    }


def _beta(returns: Floats, held: Floats) -> float:
    away = held - mean(held)
    variance = mean(away * away)
    if held.size < 2 or variance < 1e-30:
        return math.nan
    return mean(away * returns) / variance


def _capture(material: Material, flags: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> float:
    ours = _annual_return(material.returns[flags], material.per_year)
    theirs = _annual_return(material.held[flags], material.per_year)
    return quotient(ours, theirs)


def _annual_return(returns: Floats, per_year: float) -> float:
    if not returns.size:
        return math.nan
    return _power(float((returns + 1).prod()), per_year / returns.size) - 1


def _max_drawdown(returns: Floats) -> float:
    path = 100 * np.concatenate(([1.0], (returns + 1).cumprod()))
    peak = np.maximum.accumulate(path)
    return float(((path - peak) / peak).min())


def _power(base: float, exponent: float) -> float:
    """Power as NumPy's: NaN for a negative base, infinite where it overflows."""
    return float(np.float64(base) ** np.float64(exponent))
