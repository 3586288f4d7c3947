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

# Columns of `prices`, one row a bar and one line of the processor's memory: open and close, the sum of the
# closes before it, and the extremes of the closes from the beginning of its block up to it, and from it to
# the end of its block.
OPEN, CLOSE, SUM_BEFORE, LEAST_UP_TO, MOST_UP_TO, LEAST_FROM, MOST_FROM = range(7)
COLUMNS = 8
# Rows of `reach`.
LOW, HIGH = range(2)
# Rows of `blocks`: extremes of the prices.
LOWEST, HIGHEST = range(2)


class Tables(NamedTuple):
    """The bars of a sweep as compiled code reads them: few arrays, because handing them on has a price."""

    prices: Floats  # (bars + 1, COLUMNS); the last row has a sum before it and nothing else
    reach: Floats  # (2, bars): low and high
    blocks: Floats  # (2, blocks); the last block may be a short one
    ranges: Floats  # (2 * levels, blocks): lowest and highest close of 1, 2, 4, 8 ... blocks from each on
    period_closes: Floats  # close at the end of each period of the window
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
    blocks = -(-n // BLOCK)
    before = np.zeros(n + 1, np.int64)
    before[period_ends + 1] = 1
    prices, extremes = np.zeros((n + 1, COLUMNS)), np.empty((2, blocks))
    prices[:n, OPEN], prices[:n, CLOSE] = bars.open, bars.close
    reach = np.stack([bars.low, bars.high])
    ranges = np.empty((2 * blocks.bit_length(), blocks))
    fill_in(prices, reach, extremes, ranges)
    return Tables(
        prices,
        reach,
        extremes,
        ranges,
        period_closes=bars.close[period_ends],
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
        borrowed(tables.reach),
        borrowed(tables.blocks),
        borrowed(tables.ranges),
        borrowed(tables.period_closes),
        borrowed(tables.periods_before),
        tables.bars,
        tables.start,
        tables.risk_free,
        tables.bottom,
        tables.top,
    )


@kernel
def fill_in(prices: Floats, reach: Floats, extremes: Floats, ranges: Floats) -> None:
    """Fill in what follows from the prices."""
    n, blocks = reach.shape[1], extremes.shape[1]
    for j in range(n):
        prices[j + 1, SUM_BEFORE] = prices[j, SUM_BEFORE] + prices[j, CLOSE]
    for block in range(blocks):
        first, last = block * BLOCK, min((block + 1) * BLOCK, n)
        lowest, highest, least, most = np.inf, -np.inf, np.inf, -np.inf
        for j in range(first, last):
            lowest, highest = min(lowest, reach[LOW, j]), max(highest, reach[HIGH, j])
            least, most = min(least, prices[j, CLOSE]), max(most, prices[j, CLOSE])
            prices[j, LEAST_UP_TO], prices[j, MOST_UP_TO] = least, most
        extremes[LOWEST, block], extremes[HIGHEST, block] = lowest, highest
        ranges[0, block], ranges[1, block] = least, most
        least, most = np.inf, -np.inf
        for j in range(last - 1, first - 1, -1):
            least, most = min(least, prices[j, CLOSE]), max(most, prices[j, CLOSE])
            prices[j, LEAST_FROM], prices[j, MOST_FROM] = least, most
    for level in range(1, ranges.shape[0] // 2):
        half = 1 << (level - 1)
        for block in range(blocks):
            other = min(block + half, blocks - 1)  # beyond the end nobody asks
            ranges[2 * level, block] = min(ranges[2 * level - 2, block], ranges[2 * level - 2, other])
            ranges[2 * level + 1, block] = max(ranges[2 * level - 1, block], ranges[2 * level - 1, other])
