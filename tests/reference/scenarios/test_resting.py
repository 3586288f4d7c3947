"""Resting entries (3.3): where they rest, when they fill, how long they live. Worked out by hand."""

import math

import pytest

from tests.factories import make_bars, make_rules
from tests.reference.conftest import Simulate
from tests.reference.reading import close_to, counted, fills
from tests.reference.scenarios.given import QUIET, TEN, sessions, signals_of
from tradewright.engine.types import AT_OPEN, INSIDE, LIMIT, STOP, STOP_LIMIT

LONG = signals_of(4, long_entry=[0])


def entry(kind: str, offset: float = 1.0, **more: object) -> dict[str, object]:
    return {"sizing": TEN, "entry": {"kind": kind, "offset": offset, **more}}


@pytest.mark.parametrize(
    ("kind", "side", "bar", "price"),
    [
        ("limit", "long", (100, 100, 99, 99.5), 99),
        ("limit", "short", (100, 101, 100, 100), 101),
        ("stop", "long", (100, 101, 100, 100), 101),
        ("stop", "short", (100, 100, 99, 99.5), 99),
        ("stop_limit", "long", (100, 101, 100, 100), 101),
        ("stop_limit", "short", (100, 100, 99, 99.5), 99),
    ],
)
def test_resting_entry_fills_inside_at_its_price(
    simulate: Simulate, kind: str, side: str, bar: tuple[float, ...], price: float
) -> None:
    rules = make_rules(direction=side, **entry(kind))
    run = simulate(make_bars([QUIET, bar]), signals_of(2, **{f"{side}_entry": [0]}), rules)
    assert fills(run) == [(1, 10 if side == "long" else -10, price, "entry", "inside")]
    kinds = {"limit": LIMIT, "stop": STOP, "stop_limit": STOP_LIMIT}
    assert (run.fills[0].kind, run.fills[0].decided) == (kinds[kind], 0)


@pytest.mark.parametrize(
    ("kind", "side", "opening"),
    [("limit", "long", 98), ("limit", "short", 102), ("stop", "long", 102), ("stop", "short", 98)],
)
def test_resting_entry_passed_by_the_open_fills_there(
    simulate: Simulate, kind: str, side: str, opening: float
) -> None:
    bars = make_bars([QUIET, (opening,) * 4])
    run = simulate(bars, signals_of(2, **{f"{side}_entry": [0]}), make_rules(direction=side, **entry(kind)))
    assert [(f.price, f.moment) for f in run.fills] == [(opening, AT_OPEN)]


def test_resting_entry_that_is_not_met_expires_after_one_bar(simulate: Simulate) -> None:
    bars = make_bars([QUIET, (100, 101, 99.5, 100), (100, 100, 98, 100), QUIET])
    run = simulate(bars, LONG, make_rules(**entry("limit")))
    assert fills(run) == []
    assert counted(run) == {"expired": 1}


def test_resting_entry_lives_for_its_lifetime(simulate: Simulate) -> None:
    bars = make_bars([QUIET, QUIET, (100, 100, 98, 100), QUIET])
    run = simulate(bars, LONG, make_rules(**entry("limit", lifetime=2)))
    assert fills(run) == [(2, 10, 99, "entry", "inside")]
    assert counted(run) == {}


def test_resting_entry_without_end_waits_for_the_end_of_data(simulate: Simulate) -> None:
    run = simulate(make_bars([QUIET] * 4), LONG, make_rules(**entry("limit", lifetime=None)))
    assert counted(run) == {"cancelled_at_end": 1}


def test_resting_entry_for_a_session_ends_with_it(simulate: Simulate) -> None:
    # Decided at the close that ends a session: it lives through the next one, bars 1 and 2.
    bars = make_bars([QUIET, QUIET, QUIET, (100, 100, 98, 100)])
    rules = make_rules(**entry("limit", lifetime="session"))
    run = simulate(bars, LONG, rules, 0, sessions(4, 0, 2))
    assert counted(run) == {"expired": 1}
    late = make_bars([QUIET, QUIET, (100, 100, 98, 100), QUIET])
    assert fills(simulate(late, LONG, rules, 0, sessions(4, 0, 2))) == [(2, 10, 99, "entry", "inside")]


