"""Entries that wait: made at a close, resting, and gone (engine.md 3.3)."""

import numpy as np

from tradewright.engine.book import EXPIRED, UNKNOWN_PRICE, marked, order_of
from tradewright.engine.levels import level_price, read, side_index
from tradewright.engine.sizing import wanted_at_decision
from tradewright.engine.state import NEVER, Desk, Occasion
from tradewright.engine.terms import ATR, PERCENT, PRICE
from tradewright.engine.types import LIMIT, MARKET, REVERSE, STOP_LIMIT
from tradewright.kernels import kernel


@kernel
def waiting(desk: Desk) -> bool:
    """Say whether any entry waits."""
    return desk.long.side != 0 or desk.short.side != 0


@kernel
def rests(desk: Desk) -> bool:
    """Say whether any entry rests at a price."""
    long, short = desk.long, desk.short
    return (long.side != 0 and long.kind != MARKET) or (short.side != 0 and short.kind != MARKET)


@kernel
def count_waiting(desk: Desk) -> int:
    """Count what waits: each entry, and the rest of an exit; a market reversal is one (2.6)."""
    waits = (desk.long.side != 0) + (desk.short.side != 0)
    exits = desk.book.side != 0 and desk.book.exit_reason != 0
    reverses = exits and desk.book.exit_reason == REVERSE
    if reverses:
        other = order_of(desk, -desk.book.side)
        reverses = other.side != 0 and other.kind == MARKET
    return waits + (exits and not reverses)


@kernel
def cancel_all(desk: Desk) -> None:
    """Cancel every entry that waits."""
    desk.long.side = desk.short.side = 0


@kernel
def cancel_rest(desk: Desk, side: int) -> None:
    """Cancel what is left of a market entry of `side` (4.3)."""
    order = order_of(desk, side)
    if order.kind == MARKET:
        order.side = 0


@kernel
def entry_level(side: int, when: Occasion, desk: Desk) -> float:
    """Return where a resting entry of `side`, decided at the close `when`, is to stand; NaN when unknown."""
    terms = desk.terms
    size = read(desk.columns, terms.entry_row[side_index(side)], when.bar)
    way = -side if terms.entry_kind == LIMIT else side
    unit = ATR if terms.entry_unit == PRICE else terms.entry_unit
    if terms.entry_unit == PRICE:
        size = 1.0
    return level_price(way, when.reference, unit, terms.entry_offset, size)


@kernel
def worst_price(side: int, price: float, when: Occasion, desk: Desk) -> float:
    """Return the limit of a stop-limit whose stop is `price`."""
    terms = desk.terms
    if terms.entry_unit == PERCENT:
        return level_price(side, price, PERCENT, terms.entry_through, 0.0)
    size = read(desk.columns, terms.entry_row[side_index(side)], when.bar) if terms.entry_unit == ATR else 1.0
    return level_price(side, price, ATR, terms.entry_through, size)


@kernel
def place(desk: Desk, side: int, when: Occasion) -> None:
    """Make the entry that the close `when` decided; one without a price is dropped, counted."""
    book, terms = desk.book, desk.terms
    price = limit = np.nan
    if terms.entry_kind != MARKET:
        price = entry_level(side, when, desk)
        if not price > 0:
            desk.book.counts[UNKNOWN_PRICE] += 1
            return
        if terms.entry_kind == STOP_LIMIT:
            limit = worst_price(side, price, when, desk)
    # A reversal is sized after its exit.
    held = abs(book.quantity) * when.reference * when.unit if book.side == side else 0.0
    order = order_of(desk, side)
    order.side = side
    order.kind = order.original = terms.entry_kind
    order.price, order.limit = price, limit
    order.wanted = wanted_at_decision(desk, side, when, marked(book, when.reference, when.unit), held)
    order.decided = when.bar
    order.splits = 1.0
    order.expires = min(when.bar + terms.lifetime, NEVER)
    order.triggered = order.begun = False


@kernel
def expire(desk: Desk, j: int, session_ends: bool) -> None:
    """Cancel resting entries whose last bar this was; those of which nothing filled are counted."""
    terms = desk.terms
    for side in (1, -1):
        order = order_of(desk, side)
        if order.side == 0 or order.original == MARKET or order.kind == MARKET:
            continue
        if j >= order.expires or (terms.until_session_end and session_ends):
            order.side = 0
            desk.book.counts[EXPIRED] += not order.begun
