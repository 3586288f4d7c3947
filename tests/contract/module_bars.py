"""Bars with volume for the suite that every module passes: random, real, flat, poisoned."""

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import FIELDS, Bars
from tradewright.core.timeframe import NS_PER_DAY

Floats = npt.NDArray[np.float64]


def bars_of(columns: dict[str, Any]) -> Bars:
    """Return daily bars from 2020-01-01; missing columns are the close, a missing volume is 1."""
    close = np.asarray(columns["close"], dtype=np.float64)
    filled = {"open": close, "high": close, "low": close, "volume": np.ones(close.size), **columns}
    time = np.datetime64("2020-01-01", "ns").astype(np.int64) + NS_PER_DAY * np.arange(close.size)
    return Bars(time, filled, timeframe="1d", instrument="TEST")


@cache
def random_bars(n: int, seed: int = 7, scale: float = 100.0) -> Bars:
    """Return a random walk whose prices sit on a grid, so that equal highs and flat bars occur."""
    random = np.random.default_rng(seed)
    close = np.round(np.exp(np.cumsum(random.normal(0, 0.02, n))) * 100)
    opening = np.concatenate([[100.0], close[:-1]])[:n]
    high = np.maximum(opening, close) + random.integers(0, 3, n)
    low = np.minimum(opening, close) - random.integers(0, 3, n)
    prices = {"open": opening, "high": high, "low": low, "close": close}
    columns = {name: column * (scale / 100) for name, column in prices.items()}
    return bars_of({**columns, "volume": random.integers(1, 1_000, n).astype(np.float64)})


@cache
def stock_bars(symbol: str, start: int, n: int) -> Bars:
    """Return `n` real daily bars of a stock, in cents: differences of whole numbers have no rounding."""
    from bokeh_sampledata import stocks

    table = getattr(stocks, symbol)
    columns = {name: np.array(table[name][start : start + n], dtype=np.float64) for name in FIELDS}
    columns |= {name: np.round(columns[name] * 100) for name in FIELDS[:4]}
    columns["high"] = np.max([columns[name] for name in FIELDS[:4]], axis=0)
    columns["low"] = np.min([columns[name] for name in FIELDS[:4]], axis=0)
    return bars_of(columns)


def poisoned(bars: Bars, last: int) -> Bars:
    """Return `bars` with everything after bar `last` replaced by a wild market at another price."""
    garbage = random_bars(len(bars), seed=666, scale=1e6)
    columns = {
        name: np.concatenate([bars.columns[name][: last + 1], garbage.columns[name][last + 1 :]])
        for name in FIELDS
    }
    return bars_of(columns)
