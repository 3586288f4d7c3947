"""What is decided when, and where it fills, worked out by hand. Cash is 10,000, costs are 0."""

import pytest

from tests.factories import flat_bars, make_bars, make_rules, make_signals
from tests.reference.conftest import Simulate
from tests.reference.reading import close_to, counted, exits, fills

QUIET = (100, 100, 100, 100)


def test_reversal_closes_and_opens_at_the_same_open(simulate: Simulate) -> None:
    # 100 long at 100, closed at 110 with 11,000, which is 100 short at 110.
    signals = make_signals(4, long_entry=[0], short_entry=[2])
    run = simulate(flat_bars(100, 100, 100, 110), signals, make_rules(direction="both"))
    assert fills(run) == [
        (1, 100, 100, "entry", "open"),
        (3, -100, 110, "reverse", "open"),
        (3, -100, 110, "entry", "open"),
    ]
    assert [t.side for t in run.trades + run.open_trades] == [1, -1]


def test_reversal_goes_before_a_signal_exit(simulate: Simulate) -> None:
    signals = make_signals(4, long_entry=[0], long_exit=[2], short_entry=[2])
    run = simulate(flat_bars(*[100] * 4), signals, make_rules(direction="both"))
    assert [fill[3] for fill in fills(run)] == ["entry", "reverse", "entry"]


def test_opposite_entry_under_exit_only_closes(simulate: Simulate) -> None:
    signals = make_signals(4, long_entry=[0], short_entry=[1, 2])
    rules = make_rules(direction="both", on_opposite="exit")
    run = simulate(flat_bars(*[100] * 4), signals, rules)
    # Closed at 2; at close 2 the book is flat, so that short entry opens at 3.
    assert [(f[0], f[1], f[3]) for f in fills(run)] == [
        (1, 100, "entry"),
        (2, -100, "opposite"),
        (3, -100, "entry"),
    ]


def test_signal_exit_goes_before_opposite_and_time_stop(simulate: Simulate) -> None:
    rules = make_rules(direction="both", on_opposite="exit", time_stop=1)
    signals = make_signals(4, long_entry=[0], long_exit=[1], short_entry=[1])
    assert exits(simulate(flat_bars(*[100] * 4), signals, rules)) == [(2, 100, "signal", "open")]
    without_exit = make_signals(4, long_entry=[0], short_entry=[1])
    assert exits(simulate(flat_bars(*[100] * 4), without_exit, rules)) == [(2, 100, "opposite", "open")]


def test_opposite_entry_under_ignore_does_nothing(simulate: Simulate) -> None:
    signals = make_signals(4, long_entry=[0], short_entry=[1])
    run = simulate(flat_bars(*[100] * 4), signals, make_rules(direction="both", on_opposite="ignore"))
    assert len(run.fills) == 1
    assert counted(run) == {}


def test_both_entries_true_open_neither_and_are_counted(simulate: Simulate) -> None:
    signals = make_signals(4, long_entry=[0, 1, 3], short_entry=[0, 3])
    run = simulate(flat_bars(*[100] * 4), signals, make_rules(direction="both"))
    assert [fill[:2] for fill in fills(run)] == [(2, 100)]
    assert counted(run) == {"conflicting_entries": 2}  # at close 0, flat, and at close 3, in position


def test_both_entries_true_let_an_exit_act(simulate: Simulate) -> None:
    signals = make_signals(4, long_entry=[0, 1], short_entry=[1], long_exit=[1])
    run = simulate(flat_bars(*[100] * 4), signals, make_rules(direction="both"))
    assert exits(run) == [(2, 100, "signal", "open")]
    assert counted(run) == {"conflicting_entries": 1}


def test_entry_of_an_excluded_side_does_not_exist(simulate: Simulate) -> None:
    signals = make_signals(4, long_entry=[0, 1], short_entry=[0, 2])
    run = simulate(flat_bars(*[100] * 4), signals, make_rules(direction="long"))
    assert [fill[:2] for fill in fills(run)] == [(1, 100)]
    assert counted(run) == {}


def test_same_side_entry_beside_an_exit_is_dropped(simulate: Simulate) -> None:
    signals = make_signals(4, long_entry=[0, 1], long_exit=[1])
    run = simulate(flat_bars(*[100] * 4), signals, make_rules())
    assert [fill[3] for fill in fills(run)] == ["entry", "signal"]


def test_exit_while_flat_is_ignored(simulate: Simulate) -> None:
    signals = make_signals(3, long_entry=[0], long_exit=[0])
    assert [fill[3] for fill in fills(simulate(flat_bars(100, 100, 100), signals, make_rules()))] == ["entry"]


def test_exit_of_the_other_side_is_ignored(simulate: Simulate) -> None:
    signals = make_signals(3, long_entry=[0], short_exit=[1])
    assert simulate(flat_bars(100, 100, 100), signals, make_rules(direction="both")).trades == []


