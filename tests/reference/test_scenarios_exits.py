"""Stops, targets, trailing and time stops, worked out by hand. Cash is 10,000, costs 0 unless said."""

import math

import pytest

from tests.factories import flat_bars, make_bars, make_rules, make_signals
from tests.reference.conftest import Simulate
from tests.reference.reading import close_to, counted, exits, fills

QUIET = (100, 100, 100, 100)


def test_stop_gapped_fills_at_the_open(simulate: Simulate) -> None:
    # Bought at open 1 = 100, stop 95. Bar 2 opens at 90: taker there. 100 units lose 10 each.
    bars = make_bars([QUIET, (100, 101, 99, 100), (90, 91, 89, 90)])
    run = simulate(bars, make_signals(3, long_entry=[0]), make_rules(stop_loss=5))
    assert fills(run) == [(1, 100, 100, "entry", "open"), (2, -100, 90, "stop_loss", "open")]
    assert run.equity == close_to([10_000, 10_000, 9_000])
    # Whole bar 1 gives 99 and 101, the exit 90; of bar 2 nothing else counts.
    assert (run.trades[0].mae, run.trades[0].mfe) == close_to((-0.10, 0.01))
    assert run.bars_held == 1


def test_stop_met_exactly_by_the_open_is_a_gap(simulate: Simulate) -> None:
    bars = make_bars([QUIET, QUIET, (95, 99, 94, 99)])
    run = simulate(bars, make_signals(3, long_entry=[0]), make_rules(stop_loss=5))
    assert exits(run) == [(2, 95, "stop_loss", "open")]


@pytest.mark.parametrize(("intrabar", "mfe"), [("pessimistic", 0), ("optimistic", 0.01), ("path", 0.01)])
def test_stop_protects_the_entry_bar_itself(simulate: Simulate, intrabar: str, mfe: float) -> None:
    # Open 100, high 101, low 94: stop 95 inside bar 1. The high comes first in the optimistic order
    # and on the path (1 up is nearer than 6 down), so only there it counts as seen before the exit.
    bars = make_bars([QUIET, (100, 101, 94, 100), QUIET])
    run = simulate(bars, make_signals(3, long_entry=[0]), make_rules(stop_loss=5, intrabar=intrabar))
    assert exits(run) == [(1, 95, "stop_loss", "inside")]
    assert (run.trades[0].mae, run.trades[0].mfe) == close_to((-0.05, mfe))
    assert run.trades[0].bars_held == 0
    assert run.bars_held == 1
    assert run.equity == close_to([10_000, 9_500, 9_500])


@pytest.mark.parametrize(
    ("intrabar", "bar", "price", "reason"),
    [
        ("pessimistic", (100, 106, 94, 100), 95, "stop_loss"),
        ("optimistic", (100, 106, 94, 100), 105, "take_profit"),
        ("path", (100, 107, 94, 100), 95, "stop_loss"),  # 6 down is nearer than 7 up
        ("path", (100, 106, 93, 100), 105, "take_profit"),  # 6 up is nearer than 7 down
        ("path", (100, 106, 94, 101), 95, "stop_loss"),  # as near: low first, the close is not below
        ("path", (100, 106, 94, 100), 95, "stop_loss"),
        ("path", (100, 106, 94, 99), 105, "take_profit"),  # as near: high first, the close is below
    ],
)
def test_stop_and_target_in_one_bar_follow_intrabar(
    simulate: Simulate, intrabar: str, bar: tuple[float, ...], price: float, reason: str
) -> None:
    bars = make_bars([QUIET, QUIET, bar])
    rules = make_rules(stop_loss=5, take_profit=5, intrabar=intrabar)
    run = simulate(bars, make_signals(3, long_entry=[0]), rules)
    assert exits(run) == [(2, price, reason, "inside")]
    assert counted(run) == {"ambiguous_bars": 1}


@pytest.mark.parametrize(
    ("intrabar", "price", "reason"),
    [("pessimistic", 105, "stop_loss"), ("optimistic", 95, "take_profit"), ("path", 95, "take_profit")],
)
def test_short_stop_and_target_mirror(simulate: Simulate, intrabar: str, price: float, reason: str) -> None:
    # Path: 6 down is nearer than 7 up, and down is a short's way to its target.
    bars = make_bars([QUIET, QUIET, (100, 107, 94, 100)])
    rules = make_rules(direction="short", stop_loss=5, take_profit=5, intrabar=intrabar)
    run = simulate(bars, make_signals(3, short_entry=[0]), rules)
    assert fills(run) == [(1, -100, 100, "entry", "open"), (2, 100, price, reason, "inside")]
    assert run.equity[-1] == close_to(10_000 + 100 * (100 - price))


