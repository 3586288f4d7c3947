"""Which order meets which price in a bar: the one matching rule (engine.md 3.2, 3.3, 3.5, 3.6, 6.1).

A bar is two ways from its open, down to the low and up to the high. What stands on a way is met by its
distance; which way comes first is the reading of the bar.
"""

from typing import NamedTuple

import numpy as np

from tradewright.engine.book import (
    AMBIGUOUS,
    enter,
    has_room,
    order_of,
    leave,
    leave_by,
    offer_of,
    protective_kind,
    take_target,
)
from tradewright.engine.levels import lost, nearer, nearest_target, reached
from tradewright.engine.state import Bar, Book, Desk, Occasion, Order
from tradewright.engine.terms import OPTIMISTIC, PATH, Terms
from tradewright.engine.types import (
    AT_OPEN,
    ENTRY,
    INSIDE,
    LIMIT,
    LIQUIDATION,
    MARKET,
    REVERSE,
    STOP,
    STOP_LIMIT,
    TAKE_PROFIT,
)
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
def at(when: Occasion, reference: float, moment: int) -> Occasion:
    """Return the same bar's occasion at another raw price."""
    return Occasion(when.bar, reference, moment, when.unit, when.rate, when.volume, when.atr)


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
def match_open(desk: Desk, when: Occasion) -> None:
    """Let the open meet the carried position's levels: they fill at the open (3.2)."""
    book, terms = desk.book, desk.terms
    if lost(book.side, when.reference, book.liquidation, terms.tolerance):
        leave(desk, when, LIQUIDATION, MARKET, book.decided)
        return
    if lost(book.side, when.reference, book.level, terms.tolerance):
        leave(desk, when, book.level_reason, STOP, book.decided)
        return
    while book.side != 0 and has_room(desk):
        number = nearest_target(book, terms)
        if number < 0 or not reached(book.side, when.reference, book.target[number], terms):
            return
        take_target(desk, when, number)


@kernel
def as_limit(order: Order) -> bool:
    """Say whether an order waits for a better price."""
    return order.kind == LIMIT or (order.kind == STOP_LIMIT and order.triggered)


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
def fill_resting(desk: Desk, when: Occasion, order: Order) -> bool:
    """Fill a resting order that was met: it closes a position of the other side first. True if it entered."""
    book = desk.book
    side = order.side
    if book.side == -side:
        offer = offer_of(order, when, desk.terms)
        leave_by(desk, offer, REVERSE, order.original, order.decided)
        if book.side != 0 or book.ended or not has_room(desk):
            return False
    if not enter(desk, when, order):
        return False
    order_of(desk, -side).side = 0
    return True


@kernel
def match_resting_at_open(desk: Desk, when: Occasion) -> bool:
    """Fill the resting entries that the open has passed, at the open (3.3); True if one entered."""
    for side in (1, -1):
        order = order_of(desk, side)
        if order.side == 0 or order.kind == MARKET or not passes(order, when.reference, desk.terms):
            continue
        if order.kind == STOP_LIMIT and not order.triggered:
            if beyond_limit(order, when.reference, desk.terms):
                order.triggered = True
                continue
        price = resting_price(order)
        reference = min(when.reference, price) if way_to(order) < 0 else max(when.reference, price)
        if has_room(desk) and fill_resting(desk, at(when, reference, when.moment), order):
            return True
    return False


@kernel
def beyond_limit(order: Order, price: float, terms: Terms) -> bool:
    """Say whether `price` is worse than a stop-limit allows."""
    if order.side > 0:
        return above(price, order.limit, terms.tolerance)
    return below(price, order.limit, terms.tolerance)


@kernel
def next_on_way(
    desk: Desk, way: int, extreme: float, open_: float, room: bool
) -> tuple[int, float]:
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
def count_ambiguous(desk: Desk, bar: Bar) -> None:
    """Count a bar that holds something to meet on each of its ways, once (3.5)."""
    room = has_room(desk)
    under, _ = next_on_way(desk, DOWN, bar.low, bar.open, room)
    if under == NOTHING:
        return
    over, _ = next_on_way(desk, UP, bar.high, bar.open, room)
    if over != NOTHING:
        say_ambiguous(desk)


@kernel
def meets_something(desk: Desk, bar: Bar) -> bool:
    """Say whether a bar holds anything to meet on either of its ways."""
    room = has_room(desk)
    under, _ = next_on_way(desk, DOWN, bar.low, bar.open, room)
    over, _ = next_on_way(desk, UP, bar.high, bar.open, room)
    return under != NOTHING or over != NOTHING


