"""Added entries and several targets (2.5, 5.4, 5.5), worked out by hand. Cash 10,000, no costs."""

import pytest

from tests.factories import flat_bars, make_bars, make_rules
from tests.reference.conftest import Simulate
from tests.reference.reading import close_to, counted, exits, fills
from tests.reference.scenarios.given import QUIET, TEN, signals_of


def test_pyramiding_adds_up_to_n_times(simulate: Simulate) -> None:
    signals = signals_of(6, long_entry=[0, 1, 2, 3, 4])
    run = simulate(flat_bars(*[100] * 6), signals, make_rules(sizing=TEN, pyramiding=2))
    assert [(f[0], f[1], f[3]) for f in fills(run)] == [(1, 10, "entry"), (2, 10, "entry"), (3, 10, "entry")]
    assert counted(run) == {}


def test_pyramiding_does_not_add_beside_an_exit(simulate: Simulate) -> None:
    signals = signals_of(4, long_entry=[0, 1], long_exit=[1])
    run = simulate(flat_bars(*[100] * 4), signals, make_rules(sizing=TEN, pyramiding=2))
    assert [fill[3] for fill in fills(run)] == ["entry", "signal"]


def test_added_entry_moves_the_average_and_the_levels(simulate: Simulate) -> None:
    # 10 at 100 and 10 at 110: 105; 10 % under it is 94.5. The fill names 99, a stop of its own.
    bars = make_bars([QUIET, (100, 110, 100, 110), (110, 110, 100, 100), (100, 100, 94, 95)])
    run = simulate(bars, signals_of(4, long_entry=[0, 1]), make_rules(sizing=TEN, stop_loss=10, pyramiding=1))
    assert run.fills[1].stop == close_to(99)
    assert exits(run) == [(3, 94.5, "stop_loss", "inside")]
    trade = run.trades[0]
    assert (trade.entry_price, trade.quantity, trade.entries) == close_to((105, 20, 2))
    assert (trade.pnl, trade.returned) == close_to((-210, -0.1))
    assert trade.risk == close_to(10 * 10 + 10 * 11)


def test_added_entry_keeps_the_first_atr_and_r(simulate: Simulate) -> None:
    # ATR 4 first, 50 later: the average of 105 less 2 * 4 = 97; R 8: a target of 105 + 2 * 8 = 121.
    signals = signals_of(4, {"atr:14": [4, 6, 50, 50]}, long_entry=[0, 1])
    stop, target = {"value": 2, "unit": "atr"}, {"value": 2, "unit": "r"}
    rules = make_rules(sizing=TEN, stop_loss=stop, take_profit=target, pyramiding=1)
    low = make_bars([QUIET, (100, 110, 100, 110), (110, 110, 110, 110), (110, 110, 96, 97)])
    assert exits(simulate(low, signals, rules)) == [(3, 97, "stop_loss", "inside")]
    high = make_bars([QUIET, (100, 110, 100, 110), (110, 110, 110, 110), (110, 122, 110, 120)])
    assert exits(simulate(high, signals, rules)) == [(3, 121, "take_profit", "inside")]


def test_added_entry_leaves_price_levels(simulate: Simulate) -> None:
    bars = make_bars([QUIET, (100, 110, 100, 110), (110,) * 4, (110, 110, 91, 95)])
    rules = make_rules(sizing=TEN, stop_loss={"value": 92, "unit": "price"}, pyramiding=1)
    run = simulate(bars, signals_of(4, long_entry=[0, 1]), rules)
    assert exits(run) == [(3, 92, "stop_loss", "inside")]


def test_added_entry_that_would_spoil_a_level_is_skipped(simulate: Simulate) -> None:
    # 10 at 100, break-even (0.5 % on top) since 104; adding at 100.5 makes the average 100.25 and the
    # stop 100.75, beyond it.
    bars = make_bars([QUIET, (100, 104, 100, 101), (101, 101, 100.8, 101), (100.6, 101, 100.6, 101)])
    even = {"after": 4, "offset": 0.5}
    signals = signals_of(4, long_entry=[0, 2])
    run = simulate(bars, signals, make_rules(sizing=TEN, break_even=even, pyramiding=1))
    assert [fill[3] for fill in fills(run)] == ["entry"]
    assert counted(run) == {"invalid_stop": 1}


def test_added_entry_is_within_the_buying_power_left(simulate: Simulate) -> None:
    # 60 units for 6,000; 4,000 are left at 100: 40, cut from 60.
    rules = make_rules(sizing={"kind": "quantity", "value": 60}, pyramiding=1)
    run = simulate(flat_bars(*[100] * 4), signals_of(4, long_entry=[0, 1]), rules)
    assert [f.quantity for f in run.fills] == close_to([60, 40])
    assert counted(run) == {"capped": 1}


def test_added_entry_of_a_share_is_sized_on_the_whole_equity(simulate: Simulate) -> None:
    # 0.3 of 10,000 at 100: 30. At 120 the equity is 10,600: 0.3 * 10,600 / 120 = 26.5.
    bars = flat_bars(100, 100, 120, 120)
    rules = make_rules(sizing={"kind": "equity", "value": 0.3}, pyramiding=1)
    run = simulate(bars, signals_of(4, long_entry=[0, 1]), rules)
    assert [f.quantity for f in run.fills] == close_to([30, 26.5])


