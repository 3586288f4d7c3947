"""The things that change a book: entering, adding, leaving, taking a target.

Every fill is written to a journal of dtype FILL, from which trades, fees and exposure are derived.
"""

import numpy as np

from tradewright.engine.costs import fee_of
from tradewright.engine.levels import (
    set_levels,
)
from tradewright.engine.rule_parts import MOST_TARGETS
from tradewright.engine.sizing import (
    Offer,
    in_lots,
    offered_price,
)
from tradewright.engine.state import Book, Desk, Occasion, Order
from tradewright.engine.terms import Terms
from tradewright.engine.types import (
    COUNTERS,
    END_OF_DATA,
    ENTRY,
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

# Positions in the array of counts.
CONFLICTING = COUNTERS.index("conflicting_entries")
CAPPED = COUNTERS.index("capped")
INVALID_STOP = COUNTERS.index("invalid_stop")
BELOW_MINIMUM = COUNTERS.index("below_minimum")
AMBIGUOUS = COUNTERS.index("ambiguous_bars")
CANCELLED = COUNTERS.index("cancelled_at_end")
EXPIRED = COUNTERS.index("expired")
UNKNOWN_PRICE = COUNTERS.index("unknown_price")
UNKNOWN_SIZE = COUNTERS.index("unknown_size")
PARTIAL = COUNTERS.index("partial")
NO_VOLUME = COUNTERS.index("no_volume")
UNMAGNIFIED = COUNTERS.index("unmagnified")
NO_RATE = COUNTERS.index("no_rate")

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
def protective_kind(reason: int) -> int:
    """Return the kind of order that closes for a protective reason."""
    if reason in (STOP_LOSS, TRAILING_STOP):
        return STOP
    return LIMIT if reason == TAKE_PROFIT else MARKET


@kernel
def as_limit(order: Order) -> bool:
    """Say whether an order waits for a better price, and so provides the liquidity it fills with (4.1)."""
    return order.kind == LIMIT or (order.kind == STOP_LIMIT and order.triggered)


@kernel
def offer_of(order: Order, when: Occasion, terms: Terms) -> Offer:
    """Return how an entry would fill now."""
    worst = order.limit if order.kind == STOP_LIMIT else np.nan
    offer = Offer(order.side, np.nan, as_limit(order), when, worst)
    return Offer(order.side, offered_price(offer, 0.0, terms), offer.maker, when, worst)