def test_target_gapped_fills_at_the_open_without_slippage(simulate: Simulate) -> None:
    # Bought at 100 * 1.01 = 101; target 101 * 1.05 = 106.05; bar 2 opens at 110: a maker, 9 a unit.
    bars = make_bars([QUIET, QUIET, (110, 111, 109, 110)])
    rules = make_rules(slippage=0.01, take_profit=5, sizing={"kind": "quantity", "value": 10})
    run = simulate(bars, make_signals(3, long_entry=[0]), rules)
    assert exits(run) == [(2, 110, "take_profit", "open")]
    assert [f.slippage for f in run.fills] == close_to([10, 0])
    assert run.trades[0].pnl == close_to(90)


def test_target_inside_pays_the_fee_and_no_spread(simulate: Simulate) -> None:
    # Bought 10 at 100.5; target 100.5 * 1.04 = 104.52, sold there. Fee 1 %: 10.05 and 10.452.
    bars = make_bars([QUIET, QUIET, (100, 105, 99, 100)])
    rules = make_rules(fee=0.01, half_spread=0.5, take_profit=4, sizing={"kind": "quantity", "value": 10})
    run = simulate(bars, make_signals(3, long_entry=[0]), rules)
    assert exits(run) == [(2, 104.52, "take_profit", "inside")]
    assert [f.fee for f in run.fills] == close_to([10.05, 10.452])
    assert run.trades[0].pnl == close_to(40.2 - 20.502)


def test_stop_inside_pays_slippage_and_spread(simulate: Simulate) -> None:
    # Bought 10 at 101 + 0.5 = 101.5; price-unit stop 90: sold at 90 * 0.99 - 0.5 = 88.6.
    bars = make_bars([QUIET, QUIET, (100, 100, 89, 100)])
    sizing = {"kind": "quantity", "value": 10}
    stop = {"value": 90, "unit": "price"}
    rules = make_rules(slippage=0.01, half_spread=0.5, stop_loss=stop, sizing=sizing)
    run = simulate(bars, make_signals(3, long_entry=[0]), rules)
    assert exits(run) == [(2, 88.6, "stop_loss", "inside")]
    assert [f.slippage for f in run.fills] == close_to([15, 14])
    assert [f.reference for f in run.fills] == [100, 90]
    assert run.fills[0].stop == 90
    assert math.isnan(run.fills[1].stop)
    assert run.trades[0].risk == close_to(115)  # (101.5 - 90) * 10


def test_excursions_of_an_inside_target_count_what_came_before(simulate: Simulate) -> None:
    # Bar 2: open 100, low 97, high 108, target 105. Only when the low comes first it is seen.
    bars = make_bars([QUIET, QUIET, (100, 108, 97, 104)])
    signals = make_signals(3, long_entry=[0])
    for intrabar, mae in [("pessimistic", -0.03), ("optimistic", 0.0), ("path", -0.03)]:
        trade = simulate(bars, signals, make_rules(take_profit=5, intrabar=intrabar)).trades[0]
        assert (trade.mae, trade.mfe) == close_to((mae, 0.05))


def test_excursions_of_an_open_trade_count_whole_bars(simulate: Simulate) -> None:
    bars = make_bars([QUIET, (100, 103, 98, 101), (101, 102, 96, 97)])
    run = simulate(bars, make_signals(3, long_entry=[0]), make_rules())
    assert run.trades == []
    trade = run.open_trades[0]
    assert (trade.mae, trade.mfe) == close_to((-0.04, 0.03))
    assert (trade.exit_bar, trade.exit_price, trade.pnl, trade.bars_held) == close_to((2, 97, -300, 1))
    assert trade.exit_reason == 10  # end_of_data


def test_excursions_at_a_market_exit_count_nothing_of_its_bar_but_the_price(simulate: Simulate) -> None:
    bars = make_bars([QUIET, (100, 101, 99, 100), (100, 150, 50, 100)])
    run = simulate(bars, make_signals(3, long_entry=[0], long_exit=[1]), make_rules())
    assert (run.trades[0].mae, run.trades[0].mfe) == close_to((-0.01, 0.01))


