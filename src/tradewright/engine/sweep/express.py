"""One run from event to event: the next decision that matters, or the first level that is met before it.

What a bar means is nowhere said anew: sizes, prices, levels, readings of a bar and decisions are the
functions of the bar-by-bar walk, so fills are the same bit for bit.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.engine.decide import LONG_ENTRY, LONG_EXIT, SHORT_ENTRY, SHORT_EXIT, decide
from tradewright.engine.state import Fills
from tradewright.engine.sweep.marking import mark_flat, mark_held
from tradewright.engine.sweep.meeting import until_met
from tradewright.engine.sweep.position import Position, Run, close, occasion_at, opened
from tradewright.engine.sweep.tables import CLOSE, OPEN, Tables
from tradewright.engine.terms import ON_IGNORE, Terms
from tradewright.engine.types import AT_CLOSE, AT_OPEN, END_OF_DATA, MARKET, Floats
from tradewright.kernels import kernel
from tradewright.kernels.bits import bit_at, first_one

Words = npt.NDArray[np.uint64]

# Rows of a run's decisions, one bit a bar: what is decided, then what there is to watch for.
LE, LX, SE, SX, FLAT, LONG, SHORT = range(7)
DECISION_ROWS = 7


@kernel
def flags_at(decisions: Words, j: int) -> int:
    """Return what the close of bar `j` says, as :func:`tradewright.engine.decide.pack` packs it."""
    return (
        bit_at(decisions, LE, j) * LONG_ENTRY
        | bit_at(decisions, LX, j) * LONG_EXIT
        | bit_at(decisions, SE, j) * SHORT_ENTRY
        | bit_at(decisions, SX, j) * SHORT_EXIT
    )


@kernel
def watched_row(side: int, terms: Terms) -> int:
    """Return the row of the decisions that may end a position."""
    if terms.on_opposite == ON_IGNORE:
        return LX if side > 0 else SX
    return LONG if side > 0 else SHORT


@kernel
def hold(run: Run, decisions: Words, held: Position) -> tuple[int, int]:
    """Hold a position to its end.

    Returns
    -------
    tuple
        The bar from whose close on decisions count again, the number of bars when there is none; and the
        side that this bar's open enters, 0 for none.
    """
    terms, n = run.terms, run.tables.bars
    decided = min(first_one(decisions, watched_row(held.side, terms), held.bar, n), held.deadline)
    last = n if decided >= n - 1 else decided + 1
    met = until_met(run, held, last)
    if met < last:
        return met, 0
    if last == n:
        stay(run, held, decided == n - 1)
        return n, 0
    flags = flags_at(decisions, decided)
    reason, turn = decide(flags, held.side, decided >= held.deadline, False, terms)
    when = occasion_at(run, last, run.tables.prices[OPEN, last], AT_OPEN)
    close(run, held, when, reason, MARKET, decided)
    return last, turn


@kernel
def stay(run: Run, held: Position, leaving: bool) -> None:
    """Hold a position over the last bar; `leaving` says that its close decides to go."""
    t, tables = run.totals, run.tables
    n = tables.bars
    if run.terms.close_at_end:
        when = occasion_at(run, n - 1, tables.prices[CLOSE, n - 1], AT_CLOSE)
        close(run, held, when, END_OF_DATA, MARKET, held.decided)
        return
    mark_held(tables, t, n, held.units)
    t.held += n - held.bar
    t.open_trades = 1
    t.cancelled += leaving


@kernel
def express(
    tables: Tables, decisions: Words, columns: Floats, terms: Any, totals: Any, journal: Fills
) -> None:
    """Run one set of decisions under one set of rules, which :mod:`expressible` has let through.

    Parameters
    ----------
    decisions
        Words of shape ``(DECISION_ROWS, words)``: what :func:`completed` makes of entries and exits.
    columns
        What rules read, shape ``(columns, bars)``.
    terms, totals
        Records of TERMS and, as :func:`cleared` leaves it, TOTALS.
    journal
        Room for every fill, or of length 0.
    """
    n = tables.bars
    run = Run(tables, columns, terms, totals, journal)
    j = tables.start
    while not totals.ended:
        decided = first_one(decisions, FLAT, j, n)
        if decided >= n - 1:
            totals.cancelled += decided == n - 1 and not terms.close_at_end
            break
        j = decided + 1
        mark_flat(tables, totals, j)
        side = 1 if bit_at(decisions, LE, decided) else -1
        while side != 0:
            held = opened(run, j, side, decided)
            if held.side == 0:
                break
            j, side = hold(run, decisions, held)
            decided = j - 1
        if j >= n:
            break
    mark_flat(tables, totals, n)


@kernel
def cleared(totals: Any, cash: float, start: int) -> None:
    """Set an array's record, all 0, to what a run starts with."""
    totals.cash = totals.equity = totals.peak = totals.point = cash
    totals.marked = start
    totals.best = -np.inf
    totals.worst = np.inf
