"""Entering a position and adding to it (engine.md 4.2, 5.1, 5.4)."""

import numpy as np

from tradewright.engine.book import (
    BELOW_MINIMUM,
    CAPPED,
    INVALID_STOP,
    NO_RATE,
    UNKNOWN_SIZE,
    available,
    count_cut,
    fill,
    liquidation_price,
    marked,
    offer_of,
)
from tradewright.engine.costs import taker_price
from tradewright.engine.levels import (
    Protection,
    absolute,
    level_price,
    protection_of,
    protection_stands,
    read,
    set_levels,
    side_index,
    stands,
    target_price,
    trailing_level,
)
from tradewright.engine.sizing import (
    NO_RATE_YET,
    Offer,
    affordable,
    fitted_quantity,
    offered_price,
    wanted_quantity,
)
from tradewright.engine.state import NEVER, Desk, Occasion, Order
from tradewright.engine.terms import ALL_IN, ATR_SHARE, NO_LEVEL, OWN_SIZE, PERCENT
from tradewright.engine.types import AT_CLOSE, ENTRY, INSIDE
from tradewright.kernels import kernel


@kernel
def entry_stands(
    desk: Desk, order: Order, when: Occasion, quantity: float, price: float, protection: Protection
) -> bool:
    """Say whether every level of an entry of its own at `price` lies on its side (4.2)."""
    side, terms = order.side, desk.terms
    # Where a sale would bring nothing, neither a size nor a way out has a meaning.
    if taker_price(when, -1, quantity, terms) <= 0 or not protection_stands(
        side, when.reference, protection, terms
    ):
        return False
    distance = abs(price - protection.nearest)
    for i in range(terms.targets):
        target = target_price(i, side, price, distance, order.decided, order.splits, desk.columns, terms)
        if np.isnan(target) or not stands(-side, when.reference, target, terms):
            return False
    return True


@kernel
def added_stands(desk: Desk, when: Occasion, average: float) -> bool:
    """Say whether every level lies on its side once the average entry price is `average` (5.4)."""
    book, terms = desk.book, desk.terms
    side = book.side
    for level in (stop_from(desk, average), trailing_level(book, terms)):
        if not stands(side, when.reference, level, terms):
            return False
    if book.even:
        even = level_price(side, average, PERCENT, terms.even_offset, 0.0)
        if not stands(side, when.reference, even, terms):
            return False
    for i in range(terms.targets):
        if not np.isnan(book.target[i]) and not stands(
            -side, when.reference, target_from(desk, i, average), terms
        ):
            return False
    return True


@kernel
def stop_from(desk: Desk, average: float) -> float:
    """Stop-loss of the position with `average` as its entry price."""
    book, terms = desk.book, desk.terms
    size = read(desk.columns, terms.stop_row[side_index(book.side)], book.decided) / book.splits
    return level_price(-book.side, average, terms.stop_unit, terms.stop, size)


@kernel
def target_from(desk: Desk, number: int, average: float) -> float:
    """Target of the position with `average` as its entry price."""
    book = desk.book
    begun = not np.isnan(book.target_left[number])
    if begun or absolute(desk.terms.target_unit[number]):
        return book.target[number]
    return target_price(
        number, book.side, average, book.distance, book.decided, book.splits, desk.columns, desk.terms
    )


@kernel
def enter(desk: Desk, when: Occasion, order: Order) -> bool:
    """Fill an entry, or count why not; True when something filled (4.2, 5.1).

    Afterwards the order is gone, unless the bar's volume left a part of it.
    """
    terms = desk.terms
    if np.isnan(when.unit) or order.wanted == NO_RATE_YET:
        desk.book.counts[NO_RATE] += 1
        order.side = 0
        return False
    offer = offer_of(order, when, terms)
    price = offer.price
    protection = protection_of(order.side, price, order.decided, order.splits, desk.columns, terms)
    if not entry_stands(desk, order, when, 0.0, price, protection):
        desk.book.counts[INVALID_STOP] += 1
        order.side = 0
        return False
    quantity = quantity_of(desk, order, offer, protection)
    if quantity == 0:
        order.side = 0
        return False
    filled = available(desk, quantity)
    if filled > 0 and terms.impact > 0:
        price = offered_price(offer, filled, terms)
        offer = Offer(offer.side, price, offer.maker, when, offer.worst)
        protection = protection_of(order.side, price, order.decided, order.splits, desk.columns, terms)
        if not entry_stands(desk, order, when, filled, price, protection):
            desk.book.counts[INVALID_STOP] += 1
            order.side = 0
            return False
    if filled > 0 and not take_in(desk, order, offer, filled, protection):
        order.side = 0
        return False
    count_cut(desk, filled, quantity)
    order.wanted = quantity - filled
    order.begun = order.begun or filled > 0
    if filled >= quantity:
        order.side = 0
    return filled > 0


