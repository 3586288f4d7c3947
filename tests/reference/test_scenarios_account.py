"""Costs, sizes, shorts and liquidation, worked out by hand. Cash is 10,000, costs 0 unless said."""

import pytest

from tests.factories import flat_bars, make_bars, make_rules, make_signals
from tests.reference.conftest import Simulate
from tests.reference.reading import close_to, counted, exits, fills

QUIET = (100, 100, 100, 100)
BUY = {"long_entry": [0]}


def test_round_trip_without_costs_keeps_the_books(simulate: Simulate) -> None:
    run = simulate(flat_bars(10, 10, 12, 15), make_signals(4, long_entry=[0], long_exit=[2]), make_rules())
    assert fills(run) == [(1, 1_000, 10, "entry", "open"), (3, -1_000, 15, "signal", "open")]
    assert run.equity == close_to([10_000, 10_000, 12_000, 15_000])
    trade = run.trades[0]
    assert (trade.pnl, trade.returned, trade.mae, trade.mfe) == close_to((5_000, 0.5, 0.0, 0.5))
    assert (trade.side, trade.bars_held, run.bars_held) == (1, 2, 2)
    day = 86_400_000_000_000
    assert trade.exit_time - trade.entry_time == 2 * day


def test_fee_is_paid_on_both_sides_out_of_the_all_in_size(simulate: Simulate) -> None:
    # 10,000 / (10 * 1.01) units cost exactly everything; sold at 20 they bring twice that, less 1 %.
    run = simulate(
        flat_bars(10, 10, 20), make_signals(3, long_entry=[0], long_exit=[1]), make_rules(fee=0.01)
    )
    quantity = 10_000 / 10.1
    assert [f.quantity for f in run.fills] == close_to([quantity, -quantity])
    assert [f.fee for f in run.fills] == close_to([quantity * 0.1, quantity * 0.2])
    assert run.equity == close_to([10_000, quantity * 10, quantity * 19.8])
    assert run.trades[0].pnl == close_to(quantity * 19.8 - 10_000)
    assert run.trades[0].fees == close_to(quantity * 0.3)


def test_slippage_and_spread_move_takers_against_themselves(simulate: Simulate) -> None:
    # Buy 100 * 1.01 + 0.1 = 101.1, sell 200 * 0.99 - 0.1 = 197.9.
    rules = make_rules(slippage=0.01, half_spread=0.1, sizing={"kind": "quantity", "value": 10})
    run = simulate(flat_bars(100, 100, 200), make_signals(3, long_entry=[0], long_exit=[1]), rules)
    assert [f.price for f in run.fills] == close_to([101.1, 197.9])
    assert [f.slippage for f in run.fills] == close_to([11, 21])
    assert run.equity == close_to([10_000, 9_989, 10_968])


def test_multiplier_scales_notional_fee_and_profit(simulate: Simulate) -> None:
    # 10,000 / (100 * 10) = 10 contracts; 5 points are 500.
    run = simulate(flat_bars(100, 100, 105, multiplier=10), make_signals(3, **BUY), make_rules())
    assert run.fills[0].quantity == close_to(10)
    assert run.equity == close_to([10_000, 10_000, 10_500])


