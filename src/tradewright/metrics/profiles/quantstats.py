"""What quantstats 0.0.86 says of the period returns.

Names are functions of ``quantstats.stats``; names in the tearsheet's words are lines that only the
tearsheet has.
"""

import math

import numpy as np

from tradewright.metrics.profiles.material import TRADING_DAYS, Days, Material
from tradewright.metrics.profiles.sample import (
    Floats,
    adjusted_kurtosis,
    adjusted_skew,
    correlation,
    deviation,
    longest_run,
    mean,
    quotient,
    runs,
    slope,
)

Numbers = dict[str, float]

_TAIL = 1 - 0.95
_TAIL_QUANTILE = -1.6448536269514722  # of a standard normal at 5 %
_TAIL_DENSITY = math.exp(-(_TAIL_QUANTILE**2) / 2) / math.sqrt(2 * math.pi)


def measure(material: Material) -> Numbers:
    """Return the package's metrics, NaN or infinite where it has no number."""
    returns = material.returns
    depth = _depths(returns)
    wins = _wins(returns)
    numbers = {
        **_growth(material, depth),
        **_ratios(material),
        **_risk(material, depth),
        **wins,
        **_outcomes(returns, wins),
        **_episodes(depth, material.days),
        **_calendar(returns, material.days),
        **_against(material),
    }
    if _taken_for_prices(returns):
        return dict.fromkeys(numbers, math.nan)
    return numbers


def _taken_for_prices(values: Floats) -> bool:
    """Tell whether the package reads `values` as prices, not returns."""
    return bool(values.min() >= 0 and values.max() >= 1)


def _above_cash(material: Material) -> Floats:
    """Take the risk-free return off, which the package heeds only when it is above 0."""
    if material.risk_free <= 0:
        return material.returns
    return material.returns - material.risk_free_per_period


def _total(returns: Floats) -> float:
    return float((returns + 1).prod()) - 1


def _cagr(returns: Floats, per_year: float) -> float:
    wealth = _total(returns) + 1
    return math.nan if wealth < 0 else float(np.float64(wealth) ** (per_year / returns.size)) - 1


def _exposure(returns: Floats) -> float:
    return math.ceil(np.count_nonzero(returns) / returns.size * 100) / 100


def _growth(material: Material, depth: Floats) -> Numbers:
    returns, per_year = material.returns, material.per_year
    deepest = float(depth.min(initial=0.0))
    cagr = _cagr(returns, per_year)
    above = _above_cash(material)
    return {
        "comp": _total(returns),
        "cagr": cagr,
        "rar": quotient(_cagr(above, TRADING_DAYS), _exposure(above)),
        "exposure": _exposure(returns),
        "expected_return": float(np.float64(_total(returns) + 1) ** (1 / returns.size)) - 1,
        "max_drawdown": deepest,
        "calmar": quotient(cagr, abs(deepest)),
        "recovery_factor": quotient(abs(float(returns.sum())), abs(deepest)),
    }


def _ratios(material: Material) -> Numbers:
    above, yearly = _above_cash(material), math.sqrt(material.per_year)
    sharpe = quotient(mean(above), deviation(above))
    sortino = quotient(mean(above), math.sqrt(mean(np.minimum(above, 0.0) ** 2)))
    penalty = _autocorrelation_penalty(above)
    gains, losses = float(above[above > 0].sum()), -float(above[above < 0].sum())
    return {
        "sharpe": sharpe * yearly,
        "smart_sharpe": sharpe / penalty * yearly,
        "probabilistic_sharpe_ratio": _probability(sharpe, material.returns),
        "sortino": sortino * yearly,
        "smart_sortino": sortino / penalty * yearly,
        "adjusted_sortino": sortino * yearly / math.sqrt(2),
        "omega": quotient(gains, losses) if above.size > 1 else math.nan,
    }


def _autocorrelation_penalty(returns: Floats) -> float:
    n = returns.size
    link = abs(correlation(returns[:-1], returns[1:])) if n > 1 else math.nan
    if math.isnan(link):
        return 1.0
    lag = np.arange(1, n)
    return math.sqrt(1 + 2 * float(((n - lag) / n * link**lag).sum()))


def _probability(sharpe: float, returns: Floats) -> float:
    """Bailey and Lopez de Prado's probability that the Sharpe ratio is above 0."""
    if math.isnan(sharpe):
        return math.nan
    skew, kurtosis = adjusted_skew(returns), adjusted_kurtosis(returns) + 3
    variance = (1 - skew * sharpe + (kurtosis - 1) / 4 * sharpe**2) / (returns.size - 1)
    return math.erfc(-sharpe / math.sqrt(2 * variance)) / 2 if variance > 0 else math.nan


def _risk(material: Material, depth: Floats) -> Numbers:
    returns, rate = material.returns, material.risk_free
    spread, middle = deviation(returns), mean(returns)
    ulcer = math.sqrt(quotient(float((depth**2).sum()), returns.size - 1))
    pitfall = quotient(-_shortfall(mean(depth), deviation(depth)), spread)
    return {
        "volatility": spread * math.sqrt(material.per_year),
        "skew": adjusted_skew(returns),
        "kurtosis": adjusted_kurtosis(returns),
        "value_at_risk": middle + spread * _TAIL_QUANTILE if spread else math.nan,
        "conditional_value_at_risk": _shortfall(middle, spread),
        "risk_return_ratio": quotient(middle, spread),
        "ulcer_index": ulcer,
        "ulcer_performance_index": quotient(_total(returns) - rate, ulcer),
        "serenity_index": quotient(float(returns.sum()) - rate, ulcer * pitfall),
    }