def test_added_entry_with_nothing_left_is_below_the_minimum(simulate: Simulate) -> None:
    run = simulate(flat_bars(*[100] * 4), signals_of(4, long_entry=[0, 1]), make_rules(pyramiding=1))
    assert len(run.fills) == 1
    assert counted(run) == {"below_minimum": 1}


def test_exit_cancels_the_order_that_would_have_added(simulate: Simulate) -> None:
    # Stopped at 95 on the way down; the adding limit at 94 does not open a position.
    signals = signals_of(4, {"entry_long": [101, 94, 0, 0]}, long_entry=[0, 1])
    rules = make_rules(
        sizing=TEN,
        stop_loss={"value": 95, "unit": "price"},
        pyramiding=1,
        entry={"kind": "limit", "unit": "column", "lifetime": None},
    )
    run = simulate(make_bars([QUIET, QUIET, (100, 100, 93, 94), (94, 94, 90, 91)]), signals, rules)
    assert [fill[3] for fill in fills(run)] == ["entry", "stop_loss"]
    assert counted(run) == {}


# --------------------------------------------------------------------------- several targets

THREE = [{"value": 5, "share": 0.5}, {"value": 10, "share": 0.3}, {"value": 20, "share": 0.2}]


def test_targets_take_their_shares_and_the_last_the_rest(simulate: Simulate) -> None:
    bars = make_bars([QUIET, (100, 106, 100, 106), (106, 111, 106, 111), (111, 121, 111, 120)])
    run = simulate(bars, signals_of(4, long_entry=[0]), make_rules(sizing=TEN, take_profit=THREE))
    assert [(f[0], f[1], f[2]) for f in fills(run)[1:]] == [(1, -5, 105), (2, -3, 110), (3, -2, 120)]
    trade = run.trades[0]
    assert (trade.exits, trade.exit_price, trade.pnl) == close_to((3, 109.5, 95))


def test_targets_of_one_bar_are_met_nearest_first_however_written(simulate: Simulate) -> None:
    bars = make_bars([QUIET, (100, 121, 100, 120)])
    run = simulate(bars, signals_of(2, long_entry=[0]), make_rules(sizing=TEN, take_profit=THREE[::-1]))
    assert [(f[1], f[2]) for f in fills(run)[1:]] == [(-5, 105), (-3, 110), (-2, 120)]


def test_targets_gapped_fill_at_the_open(simulate: Simulate) -> None:
    bars = make_bars([QUIET, QUIET, (112, 112, 111, 112)])
    run = simulate(bars, signals_of(3, long_entry=[0]), make_rules(sizing=TEN, take_profit=THREE))
    assert fills(run)[1:] == [(2, -5, 112, "take_profit", "open"), (2, -3, 112, "take_profit", "open")]


def test_targets_are_floored_to_lots_and_passed_over_when_nothing_is_left(simulate: Simulate) -> None:
    # 3 units: half is 1, three tenths nothing, and the last takes the other 2.
    bars = make_bars([QUIET, (100, 121, 100, 120)], lot=1)
    rules = make_rules(sizing={"kind": "quantity", "value": 3}, take_profit=THREE)
    run = simulate(bars, signals_of(2, long_entry=[0]), rules)
    assert [(f[1], f[2]) for f in fills(run)[1:]] == [(-1, 105), (-2, 120)]


def test_targets_that_do_not_make_the_whole_leave_a_rest(simulate: Simulate) -> None:
    bars = make_bars([QUIET, (100, 121, 100, 120), (120, 120, 94, 95)])
    rules = make_rules(sizing=TEN, take_profit=THREE[:2], stop_loss=5)
    run = simulate(bars, signals_of(3, long_entry=[0]), rules)
    assert [(f[1], f[2], f[3]) for f in fills(run)[1:]] == [
        (-5, 105, "take_profit"),
        (-3, 110, "take_profit"),
        (-2, 95, "stop_loss"),
    ]
    assert run.trades[0].exit_reason == 4


def test_target_that_was_reached_does_not_come_back(simulate: Simulate) -> None:
    # Half at 105. Adding 10 at 100 later: 105 again is nothing; half of all 20 entered at 110.
    targets = [{"value": 105, "unit": "price", "share": 0.5}, {"value": 110, "unit": "price", "share": 0.5}]
    bars = make_bars([QUIET, (100, 106, 100, 100), (100, 106, 100, 100), (100, 111, 100, 111)])
    run = simulate(
        bars, signals_of(4, long_entry=[0, 1]), make_rules(sizing=TEN, take_profit=targets, pyramiding=1)
    )
    assert [(f[0], f[1], f[2]) for f in fills(run)] == [
        (1, 10, 100),
        (1, -5, 105),
        (2, 10, 100),
        (3, -15, 110),
    ]


@pytest.mark.parametrize("intrabar", ["pessimistic", "optimistic"])
def test_stop_takes_what_the_targets_left(simulate: Simulate, intrabar: str) -> None:
    bars = make_bars([QUIET, (100, 106, 94, 100)])
    rules = make_rules(sizing=TEN, take_profit=THREE, stop_loss=5, intrabar=intrabar)
    run = simulate(bars, signals_of(2, long_entry=[0]), rules)
    expected = [(-10, 95)] if intrabar == "pessimistic" else [(-5, 105), (-5, 95)]
    assert [(f[1], f[2]) for f in fills(run)[1:]] == expected
