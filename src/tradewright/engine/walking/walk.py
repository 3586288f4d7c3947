"""The loop over bars, which every form of a run shares (engine.md 3, 6.1).

Bars that can do nothing are passed over without a call: most are.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from tradewright.engine.book import CANCELLED, MOST_FILLS_A_BAR
from tradewright.engine.decide import EVERYTHING, WATCH_FLAT, WATCH_LONG, WATCH_SHORT, Packed, count_waiting
from tradewright.engine.levels import follow, follows, read
from tradewright.engine.state import BOOK, ORDER, Bar, Book, Desk, Fills
from tradewright.engine.terms import Terms
from tradewright.engine.types import AT_CLOSE, AT_OPEN, ENTRY, Floats
from tradewright.engine.walking.bar import Day, Market, Outside, around, bear, finish, occasion
from tradewright.kernels import kernel
from tradewright.kernels.borrowed import borrowed


class Parts(NamedTuple):
    """A book and its orders, as compiled code takes them from outside."""

    books: npt.NDArray[Any]  # one of Book
    orders: npt.NDArray[Any]  # two of Order: long, short


class Account:
    """A book and its orders in one piece of memory, which can be put back to what it was.

    Attributes
    ----------
    memory
        uint8; everything that a walk changes but journal and equity.
    books, orders
        Arrays of dtype BOOK (one) and ORDER (long, short) over it.
    """

    def __init__(self, cash: float) -> None:
        self.memory = np.zeros(BOOK.itemsize + 2 * ORDER.itemsize, np.uint8)
        self.books = self.memory[: BOOK.itemsize].view(BOOK)
        self.orders = self.memory[BOOK.itemsize :].view(ORDER)
        self.parts = Parts(self.books, self.orders)
        self.books["cash"] = cash
        self.books["inside"] = -1
        self.books["splits"] = 1.0
        self.orders["splits"] = 1.0

    def glance(self, field: str) -> memoryview:
        """Return a field of the book as one number to look at, which is quicker than through the record."""
        fields: Any = BOOK.fields
        kind, at = fields[field][:2]
        native: Any = kind.newbyteorder("=")
        return self.memory[at : at + kind.itemsize].view(native).data


class Course(NamedTuple):
    """What is walked along: the bars, what lies around them, and what rules read."""

    market: Market
    outside: Outside
    columns: Floats
    terms: npt.NDArray[Any]  # one of Terms


class Span(NamedTuple):
    """Which bars to walk."""

    origin: int  # first bar of the window, the first of `equity`
    first: int
    stop: int  # one past the last
    pause: bool  # return after the first bar that fills something


@kernel
def is_calm(book: Book, long: Any, short: Any) -> bool:
    """Say whether nothing waits for the next bar."""
    return book.exit_reason == ENTRY and long.side == 0 and short.side == 0


@kernel
def watched(book: Book, terms: Terms) -> int:
    """Return the flags that decide something as the book stands."""
    if book.ended:
        return 0
    if book.side == 0:
        return WATCH_FLAT
    if terms.pyramiding > 0:
        return EVERYTHING
    return WATCH_LONG if book.side > 0 else WATCH_SHORT


@kernel
def is_between(book: Book, high: float, low: float, j: int) -> bool:
    """Say whether bar `j` can do nothing to a position but mark it: it touches no level, no time is up."""
    return low > book.low_bound and high < book.high_bound and j < book.deadline


@kernel
def is_steady(market: Market, terms: Terms) -> bool:
    """Say whether holding a position costs nothing by itself, and nothing ends it at a time of its own."""
    return terms.borrow_rate == 0 and market.rate_open.size == 1 and not terms.session_end


@kernel
def lend(outside: Outside) -> Outside:
    """Return `outside` with its arrays borrowed."""
    return Outside(
        borrowed(outside.time),
        borrowed(outside.events),
        borrowed(outside.finer_first),
        borrowed(outside.finer),
        outside.rates_vary,
    )


@kernel
def day_of(market: Market, columns: Floats, j: int, terms: Terms) -> Day:
    """Take the numbers of bar `j` out of the arrays."""
    row, volume = terms.slippage_row, market.volume[j]
    before = (around(market.rate_open, j), volume, read(columns, row, j - 1) if j else np.nan)
    after = (around(market.rate_close, j), volume, read(columns, row, j))
    return Day(
        Bar(market.open[j], market.high[j], market.low[j], market.close[j]),
        occasion(j, market.open[j], AT_OPEN, before, terms),
        occasion(j, market.close[j], AT_CLOSE, after, terms),
        around(market.session_end, j),
    )


@kernel
def events_due(desk: Desk, apart: Outside, j: int) -> int:
    """Move the book's place in the account events to bar `j`; return how many it may bring, 0 for none."""
    book, events = desk.book, apart.events
    while book.event < events.size and events[book.event]["bar"] < j:
        book.event += 1
    due = book.event < events.size and events[book.event]["bar"] == j
    return events.size - book.event if due else 0


