"""What happens to an account at times of its own: funding, borrow, dividends, splits (engine.md 3.1, 3.4)."""

import numpy as np

from tradewright.engine.book import liquidation_price, order_of
from tradewright.engine.levels import level_price, read, set_levels, side_index
from tradewright.engine.rule_parts import MOST_TARGETS
from tradewright.engine.state import Desk, Occasion
from tradewright.engine.terms import ATR
from tradewright.engine.types import BORROW, DIVIDEND, EVENT, FUNDING, SPLIT
from tradewright.kernels import kernel

_YEAR_NS = 365 * 86_400 * 1_000_000_000


@kernel
def write_event(desk: Desk, when: Occasion, quantity: float, flow: float, reason: int) -> None:
    """Write an account event into the journal and move cash and quantity by it."""
    book = desk.book
    entry = desk.fills[book.fills]
    entry["bar"] = when.bar
    entry["quantity"] = quantity
    entry["price"] = 0.0 if reason == SPLIT else when.reference
    entry["reference"] = when.reference
    entry["fee"] = 0.0
    entry["slippage"] = 0.0
    entry["stop"] = np.nan
    entry["reason"] = reason
    entry["moment"] = when.moment
    entry["unit"] = when.unit
    entry["flow"] = flow
    entry["decided"] = book.decided
    entry["kind"] = EVENT
    entry["instrument"] = 0
    book.fills += 1
    book.cash += flow
    book.gain += flow
    book.quantity += quantity


@kernel
def borrow(desk: Desk, when: Occasion, elapsed: int) -> None:
    """Charge what a short or negative cash costs over `elapsed` nanoseconds."""
    book = desk.book
    lent = abs(book.quantity) * when.reference * when.unit if book.side < 0 else 0.0
    owed = desk.terms.borrow_rate * elapsed / _YEAR_NS * (lent + max(0.0, -book.cash))
    if owed > 0:
        write_event(desk, when, 0.0, -owed, BORROW)


@kernel
def happen(desk: Desk, when: Occasion, reason: int, value: float) -> None:
    """Let one event of the account meet the position that is held."""
    book = desk.book
    if reason == FUNDING:
        write_event(desk, when, 0.0, -(book.quantity * when.reference * when.unit) * value, FUNDING)
    elif reason == DIVIDEND:
        write_event(desk, when, 0.0, book.quantity * value * when.unit, DIVIDEND)
    else:
        write_event(desk, when, book.quantity * value - book.quantity, 0.0, SPLIT)
        split_position(desk, value)


@kernel
def split_position(desk: Desk, units: float) -> None:
    """Restate the position in units of which `units` have become of one."""
    book = desk.book
    book.entry_price /= units
    book.entered *= units
    book.splits *= units
    book.extreme /= units
    book.stop /= units
    book.distance /= units
    book.trail = split_trail(desk, units)
    for i in range(MOST_TARGETS):
        book.target[i] /= units
        book.target_left[i] *= units


@kernel
def split_trail(desk: Desk, units: float) -> float:
    """Return the trailing level after a split: one in ATR follows from the restated extreme."""
    book, terms = desk.book, desk.terms
    if terms.trailing_unit != ATR:
        return book.trail / units
    size = read(desk.columns, terms.trailing_row[side_index(book.side)], book.decided) / book.splits
    return level_price(-book.side, book.extreme, ATR, terms.trailing, size)


@kernel
def split_orders(desk: Desk, units: float) -> None:
    """Restate what waits, held or not."""
    for side in (1, -1):
        order = order_of(desk, side)
        order.price /= units
        order.limit /= units
        order.wanted *= units
        order.splits *= units


@kernel
def settle(desk: Desk, when: Occasion) -> None:
    """Set again what depends on cash, quantity and rate."""
    book = desk.book
    if book.side != 0:
        book.liquidation = liquidation_price(book, when.unit, desk.terms)
        set_levels(book, desk.terms)
