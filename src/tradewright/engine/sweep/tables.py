"""What many runs on the same bars share: prices, extremes of blocks of bars, ends of periods."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import Bars
from tradewright.engine.types import Floats
from tradewright.kernels import kernel
from tradewright.kernels.borrowed import borrowed

BLOCK = 8  # bars
Indices = npt.NDArray[np.int64]

# Rows of `prices`: of each bar its prices, the sum of the closes before it, and the extremes of the closes
# from the beginning of its block up to it, and from it to the end of its block.
OPEN, HIGH, LOW, CLOSE, SUM_BEFORE, LEAST_UP_TO, MOST_UP_TO, LEAST_FROM, MOST_FROM = range(9)
# Rows of `blocks`: extremes of the prices, and of the closes.
LOWEST, HIGHEST, LEAST, MOST = range(4)


class Tables(NamedTuple):
    """The bars of a sweep as compiled code reads them: few arrays, because handing them on has a price."""

    prices: Floats  # (9, bars + 1); the last column has a sum before it and nothing else
    blocks: Floats  # (4, blocks); the last block may be a short one
    period_ends: Indices  # last bar of each period of the window
    periods_before: Indices  # number of periods that end before each bar, (bars + 1,)
    bars: int
    start: int  # first bar of the window
    risk_free: float  # return per period
    bottom: float  # lowest low of the window
    top: float  # highest high


def tables_of(bars: Bars, start: int, period_ends: Indices, risk_free: float) -> Tables:
    """Return the tables of `bars` for runs from bar `start` on.

    Parameters
    ----------
    period_ends
        Index of the last bar of each period whose return counts (engine.md 7.1), ascending.
    risk_free
        Return per period.
    """
    n = len(bars)
    before = np.zeros(n + 1, np.int64)
    before[period_ends + 1] = 1
    least, most = _in_blocks(bars.close, np.inf), _in_blocks(bars.close, -np.inf)
    prices = np.zeros((9, n + 1))
    prices[OPEN, :n], prices[HIGH, :n], prices[LOW, :n] = bars.open, bars.high, bars.low
    prices[CLOSE, :n] = bars.close
    np.cumsum(bars.close, out=prices[SUM_BEFORE, 1:])
    prices[LEAST_UP_TO, :n] = np.minimum.accumulate(least, axis=1).ravel()[:n]
    prices[MOST_UP_TO, :n] = np.maximum.accumulate(most, axis=1).ravel()[:n]
    prices[LEAST_FROM, :n] = np.minimum.accumulate(least[:, ::-1], axis=1)[:, ::-1].ravel()[:n]
    prices[MOST_FROM, :n] = np.maximum.accumulate(most[:, ::-1], axis=1)[:, ::-1].ravel()[:n]
    lows, highs = _in_blocks(bars.low, np.inf), _in_blocks(bars.high, -np.inf)
    return Tables(
        prices,
        blocks=np.stack([lows.min(axis=1), highs.max(axis=1), least.min(axis=1), most.max(axis=1)]),
        period_ends=np.ascontiguousarray(period_ends, np.int64),
        periods_before=np.cumsum(before),
        bars=n,
        start=start,
        risk_free=risk_free,
        bottom=float(bars.low[start:].min()),
        top=float(bars.high[start:].max()),
    )


@kernel
def lent(tables: Tables) -> Tables:
    """Return the tables with their arrays borrowed: good for as long as `tables` itself is held."""
    return Tables(
        borrowed(tables.prices),
        borrowed(tables.blocks),
        borrowed(tables.period_ends),
        borrowed(tables.periods_before),
        tables.bars,
        tables.start,
        tables.risk_free,
        tables.bottom,
        tables.top,
    )


def _in_blocks(column: Floats, nothing: float) -> Floats:
    """Return a column as rows of BLOCK bars, filled up with `nothing`."""
    whole = np.full(-(-column.size // BLOCK) * BLOCK, nothing)
    whole[: column.size] = column
    return whole.reshape(-1, BLOCK)