@kernel
def walk(course: Course, packed: Packed, account: Parts, fills: Fills, equity: Floats, span: Span) -> int:
    """Walk over the bars of `span`, with what `packed` decides at their closes; return the bar to go on with.

    It stops before a bar for whose fills the journal may have no room: see :func:`has_room_for`.

    Parameters
    ----------
    fills
        Journal, of which ``fills`` of the book are used.
    equity
        Filled in, from ``span.origin`` on.
    """
    market, outside, columns, terms = course.market, course.outside, course.columns, course.terms[0]
    book, long, short = account.books[0], account.orders[0], account.orders[1]
    high, low, close = market.high, market.low, market.close
    # What is handed from function to function is borrowed: the arrays themselves live on here.
    desk = Desk(book, long, short, borrowed(fills), borrowed(columns), terms)
    apart = lend(outside)
    steady, follows_price = is_steady(market, terms), follows(terms)
    costs = terms.borrow_rate > 0 or outside.rates_vary
    eventful = apart.events.size > 0
    last = packed.size - 1 if terms.close_at_end else -1
    unit = terms.multiplier * market.rate_close[0]
    calm = is_calm(book, long, short)
    side, watch = book.side, watched(book, terms)
    for j in range(span.first, span.stop):
        flags = packed[j]
        more = events_due(desk, apart, j) if eventful else 0
        if calm and j != last and flags & watch == 0:
            if side == 0:
                equity[j - span.origin] = book.cash
                continue
            if steady and more == 0 and is_between(book, high[j], low[j], j):
                book.held += 1
                if follows_price:
                    follow(book, desk.columns, j, high[j], low[j], terms)
                equity[j - span.origin] = book.cash + book.quantity * close[j] * unit
                continue
        before = book.fills
        if before + more + MOST_FILLS_A_BAR > fills.size:
            return j
        day = day_of(market, columns, j, terms)
        bear(desk, apart, day, book.event, more > 0 or costs)
        equity[j - span.origin] = finish(desk, day, flags, j == last)
        calm = is_calm(book, long, short)
        side, watch = book.side, watched(book, terms)
        if span.pause and book.fills > before:
            return j + 1
    return span.stop


def has_room_for(fills: Fills, used: int, outside: Outside) -> bool:
    """Say whether a journal of which `used` are used has room for whatever a bar may bring."""
    return used + outside.events.size + MOST_FILLS_A_BAR <= fills.size


def longer(fills: Fills, outside: Outside) -> Fills:
    """Return a journal at least twice as long, with what is in it."""
    more = np.empty(2 * fills.size + outside.events.size + MOST_FILLS_A_BAR, fills.dtype)
    more[: fills.size] = fills
    return more


@kernel
def end_of_data(course: Course, account: Parts, fills: Fills) -> None:
    """Count what still waits after the last bar (2.6)."""
    book = account.books[0]
    if not book.ended:
        desk = Desk(book, account.orders[0], account.orders[1], fills, course.columns, course.terms[0])
        book.counts[CANCELLED] += count_waiting(desk)