@pytest.mark.parametrize(
    ("unit", "columns", "price"),
    [("percent", {}, 97), ("price", {}, 97), ("atr", {"atr:14": [1.5, 9, 9]}, 95.5), ("column", {}, 96)],
)
def test_resting_entry_is_measured_in_its_unit(
    simulate: Simulate, unit: str, columns: dict[str, list[float]], price: float
) -> None:
    # Three units under 100: percent 97, price 97, ATR 100 - 3 * 1.5; the column says 96 itself.
    given = {**columns, "entry_long": [96.0, 1.0, 1.0]} if unit == "column" else columns
    rules = make_rules(**entry("limit", 0 if unit == "column" else 3, unit=unit))
    run = simulate(
        make_bars([QUIET, (100, 100, 90, 100), QUIET]), signals_of(3, given, long_entry=[0]), rules
    )
    assert run.fills[0].price == close_to(price)


@pytest.mark.parametrize("price", [math.nan, 0.0, -5.0])
def test_resting_entry_at_no_price_is_dropped(simulate: Simulate, price: float) -> None:
    signals = signals_of(3, {"entry_long": [price, 99, 99]}, long_entry=[0])
    run = simulate(make_bars([QUIET] * 3), signals, make_rules(**entry("limit", 0, unit="column")))
    assert fills(run) == []
    assert counted(run) == {"unknown_price": 1}


def test_resting_entry_dropped_for_its_price_still_replaces_what_rested(simulate: Simulate) -> None:
    signals = signals_of(4, {"entry_long": [99, math.nan, 99, 99]}, long_entry=[0, 1])
    rules = make_rules(**entry("limit", 0, unit="column", lifetime=None))
    run = simulate(make_bars([QUIET, QUIET, (100, 100, 98, 100), QUIET]), signals, rules)
    assert fills(run) == []
    assert counted(run) == {"unknown_price": 1}


def test_resting_entry_is_replaced_by_the_next_decision(simulate: Simulate) -> None:
    # Decided at closes 100 and 102: the second rests at 102 * 0.99 = 100.98, the first is gone.
    bars = make_bars([QUIET, (100, 102, 100, 102), (102, 102, 98, 100)])
    run = simulate(bars, signals_of(3, long_entry=[0, 1]), make_rules(**entry("limit", lifetime=None)))
    assert fills(run) == [(2, 10, 100.98, "entry", "inside")]
    assert run.fills[0].decided == 1


def test_exit_while_flat_cancels_nothing(simulate: Simulate) -> None:
    bars = make_bars([QUIET, QUIET, (100, 100, 98, 100)])
    signals = signals_of(3, long_entry=[0], long_exit=[0, 1])
    run = simulate(bars, signals, make_rules(**entry("limit", lifetime=None)))
    assert fills(run) == [(2, 10, 99, "entry", "inside")]


def test_stop_limit_passed_within_its_limit_fills_at_the_open(simulate: Simulate) -> None:
    # Stop 101, limit 101 * 1.02 = 103.02: an open of 103 is within.
    rules = make_rules(**entry("stop_limit", through=2))
    run = simulate(make_bars([QUIET, (103, 103, 103, 103)]), signals_of(2, long_entry=[0]), rules)
    assert fills(run) == [(1, 10, 103, "entry", "open")]


def test_stop_limit_passed_beyond_its_limit_rests_as_a_limit(simulate: Simulate) -> None:
    # The open of 105 is beyond 103.02; the low of 103 comes back to it, as a maker.
    rules = make_rules(**entry("stop_limit", through=2), slippage=0.01, fee=0.01, maker_fee=0.001)
    run = simulate(make_bars([QUIET, (105, 106, 103, 104)]), signals_of(2, long_entry=[0]), rules)
    assert fills(run) == [(1, 10, 103.02, "entry", "inside")]
    assert (run.fills[0].slippage, run.fills[0].fee) == close_to((0, 1.0302))
    assert run.fills[0].kind == STOP_LIMIT


