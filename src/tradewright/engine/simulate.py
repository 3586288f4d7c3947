"""The bar loop: from decisions at closes to fills and equity (engine.md 3)."""

from typing import Any, NamedTuple

import numpy as np

from tradewright.core.bars import Bars
from tradewright.engine.bar import Day, Market, Outside, around, bear, finish, occasion
from tradewright.engine.book import CANCELLED, MOST_FILLS_A_BAR, marked, with_room
from tradewright.engine.decide import WATCH_FLAT, WATCH_LONG, WATCH_SHORT, Packed, pack
from tradewright.engine.levels import follow, follows, read
from tradewright.engine.market import columns_for, market_of, outside_of
from tradewright.engine.orders import count_waiting
from tradewright.engine.rules import Rules
from tradewright.engine.state import BOOK, ORDER, Bar, Book, Desk, Fills
from tradewright.engine.terms import Terms, terms_of
from tradewright.engine.trades import trades_of
from tradewright.engine.types import (
    AT_CLOSE,
    AT_OPEN,
    COUNTERS,
    ENTRY,
    FILL,
    NOWHERE,
    Floats,
    Signals,
    Simulation,
    Surroundings,
)
from tradewright.kernels import kernel
from tradewright.kernels.borrowed import borrowed


class Account(NamedTuple):
    """A book and its orders, as compiled code takes them from outside."""

    book: Any  # Book
    long: Any  # Order
    short: Any  # Order


def open_account(cash: float) -> Account:
    """Return an account that holds `cash` and nothing else."""
    book = np.zeros(1, BOOK)
    book["cash"] = cash
    book["inside"] = -1
    book["splits"] = 1.0
    orders = np.zeros(2, ORDER)
    orders["splits"] = 1.0
    return Account(book[0], orders[0], orders[1])


@kernel
def is_quiet(book: Book, bar: tuple[float, float], j: int, flags: int, terms: Terms) -> bool:
    """Say whether bar `j`, of which `bar` is high and low, can do nothing to a position but mark it."""
    watch = WATCH_LONG if book.side > 0 else WATCH_SHORT
    return (
        flags & watch == 0
        and j < book.deadline
        and bar[1] > book.low_bound
        and bar[0] < book.high_bound
        and (terms.pyramiding == 0 or flags == 0)
    )


@kernel
def is_steady(market: Market, terms: Terms) -> bool:
    """Say whether holding a position costs nothing by itself, and nothing ends it at a time of its own."""
    return terms.borrow_rate == 0 and market.rate_open.size == 1 and not terms.session_end


@kernel
def run_bars(
    market: Market, outside: Outside, packed: Packed, start: int, fills: Fills, account: Account, reads: tuple[Terms, Floats]
) -> tuple[Floats, Fills]:
    """Walk the bars from `start`; return equity, and the fills with room behind those that are used.

    Bars that can do nothing are passed over without a call: most are. `reads` is the terms, and the
    columns that they read.
    """
    terms, columns = reads
    book, long, short = account
    open_, high, low, close, volume = market.open, market.high, market.low, market.close, market.volume
    rate_open, rate_close, session_end = market.rate_open, market.rate_close, market.session_end
    events = outside.events
    # What is handed from function to function is borrowed: `fills`, `columns` and the rest live on here.
    desk = Desk(book, long, short, borrowed(fills), borrowed(columns), terms)
    apart = Outside(
        borrowed(outside.time),
        borrowed(outside.events),
        borrowed(outside.finer_first),
        borrowed(outside.finer),
        outside.rates_vary,
    )
    steady, follows_price = is_steady(market, terms), follows(terms)
    costs = terms.borrow_rate > 0 or rate_open.size > 1
    n = packed.size
    equity = np.empty(n - start)
    event = 0
    for j in range(start, n):
        flags = packed[j]
        closing = terms.close_at_end and j == n - 1
        idle = book.exit_reason == ENTRY and long.side == 0 and short.side == 0 and not closing
        if book.ended or (idle and book.side == 0 and flags & WATCH_FLAT == 0):
            equity[j - start] = book.cash
            continue
        while event < events.size and events[event]["bar"] < j:
            event += 1
        due = event < events.size and events[event]["bar"] == j
        if idle and steady and book.side != 0 and not due and is_quiet(book, (high[j], low[j]), j, flags, terms):
            book.held += 1
            if follows_price:
                follow(book, desk.columns, j, high[j], low[j], terms)
            equity[j - start] = marked(book, close[j], terms.multiplier * rate_close[0])
            continue
        more = MOST_FILLS_A_BAR + (events.size - event if due else 0)
        if book.fills + more > fills.size:
            fills = with_room(fills, book.fills, more)
            desk = Desk(book, long, short, borrowed(fills), borrowed(columns), terms)
        before = (around(rate_open, j), volume[j], read(columns, terms.slippage_row, j - 1) if j else np.nan)
        after = (around(rate_close, j), volume[j], read(columns, terms.slippage_row, j))
        day = Day(
            Bar(open_[j], high[j], low[j], close[j]),
            occasion(j, open_[j], AT_OPEN, before, terms),
            occasion(j, close[j], AT_CLOSE, after, terms),
            around(session_end, j),
        )
        bear(desk, apart, day, event, due or costs)
        equity[j - start] = finish(desk, day, flags, closing)
    if not book.ended:
        book.counts[CANCELLED] += count_waiting(desk)
    return equity, fills


def simulate(
    bars: Bars, signals: Signals, rules: Rules, start: int = 0, surroundings: Surroundings = NOWHERE
) -> Simulation:
    """Run `signals` on `bars` under `rules`.

    Parameters
    ----------
    bars
        The whole series; the run ends with its last bar.
    signals
        Boolean arrays of ``len(bars)``, and the columns that the rules read.
    rules
        Costs, sizes, orders, exits.
    start
        Index of the first bar whose close decides (engine.md 2.6).
    surroundings
        Rates of currencies, ends of sessions, payments, finer bars.

    Returns
    -------
    Simulation
        Deterministic: the same arguments give the same fills and equity bit for bit.

    Raises
    ------
    InputError
        ``E_COLUMN`` for a column that the rules read and nobody brought; ``E_NO_VOLUME``, ``E_NO_TICK``,
        ``E_NO_SESSIONS`` and ``E_NO_FINER_BARS`` for rules that these bars cannot serve.
    """
    terms, names = terms_of(rules, bars.instrument)
    columns = columns_for(names, signals, len(bars))
    market = market_of(bars, surroundings)
    outside = outside_of(bars, rules, surroundings)
    packed = pack(signals, rules.direction, len(bars))
    account = open_account(rules.cash)
    equity, fills = run_bars(market, outside, packed, start, np.empty(256, FILL), account, (terms, columns))
    fills = fills[: account.book.fills].copy()
    trades, open_trades = trades_of(bars, market, fills, terms)
    return Simulation(
        start=start,
        initial_cash=rules.cash,
        multiplier=terms.multiplier,
        equity=equity,
        fills=fills,
        trades=trades,
        open_trades=open_trades,
        bars_held=int(account.book.held),
        counters=dict(zip(COUNTERS, account.book.counts.tolist(), strict=True)),
    )