@pytest.mark.parametrize(
    ("sizing", "extra", "quantity", "counters"),
    [
        ({"kind": "all-in"}, {}, 100, {}),
        ({"kind": "all-in"}, {"leverage": 2}, 200, {}),
        ({"kind": "all-in"}, {"leverage": 2, "fee": 0.01}, 20_000 / (100 * 1.02), {}),
        ({"kind": "quantity", "value": 7}, {}, 7, {}),
        ({"kind": "quantity", "value": 7}, {"leverage": 5}, 7, {}),  # leverage never multiplies a size
        ({"kind": "quantity", "value": 1_000}, {"leverage": 2}, 200, {"capped": 1}),
        ({"kind": "cash", "value": 500}, {}, 5, {}),
        ({"kind": "cash", "value": 500}, {"fee": 0.01}, 5, {}),  # notional; the fee comes on top
        ({"kind": "cash", "value": 10_000}, {}, 100, {}),  # equal to all-in: not capped
        ({"kind": "cash", "value": 10_000 * (1 + 1e-12)}, {}, 100, {}),  # nor when equal but for rounding
        ({"kind": "cash", "value": 10_000}, {"fee": 0.01}, 10_000 / 101, {"capped": 1}),
        ({"kind": "equity", "value": 0.5}, {"fee": 0.01}, 5_000 / (100 * 1.005), {}),
        ({"kind": "equity", "value": 1}, {"fee": 0.01}, 10_000 / 101, {}),
        ({"kind": "risk", "value": 0.01}, {"stop_loss": 5}, 20, {}),  # 100 at risk, 5 a unit
        ({"kind": "risk", "value": 0.1}, {"stop_loss": 5}, 100, {"capped": 1}),  # wants 200
        ({"kind": "risk", "value": 0.01}, {"stop_loss": 5, "trailing": 4}, 25, {}),  # the nearer
        # Bought at 101, stop 95.95: 100 / 5.05.
        ({"kind": "risk", "value": 0.01}, {"stop_loss": 5, "slippage": 0.01}, 100 / 5.05, {}),
    ],
)
def test_size_of_an_entry(
    simulate: Simulate,
    sizing: dict[str, object],
    extra: dict[str, object],
    quantity: float,
    counters: dict[str, int],
) -> None:
    run = simulate(flat_bars(100, 100, 100), make_signals(3, **BUY), make_rules(sizing=sizing, **extra))
    assert [f.quantity for f in run.fills] == close_to([quantity])
    assert counted(run) == counters


def test_size_is_floored_to_lots(simulate: Simulate) -> None:
    run = simulate(flat_bars(30, 30, lot=1), make_signals(2, **BUY), make_rules())
    assert run.fills[0].quantity == 333


def test_size_a_rounding_error_under_a_lot_is_that_lot(simulate: Simulate) -> None:
    # 0.3 / 0.1 is 2.9999999999999996 in binary; it is three lots.
    rules = make_rules(sizing={"kind": "cash", "value": 0.3})
    run = simulate(flat_bars(1, 1, lot=0.1), make_signals(2, **BUY), rules)
    assert run.fills[0].quantity == close_to(0.3)


@pytest.mark.parametrize(("minimum", "entries"), [(9_990, 1), (9_991, 0)])
def test_entry_under_the_minimum_notional_is_skipped(
    simulate: Simulate, minimum: float, entries: int
) -> None:
    bars = flat_bars(30, 30, lot=1, minimum_notional=minimum)  # 333 * 30 = 9,990
    run = simulate(bars, make_signals(2, **BUY), make_rules())
    assert len(run.fills) == entries
    assert run.counters["below_minimum"] == 1 - entries


def test_entry_at_the_minimum_notional_but_for_rounding_is_made(simulate: Simulate) -> None:
    # 2,000 / 7.7 * 7.7 is 1999.9999999999998 in binary.
    bars = flat_bars(7.7, 7.7, minimum_notional=2_000)
    run = simulate(bars, make_signals(2, **BUY), make_rules(sizing={"kind": "cash", "value": 2_000}))
    assert counted(run) == {}
    assert len(run.fills) == 1


def test_entry_of_no_whole_lot_is_skipped(simulate: Simulate) -> None:
    run = simulate(flat_bars(100, 100, lot=1_000), make_signals(2, **BUY), make_rules())
    assert fills(run) == []
    assert counted(run) == {"below_minimum": 1}


@pytest.mark.parametrize(
    ("opening", "quantity", "counters"),
    [(80, 100, {}), (125, 80, {"capped": 1})],  # decided on 100; at 125 only 80 can be carried
)
def test_size_on_decision_uses_the_decision_close(
    simulate: Simulate, opening: float, quantity: float, counters: dict[str, int]
) -> None:
    rules = make_rules(size_on="decision", sizing={"kind": "equity", "value": 1})
    run = simulate(flat_bars(100, opening), make_signals(2, **BUY), rules)
    assert [f.quantity for f in run.fills] == close_to([quantity])
    assert counted(run) == counters


