"""Fills that the volume of a bar cuts (4.3), worked out by hand. Cash 10,000, no costs."""

from tests.factories import make_rules
from tests.reference.conftest import Simulate
from tests.reference.reading import close_to, counted, fills
from tests.reference.scenarios.given import QUIET, TEN, bars_of, sessions, signals_of

TENTH = {"sizing": TEN, "participation": 0.1}


def test_market_entry_fills_over_bars(simulate: Simulate) -> None:
    # 10 wanted; a tenth of 40 is 4, of 30 is 3, of 100 is 10: the last 3 fill.
    bars = bars_of([QUIET] * 5, [1, 40, 30, 100, 100])
    run = simulate(bars, signals_of(5, long_entry=[0]), make_rules(**TENTH))
    assert [(f[0], f[1], f[3]) for f in fills(run)] == [(1, 4, "entry"), (2, 3, "entry"), (3, 3, "entry")]
    assert counted(run) == {"partial": 2}
    trade = run.open_trades[0]
    assert (trade.quantity, trade.entries, trade.entry_bar) == (10, 3, 1)


def test_market_entry_is_floored_to_lots(simulate: Simulate) -> None:
    bars = bars_of([QUIET] * 2, [1, 47], lot=2)
    run = simulate(bars, signals_of(2, long_entry=[0]), make_rules(**TENTH))
    assert [f.quantity for f in run.fills] == [4]


def test_entry_cut_to_nothing_waits(simulate: Simulate) -> None:
    bars = bars_of([QUIET] * 3, [1, 0, 200])
    run = simulate(bars, signals_of(3, long_entry=[0]), make_rules(**TENTH))
    assert [(f[0], f[1]) for f in fills(run)] == [(2, 10)]
    assert counted(run) == {"partial": 1}


def test_rest_of_an_entry_is_cancelled_by_an_exit(simulate: Simulate) -> None:
    bars = bars_of([QUIET] * 4, [1, 40, 1_000, 1_000])
    run = simulate(bars, signals_of(4, long_entry=[0], long_exit=[1]), make_rules(**TENTH))
    assert [(f[0], f[1], f[3]) for f in fills(run)] == [(1, 4, "entry"), (2, -4, "signal")]


def test_rest_of_an_entry_ends_with_the_position(simulate: Simulate) -> None:
    bars = bars_of([QUIET, (100, 100, 90, 100), QUIET], [1, 40, 1_000])
    rules = make_rules(**TENTH, stop_loss=5)
    run = simulate(bars, signals_of(3, long_entry=[0]), rules)
    # The entry has used the volume of bar 1: the stop is met, nothing fills, and it leaves at open 2.
    assert [(f[0], f[1], f[2], f[3], f[4]) for f in fills(run)] == [
        (1, 4, 100, "entry", "open"),
        (2, -4, 100, "stop_loss", "open"),
    ]
    assert counted(run) == {"partial": 2}


def test_rest_of_an_exit_goes_on_for_its_reason(simulate: Simulate) -> None:
    # 10 held; 4, then 6. The entry true at close 2 is not heard.
    bars = bars_of([QUIET] * 5, [1, 1_000, 40, 1_000, 1_000])
    run = simulate(bars, signals_of(5, long_entry=[0, 2], long_exit=[1]), make_rules(**TENTH))
    assert [(f[0], f[1], f[3]) for f in fills(run)[1:]] == [(2, -4, "signal"), (3, -6, "signal")]
    assert [f.decided for f in run.fills] == [0, 1, 1]
    assert run.trades[0].exits == 2


def test_rest_of_an_exit_goes_before_the_stop_and_the_reversal_waits(simulate: Simulate) -> None:
    # Reversal: 4 of 10 leave at open 2, 6 at open 3, and the short opens there with what is left: 4.
    bars = bars_of([QUIET] * 5, [1, 1_000, 40, 100, 60])
    signals = signals_of(5, long_entry=[0], short_entry=[1])
    run = simulate(bars, signals, make_rules(direction="both", **TENTH))
    assert [(f[0], f[1], f[3]) for f in fills(run)[1:]] == [
        (2, -4, "reverse"),
        (3, -6, "reverse"),
        (3, -4, "entry"),
        (4, -6, "entry"),
    ]


