"""Funding, borrow, dividends, splits and currencies (3.1, 3.4, 5.7), worked out by hand."""

import math

import numpy as np
import pytest

from tests.factories import flat_bars, make_bars, make_rules
from tests.reference.conftest import Simulate
from tests.reference.reading import close_to, counted, exits, fills
from tests.reference.scenarios.given import QUIET, TEN, paid, rates, rows_of, signals_of
from tradewright.engine.types import EVENT, INSIDE, Surroundings

LONG = signals_of(4, long_entry=[0])
SHORT = signals_of(4, short_entry=[0])


def test_funding_at_the_open_is_paid_by_a_long_carried_in(simulate: Simulate) -> None:
    # 10 units from open 1; at open 2 = 110: 10 * 110 * 0.01 = 11.
    bars = flat_bars(100, 100, 110, 110)
    run = simulate(bars, LONG, make_rules(sizing=TEN), 0, paid((2, "funding", 0.01)))
    assert rows_of(run, "funding") == [(2, 0, -11)]
    row = run.fills[1]
    assert (row.price, row.reference, row.fee, row.slippage, row.kind) == (110, 110, 0, 0, EVENT)
    assert row.decided == 0
    assert run.equity == close_to([10_000, 10_000, 10_089, 10_089])
    trade = run.open_trades[0]
    assert (trade.pnl, trade.carry, trade.entries, trade.exits) == close_to((89, -11, 1, 0))


def test_funding_pays_a_short(simulate: Simulate) -> None:
    rules = make_rules(direction="short", sizing=TEN)
    run = simulate(flat_bars(100, 100, 100, 100), SHORT, rules, 0, paid((2, "funding", 0.01)))
    assert rows_of(run, "funding") == [(2, 0, 10)]


def test_funding_at_the_open_of_the_entry_is_not_for_the_entry(simulate: Simulate) -> None:
    # Bought at open 1: not carried in at exactly open 1.
    run = simulate(flat_bars(*[100] * 4), LONG, make_rules(sizing=TEN), 0, paid((1, "funding", 0.01)))
    assert rows_of(run, "funding") == []


def test_funding_stamped_milliseconds_late_is_of_the_open(simulate: Simulate) -> None:
    # 3 ms after open 1 it is not for who buys at open 1; a second after, it is (3.1, 3.4).
    day = 86_400
    for late, row in ((0.003 / day, []), (1.5 / day, [(1, 0, -10)])):
        payments = paid((1 + late, "funding", 0.01))
        run = simulate(flat_bars(*[100] * 4), LONG, make_rules(sizing=TEN), 0, payments)
        assert rows_of(run, "funding") == row


def test_funding_at_the_open_is_paid_before_the_exit_of_that_open(simulate: Simulate) -> None:
    signals = signals_of(4, long_entry=[0], long_exit=[1])
    run = simulate(flat_bars(*[100] * 4), signals, make_rules(sizing=TEN), 0, paid((2, "funding", 0.01)))
    assert [fill.bar for fill in run.fills] == [1, 2, 2]
    assert run.trades[0].pnl == close_to(-10)


def test_funding_inside_is_on_the_position_after_the_open_at_the_open(simulate: Simulate) -> None:
    # Noon of bar 1, bought at its open of 100; the close of 104 plays no part: 10 * 100 * 0.01.
    bars = make_bars([QUIET, (100, 104, 100, 104), (104, 104, 104, 104), QUIET])
    run = simulate(bars, LONG, make_rules(sizing=TEN), 0, paid((1.5, "funding", 0.01)))
    assert rows_of(run, "funding") == [(1, 0, -10)]
    assert run.fills[1].moment == INSIDE


def test_funding_inside_does_not_touch_what_the_open_closed(simulate: Simulate) -> None:
    signals = signals_of(4, long_entry=[0], long_exit=[1])
    run = simulate(flat_bars(*[100] * 4), signals, make_rules(sizing=TEN), 0, paid((2.5, "funding", 0.01)))
    assert rows_of(run, "funding") == []


def test_funding_between_bars_belongs_to_the_next_open(simulate: Simulate) -> None:
    # Days 0, 1 and 4: day 2.5 is after the close of bar 1 and before the open of bar 2.
    bars = flat_bars(100, 100, 100, 100)
    time = bars.time + np.array([0, 0, 2, 2]) * 86_400 * 10**9
    bars = type(bars)(time, bars.columns, timeframe="1d", instrument=bars.instrument)
    run = simulate(bars, LONG, make_rules(sizing=TEN), 0, paid((2.5, "funding", 0.01), (2, "funding", 0.02)))
    assert rows_of(run, "funding") == [(2, 0, -20), (2, 0, -10)]


