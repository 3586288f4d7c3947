"""Where two rules meet, worked out by hand. Cash 10,000, no costs unless said."""

from tests.factories import make_bars, make_rules
from tests.reference.conftest import Simulate
from tests.reference.reading import close_to, counted, exits, fills
from tests.reference.scenarios.given import QUIET, TEN, bars_of, sessions, signals_of


def resting(kind: str, **more: object) -> dict[str, object]:
    return {"sizing": TEN, "entry": {"kind": kind, "unit": "column", **more}}


def test_stop_equal_to_the_liquidation_price_is_the_stop(simulate: Simulate) -> None:
    # 200 units on 10,000: nothing is left at 50, where the stop stands too.
    rules = make_rules(leverage=2, stop_loss={"value": 50, "unit": "price"})
    run = simulate(make_bars([QUIET, (100, 100, 45, 50)]), signals_of(2, long_entry=[0]), rules)
    assert exits(run) == [(1, 50, "stop_loss", "inside")]


def test_target_goes_before_the_other_sides_order_at_its_price(simulate: Simulate) -> None:
    # The target at 105 closes; the short's limit at 105 then opens, and has nothing left to close.
    columns = {"entry_long": [100, 0, 0], "entry_short": [0, 105, 0]}
    signals = signals_of(3, columns, long_entry=[0], short_entry=[1])
    bars = make_bars([(101,) * 4, (101, 101, 100, 101), (101, 106, 101, 105)])
    rules = make_rules(direction="both", take_profit=5, **resting("limit"))
    run = simulate(bars, signals, rules)
    assert fills(run)[1:] == [(2, -10, 105, "take_profit", "inside"), (2, -10, 105, "entry", "inside")]


def test_limit_reversal_closes_and_opens_as_a_maker(simulate: Simulate) -> None:
    columns = {"entry_long": [100, 0, 0], "entry_short": [0, 105, 0]}
    signals = signals_of(3, columns, long_entry=[0], short_entry=[1])
    bars = make_bars([(101,) * 4, (101, 101, 100, 101), (101, 106, 101, 105)])
    rules = make_rules(direction="both", slippage=0.01, fee=0.01, maker_fee=0.001, **resting("limit"))
    run = simulate(bars, signals, rules)
    assert [(f.price, f.slippage) for f in run.fills] == [(100, 0), (105, 0), (105, 0)]
    assert [f.fee for f in run.fills] == close_to([1, 1.05, 1.05])


def test_reversal_by_a_stop_limit_that_rests_as_a_limit_is_met_on_its_way(simulate: Simulate) -> None:
    # Long from 101. The open of 97 is beyond the sell stop-limit at 99, which then rests above. Read
    # pessimistically the low of 96 comes before the way up to 99.
    columns = {"entry_long": [101, 0, 0], "entry_short": [0, 99, 0]}
    signals = signals_of(3, columns, long_entry=[0], short_entry=[1])
    bars = make_bars([QUIET, (100, 101, 100, 100), (97, 100, 96, 98)])
    run = simulate(bars, signals, make_rules(direction="both", **resting("stop_limit")))
    assert fills(run)[1:] == [(2, -10, 99, "reverse", "inside"), (2, -10, 99, "entry", "inside")]
    assert (run.trades[0].mae, run.trades[0].mfe) == close_to((-5 / 101, 0))


def test_extreme_goes_on_through_a_bar_with_an_added_entry(simulate: Simulate) -> None:
    # 10 % trailing from 100; an entry is added at 99 inside bar 2, whose high of 120 counts: 108.
    signals = signals_of(4, {"entry_long": [100, 99, 0, 0]}, long_entry=[0, 1])
    bars = make_bars([(101,) * 4, (101, 101, 100, 101), (101, 120, 99, 118), (107,) * 4])
    run = simulate(bars, signals, make_rules(trailing=10, pyramiding=1, **resting("limit")))
    assert [fill[3] for fill in fills(run)] == ["entry", "entry", "trailing_stop"]
    assert exits(run) == [(3, 107, "trailing_stop", "open")]


def test_bar_at_whose_close_an_entry_is_added_was_held_whole(simulate: Simulate) -> None:
    bars = make_bars([QUIET, (100, 110, 98, 100)])
    rules = make_rules(sizing=TEN, fill_on="close", pyramiding=1)
    run = simulate(bars, signals_of(2, long_entry=[0, 1]), rules)
    assert len(run.fills) == 2
    assert (run.open_trades[0].mae, run.open_trades[0].mfe) == close_to((-0.02, 0.10))


