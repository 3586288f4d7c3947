"""One bar, in order: what its open, its inside and its close do (engine.md 3)."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from tradewright.engine.account import borrow, happen, settle, split_orders
from tradewright.engine.book import CONFLICTING, UNMAGNIFIED, enter, leave, marked
from tradewright.engine.decide import CONFLICT, decide
from tradewright.engine.levels import follow, read
from tradewright.engine.match import at, count_ambiguous, match_inside, match_open, match_resting_at_open
from tradewright.engine.orders import cancel_all, cancel_side, expire, place, rests, waiting
from tradewright.engine.state import Bar, Desk, Occasion
from tradewright.engine.terms import MAGNIFIED, PESSIMISTIC
from tradewright.engine.types import (
    AT_CLOSE,
    AT_OPEN,
    END_OF_DATA,
    ENTRY,
    FUNDING,
    INSIDE,
    MARKET,
    REVERSE,
    SESSION_END,
    SPLIT,
    Floats,
)
from tradewright.kernels import kernel

Numbers = npt.NDArray[np.int64]


class Market(NamedTuple):
    """The bars and what lies around them, for compiled code. Arrays that say nothing are one long."""

    time: Numbers
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    rate_open: Floats
    rate_close: Floats
    session_end: npt.NDArray[np.bool_]
    event_bar: Numbers  # bar that each account event belongs to, growing
    event_inside: npt.NDArray[np.bool_]  # after the open's fills
    event_reason: Numbers
    event_value: Floats
    finer_first: Numbers  # of each bar the first finer bar, and one past the last at the end
    finer_open: Floats
    finer_high: Floats
    finer_low: Floats
    finer_close: Floats


@kernel
def around(array: Any, j: int) -> Any:
    """Return what an array has at bar `j`; one that is one long says the same of every bar."""
    return array[min(j, array.size - 1)]


@kernel
def occasion(market: Market, desk: Desk, j: int, moment: int) -> Occasion:
    """Return the open or the close of bar `j` as an occasion to fill."""
    closing = moment == AT_CLOSE
    rate = around(market.rate_close, j) if closing else around(market.rate_open, j)
    price = market.close[j] if closing else market.open[j]
    atr = read(desk.columns, desk.terms.slippage_row, j if closing else j - 1) if j or closing else np.nan
    unit = desk.terms.multiplier * rate
    return Occasion(j, price, moment, unit, rate, market.volume[j], 0.0 if np.isnan(atr) else atr)


@kernel
def events_at_open(desk: Desk, market: Market, j: int, when: Occasion, event: int) -> bool:
    """Let the account events that belong before the open's fills meet the position; True if any (3.1)."""
    book = desk.book
    written = book.fills
    if book.side != 0 and desk.terms.borrow_rate > 0 and j > 0:
        borrow(desk, when, market.time[j] - market.time[j - 1])
    while event < market.event_bar.size and market.event_bar[event] <= j:
        if market.event_bar[event] == j and not market.event_inside[event]:
            value = market.event_value[event]
            if market.event_reason[event] == SPLIT:
                split_orders(desk, value)
            if book.side != 0:
                happen(desk, when, market.event_reason[event], value)
        event += 1
    return book.fills > written


@kernel
def funding_inside(desk: Desk, market: Market, j: int, when: Occasion, event: int) -> bool:
    """Let funding dated inside the bar meet what is held after the open's fills; True if any (3.4)."""
    written = desk.book.fills
    while event < market.event_bar.size and market.event_bar[event] <= j:
        if market.event_bar[event] == j and market.event_inside[event] and desk.book.side != 0:
            happen(desk, at(when, when.reference, INSIDE), FUNDING, market.event_value[event])
        event += 1
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
    for i in range(2):
        order = desk.orders[i]
        if order.side != 0 and order.kind == MARKET and book.side != -order.side:
            enter(desk, when, order)
    match_resting_at_open(desk, when)