def test_borrow_is_by_days_on_short_value(simulate: Simulate) -> None:
    # 0.365 a year is 0.001 a day; 10 short at open 2 = 110: 1.1; at open 3 = 120: 1.2.
    rules = make_rules(direction="short", sizing=TEN, borrow_rate=0.365)
    run = simulate(flat_bars(100, 100, 110, 120), SHORT, rules)
    assert rows_of(run, "borrow") == [(2, 0, -1.1), (3, 0, -1.2)]
    assert run.equity[-1] == close_to(10_000 - 200 - 2.3)


def test_borrow_is_on_negative_cash(simulate: Simulate) -> None:
    # Twice the account: 200 units for 20,000, cash -10,000; 0.001 a day of it is 10, then of 10,010.
    rules = make_rules(leverage=2, borrow_rate=0.365)
    run = simulate(flat_bars(*[100] * 4), LONG, rules)
    assert rows_of(run, "borrow") == [(2, 0, -10), (3, 0, -10.01)]


def test_borrow_of_a_long_without_debt_is_nothing(simulate: Simulate) -> None:
    run = simulate(flat_bars(*[100] * 4), LONG, make_rules(sizing=TEN, borrow_rate=0.365))
    assert rows_of(run, "borrow") == []


@pytest.mark.parametrize("days", [2, 2.5])
def test_dividend_is_paid_on_units_carried_in(simulate: Simulate, days: float) -> None:
    # At the open, or inside the bar whose open is already without it.
    run = simulate(flat_bars(*[100] * 4), LONG, make_rules(sizing=TEN), 0, paid((days, "dividend", 1.5)))
    assert rows_of(run, "dividend") == [(2, 0, 15)]


def test_dividend_is_paid_by_a_short_and_not_to_who_buys_at_that_open(simulate: Simulate) -> None:
    rules = make_rules(direction="short", sizing=TEN)
    around = paid((1, "dividend", 1.0), (2, "dividend", 1.5))
    assert rows_of(simulate(flat_bars(*[100] * 4), SHORT, rules, 0, around), "dividend") == [(2, 0, -15)]


def test_split_changes_units_price_and_levels(simulate: Simulate) -> None:
    # 10 at 100, stop 95, target 110. Two for one at open 2: 20 at 50, stop 47.5, target 55.
    bars = make_bars([QUIET, QUIET, (50, 51, 49, 50), (50, 50, 47, 50)])
    rules = make_rules(sizing=TEN, stop_loss=5, take_profit=10)
    run = simulate(bars, LONG, rules, 0, paid((2, "split", 2)))
    assert rows_of(run, "split") == [(2, 10, 0)]
    split = run.fills[1]
    assert (split.price, split.reference, split.unit) == (0, 50, 1)
    assert exits(run)[-1] == (3, 47.5, "stop_loss", "inside")
    trade = run.trades[0]
    assert (trade.quantity, trade.entry_price, trade.exit_price) == close_to((20, 50, 47.5))
    assert (trade.pnl, trade.returned, trade.mae) == close_to((-50, -0.05, -0.05))


def test_split_restates_the_running_extreme(simulate: Simulate) -> None:
    # High of 120 makes 108; two for one: 54, gapped by the open of 53.
    bars = make_bars([QUIET, (100, 120, 100, 118), (59, 59, 58, 58), (53, 53, 53, 53)])
    run = simulate(bars, LONG, make_rules(sizing=TEN, trailing=10), 0, paid((2, "split", 2)))
    assert exits(run)[-1] == (3, 53, "trailing_stop", "open")


def test_split_restates_an_order_that_rests(simulate: Simulate) -> None:
    # 1 % under 100 is 99; two for one at open 1: 49.5. The size of 10 was fixed at the decision: 20.
    bars = make_bars([QUIET, (50, 50, 49, 50), (50, 50, 50, 50), (50, 50, 50, 50)])
    rules = make_rules(sizing=TEN, size_on="decision", entry={"kind": "limit", "offset": 1})
    run = simulate(bars, LONG, rules, 0, paid((1, "split", 2)))
    assert fills(run) == [(1, 20, 49.5, "entry", "inside")]


