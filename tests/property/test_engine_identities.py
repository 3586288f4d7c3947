"""The books balance: the identities of every run and bar, to 1e-9 (engine.md 5.6)."""

import math
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.drawn import Drawn, drawn_runs, drawn_runs_over
from tests.factories import real_bars
from tests.reference import Fill, Outcome, Trade
from tests.reference.hunt import described
from tradewright.core.bars import Bars
from tradewright.engine.simulate import simulate
from tradewright.engine.types import (
    AT_CLOSE,
    AT_OPEN,
    BORROW,
    COUNTERS,
    DIVIDEND,
    END_OF_DATA,
    ENTRY,
    EVENT,
    FUNDING,
    INSIDE,
    MARKET,
    SESSION_END,
    SPLIT,
    Surroundings,
)

quick = settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
campaign = settings(quick, max_examples=10_000)


class Ledger:
    """Cash and position, kept from the rows alone."""

    def __init__(self, outcome: Outcome) -> None:
        self.cash = outcome.initial_cash
        self.position = 0.0
        self.turnover = outcome.initial_cash  # the scale that rounding is measured against
        self.largest = 1.0

    def book(self, row: Fill) -> None:
        notional = row.quantity * row.unit * row.price
        self.cash += -notional - row.fee + row.flow
        self.position += row.quantity
        self.turnover += abs(notional) + abs(row.fee) + abs(row.flow)
        self.largest = max(self.largest, abs(self.position))


def close_unit(bars: Bars, place: Surroundings, bar: int) -> float:
    rates = place.rate_close
    return bars.instrument.multiplier * (1.0 if rates is None else float(rates[bar]))


def assert_balanced(run: Drawn, outcome: Outcome) -> None:
    """Equity is cash plus marks at every close, and the trades explain all of it."""
    ledger = Ledger(outcome)
    waiting = list(outcome.fills)
    for bar, equity in enumerate(outcome.equity, start=outcome.start):
        while waiting and waiting[0].bar == bar:
            ledger.book(waiting.pop(0))
        held = ledger.position if abs(ledger.position) > 1e-9 * ledger.largest else 0.0
        mark = (
            held * float(run.bars.close[bar]) * close_unit(run.bars, run.surroundings, bar) if held else 0.0
        )
        assert equity == pytest.approx(ledger.cash + mark, rel=1e-9, abs=1e-9 * ledger.turnover)
    assert waiting == []
    tolerance = 1e-9 * ledger.turnover
    gained = outcome.equity[-1] - outcome.initial_cash
    realised = math.fsum(trade.pnl for trade in outcome.trades)
    still_open = math.fsum(trade.pnl for trade in outcome.open_trades)
    assert gained == pytest.approx(realised + still_open, abs=tolerance)
    assert_sums(outcome, tolerance)


def assert_sums(outcome: Outcome, tolerance: float) -> None:
    """What rows paid is what trades paid, and their units are those that trades entered and left."""
    trades = outcome.trades + outcome.open_trades
    for of_rows, of_trades in [
        ([row.fee for row in outcome.fills], [trade.fees for trade in trades]),
        ([row.flow for row in outcome.fills], [trade.carry for trade in trades]),
    ]:
        assert math.fsum(of_rows) == pytest.approx(math.fsum(of_trades), abs=tolerance)
    groups = rows_of_trades(outcome)
    assert len(groups) == len(trades)
    for rows, trade in zip(groups, trades, strict=True):
        assert_trade_of(rows, trade)


def rows_of_trades(outcome: Outcome) -> list[list[Fill]]:
    """The rows of each trade: from flat to flat, by the number of fills that each names."""
    groups: list[list[Fill]] = []
    rows = list(outcome.fills)
    for trade in outcome.trades + outcome.open_trades:
        group: list[Fill] = []
        orders = 0
        while rows and orders < trade.entries + trade.exits:
            orders += rows[0].kind != EVENT
            group.append(rows.pop(0))
        while rows and rows[0].kind == EVENT and trade in outcome.open_trades:
            group.append(rows.pop(0))
        groups.append(group)
    assert rows == []
    return groups


