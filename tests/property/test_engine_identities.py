"""The books balance: the identities of every run and bar, to 1e-9 (engine.md 5.6)."""

import math
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import drawn_bars, drawn_rules, drawn_signals, real_bars
from tests.reference import Fill, Outcome
from tradewright.core.bars import Bars
from tradewright.engine.rules import Rules
from tradewright.engine.simulate import simulate
from tradewright.engine.types import AT_CLOSE, COUNTERS, END_OF_DATA, ENTRY, INSIDE, Signals

quick = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
campaign = settings(quick, max_examples=10_000)


class Ledger:
    """Cash and position, kept from the fills alone."""

    def __init__(self, outcome: Outcome) -> None:
        self.cash = outcome.initial_cash
        self.position = 0.0
        self.turnover = outcome.initial_cash  # the scale that rounding is measured against
        self.multiplier = outcome.multiplier

    def book(self, fill: Fill) -> None:
        notional = fill.quantity * fill.price * self.multiplier
        self.cash -= notional + fill.fee
        self.position += fill.quantity
        self.turnover += abs(notional)


def assert_balanced(bars: Bars, outcome: Outcome) -> None:
    """Equity is cash plus marks at every close, and the trades explain all of it."""
    ledger = Ledger(outcome)
    waiting = list(outcome.fills)
    for bar, equity in enumerate(outcome.equity, start=outcome.start):
        while waiting and waiting[0].bar == bar:
            ledger.book(waiting.pop(0))
        marked = ledger.cash + ledger.position * float(bars.close[bar]) * outcome.multiplier
        assert equity == pytest.approx(marked, rel=1e-9, abs=1e-9 * ledger.turnover)
    assert waiting == []
    tolerance = 1e-9 * ledger.turnover
    gained = outcome.equity[-1] - outcome.initial_cash
    realised = math.fsum(trade.pnl for trade in outcome.trades)
    still_open = math.fsum(trade.pnl for trade in outcome.open_trades)
    assert gained == pytest.approx(realised + still_open, abs=tolerance)
    held = math.fsum(trade.side * trade.quantity for trade in outcome.open_trades)
    assert ledger.position == pytest.approx(held, rel=1e-9)
    paid = math.fsum(fill.fee for fill in outcome.fills)
    charged = math.fsum(trade.fees for trade in outcome.trades + outcome.open_trades)
    assert paid == pytest.approx(charged, abs=tolerance)


def assert_sound(bars: Bars, rules: Rules, outcome: Outcome) -> None:
    """What no run may ever show."""
    last = len(bars) - 1
    assert set(outcome.counters) == set(COUNTERS)
    assert len(outcome.open_trades) <= (0 if rules.close_at_end else 1)
    assert len(outcome.fills) == 2 * len(outcome.trades) + len(outcome.open_trades)
    for opening, closing in zip(outcome.fills[::2], outcome.fills[1::2], strict=False):
        assert (opening.reason, closing.reason != ENTRY) == (ENTRY, True)
        assert opening.quantity == -closing.quantity
        assert opening.moment != INSIDE
    for one, other in pairwise(outcome.fills):
        assert (one.bar, one.moment) <= (other.bar, other.moment)
    for fill in outcome.fills:
        assert (
            float(bars.low[fill.bar]) * (1 - 1e-10)
            <= fill.reference
            <= float(bars.high[fill.bar]) * (1 + 1e-10)
        )
        assert fill.slippage >= 0
        assert fill.fee >= 0
    for trade in outcome.trades + outcome.open_trades:
        assert trade.mae <= 0 <= trade.mfe
        assert 0 <= trade.bars_held == trade.exit_bar - trade.entry_bar
        assert trade.entry_time <= trade.exit_time
        assert rules.direction == "both" or trade.side == (1 if rules.direction == "long" else -1)
    assert all((trade.exit_bar, trade.exit_reason) == (last, END_OF_DATA) for trade in outcome.open_trades)
    if not rules.close_at_end:
        assert all(trade.exit_reason != END_OF_DATA for trade in outcome.trades)
    if rules.fill_on == "next_open":
        assert all(f.moment != AT_CLOSE or f.reason == END_OF_DATA for f in outcome.fills)


def _draw_and_check(data: st.DataObject) -> None:
    bars = data.draw(drawn_bars())
    signals, rules = data.draw(drawn_signals(len(bars))), data.draw(drawn_rules())
    _check(bars, signals, rules, data.draw(st.integers(0, len(bars) - 1)))


def _check(bars: Bars, signals: Signals, rules: Rules, start: int) -> None:
    outcome = Outcome.of(simulate(bars, signals, rules, start))
    assert_balanced(bars, outcome)
    assert_sound(bars, rules, outcome)


@pytest.mark.slow
@quick
@given(data=st.data())
def test_books_of_drawn_runs_balance(data: st.DataObject) -> None:
    _draw_and_check(data)


@pytest.mark.campaign
@campaign
@given(data=st.data())
def test_books_of_many_drawn_runs_balance(data: st.DataObject) -> None:
    _draw_and_check(data)


@pytest.mark.slow
@settings(quick, max_examples=20)
@given(data=st.data())
def test_books_of_years_of_real_bars_balance(data: st.DataObject) -> None:
    bars = real_bars(data.draw(st.sampled_from(["AAPL", "FB", "GOOG", "IBM", "MSFT"])))
    _check(bars, data.draw(drawn_signals(len(bars))), data.draw(drawn_rules()), 0)