def test_trailing_follows_highs_of_earlier_bars_only(simulate: Simulate) -> None:
    # 10 %. Bar 1 (entry, high 110): level 90. Bar 2 (high 120): 99. Bar 3: 108, touched by 107.
    bars = make_bars([QUIET, (100, 110, 95, 108), (108, 120, 100, 118), (115, 116, 107, 110)])
    run = simulate(bars, make_signals(4, long_entry=[0]), make_rules(trailing=10))
    assert exits(run) == [(3, 108, "trailing_stop", "inside")]
    assert (run.trades[0].mae, run.trades[0].mfe) == close_to((-0.05, 0.20))
    assert run.fills[0].stop == close_to(90)


def test_trailing_keeps_the_highest_high(simulate: Simulate) -> None:
    # 10 %. Highs of 120, then 112: the level stays at 108 for bar 3.
    bars = make_bars([QUIET, (100, 120, 100, 112), (112, 112, 109, 110), (110, 111, 107, 110)])
    run = simulate(bars, make_signals(4, long_entry=[0]), make_rules(trailing=10))
    assert exits(run) == [(3, 108, "trailing_stop", "inside")]


def test_trailing_gapped_fills_at_the_open(simulate: Simulate) -> None:
    bars = make_bars([QUIET, (100, 120, 100, 120), (105, 106, 104, 105)])  # level 108
    run = simulate(bars, make_signals(3, long_entry=[0]), make_rules(trailing=10))
    assert exits(run) == [(2, 105, "trailing_stop", "open")]


def test_trailing_of_a_short_follows_lows(simulate: Simulate) -> None:
    # 10 %. Bar 1: level 110. Bar 2: low 80 seen, level 88, touched by 89.
    bars = make_bars([QUIET, (100, 105, 80, 82), (82, 89, 81, 85)])
    run = simulate(bars, make_signals(3, short_entry=[0]), make_rules(direction="short", trailing=10))
    assert exits(run) == [(2, 88, "trailing_stop", "inside")]


def test_stop_equal_to_the_trailing_level_is_a_stop_loss(simulate: Simulate) -> None:
    bars = make_bars([QUIET, (100, 100, 89, 95)])
    run = simulate(bars, make_signals(2, long_entry=[0]), make_rules(stop_loss=10, trailing=10))
    assert exits(run) == [(1, 90, "stop_loss", "inside")]


def test_stop_equal_to_the_trailing_level_but_for_rounding_is_a_stop_loss(simulate: Simulate) -> None:
    stop = 90 * (1 - 1e-12)  # under the trailing level of 90, by less than the tie tolerance
    bars = make_bars([QUIET, (100, 100, 89, 95)])
    rules = make_rules(stop_loss={"value": stop, "unit": "price"}, trailing=10)
    run = simulate(bars, make_signals(2, long_entry=[0]), rules)
    assert exits(run) == [(1, stop, "stop_loss", "inside")]
    assert run.fills[1].reference == stop


def test_nearer_of_stop_and_trailing_is_the_stop(simulate: Simulate) -> None:
    # Stop 95 is nearer than 90 at first; after a high of 110 the trailing level 99 is.
    bars = make_bars([QUIET, (100, 110, 96, 108), (108, 108, 94, 100)])
    run = simulate(bars, make_signals(3, long_entry=[0]), make_rules(stop_loss=5, trailing=10))
    assert run.fills[0].stop == close_to(95)
    assert exits(run) == [(2, 99, "trailing_stop", "inside")]


def test_stop_in_atr_units_reads_the_decision_bar(simulate: Simulate) -> None:
    # 100 - 3 * 2 = 94, 100 + 1 * 2 = 102; the fill bar's ATR of 50 plays no part.
    bars = make_bars([QUIET, QUIET, (100, 101, 93, 100)])
    stop, target = {"value": 3, "unit": "atr"}, {"value": 1, "unit": "atr"}
    signals = make_signals(3, long_entry=[0], atr=[2, 50, 50])
    run = simulate(bars, signals, make_rules(stop_loss=stop, take_profit=target))
    assert exits(run) == [(2, 94, "stop_loss", "inside")]


def test_stop_in_atr_units_without_atr_skips_the_entry(simulate: Simulate) -> None:
    signals = make_signals(3, long_entry=[0], atr=[math.nan, 2, 2])
    run = simulate(make_bars([QUIET] * 3), signals, make_rules(stop_loss={"value": 3, "unit": "atr"}))
    assert fills(run) == []
    assert counted(run) == {"invalid_stop": 1}


