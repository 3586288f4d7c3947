"""What a bar does between open and close, also bar by finer bar (3.5, 3.6), worked out by hand."""

import pytest

from tests.factories import make_bars, make_rules
from tests.reference.conftest import Simulate
from tests.reference.reading import close_to, counted, exits, fills
from tests.reference.scenarios.given import QUIET, TEN, finer, signals_of

LONG = signals_of(3, long_entry=[0])


def at(kind: str, price: float, **levels: object) -> dict[str, object]:
    """Entries that rest at a price of the strategy's own; see `resting_at`."""
    return {"sizing": TEN, "entry": {"kind": kind, "unit": "column"}, **levels}


def resting_at(price: float, side: str = "long"):
    return signals_of(2, {f"entry_{side}": [price, 0]}, **{f"{side}_entry": [0]})


def price(value: float) -> dict[str, object]:
    return {"value": value, "unit": "price"}


# A buy limit at 98, stop 96, target 103, and a bar from 95 to 104 that opens and closes in between.
# Against the position: pessimistic: the low, then the close; optimistic: high, then low; path (down
# first when the low is nearer): low then high; second way: low, then close.
LIMIT = at("limit", 98, stop_loss=price(96), take_profit=price(103))


@pytest.mark.parametrize(
    ("intrabar", "bar", "price_", "reason"),
    [
        ("pessimistic", (100, 104, 95, 100), 96, "stop_loss"),
        ("pessimistic", (100, 104, 97, 103), 103, "take_profit"),  # the close counts for the target
        ("optimistic", (100, 104, 95, 100), 103, "take_profit"),
        ("optimistic", (100, 102, 95, 100), 96, "stop_loss"),
        ("path", (100, 106, 95, 100), 96, "stop_loss"),  # down first: the low, then the high
        ("path", (100, 104, 97, 100), 103, "take_profit"),
        ("path", (100, 103, 96.5, 103), 103, "take_profit"),  # up first, then down: close at 103
    ],
)
def test_rest_of_the_bar_after_a_limit(
    simulate: Simulate, intrabar: str, bar: tuple[float, ...], price_: float, reason: str
) -> None:
    run = simulate(make_bars([QUIET, bar]), resting_at(98), make_rules(**LIMIT, intrabar=intrabar))
    assert fills(run)[0] == (1, 10, 98, "entry", "inside")
    assert exits(run) == [(1, price_, reason, "inside")]
    assert counted(run)["ambiguous_bars"] == 1


@pytest.mark.parametrize(
    ("intrabar", "bar"),
    [
        ("pessimistic", (100, 104, 97, 100)),  # the high may have come before
        ("path", (100, 103, 96.5, 100)),  # the high came first
    ],
)
def test_target_before_a_limit_entry_does_not_count(
    simulate: Simulate, intrabar: str, bar: tuple[float, ...]
) -> None:
    run = simulate(make_bars([QUIET, bar]), resting_at(98), make_rules(**LIMIT, intrabar=intrabar))
    assert exits(run) == []
    assert counted(run) == {"ambiguous_bars": 1}


# A buy stop at 102, stop 97, target 106: with the position. Pessimistic: the low, then the high;
# optimistic: the high, then the close; path: first way: high, low; second way: high, close.
STOP = at("stop", 102, stop_loss=price(97), take_profit=price(106))


@pytest.mark.parametrize(
    ("intrabar", "bar", "price_", "reason"),
    [
        ("pessimistic", (100, 107, 96, 104), 97, "stop_loss"),
        ("pessimistic", (100, 107, 98, 104), 106, "take_profit"),
        ("optimistic", (100, 107, 96, 104), 106, "take_profit"),
        ("optimistic", (100, 103, 96, 97), 97, "stop_loss"),  # the close tests the stop
        ("path", (100, 103, 96, 98), 97, "stop_loss"),  # up first, then down to the low
        ("path", (100, 107, 96, 98), 106, "take_profit"),  # down first; then only the way up
        ("path", (100, 105, 96, 97), 97, "stop_loss"),  # down first; the close tests the stop
    ],
)
def test_rest_of_the_bar_after_a_stop(
    simulate: Simulate, intrabar: str, bar: tuple[float, ...], price_: float, reason: str
) -> None:
    run = simulate(make_bars([QUIET, bar]), resting_at(102), make_rules(**STOP, intrabar=intrabar))
    assert exits(run) == [(1, price_, reason, "inside")]