def _shortfall(middle: float, spread: float) -> float:
    """Mean of a normal's lowest 5 %."""
    if not spread or math.isnan(spread):
        return middle
    return middle - spread * _TAIL_DENSITY / _TAIL


def _wins(returns: Floats) -> Numbers:
    up, down = returns[returns > 0], returns[returns < 0]
    moved = up.size + down.size
    return {
        "win_rate": up.size / moved if moved else 0.0,
        "avg_return": mean(returns[returns != 0]),
        "avg_win": mean(up),
        "avg_loss": mean(down),
        "best": float(returns.max()),
        "worst": float(returns.min()),
        "consecutive_wins": float(longest_run(returns > 0)),
        "consecutive_losses": float(longest_run(returns < 0)),
    }


def _outcomes(returns: Floats, wins: Numbers) -> Numbers:
    rate, payoff = wins["win_rate"], quotient(wins["avg_win"], abs(wins["avg_loss"]))
    gains, losses = returns[returns >= 0], returns[returns < 0]
    lost = abs(float(losses.sum()))
    factor = quotient(float(gains.sum()), lost) if gains.any() or lost else 0.0
    low, tail, upper, high = (float(q) for q in np.quantile(returns, [0.01, _TAIL, 0.95, 0.99]))
    ratio = abs(quotient(upper, tail))
    return {
        "payoff_ratio": payoff,
        "profit_ratio": _profit_ratio(gains, losses),
        "profit_factor": factor,
        "kelly_criterion": quotient(payoff * rate - (1 - rate), payoff),
        "risk_of_ruin": ((1 - rate) / (1 + rate)) ** returns.size,
        "tail_ratio": ratio,
        "common_sense_ratio": factor * ratio,
        "cpc_index": factor * rate * payoff,
        "outlier_win_ratio": quotient(high, mean(gains)),
        "outlier_loss_ratio": quotient(low, mean(losses)),
        "gain_to_pain_ratio": quotient(float(returns.sum()), lost),
    }


def _profit_ratio(gains: Floats, losses: Floats) -> float:
    if not gains.size:
        return 0.0
    return quotient(abs(mean(gains)) / gains.size, abs(mean(losses)) / losses.size if losses.size else 0.0)


def _depths(returns: Floats) -> Floats:
    """Depth under the peak after each return; the first peak is the start."""
    path = np.concatenate(([1.0], 1 + ((returns + 1).cumprod() - 1)))
    return (path / np.maximum.accumulate(path) - 1)[1:]


def _episodes(depth: Floats, days: Days) -> Numbers:
    """Drawdowns as the tearsheet counts them; one that begins with the first return needs a later one."""
    names = ("Longest DD Days", "Avg. Drawdown", "Avg. Drawdown Days")
    starts, stops = runs(depth != 0)
    if not (starts > 0).any():
        return dict.fromkeys(names, math.nan)
    lengths = (days[stops - 1] - days[starts] + 1).astype(np.float64)
    deepest = np.array([depth[a:b].min() for a, b in zip(starts, stops, strict=True)])
    return dict(zip(names, (float(lengths.max()), mean(deepest), mean(lengths)), strict=True))


def _calendar(returns: Floats, days: Days) -> Numbers:
    """Measure months, quarters and years as the tearsheet does."""
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    month, quarter, year = (_grouped(returns, months // size) for size in (1, 3, 12))
    sums = np.add.reduceat(returns, _firsts(months))
    return {
        "Gain/Pain (1M)": quotient(float(sums.sum()), abs(float(sums[sums < 0].sum()))),
        "Expected Monthly": _expected(month),
        "Expected Yearly": _expected(year),
        "Best Month": float(month.max()),
        "Worst Month": float(month.min()),
        "Best Year": float(year.max()),
        "Worst Year": float(year.min()),
        "Avg. Up Month": mean(month[month > 0]),
        "Avg. Down Month": mean(month[month < 0]),
        "Win Month": _wins(month)["win_rate"],
        "Win Quarter": _wins(quarter)["win_rate"],
        "Win Year": _wins(year)["win_rate"],
    }


def _expected(returns: Floats) -> float:
    return float(np.float64((returns + 1).prod()) ** (1 / returns.size)) - 1


def _grouped(returns: Floats, keys: Days) -> Floats:
    return np.multiply.reduceat(returns + 1, _firsts(keys)) - 1


def _firsts(keys: Days) -> Days:
    return np.flatnonzero(np.diff(keys, prepend=keys[0] - 1))


def _against(material: Material) -> Numbers:
    returns, held = material.returns, material.held
    names = ("beta", "alpha", "r_squared", "information_ratio", "treynor_ratio")
    if _taken_for_prices(held):
        return dict.fromkeys(names, math.nan)
    beta = slope(held, returns)
    still = math.isnan(beta)
    alpha = math.nan if still else (mean(returns) - beta * mean(held)) * material.per_year
    active = returns - held
    spread = deviation(active)
    treynor = 0.0 if still or not beta else (_total(returns) - material.risk_free) / beta
    values = (
        0.0 if still else beta,
        0.0 if still else alpha,
        correlation(returns, held) ** 2,
        mean(active) / spread if spread else 0.0,
        treynor,
    )
    return dict(zip(names, values, strict=True))