def test_size_on_decision_measures_risk_from_the_decision_close(simulate: Simulate) -> None:
    # At the close: 100, stop 95: 100 / 5 = 20 units. At the fill the stop is 76, 4 away; still 20.
    rules = make_rules(size_on="decision", sizing={"kind": "risk", "value": 0.01}, stop_loss=5)
    run = simulate(flat_bars(100, 80), make_signals(2, **BUY), rules)
    assert (run.fills[0].quantity, run.fills[0].stop) == close_to((20, 76))


def test_size_on_decision_of_a_reversal_uses_marked_equity(simulate: Simulate) -> None:
    # 100 units bought at 100, marked 12,000 at close 2 = 120: wants 100 short at 120. The open at 110
    # leaves 11,000, which carries 100: the whole wish.
    rules = make_rules(direction="both", size_on="decision")
    signals = make_signals(4, long_entry=[0], short_entry=[2])
    run = simulate(flat_bars(100, 100, 120, 110), signals, rules)
    assert fills(run)[2] == (3, -100, 110, "entry", "open")


def test_short_sells_the_same_quantity_and_profits_from_a_fall(simulate: Simulate) -> None:
    rules = make_rules(direction="short", fee=0.01)
    run = simulate(flat_bars(10, 10, 5), make_signals(3, short_entry=[0], short_exit=[1]), rules)
    quantity = 10_000 / 10.1
    assert [f.quantity for f in run.fills] == close_to([-quantity, quantity])
    # Sold for 10, less 0.1; bought for 5, plus 0.05.
    assert run.equity == close_to([10_000, 10_000 - 0.1 * quantity, 10_000 + 4.85 * quantity])
    assert (run.trades[0].side, run.trades[0].mae, run.trades[0].mfe) == (-1, 0, 0.5)


def test_short_at_leverage_one_is_liquidated_at_twice_its_price(simulate: Simulate) -> None:
    # 100 short at 100: 20,000 in cash, gone at 200. The run is over, entries or not.
    bars = make_bars([QUIET, QUIET, (100, 250, 100, 100), QUIET, QUIET])
    signals = make_signals(5, short_entry=[0, 2, 3], long_entry=[3])
    run = simulate(bars, signals, make_rules(direction="both"))
    assert exits(run) == [(2, 200, "liquidation", "inside")]
    assert run.equity == close_to([10_000, 10_000, 0, 0, 0])
    assert counted(run) == {}  # not even a conflict is counted after the end


def test_liquidation_that_leaves_a_rounding_error_ends_the_run(simulate: Simulate) -> None:
    # In binary, 10,000 short at 36.1 closed at 72.2 leaves 4e-12: nothing, and no stake to go on with.
    bars = make_bars([(36.1,) * 4, (36.1,) * 4, (36.1, 90, 36.1, 36.1), (36.1,) * 4])
    run = simulate(bars, make_signals(4, short_entry=[0, 2]), make_rules(direction="short"))
    assert 0 < run.equity[2] < 1e-9
    assert [fill[3] for fill in fills(run)] == ["entry", "liquidation"]


def test_liquidation_gapped_fills_at_the_open_and_leaves_a_debt(simulate: Simulate) -> None:
    bars = make_bars([QUIET, QUIET, (300, 300, 300, 300), QUIET])
    run = simulate(bars, make_signals(4, short_entry=[0, 2]), make_rules(direction="short"))
    assert exits(run) == [(2, 300, "liquidation", "open")]
    assert run.equity == close_to([10_000, 10_000, -10_000, -10_000])


def test_liquidation_with_margin_left_lets_the_run_go_on(simulate: Simulate) -> None:
    # 5x: 500 units, 40,000 owed. 10 % margin: 500 p - 40,000 = 50 p at p = 40,000 / 450.
    # Left: 500 p - 40,000 = 40,000 / 9. Of that, 5x buys 40,000 * 5 / 9 / 100 units at open 3.
    bars = make_bars([QUIET, QUIET, (100, 100, 85, 100), QUIET])
    rules = make_rules(leverage=5, maintenance_margin=0.1)
    run = simulate(bars, make_signals(4, long_entry=[0, 2]), rules)
    assert exits(run) == [(2, 40_000 / 450, "liquidation", "inside")]
    assert run.equity[2] == close_to(40_000 / 9)
    assert fills(run)[2] == (3, 2_000 / 9, 100, "entry", "open")