def test_added_entry_at_a_close_beyond_the_trailing_stop_is_skipped(simulate: Simulate) -> None:
    # 10 % under the high of 120 is 108: the close of 105 is beyond it.
    bars = make_bars([QUIET, (100, 120, 95, 105)])
    rules = make_rules(sizing=TEN, fill_on="close", pyramiding=1, trailing=10)
    run = simulate(bars, signals_of(2, long_entry=[0, 1]), rules)
    assert len(run.fills) == 1
    assert counted(run) == {"invalid_stop": 1}


def test_short_without_any_equity_left_is_liquidated_at_the_open(simulate: Simulate) -> None:
    # 10 short at 100 cost 8,000 of fees: cash 3,000. The target (5 %) is gapped at 90 for half:
    # 450 and 4,000 of fees leave -1,450: no price saves it, and the rest goes inside at the open.
    targets = [{"value": 5, "share": 0.5}]
    rules = make_rules(direction="short", sizing=TEN, fee_per_unit=800, take_profit=targets, stop_loss=20)
    bars = make_bars([QUIET, QUIET, (90, 91, 89, 90)])
    run = simulate(bars, signals_of(3, short_entry=[0]), rules)
    assert exits(run) == [(2, 90, "take_profit", "open"), (2, 90, "liquidation", "inside")]
    assert run.equity[-1] == close_to(-1_450 - 450 - 4_000)


def test_ruin_ends_resting_orders_without_counting_them(simulate: Simulate) -> None:
    # Twice the account at 100 leaves nothing at 50; the short's stop at 30 is on the same way.
    columns = {"entry_long": [100, 0, 0], "entry_short": [0, 30, 0]}
    signals = signals_of(3, columns, long_entry=[0], short_entry=[1])
    rules = make_rules(direction="both", leverage=2, entry={"kind": "stop", "unit": "column"})
    run = simulate(make_bars([(99,) * 4, (99, 100, 99, 100), (100, 100, 20, 25)]), signals, rules)
    assert fills(run)[1:] == [(2, -200, 50, "liquidation", "inside")]
    assert counted(run) == {}


# --------------------------------------------------------------------------- with little volume

TENTH = {"participation": 0.1}


def test_liquidation_acts_beyond_a_stop_that_could_not_fill(simulate: Simulate) -> None:
    # 200 units; bar 2 has no volume: the stop at 95 is met and waits, the liquidation at 50 does not.
    bars = bars_of([QUIET, QUIET, (100, 100, 40, 60)], [1, 10_000, 0])
    run = simulate(bars, signals_of(3, long_entry=[0]), make_rules(leverage=2, stop_loss=5, **TENTH))
    assert exits(run) == [(2, 50, "liquidation", "inside")]
    assert counted(run) == {"partial": 1}


def test_session_end_leaves_the_reason_of_an_exit_under_way(simulate: Simulate) -> None:
    bars = bars_of([QUIET] * 4, [1, 1_000, 40, 1_000])
    rules = make_rules(sizing=TEN, session_end=True, **TENTH)
    run = simulate(bars, signals_of(4, long_entry=[0], long_exit=[1]), rules, 0, sessions(4, 2))
    assert [(f[0], f[1], f[3]) for f in fills(run)[1:]] == [(2, -4, "signal"), (3, -6, "signal")]


def test_resting_reversal_that_is_cut_closes_first_and_rests_on(simulate: Simulate) -> None:
    # Long 10 from 101. The sell stop at 99 closes 4 in bar 2; open 3 closes 6, and the order, passed
    # by that open of 98, opens 10 short there.
    columns = {"entry_long": [101, 0, 0, 0], "entry_short": [0, 99, 0, 0]}
    signals = signals_of(4, columns, long_entry=[0], short_entry=[1])
    bars = bars_of([QUIET, (100, 101, 100, 100), (100, 100, 98, 98), (98,) * 4], [1, 1_000, 40, 1_000])
    rules = make_rules(direction="both", **resting("stop", lifetime=None), **TENTH)
    run = simulate(bars, signals, rules)
    assert fills(run)[1:] == [
        (2, -4, 99, "reverse", "inside"),
        (3, -6, 98, "reverse", "open"),
        (3, -10, 98, "entry", "open"),
    ]


def test_begun_target_does_not_take_what_is_added_later(simulate: Simulate) -> None:
    # The target at 105 wants 10 and gets 4. Ten are added at 102; the target takes its 6, 10 remain.
    bars = bars_of(
        [QUIET, QUIET, (100, 105, 100, 102), (102, 104, 102, 102), (102, 106, 102, 102)],
        [1, 1_000, 40, 1_000, 1_000],
    )
    target = {"value": 105, "unit": "price"}
    rules = make_rules(sizing={"kind": "quantity", "value": 10}, pyramiding=1, take_profit=target, **TENTH)
    run = simulate(bars, signals_of(5, long_entry=[0, 2]), rules)
    assert [(f[0], f[1], f[2]) for f in fills(run)[1:]] == [(2, -4, 105), (3, 10, 102), (4, -6, 105)]
