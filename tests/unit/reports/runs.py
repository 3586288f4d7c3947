"""Runs and their material for tests of what is drawn from them."""

from functools import cache
from typing import Any

import numpy as np

import tradewright as tw
from tests.factories import real_bars
from tradewright.core.timeframe import NS_PER_SECOND
from tradewright.library.run_pages import material_of
from tradewright.reports.material import ReportMaterial

HOSTILE = "</script><script>alert(1)</script>"


@cache
def finished(symbol: str = "IBM", strategy: str = "ma_crossover", **rules: Any) -> tw.Run:
    return tw.backtest(strategy, real_bars(symbol), **rules)


def material(run: tw.Run) -> ReportMaterial:
    return material_of(run)


def walk(n: int, *, seconds: int = 3_600, symbol: str = "TEST", seed: int = 7) -> tw.Bars:
    """Return `n` bars of a random walk in prices of two decimals."""
    random = np.random.default_rng(seed)
    close = np.round(100 * np.exp(np.cumsum(random.normal(0, 0.003, n))), 2)
    open_ = np.concatenate((close[:1], close[:-1]))
    spread = np.round(random.uniform(0, 0.3, (2, n)), 2)
    columns = {
        "open": open_,
        "high": np.maximum(open_, close) + spread[0],
        "low": np.minimum(open_, close) - spread[1],
        "close": close,
    }
    start = np.datetime64("2020-01-01", "ns").astype(np.int64)
    time = start + seconds * NS_PER_SECOND * np.arange(n)
    timeframe = {60: "1m", 3_600: "1h", 86_400: "1d"}[seconds]
    return tw.Bars(time, columns, timeframe=timeframe, instrument=symbol)
