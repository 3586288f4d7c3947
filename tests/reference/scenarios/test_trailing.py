"""Trailing stops, break-even, time stops and sessions' ends (3.7, 3.8), worked out by hand."""

import math

import pytest

from tests.factories import flat_bars, make_bars, make_rules
from tests.reference.conftest import Simulate
from tests.reference.reading import close_to, counted, exits, fills
from tests.reference.scenarios.given import QUIET, TEN, sessions, signals_of

LONG = signals_of(4, long_entry=[0])
SHORT = signals_of(4, short_entry=[0])


def test_trailing_in_atr_of_the_decision_bar(simulate: Simulate) -> None:
    # ATR 3 at the decision: 2 * 3 under the high of 110 is 104.
    bars = make_bars([QUIET, (100, 110, 100, 108), (108, 108, 103, 105), QUIET])
    signals = signals_of(4, {"atr:14": [3, 9, 9, 9]}, long_entry=[0])
    rules = make_rules(sizing=TEN, trailing={"value": 2, "unit": "atr"})
    run = simulate(bars, signals, rules)
    assert run.fills[0].stop == close_to(94)
    assert exits(run) == [(2, 104, "trailing_stop", "inside")]


def test_chandelier_takes_the_atr_of_each_bar_and_never_falls_back(simulate: Simulate) -> None:
    # Start 100 - 2 * 3 = 94. After bar 1: 110 - 2 * 2 = 106. After bar 2: 110 - 2 * 9 = 92: stays at 106.
    bars = make_bars([QUIET, (100, 110, 100, 108), (108, 108, 107, 108), (108, 108, 105, 106)])
    signals = signals_of(4, {"atr:14": [3, 2, 9, 1]}, long_entry=[0])
    run = simulate(bars, signals, make_rules(sizing=TEN, trailing={"value": 2, "unit": "chandelier"}))
    assert run.fills[0].stop == close_to(94)
    assert exits(run) == [(3, 106, "trailing_stop", "inside")]


def test_chandelier_passes_over_a_bar_without_atr(simulate: Simulate) -> None:
    bars = make_bars([QUIET, (100, 110, 100, 108), (108, 108, 95, 100), (100, 100, 93, 95)])
    signals = signals_of(4, {"atr:14": [3, math.nan, math.nan, 1]}, long_entry=[0])
    run = simulate(bars, signals, make_rules(sizing=TEN, trailing={"value": 2, "unit": "chandelier"}))
    assert exits(run) == [(3, 94, "trailing_stop", "inside")]


@pytest.mark.parametrize("unit", ["atr", "chandelier", "column"])
def test_trailing_that_is_unknown_at_the_decision_skips_the_entry(simulate: Simulate, unit: str) -> None:
    signals = signals_of(4, {"atr:14": [math.nan] * 4, "trail_long": [math.nan] * 4}, long_entry=[0])
    value = {} if unit == "column" else {"value": 1}
    run = simulate(make_bars([QUIET] * 4), signals, make_rules(trailing={"unit": unit, **value}))
    assert fills(run) == []
    assert counted(run) == {"invalid_stop": 1}


def test_trailing_column_is_the_highest_so_far(simulate: Simulate) -> None:
    # 95 at the decision, 98 after bar 1, 90 after bar 2: 98 in bar 3.
    bars = make_bars([QUIET, QUIET, (100, 100, 99, 100), (100, 100, 97, 98)])
    signals = signals_of(4, {"trail_long": [95, 98, 90, 99]}, long_entry=[0])
    run = simulate(bars, signals, make_rules(sizing=TEN, trailing={"unit": "column"}))
    assert run.fills[0].stop == 95
    assert exits(run) == [(3, 98, "trailing_stop", "inside")]


def test_trailing_column_of_a_short_is_the_lowest_so_far(simulate: Simulate) -> None:
    bars = make_bars([QUIET, QUIET, (100, 101, 100, 100), (100, 103, 100, 101)])
    signals = signals_of(4, {"trail_short": [105, 102, 110, 99]}, short_entry=[0])
    run = simulate(bars, signals, make_rules(direction="short", sizing=TEN, trailing={"unit": "column"}))
    assert exits(run) == [(3, 102, "trailing_stop", "inside")]


def test_trailing_after_a_gain_does_not_stand_before_it(simulate: Simulate) -> None:
    # 2 % once 5 % are gained. The high of 104 starts nothing: the low of 97 is nothing. 105 does.
    trailing = {"value": 2, "after": 5}
    bars = make_bars([QUIET, (100, 104, 97, 100), (100, 105, 99, 104), (104, 104, 102, 103)])
    run = simulate(bars, LONG, make_rules(sizing=TEN, trailing=trailing))
    assert math.isnan(run.fills[0].stop)
    assert exits(run) == [(3, 102.9, "trailing_stop", "inside")]


def test_trailing_of_an_entry_inside_leaves_its_bar_out(simulate: Simulate) -> None:
    # Limit 99 inside bar 1 with a high of 120: the extreme stays at 99, 10 % of it under: 89.1.
    bars = make_bars([QUIET, (100, 120, 99, 100), (100, 100, 90, 95), QUIET])
    rules = make_rules(sizing=TEN, trailing=10, entry={"kind": "limit", "offset": 1})
    assert exits(simulate(bars, LONG, rules)) == []


