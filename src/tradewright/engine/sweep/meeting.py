"""Which bar first meets a level of the position, and what it does there (engine.md 3.2, 3.5).

Whole blocks of bars whose range stays between the bounds are passed over; the bar that does not is read by
the functions that every run's bars are read by.
"""

from typing import Any, NamedTuple

import numpy as np

from tradewright.engine.book import protective_kind
from tradewright.engine.levels import level_or, level_price, lost, nearer_stop, reached
from tradewright.engine.reach import adverse_first, stop_side
from tradewright.engine.state import Bar
from tradewright.engine.sweep.position import STAYS, Exit, Guard, Position, Run, guard_of
from tradewright.engine.sweep.tables import BLOCK, CLOSE, HIGH, HIGHEST, LOW, LOWEST, OPEN
from tradewright.engine.terms import ATR, NO_LEVEL, PERCENT, Terms
from tradewright.engine.types import (
    AT_OPEN,
    ENTRY,
    INSIDE,
    LIMIT,
    LIQUIDATION,
    MARKET,
    STOP,
    TAKE_PROFIT,
    Floats,
)
from tradewright.kernels import inlined, kernel


class Bounds(NamedTuple):
    """A bar strictly between them touches no level."""

    low: float
    high: float


@inlined
def bounds_of(guard: Guard, target: float, terms: Terms) -> Bounds:
    """Return the bounds around a position's levels, wider than the tie rule's reach."""
    reach = 4 * terms.tolerance
    if guard.side > 0:
        low = max(level_or(guard.level, 0.0), level_or(guard.liquidation, 0.0)) * (1 + reach)
        return Bounds(low, level_or(target, np.inf) * (1 - reach))
    high = min(level_or(guard.level, np.inf), level_or(guard.liquidation, np.inf)) * (1 - reach)
    return Bounds(level_or(target, 0.0) * (1 + reach), high)


@kernel
def first_outside(reach: Floats, blocks: Floats, first: int, last: int, bounds: Bounds) -> int:
    """Return the first of the bars `first` to ``last - 1`` that is not strictly between; `last` for none."""
    j = first
    while j < last:
        if j % BLOCK == 0:
            block, end = j // BLOCK, last // BLOCK
            while block < end and blocks[LOWEST, block] > bounds.low and blocks[HIGHEST, block] < bounds.high:
                block += 1
            j = block * BLOCK
        stop = min(last, (j // BLOCK + 1) * BLOCK)
        while j < stop:
            if reach[LOW, j] <= bounds.low or reach[HIGH, j] >= bounds.high:
                return j
            j += 1
    return last


@kernel
def met_at_open(run: Run, held: Position, guard: Guard, j: int) -> Exit:
    """Return how the open of bar `j` ends the position, being beyond a level of it (3.2)."""
    terms, price = run.terms, run.tables.prices[j, OPEN]
    if lost(held.side, price, guard.liquidation, terms.tolerance):
        return Exit(j, AT_OPEN, price, LIQUIDATION, MARKET, held.decided)
    if lost(held.side, price, guard.level, terms.tolerance):
        return Exit(j, AT_OPEN, price, guard.level_reason, STOP, held.decided)
    if terms.targets > 0 and reached(held.side, price, held.target, terms):
        return Exit(j, AT_OPEN, price, TAKE_PROFIT, LIMIT, held.decided)
    return STAYS


@kernel
def met_inside(run: Run, held: Position, guard: Any, j: int) -> Exit:
    """Return how the inside of bar `j` ends the position, touching a level of it (3.5)."""
    terms, prices, reach = run.terms, run.tables.prices, run.tables.reach
    bar = Bar(prices[j, OPEN], reach[HIGH, j], reach[LOW, j], prices[j, CLOSE])
    adverse, favourable = (bar.low, bar.high) if held.side > 0 else (bar.high, bar.low)
    reason, level = stop_side(guard, adverse, bar.open, terms)
    target = terms.targets > 0 and reached(held.side, favourable, held.target, terms)
    if reason != ENTRY and target:
        run.totals.ambiguous += 1
        target = not adverse_first(held.side, bar, terms.intrabar, terms)
    if target:
        return Exit(j, INSIDE, held.target, TAKE_PROFIT, LIMIT, held.decided)
    return Exit(j, INSIDE, level, reason, protective_kind(reason), held.decided)


@kernel
def met_in(run: Run, held: Position, guard: Guard, j: int) -> Exit:
    """Return how bar `j` ends the position, if it does; that of the entry counts from after its open."""
    if j > held.bar:
        found = met_at_open(run, held, guard, j)
        if found.reason != ENTRY:
            return found
    return met_inside(run, held, guard, j)


@kernel
def followed(held: Position, guard: Guard, extreme: float, terms: Terms) -> Guard:
    """Return the stop side with the trailing stop moved on to a new extreme (3.7)."""
    if terms.trailing_unit == PERCENT:
        trailing = extreme * (1 - held.side * terms.trailing / 100)
    else:
        trailing = level_price(-held.side, extreme, ATR, terms.trailing, held.trail_size)
    level, reason = nearer_stop(held.side, held.stop, trailing, terms.tolerance)
    return Guard(held.side, extreme, level, reason, guard.liquidation, ENTRY)


@kernel
def met_following(run: Run, held: Position, guard: Guard, last: int) -> Exit:
    """Return the first end that bars before `last` bring to a position with a trailing stop."""
    terms, reach = run.terms, run.tables.reach
    bounds = bounds_of(guard, held.target, terms)
    for j in range(held.bar, last):
        high, low = reach[HIGH, j], reach[LOW, j]
        if low <= bounds.low or high >= bounds.high:
            found = met_in(run, held, guard, j)
            if found.reason != ENTRY:
                return found
        extreme = max(guard.extreme, high) if held.side > 0 else min(guard.extreme, low)
        if extreme != guard.extreme:
            guard = followed(held, guard, extreme, terms)
            bounds = bounds_of(guard, held.target, terms)
    return STAYS


@inlined
def met_before(run: Run, held: Position, last: int) -> Exit:
    """Return the first end that the bars from the entry's to ``last - 1`` bring to a position."""
    guard = guard_of(run.terms, run.totals.cash, held)
    if run.terms.trailing_unit != NO_LEVEL:
        return met_following(run, held, guard, last)
    bounds = bounds_of(guard, held.target, run.terms)
    tables = run.tables
    if tables.bottom > bounds.low and tables.top < bounds.high:
        return STAYS
    j = first_outside(tables.reach, tables.blocks, held.bar, last, bounds)
    while j < last:
        found = met_in(run, held, guard, j)
        if found.reason != ENTRY:
            return found
        j = first_outside(tables.reach, tables.blocks, j + 1, last, bounds)
    return STAYS
