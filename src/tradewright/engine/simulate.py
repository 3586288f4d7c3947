"""The bar loop: from decisions at closes to fills and equity (engine.md 3)."""

import numpy as np

from tradewright.core.bars import Bars
from tradewright.engine.book import (
    AMBIGUOUS,
    CANCELLED,
    CONFLICTING,
    enter,
    follow,
    leave,
    marked,
    wanted_at_decision,
    with_room,
)
from tradewright.engine.decide import CONFLICT, WATCH_FLAT, WATCH_LONG, WATCH_SHORT, Packed, decide, pack
from tradewright.engine.match import match_inside, match_open
from tradewright.engine.rules import Rules
from tradewright.engine.state import BOOK, Bar, Book, Counts, Fills, Intent, Occasion
from tradewright.engine.terms import Terms, terms_of
from tradewright.engine.trades import trades_of
from tradewright.engine.types import (
    AT_CLOSE,
    AT_OPEN,
    COUNTERS,
    END_OF_DATA,
    ENTRY,
    FILL,
    INSIDE,
    Floats,
    Signals,
    Simulation,
)
from tradewright.kernels import kernel

NOTHING = Intent(ENTRY, 0, np.nan, np.nan, np.nan)


@kernel
def act_at_open(
    book: Book, fills: Fills, counts: Counts, when: Occasion, intent: Intent, terms: Terms
) -> None:
    """Fill what the open brings: exits and gaps of a carried position, then an entry (3.2, 3.3)."""
    if book.side != 0:
        reason = intent.exit_reason
        if reason == ENTRY:
            reason = match_open(book, when.reference, terms.tolerance)
        if reason != ENTRY:
            leave(book, fills, when, reason, terms)
    if intent.side != 0 and book.side == 0 and not book.ended:
        enter(book, fills, counts, when, intent, terms)


@kernel
def act_inside(book: Book, fills: Fills, counts: Counts, j: int, bar: Bar, terms: Terms) -> None:
    """Fill what the bar touches, or let the trailing stop follow it (3.5, 3.7)."""
    reason, level, ambiguous = match_inside(book, bar, terms)
    book.held += 1
    counts[AMBIGUOUS] += ambiguous
    if reason != ENTRY:
        leave(book, fills, Occasion(j, level, INSIDE), reason, terms)
    else:
        follow(book, bar.high, bar.low, terms)


@kernel
def act_at_close(
    book: Book, fills: Fills, counts: Counts, when: Occasion, intent: Intent, terms: Terms
) -> None:
    """Fill a decision at its own close: exit, then entry (3.9)."""
    if intent.exit_reason != ENTRY:
        leave(book, fills, when, intent.exit_reason, terms)
    if intent.side != 0:
        enter(book, fills, counts, when, intent, terms)


@kernel
def close_decision(
    book: Book, flags: int, j: int, close: float, atr: tuple[float, float], terms: Terms
) -> Intent:
    """Return what the close of bar `j` decides, with the size where it is fixed now (2.5, 5.2)."""
    exit_reason, side = decide(flags, book.side, j >= book.deadline, terms)
    intent = Intent(exit_reason, side, np.nan, atr[0], atr[1])
    wanted = wanted_at_decision(intent, close, marked(book, close, terms), terms)
    return Intent(exit_reason, side, wanted, atr[0], atr[1])


@kernel
def run_bars(  # noqa: PLR0913, PLR0917 - columns in, columns out
    open_: Floats,
    high: Floats,
    low: Floats,
    close: Floats,
    packed: Packed,
    atr_stop: Floats,
    atr_target: Floats,
    start: int,
    fills: Fills,
    counts: Counts,
    terms: Terms,
) -> tuple[Floats, Fills, int, int]:
    """Walk the bars from `start`.

    Returns
    -------
    tuple
        Equity, fills, how many of the fills are used, and bars held.
    """
    n = packed.size
    equity = np.empty(n - start)
    book = np.zeros(1, BOOK)[0]
    book.cash = terms.cash
    intent = NOTHING
    for j in range(start, n):
        closing = terms.close_at_end and j == n - 1
        idle = intent.side == 0 and intent.exit_reason == ENTRY and not closing
        if book.ended or (idle and book.side == 0 and packed[j] & WATCH_FLAT == 0):
            equity[j - start] = book.cash
            continue
        watch = WATCH_LONG if book.side > 0 else WATCH_SHORT
        quiet = j < book.deadline and low[j] > book.low_bound and high[j] < book.high_bound
        if idle and quiet and book.side != 0 and packed[j] & watch == 0:
            book.held += 1
            follow(book, high[j], low[j], terms)
            equity[j - start] = marked(book, close[j], terms)
            continue
        fills = with_room(fills, book.fills)
        act_at_open(book, fills, counts, Occasion(j, open_[j], AT_OPEN), intent, terms)
        intent = NOTHING
        if book.side != 0:
            act_inside(book, fills, counts, j, Bar(open_[j], high[j], low[j], close[j]), terms)
        at_close = Occasion(j, close[j], AT_CLOSE)
        counts[CONFLICTING] += not book.ended and packed[j] & CONFLICT != 0
        if not book.ended and (terms.fill_at_close or not closing):
            atr = (atr_stop[min(j, atr_stop.size - 1)], atr_target[min(j, atr_target.size - 1)])
            intent = close_decision(book, packed[j], j, close[j], atr, terms)
            if terms.fill_at_close:
                act_at_close(book, fills, counts, at_close, intent, terms)
                intent = NOTHING
        if closing and book.side != 0:
            leave(book, fills, at_close, END_OF_DATA, terms)
        equity[j - start] = marked(book, close[j], terms)
    counts[CANCELLED] += intent.exit_reason != ENTRY or intent.side != 0
    return equity, fills, book.fills, book.held


_UNKNOWN = np.full(1, np.nan)


def simulate(bars: Bars, signals: Signals, rules: Rules, start: int = 0) -> Simulation:
    """Run `signals` on `bars` under `rules`.

    Parameters
    ----------
    bars
        The whole series; the run ends with its last bar.
    signals
        Boolean arrays of ``len(bars)``.
    rules
        Costs, sizes, exits.
    start
        Index of the first bar whose close decides (engine.md 2.6).

    Returns
    -------
    Simulation
        Deterministic: the same arguments give the same fills and equity bit for bit.
    """
    terms = terms_of(rules, bars.instrument)
    packed = pack(signals, rules.direction, len(bars))
    counts = np.zeros(len(COUNTERS), np.int64)
    atr_stop = _UNKNOWN if signals.atr_stop is None else signals.atr_stop
    atr_target = _UNKNOWN if signals.atr_target is None else signals.atr_target
    equity, fills, used, held = run_bars(
        bars.open,
        bars.high,
        bars.low,
        bars.close,
        packed,
        atr_stop,
        atr_target,
        start,
        np.empty(256, FILL),
        counts,
        terms,
    )
    fills = fills[:used].copy()
    trades, open_trades = trades_of(bars, fills, terms)
    return Simulation(
        start=start,
        initial_cash=rules.cash,
        multiplier=terms.multiplier,
        equity=equity,
        fills=fills,
        trades=trades,
        open_trades=open_trades,
        bars_held=held,
        counters=dict(zip(COUNTERS, counts.tolist(), strict=True)),
    )
