"""What the open and the inside of a bar do to position and orders: the one matching rule (engine.md 6.1)."""

from typing import NamedTuple

from tradewright.engine.book import (
    AMBIGUOUS,
    has_room,
    leave,
    leave_by,
    offer_of,
    order_of,
    protective_kind,
    take_target,
)
from tradewright.engine.entering import enter
from tradewright.engine.levels import lost, nearest_target, reached
from tradewright.engine.reach import (
    DOWN,
    LONG_ORDER,
    NOTHING,
    STOP_SIDE,
    TARGET,
    UP,
    Rest,
    adverse_first,
    beyond_limit,
    low_first,
    next_on_way,
    passes,
    rest_of,
    resting_price,
    stop_side,
    way_to,
)
from tradewright.engine.state import Bar, Desk, Occasion, Order
from tradewright.engine.types import (
    ENTRY,
    INSIDE,
    LIQUIDATION,
    MARKET,
    REVERSE,
    STOP,
    STOP_LIMIT,
)
from tradewright.kernels import kernel


class Way(NamedTuple):
    """One of the two ways of a bar."""

    direction: int  # DOWN or UP
    first: bool  # the bar is read as going this way first
    bar: Bar  # or a finer one inside it
    whole: Bar  # the bar itself
    reading: int


@kernel
def at(when: Occasion, reference: float, moment: int) -> Occasion:
    """Return the same bar's occasion at another raw price."""
    return Occasion(when.bar, reference, moment, when.unit, when.rate, when.volume, when.atr)


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
def fill_resting(desk: Desk, when: Occasion, order: Order) -> bool:
    """Fill a resting order that was met: it closes a position of the other side first. True if it entered."""
    book = desk.book
    side = order.side
    if book.side == -side:
        offer = offer_of(order, when, desk.terms)
        leave_by(desk, offer, REVERSE, order.kind, order.decided)
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
        untriggered = order.kind == STOP_LIMIT and not order.triggered
        if untriggered and beyond_limit(order, when.reference, desk.terms):
            order.triggered = True
            continue
        price = resting_price(order)
        reference = min(when.reference, price) if way_to(order) < 0 else max(when.reference, price)
        if has_room(desk) and fill_resting(desk, at(when, reference, when.moment), order):
            return True
    return False


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
def say_ambiguous(desk: Desk) -> None:
    """Count this bar, unless it has been."""
    desk.book.counts[AMBIGUOUS] += not desk.book.ambiguous
    desk.book.ambiguous = True


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
def enter_inside(desk: Desk, when: Occasion, order: Order, way: Way) -> bool:
    """Fill a resting order inside a bar and protect what it opens; False when nothing entered."""
    side = order.side
    price = resting_price(order)
    open_ = way.bar.open
    reference = min(price, open_) if way.direction < 0 else max(price, open_)
    here = at(when, reference, INSIDE)
    if not fill_resting(desk, here, order):
        return False
    note_entry(desk, way.whole, reference)
    against = way.direction == -side
    protect_rest(desk, here, rest_of(side, against, way.first, way.bar, way.reading))
    return True


@kernel
def walk_way(desk: Desk, when: Occasion, way: Way) -> bool:
    """Meet what stands on one way of a bar; True when an entry filled, and with it the bar is over."""
    book = desk.book
    extreme = way.bar.low if way.direction < 0 else way.bar.high
    come_to = way.bar.open
    while not book.ended:
        found, place = next_on_way(desk, way.direction, extreme, come_to, has_room(desk))
        if found == NOTHING:
            return False
        if found == STOP_SIDE:
            reason, come_to = stop_side(book, extreme, come_to, desk.terms)
            leave(desk, at(when, come_to, INSIDE), reason, protective_kind(reason), book.decided)
        elif found == TARGET:
            take_target(desk, at(when, place, INSIDE), nearest_target(book, desk.terms))
        else:
            order = desk.long if found == LONG_ORDER else desk.short
            if enter_inside(desk, when, order, way):
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
    return walk_way(desk, when, Way(first, True, bar, whole, reading)) or walk_way(
        desk, when, Way(-first, False, bar, whole, reading)
    )