@pytest.mark.parametrize(
    ("intrabar", "bar"), [("optimistic", (100, 103, 96, 98)), ("path", (100, 105, 96, 98))]
)
def test_stop_before_a_stop_entry_does_not_count(
    simulate: Simulate, intrabar: str, bar: tuple[float, ...]
) -> None:
    run = simulate(make_bars([QUIET, bar]), resting_at(102), make_rules(**STOP, intrabar=intrabar))
    assert exits(run) == []


def test_short_mirrors_the_rest_of_the_bar(simulate: Simulate) -> None:
    # Sell limit at 102, stop 104, target 97: pessimistic reads the high, then the close of 97.
    rules = make_rules(direction="short", **at("limit", 102, stop_loss=price(104), take_profit=price(97)))
    run = simulate(make_bars([QUIET, (100, 103, 95, 97)]), resting_at(102, "short"), rules)
    assert fills(run) == [(1, -10, 102, "entry", "inside"), (1, 10, 97, "take_profit", "inside")]


def test_stop_and_entry_stand_in_order_of_distance(simulate: Simulate) -> None:
    # Long 10 from open 1, stop 95; adding limits at 97 and 94: the one above the stop fills, the other not.
    for level, expected in [(97, ["entry", "entry", "stop_loss"]), (94, ["entry", "stop_loss"])]:
        columns = {"entry_long": [101, level, 0]}
        signals = signals_of(3, columns, long_entry=[0, 1])
        rules = make_rules(**at("limit", 0, stop_loss=price(95)), pyramiding=1)
        run = simulate(make_bars([QUIET, QUIET, (100, 100, 93, 94)]), signals, rules)
        assert [fill[3] for fill in fills(run)] == expected


def test_stop_goes_before_the_adding_order_at_its_price(simulate: Simulate) -> None:
    signals = signals_of(3, {"entry_long": [101, 95, 0]}, long_entry=[0, 1])
    rules = make_rules(**at("limit", 0, stop_loss=price(95)), pyramiding=1)
    run = simulate(make_bars([QUIET, QUIET, (100, 100, 93, 94)]), signals, rules)
    assert [fill[3] for fill in fills(run)] == ["entry", "stop_loss"]


def test_bar_that_reaches_stop_and_target_is_ambiguous_though_it_stops_first(simulate: Simulate) -> None:
    bars = make_bars([QUIET, QUIET, (100, 106, 94, 100)])
    run = simulate(bars, LONG, make_rules(stop_loss=5, take_profit=5))
    assert counted(run) == {"ambiguous_bars": 1}


def test_bar_that_reaches_a_target_and_a_resting_order_is_ambiguous(simulate: Simulate) -> None:
    # Long from 101, target 111.1 above, the reversal's sell stop 97 below.
    columns = {"entry_long": [101, 0, 0], "entry_short": [0, 97, 0]}
    signals = signals_of(3, columns, long_entry=[0], short_entry=[1])
    bars = make_bars([QUIET, (100, 101, 100, 100), (100, 112, 96, 100)])
    run = simulate(bars, signals, make_rules(direction="both", **at("stop", 0, take_profit=10)))
    assert counted(run) == {"ambiguous_bars": 1}


def test_bar_decided_by_its_open_is_not_ambiguous(simulate: Simulate) -> None:
    bars = make_bars([QUIET, QUIET, (94, 120, 90, 100)])
    run = simulate(bars, LONG, make_rules(stop_loss=5, take_profit=5))
    assert counted(run) == {}


def test_thin_margin_beyond_its_own_price_is_met_at_that_price(simulate: Simulate) -> None:
    # 100 times leverage, 2 % margin: equity 1 % of the notional is already too little. A buy limit at
    # 98 is liquidated there.
    rules = make_rules(
        entry={"kind": "limit", "unit": "column"}, leverage=100, maintenance_margin=0.02, cash=10_000
    )
    run = simulate(make_bars([QUIET, (100, 100, 97, 99)]), resting_at(98), rules)
    assert exits(run) == [(1, 98, "liquidation", "inside")]


# --------------------------------------------------------------------------- excursions


