"""Marking a stretch of bars at once: equity is ``cash + units * close`` on every bar of it.

Points of periods, drawdown and mean equity follow from that line without an equity curve. A stretch whose
extremes cannot deepen the drawdown is passed over whole, then by blocks of bars; only what is left is
looked at bar by bar.
"""

from typing import Any

from tradewright.engine.sweep.tables import (
    BLOCK,
    CLOSE,
    LEAST_FROM,
    LEAST_UP_TO,
    MOST_FROM,
    MOST_UP_TO,
    SUM_BEFORE,
    Tables,
)
from tradewright.engine.types import Floats
from tradewright.kernels import inlined, kernel
from tradewright.kernels.bits import highest_bit


@inlined
def add_point(t: Any, point: float, risk_free: float) -> None:
    """Add the return of a period that ends with the equity `point`."""
    before = t.point
    change = (point - before) / before if before > 0.0 else 0.0
    square = change * change
    t.sum1 += change
    t.sum2 += square
    t.sum3 += square * change
    t.sum4 += square * square
    t.gains += max(change, 0.0)
    t.drops += min(change, 0.0)
    short = min(change - risk_free, 0.0)
    t.downside += short * short
    t.moved += 1
    t.point = point


@kernel
def add_points(tables: Tables, t: Any, first: int, last: int, cash: float, units: float) -> None:
    """Add the returns of the periods `first` to ``last - 1``, all marked along one line."""
    closes, risk_free = tables.period_closes, tables.risk_free
    before = t.point
    sum1 = sum2 = sum3 = sum4 = gains = drops = downside = 0.0
    for k in range(first, last):
        point = cash + units * closes[k]
        change = (point - before) / before if before > 0.0 else 0.0
        square = change * change
        sum1 += change
        sum2 += square
        sum3 += square * change
        sum4 += square * square
        gains += max(change, 0.0)
        drops += min(change, 0.0)
        short = min(change - risk_free, 0.0)
        downside += short * short
        before = point
    t.sum1 += sum1
    t.sum2 += sum2
    t.sum3 += sum3
    t.sum4 += sum4
    t.gains += gains
    t.drops += drops
    t.downside += downside
    t.moved += last - first
    t.point = before


@inlined
def see(t: Any, equity: float) -> None:
    """Let peak and drawdown take one value in (engine.md 7.4); what ties with the peak is seen at the end."""
    if equity < t.floor:
        t.deepest = (equity - t.peak) / t.peak
        t.floor = equity
    elif equity > t.peak:
        rise(t, equity)


@inlined
def rise(t: Any, equity: float) -> None:
    """Let the peak be at `equity`."""
    t.peak = equity
    t.floor = equity * (1 + t.deepest)


@inlined
def extremes_of(prices: Floats, ranges: Floats, first: int, last: int) -> tuple[float, float]:
    """Return the lowest and highest close of the bars `first` to ``last - 1``, at least one.

    Of the bars in blocks that are not whole from the rows of `prices`; of whole blocks from two stretches of
    `ranges`, each a power of two long, that cover them.
    """
    block, end = first // BLOCK, (last - 1) // BLOCK
    if block == end:
        least = most = prices[first, CLOSE]
        for j in range(first + 1, last):
            least, most = min(least, prices[j, CLOSE]), max(most, prices[j, CLOSE])
        return least, most
    least = min(prices[first, LEAST_FROM], prices[last - 1, LEAST_UP_TO])
    most = max(prices[first, MOST_FROM], prices[last - 1, MOST_UP_TO])
    whole = end - block - 1
    if whole > 0:
        level = highest_bit(whole)
        other = end - (1 << level)
        least = min(least, ranges[2 * level, block + 1], ranges[2 * level, other])
        most = max(most, ranges[2 * level + 1, block + 1], ranges[2 * level + 1, other])
    return least, most


@inlined
def passed_over(t: Any, low: float, high: float) -> bool:
    """Take in bars whose equity lies between `low` and `high`, when their order cannot matter.

    It does not when none is above the peak, or when even a fall from the highest to the lowest would not be
    the deepest.
    """
    if high <= t.peak:
        see(t, low)
        return True
    if low >= high * (1 + t.deepest):
        rise(t, high)
        return True
    return False


@kernel
def see_by_blocks(tables: Tables, t: Any, first: int, last: int, cash: float, units: float) -> None:
    """Let peak and drawdown take the bars `first` to ``last - 1`` in: by blocks, or one by one."""
    prices = tables.prices
    j = first
    while j < last:
        end = min(last, (j // BLOCK + 1) * BLOCK)
        least, most = extremes_of(prices, tables.ranges, j, end)
        low, high = (least, most) if units > 0 else (most, least)
        if not passed_over(t, cash + units * low, cash + units * high):
            for k in range(j, end):
                see(t, cash + units * prices[k, CLOSE])
        j = end


@inlined
def see_bars(tables: Tables, t: Any, first: int, last: int, cash: float, units: float) -> None:
    """Let peak and drawdown take the bars `first` to ``last - 1`` in, whole if that can be."""
    least, most = extremes_of(tables.prices, tables.ranges, first, last)
    low, high = (least, most) if units > 0 else (most, least)
    if not passed_over(t, cash + units * low, cash + units * high):
        see_by_blocks(tables, t, first, last, cash, units)


@inlined
def mark_flat(tables: Tables, t: Any, last: int) -> None:
    """Mark the bars from the first unmarked one to ``last - 1`` without a position."""
    if last <= t.marked:
        return
    cash = t.cash
    first, after = tables.periods_before[t.marked], tables.periods_before[last]
    if after > first:
        if t.point != cash:
            add_point(t, cash, tables.risk_free)
        t.periods += after - first
    see(t, cash)
    t.equity_sum += cash * (last - t.marked)
    t.equity = cash
    t.marked = last


@inlined
def mark_held(tables: Tables, t: Any, last: int, units: float) -> None:
    """Mark the bars from the first unmarked one to ``last - 1``, holding `units` times the price."""
    if last <= t.marked:
        return
    cash, begin = t.cash, t.marked
    first, after = int(tables.periods_before[begin]), int(tables.periods_before[last])
    if after > first:
        add_points(tables, t, first, after, cash, units)
        t.periods += after - first
    see_bars(tables, t, begin, last, cash, units)
    t.equity_sum += cash * (last - begin) + units * (
        tables.prices[last, SUM_BEFORE] - tables.prices[begin, SUM_BEFORE]
    )
    t.equity = cash + units * tables.prices[last - 1, CLOSE]
    t.marked = last
