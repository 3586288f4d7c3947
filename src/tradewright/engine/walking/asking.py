"""The loop over bars that asks a compiled function of the user at each close (engine.md 6.1)."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tradewright.engine.book import MOST_FILLS_A_BAR, marked
from tradewright.engine.decide import CONFLICT, ENTRIES, LONG_EXIT, SHORT_EXIT, WATCH_FLAT
from tradewright.engine.levels import follow, follows
from tradewright.engine.state import Desk, Fills
from tradewright.engine.types import ENTRY, Floats
from tradewright.engine.walking.bar import bear, finish
from tradewright.engine.walking.walk import (
    Course,
    Parts,
    Span,
    day_of,
    events_due,
    is_between,
    is_steady,
    lend,
)
from tradewright.kernels import kernel
from tradewright.kernels.asked import RAISED, Ask
from tradewright.kernels.borrowed import address_of, borrowed

EXITS = LONG_EXIT | SHORT_EXIT


class Sight(NamedTuple):
    """What a compiled function looks at and remembers."""

    columns: Floats  # (columns, bars)
    state: npt.NDArray[np.float64]


@kernel
def flags_of(ask: Ask, seen: Sight, j: int, position: float, sides: int) -> int:
    """Ask what to do at the close of bar `j`; without sides that do not trade, both sides are a conflict.

    Below 0 for an answer that is none.
    """
    rows, bars = seen.columns.shape
    answer = ask(address_of(seen.columns), rows, bars, j, position, address_of(seen.state), seen.state.size)
    exits = answer & EXITS
    if answer & ~(ENTRIES | EXITS) != 0 or exits not in (0, EXITS):
        return RAISED
    flags = sides & answer
    return (flags & ~ENTRIES) | CONFLICT if flags & ENTRIES == ENTRIES else flags


@kernel
def walk_asking(  # noqa: PLR0913, PLR0917 - as walk, and whom to ask
    course: Course,
    seen: Sight,
    ask: Ask,
    sides: int,
    account: Parts,
    fills: Fills,
    equity: Floats,
    span: Span,
) -> int:
    """Walk over the bars of `span`, asking at every close; return the bar to go on with, as ``walk`` does.

    ``-1 - j`` when the answer at the close of bar `j` is none.

    `sides` are the flags that exist under the rules' direction.
    """
    market, columns, terms = course.market, course.columns, course.terms[0]
    book, long, short = account.books[0], account.orders[0], account.orders[1]
    high, low, close = market.high, market.low, market.close
    desk = Desk(book, long, short, borrowed(fills), borrowed(columns), terms)
    apart = lend(course.outside)
    sight = Sight(borrowed(seen.columns), borrowed(seen.state))
    steady, follows_price = is_steady(market, terms), follows(terms)
    costs = terms.borrow_rate > 0 or apart.rates_vary
    unit = terms.multiplier * market.rate_close[0]
    for j in range(span.first, span.stop):
        closing = terms.close_at_end and j == close.size - 1
        more = events_due(desk, apart, j)
        if book.fills + more + MOST_FILLS_A_BAR > fills.size:
            return j
        idle = book.exit_reason == ENTRY and long.side == 0 and short.side == 0 and not closing
        calm = book.ended or (idle and book.side == 0)
        if idle and steady and more == 0 and book.side != 0 and is_between(book, high[j], low[j], j):
            calm = True
            book.held += 1
            if follows_price:
                follow(book, desk.columns, j, high[j], low[j], terms)
        day = day_of(market, columns, j, terms)
        if not calm:
            bear(desk, apart, day, book.event, more > 0 or costs)
        flags = 0 if book.ended else flags_of(ask, sight, j, book.quantity if book.side != 0 else 0.0, sides)
        if flags < 0:
            return -1 - j
        if calm and (flags == 0 or (book.side == 0 and flags & WATCH_FLAT == 0)):
            equity[j - span.origin] = marked(book, close[j], unit) if book.side != 0 else book.cash
        else:
            equity[j - span.origin] = finish(desk, day, flags, closing)
    return span.stop