@kernel
def say_ambiguous(desk: Desk) -> None:
    """Count this bar, unless it has been."""
    desk.book.counts[AMBIGUOUS] += not desk.book.ambiguous
    desk.book.ambiguous = True


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


@kernel
def protect_rest(desk: Desk, when: Occasion, rest: Rest) -> None:
    """Let what is left of the bar meet the levels of the position that was entered inside it (3.6)."""
    if rest.adverse_first:
        meet_stop_side(desk, when, rest.adverse)
    meet_targets(desk, when, rest.favourable)
    if not rest.adverse_first:
        meet_stop_side(desk, when, rest.adverse)


@kernel
def meet_stop_side(desk: Desk, when: Occasion, extreme: float) -> None:
    """Leave at the stop side if a move against the position up to `extreme` meets it."""
    book, come_to = desk.book, when.reference
    while book.side != 0:
        reason, level = stop_side(book, extreme, come_to, desk.terms)
        if reason == ENTRY:
            return
        leave(desk, at(when, level, INSIDE), reason, protective_kind(reason), book.decided)
        come_to = level


@kernel
def meet_targets(desk: Desk, when: Occasion, extreme: float) -> None:
    """Take the targets that a move with the position up to `extreme` meets, the nearest first."""
    book, terms = desk.book, desk.terms
    while book.side != 0 and has_room(desk):
        number = nearest_target(book, terms)
        if number < 0 or not reached(book.side, extreme, book.target[number], terms):
            return
        take_target(desk, at(when, book.target[number], INSIDE), number)


@kernel
def note_entry(desk: Desk, whole: Bar, reference: float) -> None:
    """Count a bar whose range reaches a level of the position that was entered inside it (3.5)."""
    book, terms = desk.book, desk.terms
    side = book.side
    adverse, favourable = (whole.low, whole.high) if side > 0 else (whole.high, whole.low)
    reason, _ = stop_side(book, adverse, reference, terms)
    number = nearest_target(book, terms)
    if reason != ENTRY or (number >= 0 and reached(side, favourable, book.target[number], terms)):
        say_ambiguous(desk)


@kernel
def enter_inside(
    desk: Desk, when: Occasion, order: Order, way: int, first_way: bool, bar: Bar, whole: Bar, reading: int
) -> bool:
    """Fill a resting order inside a bar and protect what it opens; False when nothing entered."""
    side = order.side
    price = resting_price(order)
    reference = min(price, bar.open) if way < 0 else max(price, bar.open)
    here = at(when, reference, INSIDE)
    if not fill_resting(desk, here, order):
        return False
    note_entry(desk, whole, reference)
    protect_rest(desk, here, rest_of(side, way == -side, first_way, bar, reading))
    return True


@kernel
def walk_way(
    desk: Desk, when: Occasion, way: int, first_way: bool, bar: Bar, whole: Bar, reading: int
) -> bool:
    """Meet what stands on one way of a bar; True when an entry filled, and with it the bar is over."""
    book = desk.book
    extreme = bar.low if way < 0 else bar.high
    come_to = bar.open
    while not book.ended:
        found, place = next_on_way(desk, way, extreme, come_to, has_room(desk))
        if found == NOTHING:
            return False
        if found == STOP_SIDE:
            reason, come_to = stop_side(book, extreme, come_to, desk.terms)
            leave(desk, at(when, come_to, INSIDE), reason, protective_kind(reason), book.decided)
        elif found == TARGET:
            take_target(desk, at(when, place, INSIDE), nearest_target(book, desk.terms))
        else:
            order = desk.long if found == LONG_ORDER else desk.short
            if enter_inside(desk, when, order, way, first_way, bar, whole, reading):
                return True
    return False


@kernel
def match_inside(desk: Desk, when: Occasion, bar: Bar, whole: Bar, reading: int) -> bool:
    """Let a bar's inside meet position and orders; True when an entry filled.

    Parameters
    ----------
    bar
        The bar, or a finer one inside it.
    whole
        The bar itself.
    """
    side = desk.book.side
    if side == 0:
        down_first = low_first(bar, desk.terms)
    else:
        down_first = adverse_first(side, bar, reading, desk.terms) == (side > 0)
    first = DOWN if down_first else UP
    return walk_way(desk, when, first, True, bar, whole, reading) or walk_way(
        desk, when, -first, False, bar, whole, reading
    )
