"""What vectorbt 1.2.0 says of equity, returns by bar and trades, under the titles of its ``stats``."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.core.timeframe import NS_PER_DAY, NS_PER_SECOND
from tradewright.metrics.profiles.material import Material
from tradewright.metrics.profiles.sample import (
    Floats,
    adjusted_kurtosis,
    adjusted_skew,
    deviation,
    longest_run,
    mean,
    quotient,
    runs,
)

Numbers = dict[str, float]

_DAYS_PER_YEAR = 365


def measure(material: Material) -> Numbers:
    """Return the package's metrics, NaN or infinite where it has no number; durations in seconds."""
    close, equity = material.window.close, material.equity
    per_year = _DAYS_PER_YEAR * NS_PER_DAY / material.window.timeframe.ns
    returns = _returns(equity, material.initial_cash)
    market = _returns(close, float(close[0]))
    bar_s = material.window.timeframe.ns / NS_PER_SECOND
    return {
        "Start Value": material.initial_cash,
        "End Value": float(equity[-1]),
        "Total Return [%]": float((equity[-1] - material.initial_cash) / material.initial_cash) * 100,
        "Benchmark Return [%]": (float((market + 1).prod()) - 1) * 100,
        "Total Fees Paid": material.fees_paid,
        **_drawdowns(equity, bar_s),
        **_trades(material.trades, material.open_trades),
        **_trade_means(material.trades, bar_s),
        **_ratios(returns, per_year, (1 + material.risk_free) ** (1 / per_year) - 1),
        **_shape(returns, per_year),
        **_against(returns, market, per_year, (1 + material.risk_free) ** (1 / per_year) - 1),
    }


def _returns(value: Floats, initial: float) -> Floats:
    before = np.concatenate(([initial], value[:-1]))
    change = value - before
    # From nothing to nothing is no return; from a debt, less debt is a gain.
    return np.where((before == 0) & (change == 0), 0.0, change / np.abs(before))


def _annualized(returns: Floats, per_year: float) -> float:
    return float((returns + 1).prod() ** np.float64(per_year / returns.size)) - 1


def _drawdowns(value: Floats, bar_s: float) -> Numbers:
    peak = np.maximum.accumulate(value)
    starts, stops = runs(value < peak)
    names = ("Max Drawdown [%]", "Avg Drawdown [%]", "Max Drawdown Duration", "Avg Drawdown Duration")
    if not starts.size:
        return dict.fromkeys(names, math.nan)
    depths = np.array([((value[a:b] - peak[a]) / peak[a]).min() for a, b in zip(starts, stops, strict=True)])
    lengths = np.asarray((stops - starts) * bar_s, np.float64)
    over = stops < value.size  # the averages leave out a drawdown that still lasts
    values = (
        -float(depths.min()) * 100,
        -mean(depths[over]) * 100,
        float(lengths.max()),
        mean(lengths[over]),
    )
    return dict(zip(names, values, strict=True))


def _trades(closed: npt.NDArray[Any], still_open: npt.NDArray[Any]) -> Numbers:
    profit = np.ascontiguousarray(closed["pnl"])
    won, lost, n = profit > 0, profit < 0, profit.size
    gains, losses = profit[won], profit[lost]
    gain, loss = (mean(part) if part.size else 0.0 for part in (gains, losses))
    spread = deviation(profit)
    return {
        "Total Trades": float(n + still_open.size),
        "Total Closed Trades": float(n),
        "Total Open Trades": float(still_open.size),
        "Open Trade PnL": float(still_open["pnl"].sum()),
        "Win Rate [%]": quotient(float(won.sum()), n) * 100,
        "Max Win Streak": float(longest_run(won)) if n else math.nan,
        "Max Loss Streak": float(longest_run(lost)) if n else math.nan,
        "Profit Factor": quotient(float(gains.sum()), abs(float(losses.sum()))),
        "Expectancy": quotient(float(won.sum()), n) * gain - quotient(float(lost.sum()), n) * abs(loss),
        "SQN": quotient(math.sqrt(n) * mean(profit), spread),
    }


def _trade_means(trades: npt.NDArray[Any], bar_s: float) -> Numbers:
    returns = np.ascontiguousarray(trades["return"])
    lengths = (trades["exit_bar"] - trades["entry_bar"]) * bar_s
    won, lost = trades["pnl"] > 0, trades["pnl"] < 0
    return {
        "Best Trade [%]": float(returns.max()) * 100 if returns.size else math.nan,
        "Worst Trade [%]": float(returns.min()) * 100 if returns.size else math.nan,
        "Avg Winning Trade [%]": mean(returns[won]) * 100,
        "Avg Losing Trade [%]": mean(returns[lost]) * 100,
        "Avg Winning Trade Duration": mean(lengths[won]),
        "Avg Losing Trade Duration": mean(lengths[lost]),
    }


def _ratios(returns: Floats, per_year: float, risk_free: float) -> Numbers:
    above, annual = returns - risk_free, _annualized(returns, per_year)
    path = 100 * (returns + 1).cumprod()
    deepest = float((path / np.maximum.accumulate(path) - 1).min())
    downside = math.sqrt(mean(np.minimum(returns, 0.0) ** 2)) * math.sqrt(per_year)
    sortino = quotient(mean(returns) * per_year, downside)
    return {
        "Annualized Return [%]": annual * 100,
        "Annualized Volatility [%]": deviation(returns) * math.sqrt(per_year) * 100,
        "Sharpe Ratio": quotient(mean(above), deviation(above)) * math.sqrt(per_year),
        "Calmar Ratio": quotient(annual, abs(deepest)),
        "Omega Ratio": quotient(float(above[above > 0].sum()), -float(above[above < 0].sum())),
        "Sortino Ratio": sortino if returns.size > 1 else math.nan,
    }


def _shape(returns: Floats, per_year: float) -> Numbers:
    low, high = (float(value) for value in np.percentile(returns, [5, 95]))
    tail_ratio = quotient(abs(high), abs(low))
    return {
        "Skew": adjusted_skew(returns),
        "Kurtosis": adjusted_kurtosis(returns),
        "Tail Ratio": tail_ratio,
        "Common Sense Ratio": tail_ratio * (1 + _annualized(returns, per_year)),
        "Value at Risk": low,
    }


def _against(returns: Floats, market: Floats, per_year: float, risk_free: float) -> Numbers:
    away = market - mean(market)
    variance = mean(away * away)
    if returns.size < 2 or variance < 1e-30:
        return {"Alpha": math.nan, "Beta": math.nan}
    beta = mean(away * returns) / variance
    alpha = mean((returns - risk_free) - beta * (market - risk_free))
    return {"Alpha": float(np.float64(alpha + 1) ** per_year) - 1, "Beta": beta}