@kernel
def quantity_of(desk: Desk, order: Order, offer: Offer, protection: Protection) -> float:
    """Return how much an entry wants and may have; 0, counted, when nothing (5.1)."""
    book, terms, when, price = desk.book, desk.terms, offer.when, offer.price
    equity = marked(book, when.reference, when.unit)
    gross = abs(book.quantity) * when.reference * when.unit
    most = max(0.0, affordable(terms.leverage, equity, gross, offer, terms))
    wanted = order.wanted
    if np.isnan(wanted):
        wanted = most
        if terms.sizing != ALL_IN:
            size = read(desk.columns, terms.size_row, order.decided)
            if terms.sizing == ATR_SHARE:
                size /= order.splits
            elif terms.sizing == OWN_SIZE:
                size *= order.splits
            distance = abs(price - protection.nearest)
            wanted = wanted_quantity(book, equity, distance, size, offer, terms)
    if np.isnan(wanted):
        desk.book.counts[UNKNOWN_SIZE] += 1
        return 0.0
    quantity, capped = fitted_quantity(wanted, most, equity, price, terms)
    desk.book.counts[CAPPED] += capped
    desk.book.counts[BELOW_MINIMUM] += quantity == 0
    return quantity


@kernel
def take_in(desk: Desk, order: Order, offer: Offer, quantity: float, protection: Protection) -> bool:
    """Open the position by a fill, or add to it; False, counted, when levels would not stand (5.4)."""
    book, when, price = desk.book, offer.when, offer.price
    adds = book.side != 0
    average = price
    if adds:
        held = abs(book.quantity)
        average = (held * book.entry_price + quantity * price) / (held + quantity)
        if not added_stands(desk, when, average):
            book.counts[INVALID_STOP] += 1
            return False
    else:
        book.gain, book.spent = 0.0, 0.0
    signed, nearest = order.side * quantity, protection.nearest
    fill(desk, when, signed, price, nearest, ENTRY, order.kind, order.decided, offer.maker)
    if adds:
        book.adds += not order.begun  # the rest of an entry is none of its own
        average_in(desk, average)
    else:
        open_position(desk, when, order, price, protection)
    book.entered += quantity
    book.spent += abs(quantity * when.unit) * price
    book.liquidation = liquidation_price(book, when.unit, desk.terms)
    set_levels(book, desk.terms)
    return True


@kernel
def open_position(desk: Desk, when: Occasion, order: Order, price: float, protection: Protection) -> None:
    """Set everything that a position starts with."""
    book, terms = desk.book, desk.terms
    book.side = order.side
    book.entry_price = book.extreme = price
    book.entered = 0.0
    book.adds = 0
    book.decided = order.decided
    book.splits = order.splits
    book.inside = when.bar if when.moment == INSIDE else -1
    book.exit_reason = ENTRY
    book.stop = protection.stop
    book.distance = abs(price - protection.nearest)
    book.trail = protection.trail
    book.trails = terms.trailing_unit != NO_LEVEL and terms.trailing_after == 0
    book.even = False
    book.shared = 0.0
    for i in range(terms.targets):
        book.target[i] = target_price(
            i, order.side, price, book.distance, order.decided, order.splits, desk.columns, terms
        )
        book.target_left[i] = np.nan
    book.deadline = NEVER
    if terms.time_stop > 0:
        book.deadline = when.bar + terms.time_stop - (0 if when.moment == AT_CLOSE else 1)


@kernel
def average_in(desk: Desk, average: float) -> None:
    """Recompute what depends on the entry price (5.4)."""
    book, terms = desk.book, desk.terms
    book.entry_price = average
    if not absolute(terms.stop_unit):
        book.stop = stop_from(desk, average)
    for i in range(terms.targets):
        if not np.isnan(book.target[i]):
            book.target[i] = target_from(desk, i, average)