def assert_trade_of(rows: list[Fill], trade: Trade) -> None:
    """A trade starts with an entry, holds what its rows say, and in the end as much is out as was in."""
    assert (rows[0].reason, rows[0].bar) == (ENTRY, trade.entry_bar)
    entered = held = 0.0
    for row in rows:
        if row.reason == SPLIT:
            entered *= (held + row.quantity) / held
        held += row.quantity
        if row.reason == ENTRY:
            assert row.quantity * trade.side > 0
            entered += abs(row.quantity)
        elif row.kind != EVENT:
            assert row.quantity * trade.side < 0
        assert held * trade.side >= -1e-9 * entered
    assert entered == pytest.approx(trade.quantity, rel=1e-9)
    if trade.exits and trade.exit_reason != END_OF_DATA:
        assert held == pytest.approx(0, abs=1e-9 * entered)
        assert (rows[-1].reason, rows[-1].bar) == (trade.exit_reason, trade.exit_bar)


def assert_sound(run: Drawn, outcome: Outcome) -> None:
    """What no run may ever show."""
    rules, last = run.rules, len(run.bars) - 1
    assert set(outcome.counters) == set(COUNTERS)
    assert len(outcome.open_trades) <= (0 if rules.close_at_end else 1)
    for one, other in pairwise(outcome.fills):
        assert (one.bar, one.moment) <= (other.bar, other.moment)
    for fill in outcome.fills:
        assert_sound_row(run, fill)
    for trade in outcome.trades + outcome.open_trades:
        assert trade.mae <= 0 <= trade.mfe
        assert 0 <= trade.bars_held == trade.exit_bar - trade.entry_bar
        assert trade.entry_time <= trade.exit_time
        assert rules.direction == "both" or trade.side == (1 if rules.direction == "long" else -1)
    assert all((trade.exit_bar, trade.exit_reason) == (last, END_OF_DATA) for trade in outcome.open_trades)
    if not rules.close_at_end:
        assert all(trade.exit_reason != END_OF_DATA for trade in outcome.trades)
    if rules.fill_on == "next_open":
        at_close = {fill.reason for fill in outcome.fills if fill.moment == AT_CLOSE}
        assert at_close <= {END_OF_DATA, SESSION_END}


def assert_entries_are_paid_for(run: Drawn, outcome: Outcome) -> None:
    """At leverage 1 or below no long entry spends more than there is, its fee included (5.1)."""
    if run.rules.leverage > 1 or run.rules.direction != "long":
        return
    ledger = Ledger(outcome)
    for fill in outcome.fills:
        ledger.book(fill)
        assert fill.reason != ENTRY or ledger.cash >= -1e-9 * ledger.turnover


def assert_sound_row(run: Drawn, row: Fill) -> None:
    low, high = float(run.bars.low[row.bar]), float(run.bars.high[row.bar])
    if run.rules.intrabar != "magnified":  # finer bars need not stay inside
        assert low * (1 - 1e-10) <= row.reference <= high * (1 + 1e-10)
    assert row.slippage >= 0
    assert row.fee >= 0 or (run.rules.maker_fee or 0) < 0
    assert row.decided <= row.bar
    assert row.kind == EVENT or row.flow == 0
    if row.kind == EVENT:
        assert row.reason in {FUNDING, BORROW, DIVIDEND, SPLIT}
        assert row.moment == AT_OPEN or row.reason == FUNDING
        assert row.fee == 0
        assert row.slippage == 0
    if row.reason == ENTRY and run.rules.entry.kind == "market":
        assert row.kind == MARKET
        assert row.moment != INSIDE


def _check(run: Drawn) -> None:
    outcome = Outcome.of(simulate(*run))
    try:
        assert_balanced(run, outcome)
        assert_sound(run, outcome)
        assert_entries_are_paid_for(run, outcome)
    except AssertionError as error:
        raise AssertionError(f"{error}\n{described(run)}") from error


@pytest.mark.slow
@quick
@given(run=drawn_runs())
def test_books_of_drawn_runs_balance(run: Drawn) -> None:
    _check(run)


@pytest.mark.campaign
@campaign
@given(run=drawn_runs())
def test_books_of_many_drawn_runs_balance(run: Drawn) -> None:
    _check(run)


@pytest.mark.slow
@settings(quick, max_examples=20)
@given(data=st.data())
def test_books_of_years_of_real_bars_balance(data: st.DataObject) -> None:
    bars = real_bars(data.draw(st.sampled_from(["AAPL", "FB", "GOOG", "IBM", "MSFT"])))
    _check(data.draw(drawn_runs_over(bars)))
