"""Prices and fees of fills, and the levels that they set (4.1, 4.2), worked out by hand."""

import math

import pytest

from tests.factories import flat_bars, make_bars, make_rules
from tests.reference.conftest import Simulate
from tests.reference.reading import close_to, counted, exits, fills
from tests.reference.scenarios.given import QUIET, TEN, bars_of, signals_of

LONG = signals_of(3, long_entry=[0])
IN_AND_OUT = signals_of(3, long_entry=[0], long_exit=[1])


def test_slippage_in_ticks_is_paid_both_ways(simulate: Simulate) -> None:
    # Two ticks of 0.25 make 0.5: bought at 100.5, sold at 99.5.
    rules = make_rules(sizing=TEN, slippage_ticks=2)
    run = simulate(flat_bars(100, 100, 100, tick=0.25), IN_AND_OUT, rules)
    assert [f.price for f in run.fills] == close_to([100.5, 99.5])
    assert [f.slippage for f in run.fills] == close_to([5, 5])


def test_slippage_in_atr_reads_the_bar_before(simulate: Simulate) -> None:
    # ATR 4 of bar 0 for the fill at open 1: 0.1 * 4; ATR 8 of bar 1 for the fill at open 2.
    signals = signals_of(3, {"atr:14": [4, 8, 99]}, long_entry=[0], long_exit=[1])
    run = simulate(flat_bars(100, 100, 100), signals, make_rules(sizing=TEN, slippage_atr=0.1))
    assert [f.price for f in run.fills] == close_to([100.4, 99.2])


def test_slippage_in_atr_at_a_close_reads_that_bar(simulate: Simulate) -> None:
    signals = signals_of(2, {"atr:14": [4, 8]}, long_entry=[0], long_exit=[1])
    run = simulate(flat_bars(100, 100), signals, make_rules(sizing=TEN, slippage_atr=0.1, fill_on="close"))
    assert [f.price for f in run.fills] == close_to([100.4, 99.2])


def test_slippage_in_atr_that_is_unknown_adds_nothing(simulate: Simulate) -> None:
    signals = signals_of(2, {"atr:14": [math.nan, 8]}, long_entry=[0])
    run = simulate(flat_bars(100, 100), signals, make_rules(sizing=TEN, slippage_atr=0.1))
    assert run.fills[0].price == 100


def test_impact_is_the_root_of_the_share_of_volume(simulate: Simulate) -> None:
    # 10 of 1,000 is 1 %, its root 0.1: 0.02 * 0.1 of 100 is 0.2. At 40 of volume: root of 0.25: 1.0.
    bars = bars_of([QUIET] * 3, [1, 1_000, 40])
    run = simulate(bars, IN_AND_OUT, make_rules(sizing=TEN, impact=0.02))
    assert [f.price for f in run.fills] == close_to([100.2, 99.0])


def test_impact_in_a_bar_without_volume_takes_all_of_it(simulate: Simulate) -> None:
    bars = bars_of([QUIET] * 3, [1, 0, 5])
    run = simulate(bars, IN_AND_OUT, make_rules(sizing=TEN, impact=0.02))
    assert [f.price for f in run.fills] == close_to([102, 98])  # 10 of 5: a share of 1 at most
    assert counted(run) == {"no_volume": 1}


def test_costs_of_many_kinds_add_up(simulate: Simulate) -> None:
    # 100 * (0.01 + 0.02 * 0.1) + 0.5 + 2 * 0.25 + 0.1 * 4 = 1.2 + 0.5 + 0.5 + 0.4 = 2.6.
    rules = make_rules(
        sizing=TEN, slippage=0.01, impact=0.02, half_spread=0.5, slippage_ticks=2, slippage_atr=0.1
    )
    signals = signals_of(2, {"atr:14": [4, 4]}, long_entry=[0])
    run = simulate(bars_of([QUIET] * 2, [1, 1_000], tick=0.25), signals, rules)
    assert run.fills[0].price == close_to(102.6)


def test_costs_of_many_kinds_never_make_a_sale_cost_money(simulate: Simulate) -> None:
    # Bought at open 1, when ATR was unknown; the sale of 100 - 0.1 * 2,000 is for 0.
    signals = signals_of(3, {"atr:14": [math.nan, 2_000, 1]}, long_entry=[0], long_exit=[1])
    run = simulate(flat_bars(100, 100, 100), signals, make_rules(sizing=TEN, slippage_atr=0.1))
    assert [f.price for f in run.fills] == [100, 0]


def test_entry_where_a_sale_would_bring_nothing_is_skipped(simulate: Simulate) -> None:
    signals = signals_of(3, {"atr:14": [2_000, 1, 1]}, long_entry=[0])
    run = simulate(flat_bars(100, 100, 100), signals, make_rules(sizing=TEN, slippage_atr=0.1))
    assert fills(run) == []
    assert counted(run) == {"invalid_stop": 1}


