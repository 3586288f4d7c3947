"""What one bar does to a position's protective orders: the one matching rule (engine.md 3.2, 3.5, 6.1).

NaN stands for "no such level". Reasons are those of ``engine.types``; ``ENTRY`` (0) means that nothing
was hit.
"""

import numpy as np

from tradewright.engine.state import Bar, Book
from tradewright.engine.terms import OPTIMISTIC, PESSIMISTIC, Terms
from tradewright.engine.types import ENTRY, LIQUIDATION, STOP_LOSS, TAKE_PROFIT, TRAILING_STOP
from tradewright.kernels import kernel
from tradewright.kernels.ties import above, at_least, at_most, below, equal


@kernel
def taker_price(reference: float, side: int, terms: Terms) -> float:
    """Fill of a market order or stop: worse than `reference` by slippage and half the spread (4.1).

    What costs more to sell than it is worth goes for nothing, never for less.
    """
    return max(0.0, reference * (1 + side * terms.slippage) + side * terms.half_spread)


@kernel
def liquidation_price(cash: float, quantity: float, terms: Terms) -> float:
    """Price at which equity equals the maintenance margin (5.3); NaN when there is none above 0."""
    exposure = quantity * terms.multiplier
    price = -cash / (exposure - terms.maintenance_margin * abs(exposure))
    return price if price > 0 else np.nan


@kernel
def nearer(side: int, a: float, b: float, tolerance: float) -> bool:
    """Say whether a market moving against `side` meets `a` before `b`. False for equal levels."""
    return above(a, b, tolerance) if side > 0 else below(a, b, tolerance)


@kernel
def nearer_stop(side: int, stop: float, trailing: float, tolerance: float) -> tuple[float, int]:
    """Return the stop that the market meets first and its reason; equal levels are the stop-loss (3.7)."""
    if not np.isnan(trailing) and (np.isnan(stop) or nearer(side, trailing, stop, tolerance)):
        return trailing, TRAILING_STOP
    return stop, STOP_LOSS


@kernel
def lost(side: int, price: float, level: float, tolerance: float) -> bool:
    """Say whether `price` is at `level` or beyond it, moving against `side`."""
    return at_most(price, level, tolerance) if side > 0 else at_least(price, level, tolerance)


@kernel
def match_open(book: Book, open_: float, tolerance: float) -> int:
    """Say what the open of a bar does to a carried position: its fill price is the open (3.2)."""
    if lost(book.side, open_, book.liquidation, tolerance):
        return LIQUIDATION
    if lost(book.side, open_, book.level, tolerance):
        return book.level_reason
    if lost(-book.side, open_, book.target, tolerance):
        return TAKE_PROFIT
    return ENTRY


@kernel
def adverse_first(side: int, bar: Bar, terms: Terms) -> bool:
    """Say whether the bar is read as moving against the position before moving with it (3.5)."""
    if terms.intrabar == PESSIMISTIC:
        return True
    if terms.intrabar == OPTIMISTIC:
        return False
    both, twice = bar.high + bar.low, 2 * bar.open
    low_first = both > twice
    if equal(both, twice, terms.tolerance):
        low_first = at_least(bar.close, bar.open, terms.tolerance)
    return low_first if side > 0 else not low_first


@kernel
def match_inside(book: Book, bar: Bar, terms: Terms) -> tuple[int, float, bool]:
    """Say which protective order fills inside a bar.

    Returns
    -------
    tuple
        Reason, level, and whether the bar reached both the stop side and the target.
    """
    side, tolerance = book.side, terms.tolerance
    worst, best = (bar.low, bar.high) if side > 0 else (bar.high, bar.low)
    reason, level = ENTRY, np.nan
    if lost(side, worst, book.level, tolerance):
        reason, level = book.level_reason, book.level
    if lost(side, worst, book.liquidation, tolerance) and (
        reason == ENTRY or nearer(side, book.liquidation, level, tolerance)
    ):
        # A fresh position with a thin margin can be lost at its own open: that is the price it gets.
        reason = LIQUIDATION
        level = min(book.liquidation, bar.open) if side > 0 else max(book.liquidation, bar.open)
    if not lost(-side, best, book.target, tolerance):
        return reason, level, False
    if reason == ENTRY:
        return TAKE_PROFIT, book.target, False
    if adverse_first(side, bar, terms):
        return reason, level, True
    return TAKE_PROFIT, book.target, True