def test_excursions_of_a_bar_entered_inside_are_those_of_its_row(simulate: Simulate) -> None:
    # Limit 98, pessimistic: the low of 96 and the close of 99 count, the high of 104 does not.
    run = simulate(make_bars([QUIET, (100, 104, 96, 99)]), resting_at(98), make_rules(**at("limit", 98)))
    trade = run.open_trades[0]
    assert (trade.mae, trade.mfe) == close_to((-2 / 98, 1 / 98))


def test_excursions_of_a_position_of_one_inside_are_its_fills(simulate: Simulate) -> None:
    run = simulate(make_bars([QUIET, (100, 104, 90, 99)]), resting_at(98), make_rules(**LIMIT))
    trade = run.trades[0]
    assert (trade.mae, trade.mfe) == close_to((-2 / 98, 0))


# --------------------------------------------------------------------------- finer bars

MAGNIFIED = {"sizing": TEN, "stop_loss": 5, "take_profit": 5, "intrabar": "magnified"}


def test_magnified_reads_finer_bars_one_after_the_other(simulate: Simulate) -> None:
    # The whole bar reaches 95 and 105; its first half goes up to the target.
    bars = make_bars([QUIET, QUIET, (100, 106, 94, 95)])
    around = finer((2, 100, 106, 100, 105), (2.5, 105, 105, 94, 95))
    run = simulate(bars, LONG, make_rules(**MAGNIFIED), 0, around)
    assert exits(run) == [(2, 105, "take_profit", "inside")]
    # Bar 1 has no finer bars, but nothing is met in it.
    assert counted(run) == {"ambiguous_bars": 1}


def test_magnified_reads_a_finer_bar_pessimistically(simulate: Simulate) -> None:
    bars = make_bars([QUIET, QUIET, (100, 106, 94, 95)])
    run = simulate(bars, LONG, make_rules(**MAGNIFIED), 0, finer((2, 100, 106, 94, 95)))
    assert exits(run) == [(2, 95, "stop_loss", "inside")]


def test_magnified_gap_between_finer_bars_fills_at_the_finer_open(simulate: Simulate) -> None:
    bars = make_bars([QUIET, QUIET, (100, 101, 92, 95)])
    around = finer((2, 100, 101, 99, 100), (2.5, 93, 95, 92, 95))
    run = simulate(bars, LONG, make_rules(**MAGNIFIED), 0, around)
    assert exits(run) == [(2, 93, "stop_loss", "inside")]
    # Excursions are those of the pessimistic whole bar: the open, and the exit.
    assert (run.trades[0].mae, run.trades[0].mfe) == close_to((-0.07, 0))


def test_magnified_order_is_passed_by_a_finer_open(simulate: Simulate) -> None:
    # Buy stop at 102; the second half opens at 103.
    around = finer((1, 100, 101, 100, 101), (1.5, 103, 104, 103, 104))
    rules = make_rules(**at("stop", 102), intrabar="magnified")
    run = simulate(make_bars([QUIET, (100, 104, 100, 104)]), resting_at(102), rules, 0, around)
    assert fills(run) == [(1, 10, 103, "entry", "inside")]


def test_magnified_trailing_stop_moves_when_the_bar_is_over(simulate: Simulate) -> None:
    # 10 % from 100. Up to 120 in the first half, down to 100 in the second: the level is still 90.
    bars = make_bars([QUIET, (100, 120, 100, 100), (107, 107, 107, 107)])
    around = finer((1, 100, 120, 100, 120), (1.5, 120, 120, 100, 100))
    rules = make_rules(sizing=TEN, trailing=10, intrabar="magnified")
    run = simulate(bars, LONG, rules, 0, around)
    assert exits(run) == [(2, 107, "trailing_stop", "open")]


def test_magnified_bar_without_finer_bars_is_read_pessimistically(simulate: Simulate) -> None:
    bars = make_bars([QUIET, QUIET, (100, 106, 94, 95)])
    run = simulate(bars, LONG, make_rules(**MAGNIFIED), 0, finer((1, 100, 100, 100, 100)))
    assert exits(run) == [(2, 95, "stop_loss", "inside")]
    assert counted(run) == {"ambiguous_bars": 1, "unmagnified": 1}


def test_magnified_bar_with_nothing_to_read_for_is_not_counted(simulate: Simulate) -> None:
    run = simulate(make_bars([QUIET] * 3), signals_of(3), make_rules(**MAGNIFIED), 0, finer((1, 9, 9, 9, 9)))
    assert counted(run) == {}
