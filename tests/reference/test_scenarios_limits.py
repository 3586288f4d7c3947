"""Levels missed by a rounding error, sizes without bound, costs beyond reason. Cash is 10,000, costs 0."""

import pytest

from tests.factories import flat_bars, make_bars, make_rules, make_signals
from tests.reference.conftest import Simulate
from tests.reference.reading import close_to, counted, exits, fills

QUIET = (100, 100, 100, 100)
LESS, MORE = 1 - 1e-12, 1 + 1e-12  # within the tie tolerance of 1e-11


@pytest.mark.parametrize(
    ("side", "rules", "level", "reason"),
    [
        ("long", {"stop_loss": 5}, 95, "stop_loss"),
        ("long", {"take_profit": 5}, 105, "take_profit"),
        ("long", {"trailing": 10}, 90, "trailing_stop"),
        ("long", {"leverage": 2}, 50, "liquidation"),
        ("short", {"stop_loss": 5}, 105, "stop_loss"),
        ("short", {"take_profit": 5}, 95, "take_profit"),
        ("short", {"trailing": 10}, 110, "trailing_stop"),
        ("short", {}, 200, "liquidation"),
    ],
)
def test_level_missed_by_a_rounding_error_is_touched_in_a_later_bar(
    simulate: Simulate, side: str, rules: dict[str, float], level: float, reason: str
) -> None:
    # Bought at open 1; bar 1 is quiet; bar 2 comes to the level but for one part in 10^12.
    near = (100, 100, level * MORE, 100) if level < 100 else (100, level * LESS, 100, 100)
    bars = make_bars([QUIET, QUIET, near, QUIET])
    signals = make_signals(4, **{f"{side}_entry": [0]})
    run = simulate(bars, signals, make_rules(direction=side, **rules))
    assert exits(run) == [(2, level, reason, "inside")]


@pytest.mark.parametrize(
    ("side", "near"),
    [("long", (100, 100, 95 * (1 + 1e-9), 100)), ("short", (100, 105 * (1 - 1e-9), 100, 100))],
)
def test_level_missed_by_more_than_a_rounding_error_is_not_touched(
    simulate: Simulate, side: str, near: tuple[float, ...]
) -> None:
    signals = make_signals(3, **{f"{side}_entry": [0]})
    run = simulate(make_bars([QUIET, QUIET, near]), signals, make_rules(direction=side, stop_loss=5))
    assert exits(run) == []


def test_risk_without_a_distance_at_the_decision_is_capped(simulate: Simulate) -> None:
    # At the close of 100 the stop of 100 is no distance away: the size has no bound but the account.
    rules = make_rules(
        size_on="decision",
        sizing={"kind": "risk", "value": 0.01},
        stop_loss={"value": 100, "unit": "price"},
    )
    bars = make_bars([QUIET, (105, 105, 104, 105)])
    run = simulate(bars, make_signals(2, long_entry=[0]), rules)
    assert fills(run) == [(1, close_to(10_000 / 105), 105, "entry", "open")]
    assert counted(run) == {"capped": 1}


def test_all_in_sized_at_the_decision_is_capped_at_a_dearer_fill(simulate: Simulate) -> None:
    # 100 units at the close of 100; at the open of 125 the account carries 80.
    signals = make_signals(2, long_entry=[0])
    run = simulate(flat_bars(100, 125), signals, make_rules(size_on="decision"))
    assert fills(run) == [(1, 80, 125, "entry", "open")]
    assert counted(run) == {"capped": 1}


@pytest.mark.parametrize("rules", [{"size_on": "fill"}, {"size_on": "decision"}])
def test_all_in_that_fits_is_not_capped(simulate: Simulate, rules: dict[str, str]) -> None:
    run = simulate(flat_bars(100, 100), make_signals(2, long_entry=[0]), make_rules(fee=0.01, **rules))
    assert counted(run) == {}


@pytest.mark.parametrize("fill_on", ["next_open", "close"])
@pytest.mark.parametrize("close_at_end", [False, True])
def test_conflict_of_the_last_close_is_counted(simulate: Simulate, fill_on: str, close_at_end: bool) -> None:
    both = make_signals(3, long_entry=[0, 2], short_entry=[1, 2])
    rules = make_rules(direction="both", fill_on=fill_on, close_at_end=close_at_end)
    run = simulate(flat_bars(100, 100, 100), both, rules)
    assert counted(run) == {"conflicting_entries": 1}


@pytest.mark.parametrize("side", ["long", "short"])
@pytest.mark.parametrize("size_on", ["fill", "decision"])
@pytest.mark.parametrize("half_spread", [100, 101, 1e15])
def test_entry_where_a_sale_would_bring_nothing_is_skipped(
    simulate: Simulate, side: str, size_on: str, half_spread: float
) -> None:
    rules = make_rules(direction=side, half_spread=half_spread, size_on=size_on)
    run = simulate(flat_bars(100, 100, 100), make_signals(3, **{f"{side}_entry": [0]}), rules)
    assert run.fills == []
    assert run.equity == [10_000] * 3
    assert counted(run) == {"invalid_stop": 1}


def test_decision_without_a_price_to_sell_at_wants_nothing(simulate: Simulate) -> None:
    # Sold at the close of 50 a unit costs 10: no size. At the open of 100 it would bring 40.
    rules = make_rules(direction="short", half_spread=60, size_on="decision")
    run = simulate(flat_bars(50, 100), make_signals(2, short_entry=[0]), rules)
    assert run.fills == []
    assert counted(run) == {"below_minimum": 1}


def test_sale_that_costs_more_than_it_brings_is_for_nothing(simulate: Simulate) -> None:
    # Bought at 100 + 60; at the open of 50 a sale would bring -10.
    rules = make_rules(half_spread=60, fee=0.01, sizing={"kind": "quantity", "value": 10})
    run = simulate(flat_bars(100, 100, 50), make_signals(3, long_entry=[0], long_exit=[1]), rules)
    assert fills(run) == [(1, 10, 160, "entry", "open"), (2, -10, 0, "signal", "open")]
    assert [f.slippage for f in run.fills] == close_to([600, 500])
    assert run.trades[0].pnl == close_to(-1_600 - 16)
    assert run.trades[0].mae == close_to(-1)
    assert run.equity[-1] == close_to(10_000 - 1_616)


def test_time_stop_beyond_the_data_never_acts(simulate: Simulate) -> None:
    run = simulate(flat_bars(*[100] * 5), make_signals(5, long_entry=[0]), make_rules(time_stop=10_000_000))
    assert exits(run) == []
