"""A position of a run among many: what it is, how it opens and closes, and what its trade adds up to."""

from typing import Any, NamedTuple

import numpy as np

from tradewright.engine.costs import fee_of, taker_price
from tradewright.engine.levels import (
    level_price,
    nearer_stop,
    protection_of,
    protection_stands,
    read,
    side_index,
    stands,
    target_price,
)
from tradewright.engine.sizing import Offer, affordable, fitted_quantity, wanted_quantity
from tradewright.engine.state import NEVER, Fills, Occasion
from tradewright.engine.sweep.marking import mark_held
from tradewright.engine.sweep.tables import OPEN, Tables
from tradewright.engine.terms import ALL_IN, NO_LEVEL, Terms
from tradewright.engine.types import AT_OPEN, ENTRY, LIMIT, LIQUIDATION, MARKET, Floats
from tradewright.kernels import inlined
from tradewright.kernels.ties import TIE_TOLERANCE

_NOTHING = 1e-11  # of a notional (5.5)


class Run(NamedTuple):
    """What one run reads, and where it writes."""

    tables: Tables
    columns: Floats  # (columns, bars), what rules read at deciding bars
    terms: Any  # Terms
    totals: Any  # Totals
    journal: Fills  # as long as needed, or of length 0 to keep none


class Position(NamedTuple):
    """What is held, as it was entered."""

    side: int  # 0 for nothing
    quantity: float  # without sign
    units: float  # signed quantity times account currency per point
    price: float
    fee: float
    bar: int
    decided: int
    nearest: float  # stop side at the entry, NaN for none
    stop: float  # NaN for none
    trail_size: float  # price distance of one unit of the trailing stop
    target: float  # NaN for none
    deadline: int  # bar whose close decides the time stop


class Guard(NamedTuple):
    """The stop side of what is held, as it moves; the names are those of ``Book``."""

    side: int
    extreme: float
    level: float  # NaN for none
    level_reason: int
    liquidation: float  # NaN for none
    exit_reason: int  # ENTRY: nothing waits


class Exit(NamedTuple):
    """How a position ends."""

    bar: int
    moment: int  # AT_OPEN, INSIDE or AT_CLOSE
    reference: float  # raw price
    reason: int  # ENTRY: it does not
    kind: int  # of the order
    decided: int


class NoTrades(NamedTuple):
    """What sizes by closed trades read, which no run here has; the names are those of ``Book``."""

    closed: int
    wins: int
    losses: int
    won: float
    lost: float


NOBODY = Position(0, 0.0, 0.0, 0.0, 0.0, 0, 0, np.nan, np.nan, np.nan, np.nan, 0)
STAYS = Exit(0, AT_OPEN, np.nan, ENTRY, MARKET, 0)
NO_TRADES: Any = NoTrades(0, 0, 0, 0.0, 0.0)


@inlined
def occasion_at(terms: Terms, bar: int, reference: float, moment: int) -> Occasion:
    """Return an occasion to fill on bars without rates and without costs by volume or ATR."""
    return Occasion(bar, reference, moment, terms.multiplier, 1.0, 0.0, 0.0)


@inlined
def write(  # noqa: PLR0913, PLR0917 - the fields of a fill
    run: Run, when: Occasion, quantity: float, price: float, stop: float, reason: int, kind: int, decided: int
) -> float:
    """Take a fill into cash and sums, and into the journal where one is kept; return its fee."""
    t, terms = run.totals, run.terms
    fee = fee_of(quantity, price, kind == LIMIT, when, terms)
    if run.journal.size > 0:
        entry = run.journal[t.fills]
        entry["bar"], entry["quantity"], entry["price"] = when.bar, quantity, price
        entry["reference"], entry["fee"], entry["stop"] = when.reference, fee, stop
        entry["slippage"] = abs(price - when.reference) * abs(quantity * when.unit)
        entry["reason"], entry["moment"], entry["unit"] = reason, when.moment, when.unit
        entry["decided"], entry["kind"] = decided, kind
        entry["flow"], entry["instrument"] = 0.0, 0
    t.cash -= quantity * when.unit * price + fee
    t.fills += 1
    t.fees += fee
    t.slippage += abs(price - when.reference) * abs(quantity * when.unit)
    t.traded += abs(quantity * price * when.unit)
    return fee


@inlined
def sized(run: Run, offer: Offer, decided: int, nearest: float) -> float:
    """Return the quantity that an entry gets; 0, counted, for none (5.1)."""
    t, terms = run.totals, run.terms
    equity = t.cash
    most = max(0.0, affordable(terms.leverage, equity, 0.0, offer, terms))
    wanted = most
    if terms.sizing != ALL_IN:
        size = read(run.columns, terms.size_row, decided)
        distance = abs(offer.price - nearest)
        wanted = wanted_quantity(NO_TRADES, equity, distance, size, offer, terms)
        if np.isnan(wanted):
            t.unknown_size += 1
            return 0.0
    quantity, capped = fitted_quantity(wanted, most, equity, offer.price, terms)
    t.capped += capped
    t.below_minimum += quantity == 0
    return quantity


