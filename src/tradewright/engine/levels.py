"""Where the levels of a position stand: stop, trailing stop, break-even, targets (engine.md 3.7, 4.2)."""

from typing import NamedTuple

import numpy as np

from tradewright.engine.rule_parts import MOST_TARGETS
from tradewright.engine.state import Book
from tradewright.engine.terms import (
    ATR,
    CHANDELIER,
    COLUMN,
    NO_LEVEL,
    NO_ROW,
    PERCENT,
    PRICE,
    R_MULTIPLE,
    Terms,
)
from tradewright.engine.types import STOP_LOSS, TRAILING_STOP, Floats
from tradewright.kernels import kernel
from tradewright.kernels.ties import above, at_least, at_most, below


class Protection(NamedTuple):
    """The stop side of an entry."""

    stop: float  # NaN for none
    trailing: float  # NaN for none, and for one that has not started
    trail: float  # where a chandelier or column starts, NaN for none
    nearest: float  # of stop and trailing, NaN for none
    known: bool  # every number that a level needs is known


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
def reached(side: int, price: float, level: float, terms: Terms) -> bool:
    """Say whether `price`, moving with `side`, fills a limit at `level`: by touch, or only beyond it."""
    if terms.limit_through:
        return above(price, level, terms.tolerance) if side > 0 else below(price, level, terms.tolerance)
    return lost(-side, price, level, terms.tolerance)


@kernel
def level_price(side: int, entry: float, unit: int, value: float, unit_size: float) -> float:
    """Return a level `value` units from `entry`, on the winning side for ``side=+1`` (4.2).

    `unit_size` is the price distance of one unit, for ATR and R, or a column's price.
    """
    if unit == NO_LEVEL:
        return np.nan
    if unit == PERCENT:
        return entry * (1 + side * value / 100)
    if unit in (ATR, R_MULTIPLE):
        return entry + side * value * unit_size
    return unit_size if unit == COLUMN else value


@kernel
def read(columns: Floats, row: int, bar: int) -> float:
    """Return what a column has at `bar`; NaN for no column."""
    return np.nan if row == NO_ROW else columns[row, bar]


@kernel
def side_index(side: int) -> int:
    """Return 0 for long and 1 for short."""
    return 0 if side > 0 else 1


@kernel
def protection_of(
    side: int, entry: float, decided: int, splits: float, columns: Floats, terms: Terms
) -> Protection:
    """Return the stop side of an entry of its own at `entry`, decided at the close of bar `decided`.

    `splits` is how many units of now one unit of then has become.
    """
    i = side_index(side)
    size = read(columns, terms.stop_row[i], decided) / splits
    stop = level_price(-side, entry, terms.stop_unit, terms.stop, size)
    known = terms.stop_unit == NO_LEVEL or not np.isnan(stop)
    trailing = trail = np.nan
    if terms.trailing_unit != NO_LEVEL:
        size = read(columns, terms.trailing_row[i], decided) / splits
        unit = ATR if terms.trailing_unit == CHANDELIER else terms.trailing_unit
        trailing = level_price(-side, entry, unit, terms.trailing, size)
        known = known and not np.isnan(trailing)
        trail = trailing
        if terms.trailing_after > 0:
            trailing = np.nan
    if terms.even_unit == ATR:
        known = known and not np.isnan(read(columns, terms.even_row, decided))
    nearest, _ = nearer_stop(side, stop, trailing, terms.tolerance)
    return Protection(stop, trailing, trail, nearest, known)


@kernel
def target_price(  # noqa: PLR0913, PLR0917 - a position's numbers
    number: int,
    side: int,
    entry: float,
    distance: float,
    decided: int,
    splits: float,
    columns: Floats,
    terms: Terms,
) -> float:
    """Return where a target of a position stands; `distance` is that of its stop (R)."""
    unit = terms.target_unit[number]
    size = distance
    if unit != R_MULTIPLE:
        size = read(columns, terms.target_row[side_index(side) * MOST_TARGETS + number], decided) / splits
    return level_price(side, entry, unit, terms.target[number], size)


@kernel
def stands(side: int, raw: float, level: float, terms: Terms) -> bool:
    """Say whether a level lies before `raw`, for a market that moves against `side`; NaN is no level."""
    return not lost(side, raw, level, terms.tolerance)


@kernel
def protection_stands(side: int, raw: float, protection: Protection, terms: Terms) -> bool:
    """Say whether the stop side of an entry lies on its own side of the raw fill price (4.2)."""
    return (
        protection.known
        and stands(side, raw, protection.stop, terms)
        and stands(side, raw, protection.trailing, terms)
    )


