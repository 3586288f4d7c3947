"""What every module is compared with: TA-Lib where it has the formula, else the formula in plain numpy."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import talib
from numpy.lib.stride_tricks import sliding_window_view

from tradewright.core.bars import Bars

Floats = npt.NDArray[np.float64]
Oracle = Callable[..., dict[str, Floats]]


def sma(bars: Bars, period: int, source: str) -> dict[str, Floats]:
    return {"sma": talib.SMA(bars.column(source), period)}


def ema(bars: Bars, period: int, source: str) -> dict[str, Floats]:
    return {"ema": talib.EMA(bars.column(source), period)}


def wma(bars: Bars, period: int, source: str) -> dict[str, Floats]:
    return {"wma": talib.WMA(bars.column(source), period)}


def rsi(bars: Bars, period: int, source: str) -> dict[str, Floats]:
    return {"rsi": talib.RSI(bars.column(source), period)}


def macd(bars: Bars, fast: int, slow: int, signal: int, source: str) -> dict[str, Floats]:
    """TA-Lib's MACD seeds its fast average later than its own EMA does; ours is the EMAs' difference."""
    x = bars.column(source)
    line = talib.EMA(x, fast) - talib.EMA(x, slow)
    smooth = np.full(x.size, np.nan)
    smooth[slow - 1 :] = talib.EMA(line[slow - 1 :], signal)
    line = np.where(np.isnan(smooth), np.nan, line)
    return {"macd": line, "signal": smooth, "histogram": line - smooth}


def bollinger(bars: Bars, period: int, deviations: float, source: str) -> dict[str, Floats]:
    upper, middle, lower = talib.BBANDS(bars.column(source), period, deviations, deviations)
    return {"middle": middle, "upper": upper, "lower": lower}


def stochastic(bars: Bars, period: int, smooth: int, signal: int) -> dict[str, Floats]:
    k, d = talib.STOCH(bars.high, bars.low, bars.close, period, smooth, 0, signal, 0)
    return {"k": k, "d": d}


def adx(bars: Bars, period: int) -> dict[str, Floats]:
    prices = bars.high, bars.low, bars.close
    strength = talib.ADX(*prices, period)
    sides = {"plus_di": talib.PLUS_DI(*prices, period), "minus_di": talib.MINUS_DI(*prices, period)}
    return {"adx": strength} | {k: np.where(np.isnan(strength), np.nan, v) for k, v in sides.items()}


def roc(bars: Bars, period: int, source: str) -> dict[str, Floats]:
    return {"roc": talib.ROC(bars.column(source), period)}


def momentum_indicator(bars: Bars, period: int, source: str) -> dict[str, Floats]:
    return {"momentum": talib.MOM(bars.column(source), period)}


def atr(bars: Bars, period: int) -> dict[str, Floats]:
    return {"atr": talib.ATR(bars.high, bars.low, bars.close, period)}


def donchian_channels(bars: Bars, period: int) -> dict[str, Floats]:
    upper, lower = talib.MAX(bars.high, period), talib.MIN(bars.low, period)
    return {"upper": upper, "lower": lower, "middle": talib.MEDPRICE(upper, lower)}


def standard_deviation(bars: Bars, period: int, source: str) -> dict[str, Floats]:
    return {"standard_deviation": _rolling(np.std, bars.column(source), period)}


def zscore(bars: Bars, period: int, source: str) -> dict[str, Floats]:
    x = bars.column(source)
    mean, std = _rolling(np.mean, x, period), _rolling(np.std, x, period)
    flat = _rolling(np.ptp, x, period) == 0
    return {"zscore": np.where(flat, 0.0, (x - mean) / np.where(flat, 1.0, std))}


def relative_volume(bars: Bars, period: int) -> dict[str, Floats]:
    out = np.full(len(bars), np.nan)
    for i in range(period, len(bars)):
        out[i] = bars.volume[i] / np.mean(bars.volume[i - period : i])
    return {"relative_volume": out}


def swing_points(bars: Bars, left: int, right: int) -> dict[str, Floats]:
    n = len(bars)
    columns = {}
    for side, prices, sign in (("high", bars.high, 1.0), ("low", bars.low, -1.0)):
        formed = np.full(n, np.nan)
        for bar in _swings(sign * prices, left, right):
            formed[bar + right :] = bar
        known = ~np.isnan(formed)
        level = np.full(n, np.nan)
        level[known] = prices[formed[known].astype(int)]
        columns |= {
            f"swing_{side}": level,
            f"{side}_formed_at": formed,
            f"{side}_confirmed_at": formed + right,
        }
    return columns


def sr_zones(
    bars: Bars, left: int, right: int, lookback: int, tolerance: float, touches: int
) -> dict[str, Floats]:
    swings = [(bar, bars.high[bar]) for bar in _swings(bars.high, left, right)]
    swings += [(bar, bars.low[bar]) for bar in _swings(-bars.low, left, right)]
    support, resistance = np.full(len(bars), np.nan), np.full(len(bars), np.nan)
    for i, close in enumerate(bars.close):
        known = [price for bar, price in swings if i - lookback < bar <= i - right]
        levels = _zone_levels(sorted(known), tolerance, touches)
        # On the border the tie rule decides: within 1e-11 is equal.
        support[i] = max((v for v in levels if v <= close * (1 + 1e-11)), default=math.nan)
        resistance[i] = min((v for v in levels if v >= close * (1 - 1e-11)), default=math.nan)
    return {"support": support, "resistance": resistance}


def market_structure_shift(bars: Bars, period: int) -> dict[str, Floats]:
    names = ("state", "shift", "level", "formed_at", "confirmed_at")
    out = {name: np.full(len(bars), np.nan) for name in names}
    pending: dict[str, Any] = {"bullish": None, "bearish": None}
    confirming = {
        "bullish": {bar + period: bar for bar in _swings(bars.high, period, period)},
        "bearish": {bar + period: bar for bar in _swings(-bars.low, period, period)},
    }
    levels = {"bullish": bars.high, "bearish": bars.low}
    structure, reading = "none", ("none", math.nan, math.nan, math.nan)
    for i in range(2 * period, len(bars)):
        shift = "none"
        for side, sign in (("bullish", 1), ("bearish", -1)):
            bar = pending[side]
            if bar is not None and sign * (bars.close[i] - levels[side][bar]) > 0:
                if structure not in ("none", side):
                    shift, reading = side, (side, levels[side][bar], bar, i)
                structure, pending[side] = side, None
            pending[side] = confirming[side].get(i, pending[side])
        code = ("none", "bullish", "bearish").index
        row = (code(reading[0]), code(shift), *reading[1:])
        for name, value in zip(names, row, strict=True):
            out[name][i] = value
    return out


def _rolling(statistic: Callable[..., Floats], x: Floats, period: int) -> Floats:
    out = np.full(x.size, np.nan)
    if x.size >= period:
        out[period - 1 :] = statistic(sliding_window_view(x, period), axis=1)
    return out


def _swings(highs: Floats, left: int, right: int) -> list[int]:
    return [
        bar
        for bar in range(left, highs.size - right)
        if highs[bar] > max(highs[bar - left : bar]) and highs[bar] >= max(highs[bar + 1 : bar + right + 1])
    ]


def _zone_levels(prices: list[float], tolerance: float, touches: int) -> list[float]:
    zones: list[list[float]] = []
    for price in prices:
        if zones and price <= zones[-1][0] * (1 + tolerance / 100) * (1 + 1e-11):
            zones[-1].append(price)
        else:
            zones.append([price])
    return [math.fsum(zone) / len(zone) for zone in zones if len(zone) >= touches]


ORACLES: dict[str, Oracle] = {
    oracle.__name__: oracle
    for oracle in (
        sma,
        ema,
        wma,
        rsi,
        macd,
        bollinger,
        stochastic,
        adx,
        roc,
        momentum_indicator,
        atr,
        donchian_channels,
        standard_deviation,
        zscore,
        relative_volume,
        swing_points,
        sr_zones,
        market_structure_shift,
    )
}