def test_break_even_moves_the_stop_to_the_entry(simulate: Simulate) -> None:
    # Stop 95; 4 % gained in bar 1: from bar 2 on it stands at 100 + 0.5 %.
    even = {"after": 4, "offset": 0.5}
    bars = make_bars([QUIET, (100, 104, 100, 103), (103, 103, 100, 101), QUIET])
    run = simulate(bars, LONG, make_rules(sizing=TEN, stop_loss=5, break_even=even))
    assert exits(run) == [(2, 100.5, "stop_loss", "inside")]


def test_break_even_does_not_start_in_the_bar_that_gains(simulate: Simulate) -> None:
    bars = make_bars([QUIET, (100, 104, 98, 103), (103, 103, 101, 102), (102,) * 4])
    assert exits(simulate(bars, LONG, make_rules(sizing=TEN, stop_loss=5, break_even=4))) == []


def test_break_even_alone_is_a_stop_loss(simulate: Simulate) -> None:
    bars = make_bars([QUIET, (100, 104, 98, 103), (99, 99, 99, 99), QUIET])
    assert exits(simulate(bars, LONG, make_rules(sizing=TEN, break_even=4))) == [(2, 99, "stop_loss", "open")]


def test_break_even_leaves_a_nearer_stop(simulate: Simulate) -> None:
    # A short from 100 with a stop of 103; 2 % gained: the stop stands at 100, nearer than 103.
    bars = make_bars([QUIET, (100, 100, 98, 99), (99, 100, 99, 100), QUIET])
    run = simulate(bars, SHORT, make_rules(direction="short", sizing=TEN, stop_loss=3, break_even=2))
    assert exits(run) == [(2, 100, "stop_loss", "inside")]


@pytest.mark.parametrize(("unit", "after"), [("atr", 2), ("r", 0.8)])
def test_break_even_in_atr_and_r(simulate: Simulate, unit: str, after: float) -> None:
    # ATR 2 at the decision, R 5: both want 104.
    bars = make_bars([QUIET, (100, 104, 100, 103), (103, 103, 100, 101), QUIET])
    signals = signals_of(4, {"atr:14": [2, 50, 50, 50]}, long_entry=[0])
    rules = make_rules(sizing=TEN, stop_loss=5, break_even={"after": after, "unit": unit})
    assert exits(simulate(bars, signals, rules)) == [(2, 100, "stop_loss", "inside")]
    short_of_it = make_bars([QUIET, (100, 103.9, 100, 103), (103, 103, 100, 101), QUIET])
    assert exits(simulate(short_of_it, signals, rules)) == []


def test_break_even_is_recomputed_from_the_new_average(simulate: Simulate) -> None:
    # 10 at 100, started by 104. 10 more at 104 in bar 2: the average of 102 is the stop of bar 3 on.
    bars = make_bars([QUIET, (100, 104, 100, 104), (104, 104, 103, 103), (103, 103, 102, 103)])
    signals = signals_of(4, long_entry=[0, 1])
    run = simulate(bars, signals, make_rules(sizing=TEN, break_even=4, pyramiding=1))
    assert exits(run) == [(3, 102, "stop_loss", "inside")]


# --------------------------------------------------------------------------- time and sessions


def test_time_stop_is_not_moved_by_an_added_entry(simulate: Simulate) -> None:
    bars = flat_bars(*[100] * 6)
    signals = signals_of(6, long_entry=[0, 1])
    run = simulate(bars, signals, make_rules(sizing=TEN, time_stop=2, pyramiding=1))
    assert fills(run)[1:] == [(2, 10, 100, "entry", "open"), (3, -20, 100, "time_stop", "open")]


def test_session_end_leaves_at_the_close_as_a_taker(simulate: Simulate) -> None:
    bars = make_bars([QUIET, (100, 104, 99, 103), QUIET, QUIET])
    rules = make_rules(sizing=TEN, session_end=True, slippage=0.01)
    run = simulate(bars, LONG, rules, 0, sessions(4, 1))
    assert exits(run) == [(1, 103 * 0.99, "session_end", "close")]
    trade = run.trades[0]
    assert trade.exit_time == int(bars.close_time[1])
    assert (trade.mae, trade.mfe) == close_to((-2 / 101, 3 / 101))


def test_entry_decided_at_the_end_of_a_session_fills_in_the_next(simulate: Simulate) -> None:
    # The long of session one is closed before close 1 decides; the entry of that close fills at open 2.
    signals = signals_of(4, long_entry=[0, 1])
    run = simulate(
        flat_bars(*[100] * 4), signals, make_rules(sizing=TEN, session_end=True), 0, sessions(4, 1, 3)
    )
    assert [(f[0], f[3], f[4]) for f in fills(run)] == [
        (1, "entry", "open"),
        (1, "session_end", "close"),
        (2, "entry", "open"),
        (3, "session_end", "close"),
    ]


def test_session_end_while_flat_is_nothing(simulate: Simulate) -> None:
    run = simulate(flat_bars(*[100] * 4), signals_of(4), make_rules(session_end=True), 0, sessions(4, 1))
    assert fills(run) == []