def test_window_starts_deciding_at_its_first_close(simulate: Simulate) -> None:
    run = simulate(flat_bars(1, 1, 5, 10, 20), make_signals(5, long_entry=[0, 1, 2]), make_rules(), start=2)
    assert fills(run) == [(3, 1_000, 10, "entry", "open")]
    assert run.equity == close_to([10_000, 10_000, 20_000])


@pytest.mark.parametrize("signal", ["long_entry", "long_exit"])
def test_decision_of_the_last_bar_is_cancelled(simulate: Simulate, signal: str) -> None:
    marks = {"long_entry": [0]} if signal == "long_exit" else {}
    run = simulate(flat_bars(100, 100, 100), make_signals(3, **{**marks, signal: [2]}), make_rules())
    assert run.trades == []
    assert counted(run) == {"cancelled_at_end": 1}


def test_close_at_end_sells_at_the_last_close_before_the_mark(simulate: Simulate) -> None:
    # 10 bought at 101, sold at 120 * 0.99 = 118.8; nothing is decided at that close any more.
    rules = make_rules(slippage=0.01, close_at_end=True, sizing={"kind": "quantity", "value": 10})
    bars = make_bars([QUIET, QUIET, (100, 130, 90, 120)])
    run = simulate(bars, make_signals(3, long_entry=[0], long_exit=[2]), rules)
    assert exits(run) == [(2, 118.8, "end_of_data", "close")]
    assert run.equity[-1] == close_to(10_178)
    assert run.open_trades == []
    assert counted(run) == {}
    # The whole last bar was held: its low of 90 and high of 130 count.
    assert (run.trades[0].mae, run.trades[0].mfe) == close_to((-11 / 101, 29 / 101))
    assert run.trades[0].exit_time - run.trades[0].entry_time == 2 * 86_400_000_000_000


def test_fill_on_close_fills_at_the_decision_close(simulate: Simulate) -> None:
    run = simulate(
        flat_bars(100, 110, 120), make_signals(3, long_entry=[0], long_exit=[2]), make_rules(fill_on="close")
    )
    assert fills(run) == [(0, 100, 100, "entry", "close"), (2, -100, 120, "signal", "close")]
    assert run.equity == close_to([10_000, 11_000, 12_000])
    day = 86_400_000_000_000
    assert run.trades[0].entry_time == 1_577_836_800_000_000_000 + day  # 2020-01-01, its close
    assert run.trades[0].exit_time - run.trades[0].entry_time == 2 * day
    assert run.bars_held == 2


def test_fill_on_close_leaves_the_entry_bar_out(simulate: Simulate) -> None:
    # Bar 0 ranges from 50 to 200: neither stop, nor trailing, nor excursions know of it.
    bars = make_bars([(100, 200, 50, 100), (100, 101, 96, 100), (100, 104, 98, 102)])
    rules = make_rules(fill_on="close", stop_loss=10, trailing=5)
    run = simulate(bars, make_signals(3, long_entry=[0]), rules)
    # Trailing: 95 in bar 1; in bar 2 101 * 0.95 = 95.95. Never touched.
    assert run.trades == []
    assert (run.open_trades[0].mae, run.open_trades[0].mfe) == close_to((-0.04, 0.04))


def test_fill_on_close_time_stop_leaves_n_closes_later(simulate: Simulate) -> None:
    bars = flat_bars(100, 101, 102, 103)
    run = simulate(bars, make_signals(4, long_entry=[0]), make_rules(fill_on="close", time_stop=2))
    assert exits(run) == [(2, 102, "time_stop", "close")]


def test_fill_on_close_reverses_at_one_close(simulate: Simulate) -> None:
    signals = make_signals(3, long_entry=[0], short_entry=[1])
    run = simulate(flat_bars(100, 110, 99), signals, make_rules(direction="both", fill_on="close"))
    assert [(f[0], f[1], f[3]) for f in fills(run)] == [
        (0, 100, "entry"),
        (1, -100, "reverse"),
        (1, -100, "entry"),
    ]
    assert run.equity == close_to([10_000, 11_000, 12_100])


def test_fill_on_close_enters_after_a_protective_exit_in_the_same_bar(simulate: Simulate) -> None:
    # Stopped at 95 inside bar 1; its close at 100 buys 95 units.
    bars = make_bars([QUIET, (100, 100, 90, 100)])
    run = simulate(bars, make_signals(2, long_entry=[0, 1]), make_rules(fill_on="close", stop_loss=5))
    assert fills(run)[1:] == [(1, -100, 95, "stop_loss", "inside"), (1, 95, 100, "entry", "close")]


def test_fill_on_close_with_close_at_end_opens_and_closes_the_last_bar(simulate: Simulate) -> None:
    rules = make_rules(
        fill_on="close", close_at_end=True, slippage=0.01, sizing={"kind": "quantity", "value": 1}
    )
    run = simulate(flat_bars(100, 100), make_signals(2, long_entry=[1]), rules)
    assert fills(run) == [(1, 1, 101, "entry", "close"), (1, -1, 99, "end_of_data", "close")]
    assert run.trades[0].bars_held == 0
    assert (run.trades[0].mae, run.trades[0].mfe) == close_to((-2 / 101, 0))
    assert run.bars_held == 0