@kernel
def act_inside(desk: Desk, market: Market, j: int, when: Occasion) -> None:
    """Fill what the bar's inside touches (3.5, 3.6)."""
    bar = Bar(market.open[j], market.high[j], market.low[j], market.close[j])
    desk.book.ambiguous = False
    count_ambiguous(desk, bar)
    reading = desk.terms.intrabar
    if reading != MAGNIFIED:
        match_inside(desk, when, bar, bar, reading)
        return
    first, last = market.finer_first[min(j, market.finer_first.size - 1)], 0
    if j + 1 < market.finer_first.size:
        last = market.finer_first[j + 1]
    if last <= first:
        desk.counts[UNMAGNIFIED] += 1
        match_inside(desk, when, bar, bar, PESSIMISTIC)
        return
    entered = False
    for k in range(first, last):
        finer = Bar(market.finer_open[k], market.finer_high[k], market.finer_low[k], market.finer_close[k])
        here = at(when, finer.open, INSIDE)
        if k > first and not entered:
            entered = finer_open(desk, here)
        elif k > first and desk.book.side != 0 and desk.book.exit_reason == ENTRY:
            match_open(desk, here)
        entered = match_inside(desk, here, finer, bar, PESSIMISTIC) or entered
        if desk.book.ended or (desk.book.side == 0 and not waiting(desk)):
            return


@kernel
def finer_open(desk: Desk, when: Occasion) -> bool:
    """Let the open of a finer bar meet position and resting orders; True when an entry filled."""
    if desk.book.side != 0 and desk.book.exit_reason == ENTRY:
        match_open(desk, when)
    return not desk.book.ended and waiting(desk) and match_resting_at_open(desk, when)


@kernel
def close_decision(desk: Desk, flags: int, when: Occasion) -> None:
    """Decide at a close: an exit for the next open, entries that wait for it or rest (2.5)."""
    book, terms = desk.book, desk.terms
    if book.side != 0 and book.exit_reason != ENTRY:
        return  # the rest of an exit is still to fill, and nothing else is heard (4.3)
    reason, side = decide(flags, book.side, when.bar >= book.deadline, book.adds < terms.pyramiding, terms)
    if reason != ENTRY:
        if side == 0:
            cancel_side(desk, book.side)
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
    for i in range(2):
        order = desk.orders[i]
        if order.side != 0:
            enter(desk, when, order)


@kernel
def end_session(desk: Desk, market: Market, j: int, when: Occasion) -> None:
    """Leave at the close of a bar that reaches the session's end, and let resting orders lapse (3.8)."""
    ends = around(market.session_end, j)
    if ends and desk.terms.session_end and desk.book.side != 0:
        leave(desk, when, SESSION_END, MARKET, desk.book.decided)
    expire(desk, j, ends)


@kernel
def bear(desk: Desk, market: Market, j: int, event: int) -> None:
    """Let bar `j` happen up to its close: account events, open, inside (3.1 to 3.7)."""
    book = desk.book
    book.cap = desk.terms.participation * market.volume[j] if market.volume[j] > 0 else 0.0
    book.filled = 0.0
    when = occasion(market, desk, j, AT_OPEN)
    if events_at_open(desk, market, j, when, event) or market.rate_open.size > 1:
        settle(desk, when)
    act_at_open(desk, when)
    if funding_inside(desk, market, j, when, event):
        settle(desk, when)
    book.held += book.side != 0
    if book.side != 0 or rests(desk):
        act_inside(desk, market, j, when)
    if book.side != 0:
        fresh = book.inside == j
        follow(desk, j, book.extreme if fresh else market.high[j], book.extreme if fresh else market.low[j])


@kernel
def finish(desk: Desk, market: Market, j: int, flags: int, closing: bool) -> float:
    """Let the close of bar `j` happen: session's end, decisions, the last close; return equity (3.8 to 3.10)."""
    book, terms = desk.book, desk.terms
    when = occasion(market, desk, j, AT_CLOSE)
    end_session(desk, market, j, when)
    if not book.ended:
        desk.counts[CONFLICTING] += flags & CONFLICT != 0 and not (terms.oco and book.side == 0)
        if terms.fill_at_close or not closing:
            close_decision(desk, flags, when)
            if terms.fill_at_close:
                act_at_close(desk, when)
    if closing and book.side != 0:
        leave(desk, when, END_OF_DATA, MARKET, book.decided)
    return marked(book, when.reference, when.unit)
