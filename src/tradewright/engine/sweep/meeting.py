"""Which bar first meets a level of the position, and what it does there (engine.md 3.2, 3.5).

Whole blocks of bars whose range stays between the bounds are passed over; the bar that does not is read by
the functions that every run's bars are read by.
"""

from typing import NamedTuple

import numpy as np

from tradewright.engine.book import protective_kind
from tradewright.engine.levels import level_or, level_price, lost, nearer_stop, reached
from tradewright.engine.reach import adverse_first, stop_side
from tradewright.engine.state import Bar
from tradewright.engine.sweep.position import Guard, Position, Run, close, guard_of, occasion_at
from tradewright.engine.sweep.tables import BLOCK, CLOSE, HIGH, HIGHEST, LOW, LOWEST, OPEN, Tables
from tradewright.engine.terms import ATR, NO_LEVEL, PERCENT, Terms
from tradewright.engine.types import AT_OPEN, ENTRY, INSIDE, LIMIT, LIQUIDATION, MARKET, STOP, TAKE_PROFIT
from tradewright.kernels import kernel


class Bounds(NamedTuple):
    """A bar strictly between them touches no level."""

    low: float
    high: float


@kernel
def bounds_of(guard: Guard, target: float, terms: Terms) -> Bounds:
    """Return the bounds around a position's levels, wider than the tie rule's reach."""
    reach = 4 * terms.tolerance
    if guard.side > 0:
        low = max(level_or(guard.level, 0.0), level_or(guard.liquidation, 0.0)) * (1 + reach)
        return Bounds(low, level_or(target, np.inf) * (1 - reach))
    high = min(level_or(guard.level, np.inf), level_or(guard.liquidation, np.inf)) * (1 - reach)
    return Bounds(level_or(target, 0.0) * (1 + reach), high)


@kernel
def first_outside(tables: Tables, first: int, last: int, bounds: Bounds) -> int:
    """Return the first of the bars `first` to ``last - 1`` that is not strictly between; `last` for none."""
    if tables.bottom > bounds.low and tables.top < bounds.high:
        return last
    prices, blocks = tables.prices, tables.blocks
    j = first
    while j < last:
        if j % BLOCK == 0:
            block, end = j // BLOCK, last // BLOCK
            while block < end and blocks[LOWEST, block] > bounds.low and blocks[HIGHEST, block] < bounds.high:
                block += 1
            j = block * BLOCK
        stop = min(last, (j // BLOCK + 1) * BLOCK)
        while j < stop:
            if prices[LOW, j] <= bounds.low or prices[HIGH, j] >= bounds.high:
                return j
            j += 1
    return last


@kernel
def met_at_open(run: Run, held: Position, guard: Guard, j: int) -> bool:
    """Close where the open of bar `j` is beyond a level; True if it was (3.2)."""
    terms, price = run.terms, run.tables.prices[OPEN, j]
    when = occasion_at(run, j, price, AT_OPEN)
    if lost(held.side, price, guard.liquidation, terms.tolerance):
        close(run, held, when, LIQUIDATION, MARKET, held.decided)
        return True
    if lost(held.side, price, guard.level, terms.tolerance):
        close(run, held, when, guard.level_reason, STOP, held.decided)
        return True
    if terms.targets > 0 and reached(held.side, price, held.target, terms):
        close(run, held, when, TAKE_PROFIT, LIMIT, held.decided)
        return True
    return False


@kernel
def met_inside(run: Run, held: Position, guard: Guard, j: int) -> bool:
    """Close where the inside of bar `j` touches a level; True if it did (3.5)."""
    terms, prices = run.terms, run.tables.prices
    bar = Bar(prices[OPEN, j], prices[HIGH, j], prices[LOW, j], prices[CLOSE, j])
    adverse, favourable = (bar.low, bar.high) if held.side > 0 else (bar.high, bar.low)
    reason, level = stop_side(guard, adverse, bar.open, terms)
    target = terms.targets > 0 and reached(held.side, favourable, held.target, terms)
    if reason == ENTRY and not target:
        return False
    if reason != ENTRY and target:
        run.totals.ambiguous += 1
        target = not adverse_first(held.side, bar, terms.intrabar, terms)
    if target:
        close(run, held, occasion_at(run, j, held.target, INSIDE), TAKE_PROFIT, LIMIT, held.decided)
    else:
        when = occasion_at(run, j, level, INSIDE)
        close(run, held, when, reason, protective_kind(reason), held.decided)
    return True


@kernel
def meets(run: Run, held: Position, guard: Guard, j: int) -> bool:
    """Close the position where bar `j` touches a level of it; True if it did.

    The bar of the entry counts from after its open.
    """
    if j > held.bar and met_at_open(run, held, guard, j):
        return True
    return met_inside(run, held, guard, j)


@kernel
def followed(held: Position, guard: Guard, high: float, low: float, terms: Terms) -> Guard:
    """Return the stop side with the trailing stop moved on by a bar (3.7)."""
    extreme = max(guard.extreme, high) if held.side > 0 else min(guard.extreme, low)
    if extreme == guard.extreme:
        return guard
    if terms.trailing_unit == PERCENT:
        trailing = extreme * (1 - held.side * terms.trailing / 100)
    else:
        trailing = level_price(-held.side, extreme, ATR, terms.trailing, held.trail_size)
    level, reason = nearer_stop(held.side, held.stop, trailing, terms.tolerance)
    return Guard(held.side, extreme, level, reason, guard.liquidation, ENTRY)


@kernel
def until_met(run: Run, held: Position, last: int) -> int:
    """Let the bars from the entry's to ``last - 1`` meet the position; return the one that closed it.

    `last` for none.
    """
    terms, tables = run.terms, run.tables
    guard = guard_of(run, held)
    j = held.bar
    if terms.trailing_unit == NO_LEVEL:
        bounds = bounds_of(guard, held.target, terms)
        while True:
            j = first_outside(tables, j, last, bounds)
            if j == last or meets(run, held, guard, j):
                return j
            j += 1
    bounds = bounds_of(guard, held.target, terms)
    while j < last:
        high, low = tables.prices[HIGH, j], tables.prices[LOW, j]
        if (low <= bounds.low or high >= bounds.high) and meets(run, held, guard, j):
            return j
        moved = followed(held, guard, high, low, terms)
        if moved.extreme != guard.extreme:
            guard = moved
            bounds = bounds_of(guard, held.target, terms)
        j += 1
    return last