def test_split_leaves_fractions_of_lots_until_the_exit(simulate: Simulate) -> None:
    # 3 units, three for two: 4.5, and all of them are sold.
    bars = flat_bars(100, 100, 100, 100, lot=1)
    rules = make_rules(sizing={"kind": "quantity", "value": 3}, close_at_end=True)
    run = simulate(bars, LONG, rules, 0, paid((2, "split", 1.5)))
    assert [fill.quantity for fill in run.fills] == close_to([3, 1.5, -4.5])


def test_events_of_one_open_come_in_the_order_of_their_kinds(simulate: Simulate) -> None:
    # Split, dividend and funding at open 2: funding 10 * 100 * 0.01, borrow 0.001 * 1,000,
    # dividend 10 * 1, and the split last.
    rules = make_rules(direction="short", sizing=TEN, borrow_rate=0.365)
    around = paid((2, "split", 2), (2, "dividend", 1), (2, "funding", 0.01))
    run = simulate(flat_bars(100, 100, 100, 100), SHORT, rules, 0, around)
    names = ["funding", "borrow", "dividend", "split"]
    assert [fill[3] for fill in fills(run) if fill[0] == 2] == names
    assert [f.flow for f in run.fills if f.bar == 2] == close_to([10, -1, -10, 0])


def test_events_while_flat_leave_no_row(simulate: Simulate) -> None:
    around = paid((1, "funding", 0.01), (2, "dividend", 1), (2, "split", 2))
    assert fills(simulate(flat_bars(*[100] * 4), signals_of(4), make_rules(), 0, around)) == []


# --------------------------------------------------------------------------- currencies


def test_currency_converts_fills_fees_and_marks(simulate: Simulate) -> None:
    # 10,000 EUR. Open 1: 0.8 EUR a dollar. 10 at 100 dollars: 800 EUR, 1 % fee: 8. Close 1: 0.9.
    around = rates([0.8, 0.8, 0.5], [0.8, 0.9, 0.5])
    rules = make_rules(currency="EUR", sizing=TEN, fee=0.01)
    run = simulate(flat_bars(100, 100, 100), signals_of(3, long_entry=[0]), rules, 0, around)
    assert (run.fills[0].unit, run.fills[0].fee) == close_to((0.8, 8))
    assert run.equity == close_to([10_000, 10_000 - 808 + 900, 10_000 - 808 + 500])
    assert run.open_trades[0].pnl == close_to(-308)
    assert run.open_trades[0].returned == close_to(-308 / 800)


def test_currency_sizes_all_in_by_its_rate(simulate: Simulate) -> None:
    around = rates([0.5] * 3, [0.5] * 3)
    run = simulate(
        flat_bars(100, 100, 100), signals_of(3, long_entry=[0]), make_rules(currency="EUR"), 0, around
    )
    assert run.fills[0].quantity == close_to(200)


def test_currency_at_the_end_of_data_is_that_of_the_close(simulate: Simulate) -> None:
    around = rates([0.5, 0.5], [0.5, 1.0])
    rules = make_rules(currency="EUR", sizing=TEN, close_at_end=True)
    run = simulate(flat_bars(100, 100), signals_of(2, long_entry=[0]), rules, 0, around)
    assert [fill.unit for fill in run.fills] == [0.5, 1.0]
    assert run.trades[0].pnl == close_to(500)


def test_currency_without_a_rate_yet_skips_the_entry(simulate: Simulate) -> None:
    around = rates([math.nan, math.nan, 0.5, 0.5], [math.nan, math.nan, 0.5, 0.5])
    signals = signals_of(4, long_entry=[0, 1])
    run = simulate(flat_bars(*[100] * 4), signals, make_rules(currency="EUR", sizing=TEN), 0, around)
    assert fills(run) == [(2, 10, 100, "entry", "open")]
    assert counted(run) == {"no_rate": 1}
    assert run.equity == close_to([10_000] * 4)


def test_currency_converts_fixed_fees(simulate: Simulate) -> None:
    # 10 units: 10 * 0.1 + 2 = 3 dollars, 1.5 EUR.
    around = rates([0.5] * 2, [0.5] * 2)
    rules = make_rules(currency="EUR", sizing=TEN, fee_per_unit=0.1, fee_per_order=2)
    run = simulate(flat_bars(100, 100), signals_of(2, long_entry=[0]), rules, 0, around)
    assert run.fills[0].fee == close_to(1.5)


def test_currency_of_the_account_that_is_the_instruments_needs_no_rate(simulate: Simulate) -> None:
    rules = make_rules(currency="USD", sizing=TEN)
    run = simulate(flat_bars(100, 100), signals_of(2, long_entry=[0]), rules, 0, Surroundings())
    assert run.fills[0].unit == 1