@kernel
def trailing_level(book: Book, terms: Terms) -> float:
    """Return where the trailing stop of the position stands in the coming bar; NaN for nowhere (3.7)."""
    if terms.trailing_unit == NO_LEVEL or not book.trails:
        return np.nan
    if terms.trailing_unit == PERCENT:
        return book.extreme * (1 - book.side * terms.trailing / 100)
    return book.trail


@kernel
def even_level(book: Book, terms: Terms) -> float:
    """Return where break-even puts the stop."""
    return level_price(book.side, book.entry_price, PERCENT, terms.even_offset, 0.0)


@kernel
def stop_level(book: Book, terms: Terms) -> float:
    """Return the stop-loss in force: its own level, or break-even's where that is nearer (3.7)."""
    if not book.even:
        return book.stop
    even = even_level(book, terms)
    if np.isnan(book.stop) or nearer(book.side, even, book.stop, terms.tolerance):
        return even
    return book.stop


@kernel
def level_or(level: float, otherwise: float) -> float:
    """Return `otherwise` where there is no level."""
    return otherwise if np.isnan(level) else level


@kernel
def nearest_target(book: Book, terms: Terms) -> int:
    """Return the number of the target that the market meets first; -1 for none. Of equal ones the first."""
    best = -1
    for i in range(terms.targets):
        if not np.isnan(book.target[i]) and (
            best < 0 or nearer(-book.side, book.target[i], book.target[best], terms.tolerance)
        ):
            best = i
    return best


@kernel
def set_levels(book: Book, terms: Terms) -> None:
    """Set the stop side of the position's levels for the coming bar, and the bounds around them (3.7).

    The bounds stand off the levels by more than the tie rule's reach, so a bar strictly between
    them cannot touch a level and needs no matching.
    """
    trailing = trailing_level(book, terms)
    book.level, book.level_reason = nearer_stop(book.side, stop_level(book, terms), trailing, terms.tolerance)
    number = nearest_target(book, terms)
    target = np.nan if number < 0 else book.target[number]
    reach = 4 * terms.tolerance
    if book.side > 0:
        book.low_bound = max(level_or(book.level, 0.0), level_or(book.liquidation, 0.0)) * (1 + reach)
        book.high_bound = level_or(target, np.inf) * (1 - reach)
    else:
        book.low_bound = level_or(target, 0.0) * (1 + reach)
        book.high_bound = min(level_or(book.level, np.inf), level_or(book.liquidation, np.inf)) * (1 - reach)


@kernel
def follows(terms: Terms) -> bool:
    """Say whether a position's levels move with the price."""
    return terms.trailing_unit != NO_LEVEL or terms.even_unit != NO_LEVEL


@kernel
def follow(book: Book, columns: Floats, j: int, high: float, low: float, terms: Terms) -> None:
    """Let trailing stop and break-even take bar `j` in, with the prices of it that count (3.7)."""
    if not follows(terms):
        return
    side = book.side
    before = book.extreme
    book.extreme = max(before, high) if side > 0 else min(before, low)
    moved = book.extreme != before
    if terms.trailing_unit == ATR:
        size = read(columns, terms.trailing_row[side_index(side)], book.decided) / book.splits
        book.trail = level_price(-side, book.extreme, ATR, terms.trailing, size)
    elif terms.trailing_unit not in (PERCENT, NO_LEVEL):
        ratchet(book, columns, j, terms)
        moved = True
    if not book.trails and terms.trailing_unit != NO_LEVEL:
        starts = level_price(side, book.entry_price, PERCENT, terms.trailing_after, 0.0)
        book.trails = lost(-side, book.extreme, starts, terms.tolerance)
        moved = moved or book.trails
    if terms.even_unit != NO_LEVEL and not book.even:
        size = book.distance
        if terms.even_unit == ATR:
            size = read(columns, terms.even_row, book.decided) / book.splits
        starts = level_price(side, book.entry_price, terms.even_unit, terms.even_after, size)
        book.even = lost(-side, book.extreme, starts, terms.tolerance)
        moved = moved or book.even
    if moved:
        set_levels(book, terms)


@kernel
def ratchet(book: Book, columns: Floats, j: int, terms: Terms) -> None:
    """Move the level of a chandelier or a column on by bar `j`; it never retreats."""
    size = read(columns, terms.trailing_row[side_index(book.side)], j)
    unit = ATR if terms.trailing_unit == CHANDELIER else COLUMN
    level = level_price(-book.side, book.extreme, unit, terms.trailing, size)
    if not np.isnan(level):
        book.trail = max(book.trail, level) if book.side > 0 else min(book.trail, level)


@kernel
def absolute(unit: int) -> bool:
    """Say whether a level is a price of its own, which no entry price moves."""
    return unit in (PRICE, COLUMN)
