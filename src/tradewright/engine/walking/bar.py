"""One bar, in order: what its open, its inside and its close do (engine.md 3)."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from tradewright.engine.account import borrow, happen, settle, split_orders
from tradewright.engine.book import CONFLICTING, UNMAGNIFIED, leave, marked, order_of
from tradewright.engine.decide import CONFLICT, cancel_all, cancel_rest, decide, expire, place, rests, waiting
from tradewright.engine.entering import enter
from tradewright.engine.levels import follow
from tradewright.engine.match import (
    at,
    count_ambiguous,
    match_inside,
    match_open,
    match_resting_at_open,
    note_entry,
)
from tradewright.engine.reach import meets_something
from tradewright.engine.state import Bar, Book, Desk, Occasion
from tradewright.engine.terms import MAGNIFIED, PESSIMISTIC, Terms
from tradewright.engine.types import (
    END_OF_DATA,
    ENTRY,
    FUNDING,
    INSIDE,
    MARKET,
    SESSION_END,
    SPLIT,
    Floats,
)
from tradewright.kernels import kernel

Numbers = npt.NDArray[np.int64]


class Market(NamedTuple):
    """The bars and what changes with them, for compiled code. Arrays that say nothing are one long."""

    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    rate_open: Floats
    rate_close: Floats
    session_end: npt.NDArray[np.bool_]


class Outside(NamedTuple):
    """What few bars need, apart, because handing arrays from function to function has a price."""

    time: Numbers  # of each bar
    events: npt.NDArray[Any]  # of dtype PLACED_EVENT, by bar
    finer_first: Numbers  # of each bar the first finer bar, and one past the last at the end
    finer: Floats  # open, high, low, close of the finer bars, shape (4, finer bars)
    rates_vary: bool


PLACED_EVENT = np.dtype(
    [
        ("bar", "<i8"),  # that the event belongs to
        ("inside", "?"),  # after the open's fills
        ("reason", "<i8"),  # index into REASONS
        ("value", "<f8"),
    ]
)


@kernel
def around(array: Any, j: int) -> Any:
    """Return what an array has at bar `j`; one that is one long says the same of every bar."""
    return array[min(j, array.size - 1)]


class Day(NamedTuple):
    """One bar's numbers: what nearly every rule needs, taken out of the arrays once."""

    bar: Bar
    open: Occasion
    close: Occasion
    session_ends: bool


@kernel
def occasion(
    j: int, price: float, moment: int, around_it: tuple[float, float, float], terms: Terms
) -> Occasion:
    """Return an open or a close as an occasion to fill; `around_it` is rate, volume and ATR."""
    rate, volume, atr = around_it
    return Occasion(j, price, moment, terms.multiplier * rate, rate, volume, 0.0 if np.isnan(atr) else atr)


@kernel
def events_at_open(desk: Desk, outside: Outside, when: Occasion, event: int) -> bool:
    """Let the account events that belong before the open's fills meet the position; True if any (3.1)."""
    book, j = desk.book, when.bar
    written = book.fills
    charged = book.side == 0 or desk.terms.borrow_rate == 0 or j == 0
    for i in range(event, outside.events.size):
        happens = outside.events[i]
        if happens["bar"] != j:
            break
        if happens["inside"]:
            continue
        if not charged and happens["reason"] != FUNDING:
            borrow(desk, when, outside.time[j] - outside.time[j - 1])
            charged = True
        if happens["reason"] == SPLIT:
            split_orders(desk, happens["value"])
        if book.side != 0:
            happen(desk, when, happens["reason"], happens["value"])
    if not charged:
        borrow(desk, when, outside.time[j] - outside.time[j - 1])
    return book.fills > written


@kernel
def funding_inside(desk: Desk, outside: Outside, when: Occasion, event: int) -> bool:
    """Let funding dated inside the bar meet what is held after the open's fills; True if any (3.4)."""
    written = desk.book.fills
    for i in range(event, outside.events.size):
        happens = outside.events[i]
        if happens["bar"] != when.bar:
            break
        if happens["inside"] and desk.book.side != 0:
            happen(desk, at(when, when.reference, INSIDE), FUNDING, happens["value"])
    return desk.book.fills > written


@kernel
def act_at_open(desk: Desk, when: Occasion) -> None:
    """Fill what the open brings: exits and gaps of a carried position, then entries (3.2, 3.3)."""
    book = desk.book
    if book.side != 0:
        if book.exit_reason != ENTRY:
            leave(desk, when, book.exit_reason, MARKET, book.exit_decided)
        else:
            match_open(desk, when)
    if book.ended or not waiting(desk):
        return
    for side in (1, -1):
        order = order_of(desk, side)
        if order.side != 0 and order.kind == MARKET and book.side != -order.side:
            enter(desk, when, order)
    match_resting_at_open(desk, when)


@kernel
def leaves_bounds(book: Book, bar: Bar) -> bool:
    """Say whether a bar may touch a level of the position."""
    return bar.low <= book.low_bound or bar.high >= book.high_bound


@kernel
def act_inside(desk: Desk, when: Occasion, bar: Bar) -> None:
    """Fill what the bar's inside touches (3.5, 3.6)."""
    desk.book.ambiguous = False
    count_ambiguous(desk, bar)
    if desk.terms.intrabar != MAGNIFIED:
        match_inside(desk, when, bar, bar, desk.terms.intrabar)


