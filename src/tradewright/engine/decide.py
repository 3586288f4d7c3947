"""What a close decides, given signals and position, and the entries that wait for it (engine.md 2.5, 3.3)."""

import numpy as np
import numpy.typing as npt

from tradewright.engine.book import EXPIRED, UNKNOWN_PRICE, marked, order_of
from tradewright.engine.levels import level_price, read, side_index
from tradewright.engine.sizing import wanted_at_decision
from tradewright.engine.state import NEVER, Desk, Occasion
from tradewright.engine.terms import ATR, ON_EXIT, ON_REVERSE, PERCENT, PRICE, Terms
from tradewright.engine.types import (
    ENTRY,
    LIMIT,
    MARKET,
    OPPOSITE,
    REVERSE,
    SIGNAL,
    STOP_LIMIT,
    TIME_STOP,
    Flags,
    Signals,
)
from tradewright.kernels import kernel

# Signals of one bar, packed into a byte.
LONG_ENTRY, LONG_EXIT, SHORT_ENTRY, SHORT_EXIT, CONFLICT = 1, 2, 4, 8, 16
ENTRIES = LONG_ENTRY | SHORT_ENTRY
EVERYTHING = ENTRIES | LONG_EXIT | SHORT_EXIT | CONFLICT
# What matters to a book that is flat, long, short.
WATCH_FLAT = ENTRIES | CONFLICT
WATCH_LONG = LONG_EXIT | SHORT_ENTRY | CONFLICT
WATCH_SHORT = SHORT_EXIT | LONG_ENTRY | CONFLICT

Packed = npt.NDArray[np.uint8]


def pack(signals: Signals, direction: str, bars: int) -> Packed:
    """Return one byte of flags a bar, without the side that `direction` excludes.

    Where both entries are true neither is set, and ``CONFLICT`` is.
    """
    packed = np.zeros(bars, np.uint8)
    if direction != "short":
        _add(packed, signals.long_entry, LONG_ENTRY)
        _add(packed, signals.long_exit, LONG_EXIT)
    if direction != "long":
        _add(packed, signals.short_entry, SHORT_ENTRY)
        _add(packed, signals.short_exit, SHORT_EXIT)
    if direction == "both":
        both = (packed & ENTRIES) == ENTRIES
        packed[both] = packed[both] & ~np.uint8(ENTRIES) | CONFLICT
    return packed


def _add(packed: Packed, flags: Flags | None, bit: int) -> None:
    if flags is not None:
        packed |= flags.view(np.uint8) * np.uint8(bit)


@kernel
def decide(  # noqa: PLR0911 - one for each of the rule's cases
    flags: int, side: int, overdue: bool, may_add: bool, terms: Terms
) -> tuple[int, int]:
    """Return ``(exit reason or 0, side to enter or 0)`` for a close.

    Parameters
    ----------
    flags
        The bar's packed signals.
    side
        Of the position after this bar's fills; 0 when flat.
    overdue
        The time stop has been reached.
    may_add
        The position has room for another entry of its own side (5.4).
    """
    if side == 0:
        if flags & LONG_ENTRY:
            return ENTRY, 1
        return ENTRY, (-1 if flags & SHORT_ENTRY else 0)
    opposite = flags & (SHORT_ENTRY if side > 0 else LONG_ENTRY)
    reverses = opposite != 0 and terms.on_opposite == ON_REVERSE
    if reverses and terms.entry_kind == MARKET:
        return REVERSE, -side
    # A resting reversal closes where it fills; until then other exits act as ever.
    turn = -side if reverses else 0
    if flags & (LONG_EXIT if side > 0 else SHORT_EXIT):
        return SIGNAL, turn
    if opposite and terms.on_opposite == ON_EXIT:
        return OPPOSITE, 0
    if overdue:
        return TIME_STOP, turn
    if turn == 0 and may_add and flags & (LONG_ENTRY if side > 0 else SHORT_ENTRY):
        return ENTRY, side
    return ENTRY, turn


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
    order.kind = terms.entry_kind
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
        if order.side == 0 or order.kind == MARKET:
            continue
        if j >= order.expires or (terms.until_session_end and session_ends):
            order.side = 0
            desk.book.counts[EXPIRED] += not order.begun
