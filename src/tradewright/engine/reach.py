"""What a move of the price meets: levels of the position and resting orders (engine.md 3.5, 3.6).

A bar is two ways from its open, down to the low and up to the high. What stands on a way is met by its
distance; which way comes first is the reading of the bar. Nothing here changes anything.
"""

from typing import NamedTuple

import numpy as np

from tradewright.engine.book import as_limit, has_room, order_of
from tradewright.engine.levels import lost, nearer, nearest_target, reached
from tradewright.engine.state import Bar, Book, Desk, Order
from tradewright.engine.terms import OPTIMISTIC, PATH, Terms
from tradewright.engine.types import ENTRY, LIQUIDATION, MARKET, STOP_LIMIT
from tradewright.kernels import kernel
from tradewright.kernels.ties import above, at_least, below, equal

# What stands next on a way.
NOTHING, STOP_SIDE, TARGET, LONG_ORDER, SHORT_ORDER = range(5)
DOWN, UP = -1, 1


class Rest(NamedTuple):
    """What an entry that fills inside a bar has of the bar before it (3.6)."""

    adverse: float  # the furthest price against the position
    favourable: float  # the furthest price with it
    adverse_first: bool


@kernel
def low_first(bar: Bar, terms: Terms) -> bool:
    """Say whether ``path`` visits the low before the high: the extreme nearer to the open (3.5)."""
    both, twice = bar.high + bar.low, 2 * bar.open
    if equal(both, twice, terms.tolerance):
        return at_least(bar.close, bar.open, terms.tolerance)
    return both > twice


@kernel
def adverse_first(side: int, bar: Bar, reading: int, terms: Terms) -> bool:
    """Say whether the bar is read as moving against the position before moving with it (3.5)."""
    if reading == OPTIMISTIC:
        return False
    if reading == PATH:
        return low_first(bar, terms) == (side > 0)
    return True


@kernel
def stop_side(book: Book, extreme: float, open_: float, terms: Terms) -> tuple[int, float]:
    """Return reason and fill level of the stop side that a move against the position up to `extreme` meets.

    ``ENTRY`` for none. A liquidation beyond the open (thin margins) is at the open. A stop that has been
    met, and waits for volume, is not met again.
    """
    side, tolerance = book.side, terms.tolerance
    reason, level = ENTRY, np.nan
    if book.exit_reason == ENTRY and lost(side, extreme, book.level, tolerance):
        # Beyond the open stands only what a finer bar's open has passed: it gets that open.
        reason = book.level_reason
        level = min(book.level, open_) if side > 0 else max(book.level, open_)
    if lost(side, extreme, book.liquidation, tolerance) and (
        reason == ENTRY or nearer(side, book.liquidation, level, tolerance)
    ):
        reason = LIQUIDATION
        level = min(book.liquidation, open_) if side > 0 else max(book.liquidation, open_)
    return reason, level


@kernel
def way_to(order: Order) -> int:
    """Return the way on which a resting order is met: a buy limit and a sell stop stand below."""
    return -order.side if as_limit(order) else order.side


@kernel
def passes(order: Order, price: float, terms: Terms) -> bool:
    """Say whether a move to `price` on the order's own way meets it."""
    if as_limit(order):
        return reached(-order.side, price, resting_price(order), terms)
    return lost(-order.side, price, order.price, terms.tolerance)


@kernel
def resting_price(order: Order) -> float:
    """Return where an order stands: a triggered stop-limit at its limit."""
    return order.limit if order.kind == STOP_LIMIT and order.triggered else order.price


@kernel
def beyond_limit(order: Order, price: float, terms: Terms) -> bool:
    """Say whether `price` is worse than a stop-limit allows."""
    if order.side > 0:
        return above(price, order.limit, terms.tolerance)
    return below(price, order.limit, terms.tolerance)


@kernel
def next_on_way(desk: Desk, way: int, extreme: float, open_: float, room: bool) -> tuple[int, float]:
    """Return what a move from the open to `extreme` meets next, and where; NOTHING when nothing (3.5).

    Of equal prices the stop side comes first, then the target, the adding order, the other order.
    Targets and orders are met only where there is `room` for them to fill.
    """
    book, terms = desk.book, desk.terms
    found, place = NOTHING, np.nan
    if book.side == -way:
        reason, level = stop_side(book, extreme, open_, terms)
        if reason != ENTRY:
            found, place = STOP_SIDE, level
    if book.side == way and room:
        number = nearest_target(book, terms)
        if number >= 0 and reached(way, extreme, book.target[number], terms):
            found, place = TARGET, book.target[number]
    if not room:
        return found, place
    first = -1 if book.side < 0 else 1  # what adds to the position comes before what reverses it
    for side in (first, -first):
        order = order_of(desk, side)
        if order.side == 0 or order.kind == MARKET or way_to(order) != way:
            continue
        if passes(order, extreme, terms):
            price = resting_price(order)
            if found == NOTHING or nearer(-way, price, place, terms.tolerance):
                found, place = (LONG_ORDER if side > 0 else SHORT_ORDER), price
    return found, place


@kernel
def meets_something(desk: Desk, bar: Bar) -> bool:
    """Say whether a bar holds anything to meet on either of its ways."""
    room = has_room(desk)
    under, _ = next_on_way(desk, DOWN, bar.low, bar.open, room)
    over, _ = next_on_way(desk, UP, bar.high, bar.open, room)
    return under != NOTHING or over != NOTHING


@kernel
def rest_of(side: int, against: bool, first_way: bool, bar: Bar, reading: int) -> Rest:
    """Return what is left of a bar for a position entered inside it: the table of 3.6.

    Parameters
    ----------
    against
        The entry was met on the way against its side: a limit.
    first_way
        It was met on the first of the two ways.
    """
    adverse, favourable = (bar.low, bar.high) if side > 0 else (bar.high, bar.low)
    if reading == OPTIMISTIC:
        return Rest(adverse, favourable, False) if against else Rest(bar.close, favourable, False)
    if reading != PATH:
        return Rest(adverse, bar.close, True) if against else Rest(adverse, favourable, True)
    if against:
        return Rest(adverse, favourable if first_way else bar.close, True)
    return Rest(adverse if first_way else bar.close, favourable, False)