@pytest.mark.parametrize(
    ("fees", "fee"),
    [
        ({"fee": 0.01}, 10),
        ({"fee_per_unit": 0.2}, 2),
        ({"fee_per_order": 3}, 3),
        ({"fee": 0.01, "fee_per_unit": 0.2, "fee_per_order": 3}, 15),
        ({"fee": 0.01, "fee_minimum": 12}, 12),
        ({"fee": 0.01, "fee_minimum": 9}, 10),
    ],
)
def test_fee_of_a_fill(simulate: Simulate, fees: dict[str, float], fee: float) -> None:
    # 10 units at 100: a notional of 1,000.
    run = simulate(flat_bars(100, 100), signals_of(2, long_entry=[0]), make_rules(sizing=TEN, **fees))
    assert run.fills[0].fee == close_to(fee)
    assert run.equity[-1] == close_to(10_000 - fee)


def test_maker_fee_is_paid_by_targets_and_may_be_a_rebate(simulate: Simulate) -> None:
    # Bought for 1,000 at 1 %: 10. Sold at 105 as a maker: 1,050 * -0.001 = -1.05.
    bars = make_bars([QUIET, QUIET, (100, 106, 100, 100)])
    run = simulate(bars, LONG, make_rules(sizing=TEN, take_profit=5, fee=0.01, maker_fee=-0.001))
    assert [f.fee for f in run.fills] == close_to([10, -1.05])
    assert run.trades[0].pnl == close_to(50 - 8.95)


def test_rebate_does_not_enlarge_a_size(simulate: Simulate) -> None:
    rules = make_rules(entry="limit", fee=0.01, maker_fee=-0.01)
    run = simulate(flat_bars(100, 100), signals_of(2, long_entry=[0]), rules)
    assert run.fills[0].quantity == close_to(100)


# --------------------------------------------------------------------------- levels


def test_level_from_a_column_is_the_price_at_the_decision(simulate: Simulate) -> None:
    columns = {"stop_long": [97, 99, 99], "target_long": [200, 101, 101]}
    rules = make_rules(sizing=TEN, stop_loss={"unit": "column"}, take_profit={"unit": "column"})
    bars = make_bars([QUIET, QUIET, (100, 103, 96, 100)])
    run = simulate(bars, signals_of(3, columns, long_entry=[0]), rules)
    assert exits(run) == [(2, 97, "stop_loss", "inside")]
    assert run.fills[0].stop == 97


@pytest.mark.parametrize("stop", [math.nan, 100.0, 101.0])
def test_stop_column_unknown_or_on_the_wrong_side_skips_the_entry(simulate: Simulate, stop: float) -> None:
    signals = signals_of(3, {"stop_long": [stop, 90, 90]}, long_entry=[0])
    run = simulate(make_bars([QUIET] * 3), signals, make_rules(stop_loss={"unit": "column"}))
    assert counted(run) == {"invalid_stop": 1}


def test_second_target_has_a_column_of_its_own_and_must_stand_on_its_side(simulate: Simulate) -> None:
    targets = [{"unit": "column", "share": 0.5}, {"unit": "column", "share": 0.5}]
    columns = {"target_long": [105, 1, 1], "target_long_2": [99, 1, 1]}
    run = simulate(
        make_bars([QUIET] * 3), signals_of(3, columns, long_entry=[0]), make_rules(take_profit=targets)
    )
    assert counted(run) == {"invalid_stop": 1}


def test_r_is_the_distance_to_the_nearer_of_stop_and_trailing(simulate: Simulate) -> None:
    # Stop 10 % away, trailing 4 %: R is 4, three of it 112.
    bars = make_bars([QUIET, (100, 113, 100, 100)])
    rules = make_rules(sizing=TEN, stop_loss=10, trailing=4, take_profit={"value": 3, "unit": "r"})
    run = simulate(bars, signals_of(2, long_entry=[0]), rules)
    assert exits(run) == [(1, 112, "take_profit", "inside")]


def test_targets_in_atr_of_two_periods(simulate: Simulate) -> None:
    targets = [
        {"value": 2, "unit": "atr", "share": 0.5},
        {"value": 2, "unit": "atr", "period": 5, "share": 0.5},
    ]
    signals = signals_of(2, {"atr:14": [3, 0], "atr:5": [1, 0]}, long_entry=[0])
    bars = make_bars([QUIET, (100, 110, 100, 100)])
    run = simulate(bars, signals, make_rules(sizing=TEN, take_profit=targets))
    assert [(f[1], f[2]) for f in fills(run)[1:]] == [(-5, 102), (-5, 106)]