def test_target_in_r_is_a_multiple_of_the_stop_distance(simulate: Simulate) -> None:
    # Bought at 101, stop 101 * 0.95 = 95.95, R = 5.05, target 101 + 10.1 = 111.1.
    bars = make_bars([QUIET, QUIET, (100, 112, 99, 100)])
    rules = make_rules(slippage=0.01, stop_loss=5, take_profit={"value": 2, "unit": "r"})
    run = simulate(bars, make_signals(3, long_entry=[0]), rules)
    assert exits(run) == [(2, 111.1, "take_profit", "inside")]


def test_stop_that_slippage_puts_above_the_market_skips_the_entry(simulate: Simulate) -> None:
    # Bought at 102, stop 102 * 0.99 = 100.98: not below the raw 100.
    rules = make_rules(slippage=0.02, stop_loss=1)
    run = simulate(make_bars([QUIET] * 3), make_signals(3, long_entry=[0]), rules)
    assert fills(run) == []
    assert counted(run) == {"invalid_stop": 1}


@pytest.mark.parametrize(
    "levels",
    [
        {"stop_loss": {"value": 100, "unit": "price"}},
        {"stop_loss": {"value": 120, "unit": "price"}},
        {"take_profit": {"value": 100, "unit": "price"}},
        {"take_profit": {"value": 80, "unit": "price"}},
    ],
)
def test_level_at_or_beyond_the_market_skips_the_entry(simulate: Simulate, levels: dict[str, object]) -> None:
    run = simulate(make_bars([QUIET] * 3), make_signals(3, long_entry=[0]), make_rules(**levels))
    assert fills(run) == []
    assert counted(run) == {"invalid_stop": 1}


def test_reversal_into_an_invalid_stop_still_closes(simulate: Simulate) -> None:
    # A stop at the price 90 suits the long at 100; for the short at 100 it is on the wrong side.
    rules = make_rules(direction="both", stop_loss={"value": 90, "unit": "price"})
    run = simulate(flat_bars(*[100] * 5), make_signals(5, long_entry=[0], short_entry=[2]), rules)
    assert fills(run) == [(1, 100, 100, "entry", "open"), (3, -100, 100, "reverse", "open")]
    assert counted(run) == {"invalid_stop": 1}


def test_time_stop_of_one_leaves_at_the_next_open(simulate: Simulate) -> None:
    run = simulate(flat_bars(10, 10, 11, 12), make_signals(4, long_entry=[0]), make_rules(time_stop=1))
    assert exits(run) == [(2, 11, "time_stop", "open")]
    assert run.trades[0].bars_held == 1


def test_time_stop_of_three_is_decided_at_the_third_close(simulate: Simulate) -> None:
    bars = flat_bars(10, 10, 11, 12, 13, 14)
    run = simulate(bars, make_signals(6, long_entry=[0]), make_rules(time_stop=3))
    assert exits(run) == [(4, 13, "time_stop", "open")]


def test_market_exit_goes_before_a_gapped_stop(simulate: Simulate) -> None:
    bars = make_bars([QUIET, QUIET, (90, 90, 90, 90)])
    run = simulate(bars, make_signals(3, long_entry=[0], long_exit=[1]), make_rules(stop_loss=5))
    assert exits(run) == [(2, 90, "signal", "open")]


def test_touch_within_the_tie_tolerance_fills_at_the_level(simulate: Simulate) -> None:
    low = 95 * (1 + 1e-12)
    bars = make_bars([QUIET, (100, 100, low, 100)])
    signals = make_signals(2, long_entry=[0])
    assert [f.price for f in simulate(bars, signals, make_rules(stop_loss=5)).fills[1:]] == [95.0]
    assert simulate(bars, signals, make_rules(stop_loss=5, tie_tolerance=0)).trades == []


def test_entry_after_a_protective_exit_waits_for_the_next_bar(simulate: Simulate) -> None:
    # Stopped at 95 inside bar 1; the entry true at close 1 buys 9,500 / 100 at open 2.
    bars = make_bars([QUIET, (100, 100, 94, 100), QUIET])
    run = simulate(bars, make_signals(3, long_entry=[0, 1]), make_rules(stop_loss=5))
    assert fills(run)[1:] == [(1, -100, 95, "stop_loss", "inside"), (2, 95, 100, "entry", "open")]