def test_stop_limit_never_pays_more_than_its_limit(simulate: Simulate) -> None:
    # Stop 101, limit 101 * 1.005 = 101.505; 1 % slippage would make it 102.01.
    rules = make_rules(**entry("stop_limit", through=0.5), slippage=0.01)
    run = simulate(make_bars([QUIET, (100, 102, 100, 102)]), signals_of(2, long_entry=[0]), rules)
    assert fills(run) == [(1, 10, 101.505, "entry", "inside")]
    assert run.fills[0].slippage == close_to(5.05)


def test_limit_entry_is_a_maker_and_stop_entry_a_taker(simulate: Simulate) -> None:
    costs = {"fee": 0.01, "maker_fee": 0.001, "slippage": 0.01}
    bars = make_bars([QUIET, (100, 102, 98, 100)])
    limit = simulate(bars, signals_of(2, long_entry=[0]), make_rules(**entry("limit"), **costs))
    assert (limit.fills[0].price, limit.fills[0].fee) == close_to((99, 0.99))
    stop = simulate(bars, signals_of(2, long_entry=[0]), make_rules(**entry("stop"), **costs))
    assert (stop.fills[0].price, stop.fills[0].fee) == close_to((102.01, 10.201))


@pytest.mark.parametrize(("low", "filled"), [(99.0, False), (98.99, True)])
def test_limit_through_fills_only_beyond_its_price(simulate: Simulate, low: float, filled: bool) -> None:
    bars = make_bars([QUIET, (100, 100, low, 100)])
    run = simulate(bars, signals_of(2, long_entry=[0]), make_rules(**entry("limit"), limit_fill="through"))
    assert [f.price for f in run.fills] == ([99] if filled else [])


@pytest.mark.parametrize(("high", "filled"), [(110.0, False), (110.1, True)])
def test_target_through_fills_only_beyond_its_price(simulate: Simulate, high: float, filled: bool) -> None:
    bars = make_bars([QUIET, QUIET, (100, high, 100, 100)])
    rules = make_rules(sizing=TEN, take_profit={"value": 110, "unit": "price"}, limit_fill="through")
    run = simulate(bars, signals_of(3, long_entry=[0]), rules)
    assert [f.price for f in run.fills[1:]] == ([110] if filled else [])


def test_limit_at_the_open_that_must_be_gone_through_is_met_on_the_way_down(simulate: Simulate) -> None:
    # Limit 99, open 99: not through yet; the low of 98 goes through, and it fills at 99.
    bars = make_bars([QUIET, (99, 100, 98, 99)])
    run = simulate(bars, signals_of(2, long_entry=[0]), make_rules(**entry("limit"), limit_fill="through"))
    assert [(f.price, f.moment) for f in run.fills] == [(99, INSIDE)]


# --------------------------------------------------------------------------- two orders, and a position

BOTH = {"direction": "both", "on_conflict": "oco"}


def test_oco_places_both_and_the_first_that_fills_cancels_the_other(simulate: Simulate) -> None:
    # Stops at 101 and 99. Up first (1 up, 3 down): the long fills; the way down to 97 opens nothing.
    bars = make_bars([QUIET, (100, 101, 97, 98), QUIET])
    signals = signals_of(3, long_entry=[0], short_entry=[0])
    run = simulate(bars, signals, make_rules(**BOTH, **entry("stop", lifetime=None), intrabar="path"))
    assert fills(run) == [(1, 10, 101, "entry", "inside")]
    assert counted(run) == {"ambiguous_bars": 1}


@pytest.mark.parametrize("intrabar", ["pessimistic", "optimistic", "path"])
def test_oco_while_flat_goes_by_the_path_under_every_reading(simulate: Simulate, intrabar: str) -> None:
    bars = make_bars([QUIET, (100, 103, 99, 101)])
    signals = signals_of(2, long_entry=[0], short_entry=[0])
    run = simulate(bars, signals, make_rules(**BOTH, **entry("stop"), intrabar=intrabar))
    assert fills(run) == [(1, -10, 99, "entry", "inside")]


