"""Strategy documents and bars for tests of reading, compiling and deciding."""

from functools import cache
from typing import Any

import numpy as np

from tradewright.core.bars import Bars
from tradewright.core.timeframe import NS_PER_DAY

# As the design says it, word for word.
GOLD: dict[str, Any] = {
    "marketContext": {
        "market": "XAUUSD",
        "timeframe": "15m",
        "direction": "Long",
        "testPeriod": "2mo",
        "session": "London",
    },
    "decisionBlocks": [
        {
            "label": "Market Structure",
            "subConfirmations": [
                {
                    "label": "Market Structure Shift",
                    "moduleId": "market_structure_shift",
                    "selected": True,
                    "config": {"operator": "==", "value": "bullish", "period": 14},
                }
            ],
        }
    ],
    "exit": {"takeProfit": 2.0, "stopLoss": 1.0},
    "quickTest": False,
}


def price(field: str, **more: Any) -> dict[str, Any]:
    return {"price": field, **more}


def when(operand: Any, operator: str, value: Any = None, **config: Any) -> dict[str, Any]:
    """Return a condition on an operand."""
    compared = {} if value is None else {"value": value}
    return {"operand": operand, "config": {"operator": operator, **compared, **config}}


def on(module: str, operator: str, value: Any = None, **config: Any) -> dict[str, Any]:
    """Return a condition on a module."""
    compared = {} if value is None else {"value": value}
    return {"moduleId": module, "config": {"operator": operator, **compared, **config}}


def group(match: Any, *members: dict[str, Any]) -> dict[str, Any]:
    return {"match": match, "subConfirmations": list(members)}


def block(*members: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {**fields, "subConfirmations": list(members)}


def document(*blocks: dict[str, Any], **sections: Any) -> dict[str, Any]:
    return {"decisionBlocks": list(blocks), **sections}


def entering(*members: dict[str, Any], **sections: Any) -> dict[str, Any]:
    """Return a document of one block that enters."""
    return document(block(*members), **sections)


@cache
def real_bars(symbol: str = "AAPL", last: int | None = None) -> Bars:
    """Return daily bars with volume from the bundled package; rows that break OHLC are widened."""
    from bokeh_sampledata import stocks

    table: dict[str, Any] = getattr(stocks, symbol)
    columns = {name: np.array(table[name], np.float64) for name in ("open", "high", "low", "close", "volume")}
    prices = np.stack([columns[name] for name in ("open", "high", "low", "close")])
    columns["high"], columns["low"] = prices.max(axis=0), prices.min(axis=0)
    time = np.array(table["date"], "datetime64[ns]").astype(np.int64)
    bars = Bars(time, columns, timeframe="1d", instrument=symbol)
    return bars if last is None else bars.slice(len(bars) - last, len(bars))


def walking_bars(n: int, timeframe: str = "1h", span_ns: int = NS_PER_DAY // 24, seed: int = 7) -> Bars:
    """Return a random walk from 2024-01-01 UTC with volume."""
    random = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(random.normal(0, 0.01, n)))
    opening = close * np.exp(random.normal(0, 0.003, n))
    high, low = np.maximum(opening, close) * 1.002, np.minimum(opening, close) * 0.998
    columns = {
        "open": opening,
        "high": high,
        "low": low,
        "close": close,
        "volume": random.integers(1, 999, n),
    }
    start = np.datetime64("2024-01-01", "ns").astype(np.int64)
    return Bars(start + span_ns * np.arange(n), columns, timeframe=timeframe, instrument="TEST")
