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
from tradewright.engine.sweep.meeting import met_before
from tradewright.engine.sweep.position import Exit, Position, Run, close, opened
from tradewright.engine.sweep.tables import CLOSE, OPEN, Tables
from tradewright.engine.terms import ON_IGNORE, Terms
from tradewright.engine.types import AT_CLOSE, AT_OPEN, END_OF_DATA, ENTRY, MARKET, Floats
from tradewright.kernels import inlined, kernel
from tradewright.kernels.bits import bit_at, first_one
from tradewright.kernels.ties import TIE_TOLERANCE

Words = npt.NDArray[np.uint64]

# Rows of a run's decisions, one bit a bar: what is decided, then what there is to watch for.
LE, LX, SE, SX, FLAT, LONG, SHORT = range(7)
DECISION_ROWS = 7


@inlined
def flags_at(decisions: Words, j: int) -> int:
    """Return what the close of bar `j` says, as :func:`tradewright.engine.decide.pack` packs it."""
    return (
        bit_at(decisions, LE, j) * LONG_ENTRY
        | bit_at(decisions, LX, j) * LONG_EXIT
        | bit_at(decisions, SE, j) * SHORT_ENTRY
        | bit_at(decisions, SX, j) * SHORT_EXIT
    )


@inlined
def watched_row(side: int, terms: Terms) -> int:
    """Return the row of the decisions that may end a position."""
    if terms.on_opposite == ON_IGNORE:
        return LX if side > 0 else SX
    return LONG if side > 0 else SHORT


@inlined
def end_of(run: Run, decisions: Words, held: Position) -> tuple[Exit, int]:
    """Return how a position ends, and the side that the same open enters, 0 for none."""
    terms, n = run.terms, run.tables.bars
    decided = min(first_one(decisions, watched_row(held.side, terms), held.bar, n), held.deadline)
    last = n if decided >= n - 1 else decided + 1
    end = met_before(run, held, last)
    if end.reason != ENTRY:
        return end, 0
    if last == n:
        run.totals.cancelled += decided == n - 1 and not terms.close_at_end
        price = run.tables.prices[n - 1, CLOSE]
        return Exit(n - 1, AT_CLOSE, price, END_OF_DATA, MARKET, held.decided), 0
    flags = flags_at(decisions, decided)
    reason, turn = decide(flags, held.side, decided >= held.deadline, False, terms)
    return Exit(last, AT_OPEN, run.tables.prices[last, OPEN], reason, MARKET, decided), turn


@kernel
def stay(run: Run, held: Position) -> None:
    """Hold a position over the last bar."""
    t = run.totals
    mark_held(run.tables, t, run.tables.bars, held.units)
    t.held += run.tables.bars - held.bar
    t.open_trades = 1


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
    j, side, decided = tables.start, 0, 0
    while not totals.ended:
        if side == 0:
            decided = first_one(decisions, FLAT, j, n)
            if decided >= n - 1:
                totals.cancelled += decided == n - 1 and not terms.close_at_end
                break
            j = decided + 1
            mark_flat(tables, totals, j)
            side = 1 if bit_at(decisions, LE, decided) else -1
        held = opened(run, j, side, decided)
        side = 0
        if held.side == 0:
            continue
        end, turn = end_of(run, decisions, held)
        if end.reason == END_OF_DATA and not terms.close_at_end:
            stay(run, held)
            break
        close(run, held, end)
        if end.reason == END_OF_DATA:
            break
        j, side, decided = end.bar, turn, end.decided
    mark_flat(tables, totals, n)
    if totals.deepest >= -TIE_TOLERANCE:
        totals.deepest = 0.0  # equal to the peak is at the peak (7.4)


@kernel
def cleared(totals: Any, cash: float, start: int) -> None:
    """Set an array's record, all 0, to what a run starts with."""
    totals.cash = totals.equity = totals.peak = totals.point = cash
    totals.floor = cash
    totals.marked = start
    totals.best = -np.inf
    totals.worst = np.inf