@kernel
def magnify(desk: Desk, outside: Outside, when: Occasion, bar: Bar) -> None:
    """Read the inside of a bar from the finer bars in it (3.5)."""
    first, last = outside.finer_first[when.bar], outside.finer_first[when.bar + 1]
    if last <= first:
        desk.book.counts[UNMAGNIFIED] += meets_something(desk, bar)
        match_inside(desk, when, bar, bar, PESSIMISTIC)
        return
    entered = False
    for k in range(first, last):
        open_, high = outside.finer[0, k], outside.finer[1, k]
        low, close = outside.finer[2, k], outside.finer[3, k]
        here = at(when, open_, INSIDE)
        if k > first and finer_open(desk, here, entered):
            entered = True
            note_entry(desk, bar, open_)
        entered = match_inside(desk, here, Bar(open_, high, low, close), bar, PESSIMISTIC) or entered
        if desk.book.ended or (desk.book.side == 0 and not rests(desk)):
            return


@kernel
def finer_open(desk: Desk, when: Occasion, entered: bool) -> bool:
    """Let the open of a finer bar meet position and, unless one has, resting orders; True when one enters."""
    if desk.book.side != 0 and desk.book.exit_reason == ENTRY:
        match_open(desk, when)
    return not entered and not desk.book.ended and rests(desk) and match_resting_at_open(desk, when)


@kernel
def close_decision(desk: Desk, flags: int, when: Occasion) -> None:
    """Decide at a close: an exit for the next open, entries that wait for it or rest (2.5)."""
    book, terms = desk.book, desk.terms
    if book.side != 0 and book.exit_reason != ENTRY:
        return  # the rest of an exit is still to fill, and nothing else is heard (4.3)
    reason, side = decide(flags, book.side, when.bar >= book.deadline, book.adds < terms.pyramiding, terms)
    if reason != ENTRY:
        if side == 0:
            cancel_rest(desk, book.side)
        book.exit_reason, book.exit_decided = reason, when.bar
    if side != 0:
        cancel_all(desk)
        place(desk, side, when)
    elif flags & CONFLICT and terms.oco and book.side == 0:
        cancel_all(desk)
        place(desk, 1, when)
        place(desk, -1, when)


@kernel
def act_at_close(desk: Desk, when: Occasion) -> None:
    """Fill a decision at its own close: exit, then entry (3.9)."""
    book = desk.book
    if book.exit_reason != ENTRY:
        leave(desk, when, book.exit_reason, MARKET, book.exit_decided)
    for side in (1, -1):
        order = order_of(desk, side)
        if order.side != 0:
            enter(desk, when, order)


@kernel
def end_session(desk: Desk, when: Occasion, ends: bool) -> None:
    """Let resting orders lapse, and leave at the close of a bar that reaches the session's end (3.3, 3.8)."""
    book = desk.book
    if waiting(desk):
        expire(desk, when.bar, ends)
    if ends and desk.terms.session_end and book.side != 0:
        if book.exit_reason != ENTRY:
            leave(desk, when, book.exit_reason, MARKET, book.exit_decided)
        else:
            leave(desk, when, SESSION_END, MARKET, book.decided)


@kernel
def bear(desk: Desk, outside: Outside, day: Day, event: int, eventful: bool) -> None:
    """Let a bar happen up to its close: account events, open, inside (3.1 to 3.7).

    `event` is the first account event that may belong to it; `eventful` says whether there is one, or
    holding has a price of its own.
    """
    book, when = desk.book, day.open
    book.cap = desk.terms.participation * when.volume if when.volume > 0 else 0.0
    book.filled = 0.0
    if eventful and (events_at_open(desk, outside, when, event) or outside.rates_vary):
        settle(desk, when)
    act_at_open(desk, when)
    if eventful and funding_inside(desk, outside, when, event):
        settle(desk, when)
    book.held += book.side != 0
    if rests(desk) or (book.side != 0 and leaves_bounds(book, day.bar)):
        act_inside(desk, when, day.bar)
        if desk.terms.intrabar == MAGNIFIED:
            magnify(desk, outside, when, day.bar)
    if book.side != 0:
        high, low = day.bar.high, day.bar.low
        if book.inside == when.bar:
            high = low = book.extreme
        follow(book, desk.columns, when.bar, high, low, desk.terms)


@kernel
def finish(desk: Desk, day: Day, flags: int, closing: bool) -> float:
    """Let a close happen: session's end, decisions, the last close; return equity (3.8 to 3.10)."""
    book, terms, when = desk.book, desk.terms, day.close
    end_session(desk, when, day.session_ends)
    if not book.ended:
        book.counts[CONFLICTING] += flags & CONFLICT != 0 and not (terms.oco and book.side == 0)
        if terms.fill_at_close or not closing:
            close_decision(desk, flags, when)
            if terms.fill_at_close:
                act_at_close(desk, when)
    if closing and book.side != 0:
        leave(desk, when, END_OF_DATA, MARKET, book.decided)
    return marked(book, when.reference, when.unit)
