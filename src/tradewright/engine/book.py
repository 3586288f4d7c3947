"""The things that change a book: entering, adding, leaving, taking a target.

Every fill is written to a journal of dtype FILL, from which trades, fees and exposure are derived.
"""

import numpy as np

from tradewright.engine.costs import fee_of, taker_price
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
from tradewright.engine.rule_parts import MOST_TARGETS
from tradewright.engine.sizing import NO_RATE_YET, Offer, affordable, fitted_quantity, in_lots, offered_price, wanted_quantity
from tradewright.engine.state import NEVER, Book, Desk, Occasion, Order
from tradewright.engine.terms import ALL_IN, ATR_SHARE, NO_LEVEL, OWN_SIZE, PERCENT, Terms
from tradewright.engine.types import (
    AT_CLOSE,
    END_OF_DATA,
    ENTRY,
    INSIDE,
    LIMIT,
    LIQUIDATION,
    MARKET,
    STOP,
    STOP_LIMIT,
    STOP_LOSS,
    TAKE_PROFIT,
    TRAILING_STOP,
)
from tradewright.kernels import kernel
from tradewright.kernels.ties import below

# Positions in the array of counts, in the order of ``types.COUNTERS``.
(
    CONFLICTING,
    CAPPED,
    INVALID_STOP,
    BELOW_MINIMUM,
    AMBIGUOUS,
    CANCELLED,
    EXPIRED,
    UNKNOWN_PRICE,
    UNKNOWN_SIZE,
    PARTIAL,
    NO_VOLUME,
    UNMAGNIFIED,
    NO_RATE,
) = range(13)

# Fills one bar can make at most beside its account events: at the open an exit, an entry and its
# reversal; inside every target, the stop, an entry and its reversal; two at the close, one at the end.
MOST_FILLS_A_BAR = 4 * MOST_TARGETS + 16
_ALL_SHARES = 1 - 1e-9
_SLACK = 1e-9  # of a quantity: no more than the last digits of sums
_NOTHING = 1e-11  # of a notional, for comparisons of money (5.3, 5.5)


@kernel
def order_of(desk: Desk, side: int) -> Order:
    """Return what waits to enter on `side`."""
    return desk.long if side > 0 else desk.short


@kernel
def marked(book: Book, price: float, unit: float) -> float:
    """Equity with the position valued at `price` (3.10)."""
    return book.cash + book.quantity * price * unit if book.side != 0 else book.cash


@kernel
def liquidation_price(book: Book, unit: float, terms: Terms) -> float:
    """Price at which equity equals the maintenance margin (5.3).

    NaN for a long that no price above 0 can ruin, 0 for a short that every price does.
    """
    exposure = book.quantity * unit
    price = -book.cash / (exposure - terms.maintenance_margin * abs(exposure))
    if price > 0:
        return price
    return np.nan if exposure > 0 else 0.0


@kernel
def room(book: Book) -> float:
    """Return the quantity that may still fill in this bar."""
    return max(0.0, book.cap - book.filled)


@kernel
def available(desk: Desk, quantity: float) -> float:
    """Return how much of `quantity` the bar's volume still fills (4.3)."""
    left = room(desk.book)
    if desk.terms.participation == 0 or left >= quantity:
        return quantity
    fills = in_lots(left, desk.terms.lot)
    return quantity if quantity <= fills * (1 + _SLACK) else fills


@kernel
def count_cut(desk: Desk, filled: float, quantity: float) -> None:
    """Count a fill that the bar's volume cut; nothing is left of the volume then."""
    if below(filled, quantity, desk.terms.tolerance):
        desk.book.counts[PARTIAL] += 1
        desk.book.cap = 0.0


@kernel
def has_room(desk: Desk) -> bool:
    """Say whether anything of the bar's volume is left to fill with."""
    return desk.terms.participation == 0 or in_lots(room(desk.book), desk.terms.lot) > 0


@kernel
def fill(  # noqa: PLR0913, PLR0917 - the fields of a fill
    desk: Desk,
    when: Occasion,
    quantity: float,
    price: float,
    stop: float,
    reason: int,
    kind: int,
    decided: int,
    maker: bool,
) -> None:
    """Write a fill and move the book's cash and quantity by it."""
    book, terms = desk.book, desk.terms
    entry = desk.fills[book.fills]
    entry["bar"] = when.bar
    entry["quantity"] = quantity
    entry["price"] = price
    entry["reference"] = when.reference
    entry["fee"] = fee_of(quantity, price, maker, when, terms)
    entry["slippage"] = abs(price - when.reference) * abs(quantity * when.unit)
    entry["stop"] = stop
    entry["reason"] = reason
    entry["moment"] = when.moment
    entry["unit"] = when.unit
    entry["flow"] = 0.0
    entry["decided"] = decided
    entry["kind"] = kind
    entry["instrument"] = 0
    book.fills += 1
    paid = quantity * when.unit * price + entry["fee"]
    book.cash -= paid
    book.gain -= paid
    book.quantity += quantity
    book.filled += abs(quantity)
    if terms.impact > 0 and not maker:
        desk.book.counts[NO_VOLUME] += not when.volume > 0