@pytest.mark.parametrize(
    ("stop", "price", "reason"),
    [(5, 95, "stop_loss"), (20, 80, "stop_loss"), (30, 80, "liquidation")],  # a tie is the stop's
)
def test_nearer_of_stop_and_liquidation_goes_first(
    simulate: Simulate, stop: float, price: float, reason: str
) -> None:
    # 5x long from 100: 500 units, 40,000 owed, nothing left at 80.
    bars = make_bars([QUIET, QUIET, (100, 100, 70, 100)])
    run = simulate(bars, make_signals(3, **BUY), make_rules(leverage=5, stop_loss=stop))
    assert exits(run) == [(2, price, reason, "inside")]


def test_liquidation_goes_before_a_gapped_stop(simulate: Simulate) -> None:
    bars = make_bars([QUIET, QUIET, (70, 70, 70, 70)])
    run = simulate(bars, make_signals(3, **BUY), make_rules(leverage=5, stop_loss=5))
    assert exits(run) == [(2, 70, "liquidation", "open")]


def test_liquidation_pays_slippage_spread_and_fee(simulate: Simulate) -> None:
    # 5x, 1 % fee: 50,000 / (100 * 1.05) units and 1 % of their notional in fees; entry at the raw price.
    # Nothing left at 100 - (10,000 - fee) / quantity = 100 - 21 + 1 = 80. Sold at 80 - 1.
    bars = make_bars([QUIET, QUIET, (100, 100, 79, 100)])
    rules = make_rules(leverage=5, fee=0.01, half_spread=1)
    run = simulate(bars, make_signals(3, **BUY), rules)
    quantity = 50_000 / (101 * 1.05)  # the spread makes the entry 101
    owed = quantity * 101 * 1.01 - 10_000
    level = owed / quantity
    assert exits(run) == [(2, level - 1, "liquidation", "inside")]
    assert run.equity[-1] == close_to(-quantity - quantity * (level - 1) * 0.01)


def test_open_position_carries_its_entry_fee(simulate: Simulate) -> None:
    rules = make_rules(fee=0.01, sizing={"kind": "quantity", "value": 10})
    run = simulate(flat_bars(100, 100, 110), make_signals(3, **BUY), rules)
    assert run.open_trades[0].pnl == close_to(90)  # 100 of profit, 10 of fee
    assert run.equity[-1] == close_to(10_090)


def test_position_without_margin_at_its_own_open_is_liquidated_there(simulate: Simulate) -> None:
    # 1,000,000 / 101 = 9,901 units, bought at 101, worth 100: 99 of the 10,000 is left, under the margin
    # of 4,950. The liquidation price stands above the open, but the open is what the market gives.
    rules = make_rules(leverage=100, half_spread=1, maintenance_margin=0.005)
    bars = make_bars([QUIET, (100, 103, 99, 102)])
    run = simulate(bars, make_signals(2, **BUY), rules)
    assert exits(run) == [(1, 99, "liquidation", "inside")]
    assert run.fills[1].reference == 100


def test_entry_without_equity_is_skipped_and_not_called_capped(simulate: Simulate) -> None:
    # 2x long, sold at an open of 40: 20,000 / 100 units lose 12,000. Nothing is left to size by.
    bars = make_bars([QUIET, QUIET, (40, 40, 40, 40), QUIET])
    signals = make_signals(4, long_entry=[0, 2], long_exit=[1])
    rules = make_rules(leverage=2, sizing={"kind": "quantity", "value": 200})
    run = simulate(bars, signals, rules)
    assert [fill[3] for fill in fills(run)] == ["entry", "signal"]
    assert run.equity == close_to([10_000, 10_000, -2_000, -2_000])
    assert counted(run) == {"below_minimum": 1}
