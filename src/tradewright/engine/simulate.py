"""A run of signals: decisions at closes in, fills, trades and equity out."""

import numpy as np

from tradewright.core.bars import Bars
from tradewright.engine.decide import pack
from tradewright.engine.rules import Rules
from tradewright.engine.state import Fills
from tradewright.engine.terms import terms_of
from tradewright.engine.trades import trades_of
from tradewright.engine.types import COUNTERS, FILL, NOWHERE, Floats, Signals, Simulation, Surroundings
from tradewright.engine.walking.market import columns_for, market_of, outside_of
from tradewright.engine.walking.walk import Account, Course, Span, end_of_data, has_room_for, longer, walk

_FILLS = 256  # room to begin with


def course_of(bars: Bars, signals: Signals, rules: Rules, surroundings: Surroundings) -> Course:
    """Return what a run under `rules` walks along.

    Raises
    ------
    InputError
        ``E_COLUMN`` for a column that the rules read and nobody brought; ``E_NO_VOLUME``, ``E_NO_TICK``,
        ``E_NO_SESSIONS`` and ``E_NO_FINER_BARS`` for rules that these bars cannot serve.
    """
    terms, names = terms_of(rules, bars.instrument)
    columns = columns_for(names, signals, len(bars))
    return Course(market_of(bars, surroundings), outside_of(bars, rules, surroundings), columns, terms)


def simulation_of(
    bars: Bars, course: Course, account: Account, fills: Fills, equity: Floats, start: int
) -> Simulation:
    """Return a finished run as a :class:`Simulation`."""
    terms, book = course.terms[0], account.books[0]
    end_of_data(course, account.parts, fills)
    fills = fills[: book.fills].copy()
    trades, open_trades = trades_of(bars, course.market, fills, terms)
    return Simulation(
        start=start,
        initial_cash=float(terms.cash),
        multiplier=float(terms.multiplier),
        equity=equity,
        fills=fills,
        trades=trades,
        open_trades=open_trades,
        bars_held=int(book.held),
        counters=dict(zip(COUNTERS, book.counts.tolist(), strict=True)),
    )


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
    course = course_of(bars, signals, rules, surroundings)
    packed = pack(signals, rules.direction, len(bars))
    account, equity = Account(rules.cash), np.empty(len(bars) - start)
    fills, first = np.empty(_FILLS, FILL), start
    while first < len(bars):
        span = Span(start, first, len(bars), pause=False)
        first = walk(course, packed, account.parts, fills, equity, span)
        if not has_room_for(fills, account.books["fills"][0], course.outside):
            fills = longer(fills, course.outside)
    return simulation_of(bars, course, account, fills, equity, start)
