"""The two things that change a book, leaving and entering a position, and what follows a bar.

Every fill is written to a journal of dtype FILL, from which trades, fees and exposure are derived.
"""

import numpy as np

from tradewright.engine.match import liquidation_price, nearer_stop, taker_price
from tradewright.engine.sizing import entry_levels, fitted_quantity, levels_stand, wanted_quantity
from tradewright.engine.state import NEVER, Book, Counts, Fills, Intent, Occasion
from tradewright.engine.terms import Terms
from tradewright.engine.types import ENTRY, LIQUIDATION, TAKE_PROFIT
from tradewright.kernels import kernel

# Positions in the array of counts, in the order of ``types.COUNTERS``.
CONFLICTING, CAPPED, INVALID_STOP, BELOW_MINIMUM, AMBIGUOUS, CANCELLED = range(6)

# Fills one bar can make at most: two at the open, one inside, two at the close, one at the end of data.
MOST_FILLS_A_BAR = 6


@kernel
def with_room(fills: Fills, count: int) -> Fills:
    """Return `fills`, or a copy twice as long when one more bar might overflow it."""
    if count + MOST_FILLS_A_BAR <= fills.size:
        return fills
    longer = np.empty(2 * fills.size + MOST_FILLS_A_BAR, fills.dtype)
    longer[:count] = fills[:count]
    return longer


@kernel
def marked(book: Book, price: float, terms: Terms) -> float:
    """Equity with the position valued at `price` (3.10)."""
    return book.cash + book.quantity * price * terms.multiplier


@kernel
def level_or(level: float, otherwise: float) -> float:
    """Return `otherwise` where there is no level."""
    return otherwise if np.isnan(level) else level


@kernel
def set_levels(book: Book, terms: Terms) -> None:
    """Set the stop side of the position's levels for the coming bar, and the bounds around them (3.7).

    The bounds stand off the levels by more than the tie rule's reach, so a bar strictly between
    them cannot touch a level and needs no matching.
    """
    trailing = np.nan
    if terms.trailing > 0:
        trailing = book.extreme * (1 - book.side * terms.trailing / 100)
    book.level, book.level_reason = nearer_stop(book.side, book.stop, trailing, terms.tolerance)
    reach = 4 * terms.tolerance
    if book.side > 0:
        book.low_bound = max(level_or(book.level, 0.0), level_or(book.liquidation, 0.0)) * (1 + reach)
        book.high_bound = level_or(book.target, np.inf) * (1 - reach)
    else:
        book.low_bound = level_or(book.target, 0.0) * (1 + reach)
        book.high_bound = min(level_or(book.level, np.inf), level_or(book.liquidation, np.inf)) * (1 - reach)


@kernel
def follow(book: Book, high: float, low: float, terms: Terms) -> None:
    """Let the running extreme take a whole bar in, and the trailing level follow it (3.7)."""
    if terms.trailing > 0:
        book.extreme = max(book.extreme, high) if book.side > 0 else min(book.extreme, low)
        set_levels(book, terms)


@kernel
def fill(  # noqa: PLR0913, PLR0917 - the fields of a fill
    book: Book,
    fills: Fills,
    when: Occasion,
    quantity: float,
    price: float,
    stop: float,
    reason: int,
    terms: Terms,
) -> None:
    """Write a fill and move the book's cash and quantity by it."""
    exposure = quantity * terms.multiplier
    entry = fills[book.fills]
    entry["bar"] = when.bar
    entry["quantity"] = quantity
    entry["price"] = price
    entry["reference"] = when.reference
    entry["fee"] = abs(exposure) * price * terms.fee
    entry["slippage"] = abs(price - when.reference) * abs(exposure)
    entry["stop"] = stop
    entry["reason"] = reason
    entry["moment"] = when.moment
    book.fills += 1
    book.cash -= exposure * price + entry["fee"]
    book.quantity += quantity


@kernel
def leave(book: Book, fills: Fills, when: Occasion, reason: int, terms: Terms) -> None:
    """Close the position: at a target as maker, for every other reason as taker (4.1)."""
    price = when.reference
    if reason != TAKE_PROFIT:
        price = taker_price(when.reference, -book.side, terms)
    notional = abs(book.quantity) * book.entry_price * terms.multiplier
    fill(book, fills, when, -book.quantity, price, np.nan, reason, terms)
    book.side = 0
    book.quantity = 0.0
    book.ended = reason == LIQUIDATION and book.cash <= 1e-11 * notional


@kernel
def enter(book: Book, fills: Fills, counts: Counts, when: Occasion, intent: Intent, terms: Terms) -> None:
    """Open the position that was decided, or count why not (4.2, 5.1)."""
    side = intent.side
    price = taker_price(when.reference, side, terms)
    stop, trailing, nearest, target = entry_levels(side, price, intent, terms)
    # Where a sale would bring nothing, neither a size nor a way out has a meaning.
    worthless = taker_price(when.reference, -1, terms) <= 0
    if worthless or not levels_stand(side, when.reference, stop, trailing, target, terms):
        counts[INVALID_STOP] += 1
        return
    wanted = intent.wanted
    if np.isnan(wanted):
        wanted = wanted_quantity(book.cash, price, nearest, terms)
    quantity, capped = fitted_quantity(wanted, book.cash, price, terms)
    counts[CAPPED] += capped
    if quantity == 0:
        counts[BELOW_MINIMUM] += 1
        return
    fill(book, fills, when, side * quantity, price, nearest, ENTRY, terms)
    book.side = side
    book.entry_price = price
    book.extreme = price
    book.stop = stop
    book.target = target
    book.liquidation = liquidation_price(book.cash, book.quantity, terms)
    book.deadline = NEVER
    if terms.time_stop > 0:
        book.deadline = when.bar + terms.time_stop - (0 if terms.fill_at_close else 1)
    set_levels(book, terms)


@kernel
def wanted_at_decision(intent: Intent, close: float, equity: float, terms: Terms) -> float:
    """Quantity that the decision bar's close and marked equity ask for (5.2); NaN to size at the fill."""
    if intent.side == 0 or not terms.size_at_decision:
        return np.nan
    price = taker_price(close, intent.side, terms)
    if price <= 0:
        return 0.0
    _, _, nearest, _ = entry_levels(intent.side, price, intent, terms)
    return max(0.0, wanted_quantity(equity, price, nearest, terms))