def test_rest_of_a_stop_leaves_at_the_next_open(simulate: Simulate) -> None:
    bars = bars_of([QUIET, QUIET, (100, 100, 94, 96), (97, 97, 97, 97)], [1, 1_000, 40, 1_000])
    run = simulate(bars, signals_of(4, long_entry=[0]), make_rules(**TENTH, stop_loss=5))
    assert fills(run)[1:] == [(2, -4, 95, "stop_loss", "inside"), (3, -6, 97, "stop_loss", "open")]
    assert run.trades[0].exit_price == close_to((4 * 95 + 6 * 97) / 10)


def test_rest_of_a_target_rests_at_its_price(simulate: Simulate) -> None:
    bars = bars_of(
        [QUIET, QUIET, (100, 106, 100, 103), (103, 104, 103, 104), (104, 107, 104, 104)],
        [1, 1_000, 40, 1_000, 1_000],
    )
    run = simulate(bars, signals_of(5, long_entry=[0]), make_rules(**TENTH, take_profit=5))
    assert fills(run)[1:] == [(2, -4, 105, "take_profit", "inside"), (4, -6, 105, "take_profit", "inside")]


def test_target_met_with_no_volume_left_is_not_counted(simulate: Simulate) -> None:
    bars = bars_of([QUIET, QUIET, (100, 106, 100, 103), QUIET], [1, 1_000, 0, 1_000])
    run = simulate(bars, signals_of(4, long_entry=[0]), make_rules(**TENTH, take_profit=5))
    assert len(run.fills) == 1
    assert counted(run) == {}


def test_rest_of_a_resting_entry_rests(simulate: Simulate) -> None:
    rules = make_rules(**TENTH, entry={"kind": "limit", "offset": 1, "lifetime": 3})
    bars = bars_of([QUIET, (100, 100, 98, 100), QUIET, (100, 100, 98, 100)], [1, 40, 1_000, 1_000])
    run = simulate(bars, signals_of(4, long_entry=[0]), rules)
    assert fills(run) == [(1, 4, 99, "entry", "inside"), (3, 6, 99, "entry", "inside")]


def test_rest_of_a_resting_entry_that_filled_in_part_does_not_expire(simulate: Simulate) -> None:
    rules = make_rules(**TENTH, entry={"kind": "limit", "offset": 1})
    bars = bars_of([QUIET, (100, 100, 98, 100), QUIET], [1, 40, 1_000])
    run = simulate(bars, signals_of(3, long_entry=[0]), rules)
    assert counted(run) == {"partial": 1}


def test_rest_of_an_entry_is_not_counted_by_pyramiding(simulate: Simulate) -> None:
    # 4, then the rest of 6; one added entry is still allowed.
    bars = bars_of([QUIET] * 5, [1, 40, 1_000, 1_000, 1_000])
    run = simulate(bars, signals_of(5, long_entry=[0, 2, 3]), make_rules(**TENTH, pyramiding=1))
    assert [(f[0], f[1]) for f in fills(run)] == [(1, 4), (2, 6), (3, 10)]


def test_session_end_is_cut_too(simulate: Simulate) -> None:
    bars = bars_of([QUIET] * 4, [1, 1_000, 40, 1_000])
    rules = make_rules(**TENTH, session_end=True)
    run = simulate(bars, signals_of(4, long_entry=[0]), rules, 0, sessions(4, 2))
    assert [(f[0], f[1], f[3], f[4]) for f in fills(run)[1:]] == [
        (2, -4, "session_end", "close"),
        (3, -6, "session_end", "open"),
    ]


def test_liquidation_and_the_end_of_data_are_not_cut(simulate: Simulate) -> None:
    bars = bars_of([QUIET, QUIET, (100, 100, 40, 50)], [1, 10_000, 10])
    run = simulate(bars, signals_of(3, long_entry=[0]), make_rules(participation=0.1, leverage=2))
    assert [(f[1], f[3]) for f in fills(run)[1:]] == [(-200, "liquidation")]
    bars = bars_of([QUIET, QUIET, QUIET], [1, 10_000, 10])
    run = simulate(bars, signals_of(3, long_entry=[0]), make_rules(participation=0.1, close_at_end=True))
    assert [(f[1], f[3]) for f in fills(run)[1:]] == [(-100, "end_of_data")]
