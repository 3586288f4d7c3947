"""How large an entry is (engine.md 5.1, 5.2)."""

from typing import NamedTuple

import numpy as np

from tradewright.engine.costs import fee_of, taker_price
from tradewright.engine.levels import protection_of, read
from tradewright.engine.state import Book, Desk, Occasion
from tradewright.engine.terms import (
    ALL_IN,
    ATR_SHARE,
    CASH,
    EQUITY_SHARE,
    KELLY,
    OWN_SIZE,
    QUANTITY,
    RISK,
    VOLATILITY,
    Terms,
)
from tradewright.engine.types import LIMIT
from tradewright.kernels import kernel
from tradewright.kernels.ties import above, below

_HALVINGS = 60
# Stands for a quantity that no rate into the account's currency allowed to be worked out.
NO_RATE_YET = -1.0


@kernel
def kelly_share(book: Book, terms: Terms) -> float:
    """Return the share of equity that the trades closed so far speak for, times the share wanted (5.1)."""
    if book.closed < terms.size_period:
        return terms.size_initial
    if book.losses == 0:
        return terms.amount
    if book.wins == 0:
        return 0.0
    won = book.wins / (book.wins + book.losses)
    payoff = (book.won / book.wins) / (-book.lost / book.losses)
    return terms.amount * (won - (1 - won) / payoff)


class Offer(NamedTuple):
    """How an entry would fill."""

    side: int
    price: float  # of no quantity
    maker: bool
    when: Occasion
    worst: float  # beyond which it does not fill, NaN for no such price


@kernel
def offered_price(offer: Offer, quantity: float, terms: Terms) -> float:
    """Price at which an entry of `quantity` fills; a stop-limit never beyond its limit (3.3, 4.1)."""
    if offer.maker:
        return offer.when.reference
    price = taker_price(offer.when, offer.side, quantity, terms)
    if np.isnan(offer.worst):
        return price
    return min(price, offer.worst) if offer.side > 0 else max(price, offer.worst)


@kernel
def affordable(share: float, equity: float, gross: float, offer: Offer, terms: Terms) -> float:
    """Largest quantity that `share` of equity pays for beside `gross`, fee included (5.1).

    Parameters
    ----------
    share
        Fraction of equity, or the leverage.
    equity, gross
        Account currency; `gross` is notional that is held already.
    """
    when = offer.when
    fee = max(0.0, terms.maker_fee if offer.maker else terms.fee)
    free = share * equity - gross
    most = free / (offer.price * when.unit * (1 + share * fee))
    if terms.plain_fee or not most > 0:
        return most
    least = 0.0
    for _ in range(_HALVINGS):
        quantity = (least + most) / 2
        at = offered_price(offer, quantity, terms)
        paid = max(0.0, fee_of(quantity, at, offer.maker, when, terms))
        if quantity * when.unit * at + share * paid <= free:
            least = quantity
        else:
            most = quantity
    return least


@kernel
def wanted_quantity(  # noqa: PLR0911 - one for each kind of size
    book: Book, equity: float, distance: float, size: float, offer: Offer, terms: Terms
) -> float:
    """Quantity that the sizing rule asks for, before the cap (5.1); NaN when it cannot be known.

    All-in asks for the cap itself, and is not asked here.

    Parameters
    ----------
    distance
        From the price to the nearer of stop and trailing stop.
    size
        What the sizing's column has at the deciding bar: ATR, volatility or units.
    """
    unit = offer.when.unit
    if terms.sizing in (ATR_SHARE, VOLATILITY, OWN_SIZE) and not 0 < size < np.inf:
        return np.nan
    if terms.sizing == QUANTITY:
        return terms.amount
    if terms.sizing == CASH:
        return terms.amount / (offer.price * unit)
    if terms.sizing == EQUITY_SHARE:
        return affordable(terms.amount, equity, 0.0, offer, terms)
    if terms.sizing == RISK:
        at_risk = distance * unit
        return terms.amount * equity / at_risk if at_risk > 0 else np.inf
    if terms.sizing == ATR_SHARE:
        return terms.amount * equity / (size * unit)
    if terms.sizing == VOLATILITY:
        return affordable(terms.amount / size, equity, 0.0, offer, terms)
    if terms.sizing == KELLY:
        return affordable(max(0.0, kelly_share(book, terms)), equity, 0.0, offer, terms)
    return size


@kernel
def in_lots(quantity: float, lot: float) -> float:
    """Floor a quantity to whole lots (5.1)."""
    return lot * np.floor(quantity / lot + 1e-9) if lot > 0 else quantity


@kernel
def fitted_quantity(
    wanted: float, most: float, equity: float, price: float, terms: Terms
) -> tuple[float, bool]:
    """Cap `wanted` at `most` and floor it to lots; 0 when under a minimum, or without equity (5.1).

    Returns
    -------
    tuple
        Quantity, and whether the cap cut it.
    """
    if not equity > 0:
        return 0.0, False
    capped = above(wanted, most, terms.tolerance)
    quantity = in_lots(min(wanted, most), terms.lot)
    notional = quantity * price * terms.multiplier
    if not quantity > 0 or below(notional, terms.minimum_notional, terms.tolerance):
        return 0.0, capped
    return quantity, capped


@kernel
def wanted_at_decision(desk: Desk, side: int, when: Occasion, equity: float, held: float) -> float:
    """Quantity that the decision bar's close and marked equity ask for (5.2); NaN to size at the fill.

    `when` is the decision's close; `held` the notional of what is held, 0 for a reversal.
    """
    terms = desk.terms
    if not terms.size_at_decision:
        return np.nan
    if np.isnan(when.unit):
        return NO_RATE_YET
    maker = terms.entry_kind == LIMIT
    price = when.reference if maker else taker_price(when, side, 0.0, terms)
    if price <= 0:
        return 0.0
    offer = Offer(side, price, maker, when, np.nan)
    if terms.sizing == ALL_IN:
        return max(0.0, affordable(terms.leverage, equity, held, offer, terms))
    protection = protection_of(side, price, when.bar, 1.0, desk.columns, terms)
    size = read(desk.columns, terms.size_row, when.bar)
    distance = abs(price - protection.nearest)
    wanted = wanted_quantity(desk.book, equity, distance, size, offer, terms)
    return wanted if np.isnan(wanted) else max(0.0, wanted)