@kernel
def close_trade(desk: Desk, reason: int) -> None:
    """Leave the book flat, and remember what the trade made (5.5)."""
    book = desk.book
    book.closed += 1
    gain = book.gain
    if gain > _NOTHING * book.spent:
        book.wins += 1
        book.won += gain / book.spent
    elif gain < -_NOTHING * book.spent:
        book.losses += 1
        book.lost += gain / book.spent
    notional = book.spent
    order_of(desk, book.side).side = 0  # what would have added to the position
    book.side = 0
    book.quantity = 0.0
    book.exit_reason = ENTRY
    book.ended = reason == LIQUIDATION and book.cash <= _NOTHING * notional
    if book.ended:
        desk.long.side = desk.short.side = 0


@kernel
def leave(desk: Desk, when: Occasion, reason: int, kind: int, decided: int) -> None:
    """Close the position as a taker, or as much of it as the bar's volume takes: the rest waits (4.3)."""
    offer = Offer(-desk.book.side, np.nan, False, when, np.nan)
    leave_by(desk, offer, reason, kind, decided)


@kernel
def leave_by(desk: Desk, offer: Offer, reason: int, kind: int, decided: int) -> None:
    """Close the position by an order of the other side, or as much as the bar's volume takes."""
    book = desk.book
    whole = abs(book.quantity)
    quantity = whole if reason in (LIQUIDATION, END_OF_DATA) else available(desk, whole)
    count_cut(desk, quantity, whole)
    order_of(desk, book.side).side = 0
    if quantity > 0:
        price = offered_price(offer, quantity, desk.terms)
        sell(desk, offer.when, quantity, price, reason, kind, decided, offer.maker)
    if book.side != 0:
        book.exit_reason, book.exit_decided = reason, decided


@kernel
def sell(  # noqa: PLR0913, PLR0917 - the fields of a fill
    desk: Desk,
    when: Occasion,
    quantity: float,
    price: float,
    reason: int,
    kind: int,
    decided: int,
    maker: bool,
) -> None:
    """Close `quantity` of the position, and the trade when that is all of it."""
    book = desk.book
    closing = quantity >= abs(book.quantity)
    fill(desk, when, -book.side * quantity, price, np.nan, reason, kind, decided, maker)
    if closing:
        close_trade(desk, reason)
    else:
        book.liquidation = liquidation_price(book, when.unit, desk.terms)
        set_levels(book, desk.terms)


@kernel
def take_target(desk: Desk, when: Occasion, number: int) -> None:
    """Fill a target that was met, or as much of it as the bar's volume takes: the rest rests on (5.4)."""
    book, terms = desk.book, desk.terms
    whole = abs(book.quantity)
    quantity = book.target_left[number]
    if np.isnan(quantity):
        share = terms.target_share[number]
        last = book.shared + share >= _ALL_SHARES
        quantity = whole if last else min(whole, in_lots(share * book.entered, terms.lot))
        book.shared += share
    quantity = min(quantity, whole)
    filled = available(desk, quantity)
    count_cut(desk, filled, quantity)
    book.target_left[number] = quantity - filled
    if filled >= quantity:
        book.target[number] = np.nan
    if filled > 0:
        sell(desk, when, filled, when.reference, TAKE_PROFIT, LIMIT, book.decided, True)
    else:
        set_levels(book, terms)


@kernel
def maker_fills(order: Order) -> bool:
    """Say whether an entry that fills now provides the liquidity: limits do (4.1)."""
    return order.kind == LIMIT or (order.kind == STOP_LIMIT and order.triggered)


@kernel
def offer_of(order: Order, when: Occasion, terms: Terms) -> Offer:
    """Return how an entry would fill now."""
    worst = order.limit if order.kind == STOP_LIMIT else np.nan
    offer = Offer(order.side, np.nan, maker_fills(order), when, worst)
    return Offer(order.side, offered_price(offer, 0.0, terms), offer.maker, when, worst)


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
        protection = protection_of(order.side, price, order.decided, order.splits, desk.columns, terms)
        if not entry_stands(desk, order, when, filled, price, protection):
            desk.book.counts[INVALID_STOP] += 1
            order.side = 0
            return False
    if filled > 0 and not take_in(desk, when, order, filled, price, protection, offer.maker):
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
def take_in(
    desk: Desk,
    when: Occasion,
    order: Order,
    quantity: float,
    price: float,
    protection: Protection,
    maker: bool,
) -> bool:
    """Open the position by a fill, or add to it; False, counted, when levels would not stand (5.4)."""
    book = desk.book
    side = order.side
    rest = order.begun
    if book.side == 0:
        book.gain, book.spent = 0.0, 0.0
        fill(desk, when, side * quantity, price, protection.nearest, ENTRY, order.original, order.decided, maker)
        open_position(desk, when, order, price, protection)
    else:
        held = abs(book.quantity)
        average = (held * book.entry_price + quantity * price) / (held + quantity)
        if not added_stands(desk, when, average):
            desk.book.counts[INVALID_STOP] += 1
            return False
        fill(desk, when, side * quantity, price, protection.nearest, ENTRY, order.original, order.decided, maker)
        book.adds += not rest
        average_in(desk, average)
    book.entered += quantity
    book.spent += abs(quantity * when.unit) * price
    book.liquidation = liquidation_price(book, when.unit, desk.terms)
    set_levels(book, desk.terms)
    return True


@kernel
def open_position(
    desk: Desk, when: Occasion, order: Order, price: float, protection: Protection
) -> None:
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


@kernel
def protective_kind(reason: int) -> int:
    """Return the kind of order that closes for a protective reason."""
    if reason in (STOP_LOSS, TRAILING_STOP):
        return STOP
    return LIMIT if reason == TAKE_PROFIT else MARKET