def test_oco_that_is_not_met_expires_twice(simulate: Simulate) -> None:
    signals = signals_of(3, long_entry=[0], short_entry=[0])
    run = simulate(make_bars([QUIET] * 3), signals, make_rules(**BOTH, **entry("stop")))
    assert counted(run) == {"expired": 2}


def test_oco_in_a_position_is_a_conflict(simulate: Simulate) -> None:
    signals = signals_of(4, long_entry=[0, 1], short_entry=[1])
    bars = make_bars([QUIET, (100, 101, 100, 101), QUIET, QUIET])
    run = simulate(bars, signals, make_rules(**BOTH, **entry("stop")))
    assert len(run.fills) == 1
    assert counted(run) == {"conflicting_entries": 1}


def test_oco_at_one_open_fills_the_long_order(simulate: Simulate) -> None:
    # Columns: a buy limit at 102 and a sell limit at 98, both passed by the open of 100.
    columns = {"entry_long": [102.0] * 2, "entry_short": [98.0] * 2}
    rules = make_rules(**BOTH, **entry("limit", 0, unit="column"))
    run = simulate(make_bars([QUIET] * 2), signals_of(2, columns, long_entry=[0], short_entry=[0]), rules)
    assert fills(run) == [(1, 10, 100, "entry", "open")]


def test_reversal_rests_and_closes_and_opens_where_it_fills(simulate: Simulate) -> None:
    # Long 10 from 101. The short decided at close 1 = 100 rests at 99 and fills inside bar 2.
    bars = make_bars([QUIET, (100, 101, 100, 100), (100, 100, 98, 98)])
    signals = signals_of(3, long_entry=[0], short_entry=[1])
    run = simulate(bars, signals, make_rules(direction="both", **entry("stop")))
    assert fills(run)[1:] == [(2, -10, 99, "reverse", "inside"), (2, -10, 99, "entry", "inside")]
    assert [(f.kind, f.decided) for f in run.fills[1:]] == [(STOP, 1), (STOP, 1)]


def test_reversal_that_is_not_met_leaves_the_position(simulate: Simulate) -> None:
    bars = make_bars([QUIET, (100, 101, 100, 100), QUIET])
    signals = signals_of(3, long_entry=[0], short_entry=[1])
    run = simulate(bars, signals, make_rules(direction="both", **entry("stop")))
    assert len(run.fills) == 1
    assert counted(run) == {"expired": 1}


def test_reversal_that_rests_does_not_silence_an_exit(simulate: Simulate) -> None:
    # The long leaves at open 2; the short order rests on and opens at 99.
    bars = make_bars([QUIET, (100, 101, 100, 100), (100, 100, 98, 98)])
    signals = signals_of(3, long_entry=[0], short_entry=[1], long_exit=[1])
    run = simulate(bars, signals, make_rules(direction="both", **entry("stop")))
    assert fills(run)[1:] == [(2, -10, 100, "signal", "open"), (2, -10, 99, "entry", "inside")]


def test_order_that_remains_after_a_stop_opens_on_its_own(simulate: Simulate) -> None:
    # Long from 101, stop 3 % under it: 97.97; the short rests at 97. The low of 96 meets both, one
    # after the other; the short's own stop of 99.91 is above the bar.
    bars = make_bars([QUIET, (100, 101, 100, 100), (99, 99, 96, 97)])
    columns = {"entry_long": [101, 0, 0], "entry_short": [0, 97, 0]}
    signals = signals_of(3, columns, long_entry=[0], short_entry=[1])
    run = simulate(
        bars, signals, make_rules(direction="both", stop_loss=3, **entry("stop", 0, unit="column"))
    )
    assert fills(run)[1:] == [(2, -10, 97.97, "stop_loss", "inside"), (2, -10, 97, "entry", "inside")]