@inlined
def liquidation_of(cash: float, units: float, terms: Terms) -> float:
    """Price at which equity equals the maintenance margin (5.3), NaN for none."""
    price = -cash / (units - terms.maintenance_margin * abs(units))
    if price > 0:
        return price
    return np.nan if units > 0 else 0.0


@inlined
def opened(run: Run, bar: int, side: int, decided: int) -> Position:
    """Enter at the open of `bar`; nothing, counted, where that cannot be (4.2, 5.1)."""
    t, terms = run.totals, run.terms
    when = occasion_at(terms, bar, run.tables.prices[bar, OPEN], AT_OPEN)
    price = taker_price(when, side, 0.0, terms)
    protection = protection_of(side, price, decided, 1.0, run.columns, terms)
    target = np.nan
    good = taker_price(when, -1, 0.0, terms) > 0 and protection_stands(
        side, when.reference, protection, terms
    )
    if terms.targets > 0:
        distance = abs(price - protection.nearest)
        target = target_price(0, side, price, distance, decided, 1.0, run.columns, terms)
        good = good and not np.isnan(target) and stands(-side, when.reference, target, terms)
    if not good:
        t.invalid_stop += 1
        return NOBODY
    quantity = sized(run, Offer(side, price, False, when, np.nan), decided, protection.nearest)
    if quantity == 0:
        return NOBODY
    fee = write(run, when, side * quantity, price, protection.nearest, ENTRY, MARKET, decided)
    trail_size = read(run.columns, terms.trailing_row[side_index(side)], decided)
    deadline = bar + terms.time_stop - 1 if terms.time_stop > 0 else NEVER
    return Position(
        side,
        quantity,
        side * quantity * when.unit,
        price,
        fee,
        bar,
        decided,
        protection.nearest,
        protection.stop,
        trail_size,
        target,
        deadline,
    )


@inlined
def guard_of(terms: Terms, cash: float, held: Position) -> Guard:
    """Return the stop side of a position that has just been entered, which left `cash`."""
    trailing = np.nan
    if terms.trailing_unit != NO_LEVEL:
        trailing = level_price(-held.side, held.price, terms.trailing_unit, terms.trailing, held.trail_size)
    level, reason = nearer_stop(held.side, held.stop, trailing, terms.tolerance)
    return Guard(held.side, held.price, level, reason, liquidation_of(cash, held.units, terms), ENTRY)


@inlined
def close(run: Run, held: Position, end: Exit) -> None:
    """Mark the position up to its end, leave all of it, and count its trade (5.5)."""
    t, terms = run.totals, run.terms
    mark_held(run.tables, t, end.bar, held.units)
    when = occasion_at(terms, end.bar, end.reference, end.moment)
    price = when.reference
    if end.kind != LIMIT:
        price = taker_price(when, -held.side, held.quantity, terms)
    fee = write(run, when, -held.side * held.quantity, price, np.nan, end.reason, end.kind, end.decided)
    t.held += end.bar - held.bar + (end.moment != AT_OPEN)
    spent = abs(held.units) * held.price
    pnl = held.units * price - held.units * held.price - (held.fee + fee)
    count_trade(t, pnl, spent, held, end.bar)
    t.ended = end.reason == LIQUIDATION and t.cash <= _NOTHING * spent


@inlined
def count_trade(t: Any, pnl: float, spent: float, held: Position, bar: int) -> None:
    """Add a closed trade to the sums."""
    share = pnl / spent
    t.trades += 1
    t.pnl += pnl
    t.pnl_squares += pnl * pnl
    t.largest = max(t.largest, abs(pnl))
    t.returns += share
    t.best = max(t.best, share)
    t.worst = min(t.worst, share)
    t.bars_in_trades += bar - held.bar
    if share > TIE_TOLERANCE:
        t.wins += 1
        t.won += pnl
        t.won_returns += share
        t.streak = max(t.streak, 0) + 1
        t.most_wins = max(t.most_wins, t.streak)
    elif share < -TIE_TOLERANCE:
        t.losses += 1
        t.lost += pnl
        t.lost_returns += share
        t.streak = min(t.streak, 0) - 1
        t.most_losses = max(t.most_losses, -t.streak)
    else:
        t.streak = 0
    risk = abs(held.price - held.nearest) * abs(held.units)
    if risk > 0:
        t.multiples += pnl / risk
        t.stopped += 1
