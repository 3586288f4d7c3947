"""The bar loop: from decisions at closes to fills and equity (engine.md 3)."""

from typing import Any, NamedTuple

import numpy as np

from tradewright.core.bars import Bars
from tradewright.engine.bar import Market, around, bear, finish
from tradewright.engine.book import CANCELLED, MOST_FILLS_A_BAR, marked, with_room
from tradewright.engine.decide import WATCH_FLAT, WATCH_LONG, WATCH_SHORT, Packed, pack
from tradewright.engine.levels import follow
from tradewright.engine.market import columns_for, market_of
from tradewright.engine.orders import count_waiting, waiting
from tradewright.engine.rules import Rules
from tradewright.engine.state import BOOK, ORDER, Book, Counts, Desk, Fills
from tradewright.engine.terms import Terms, terms_of
from tradewright.engine.trades import trades_of
from tradewright.engine.types import (
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


class Account(NamedTuple):
    """A book and its orders, as compiled code takes them from outside."""

    book: Any  # Book
    orders: Any  # two of Order


def open_account(cash: float) -> Account:
    """Return an account that holds `cash` and nothing else."""
    book = np.zeros(1, BOOK)
    book["cash"] = cash
    book["inside"] = -1
    book["splits"] = 1.0
    orders = np.zeros(2, ORDER)
    orders["splits"] = 1.0
    return Account(book[0], orders)


@kernel
def first_event(market: Market, event: int, j: int) -> int:
    """Return the first account event at bar `j` or later."""
    while event < market.event_bar.size and market.event_bar[event] < j:
        event += 1
    return event


@kernel
def is_due(market: Market, event: int, j: int) -> bool:
    """Say whether an account event belongs to bar `j`."""
    return event < market.event_bar.size and market.event_bar[event] == j


@kernel
def is_quiet(book: Book, market: Market, j: int, flags: int, steady: bool, terms: Terms) -> bool:
    """Say whether bar `j` can do nothing to a position of which nothing waits, but to let it be marked.

    `steady` says that holding costs nothing by itself.
    """
    watch = WATCH_LONG if book.side > 0 else WATCH_SHORT
    return (
        steady
        and flags & watch == 0
        and j < book.deadline
        and market.low[j] > book.low_bound
        and market.high[j] < book.high_bound
        and not (terms.session_end and around(market.session_end, j))
        and (terms.pyramiding == 0 or flags == 0)
    )


@kernel
def run_bars(
    market: Market, packed: Packed, start: int, fills: Fills, counts: Counts, columns: Floats, account: Account, terms: Terms
) -> tuple[Floats, Fills]:
    """Walk the bars from `start`; return equity, and the fills with room behind those that are used."""
    n = packed.size
    equity = np.empty(n - start)
    book = account.book
    desk = Desk(book, account.orders, fills, counts, columns, terms)
    steady = terms.borrow_rate == 0 and market.rate_open.size == 1
    event = 0
    for j in range(start, n):
        flags = packed[j]
        event = first_event(market, event, j)
        closing = terms.close_at_end and j == n - 1
        idle = book.exit_reason == ENTRY and not closing and not waiting(desk)
        if book.ended or (idle and book.side == 0 and flags & WATCH_FLAT == 0):
            equity[j - start] = book.cash
            continue
        if idle and book.side != 0 and not is_due(market, event, j):
            if is_quiet(book, market, j, flags, steady, terms):
                book.held += 1
                follow(desk, j, market.high[j], market.low[j])
                unit = terms.multiplier * around(market.rate_close, j)
                equity[j - start] = marked(book, market.close[j], unit)
                continue
        more = MOST_FILLS_A_BAR + (market.event_bar.size - event if is_due(market, event, j) else 0)
        if book.fills + more > fills.size:
            fills = with_room(fills, book.fills, more)
            desk = Desk(book, account.orders, fills, counts, columns, terms)
        bear(desk, market, j, event)
        equity[j - start] = finish(desk, market, j, flags, closing)
    if not book.ended:
        counts[CANCELLED] += count_waiting(desk)
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
    market = market_of(bars, rules, surroundings)
    packed = pack(signals, rules.direction, len(bars))
    counts = np.zeros(len(COUNTERS), np.int64)
    account = open_account(rules.cash)
    equity, fills = run_bars(
        market, packed, start, np.empty(256, FILL), counts, columns, account, terms
    )
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
        counters=dict(zip(COUNTERS, counts.tolist(), strict=True)),
    )
