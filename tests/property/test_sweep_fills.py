"""A run from event to event fills what the same run bar by bar fills, bit for bit, and adds up the same."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.drawn import ByHypothesis, Drawn
from tests.factories import Row, make_bars, make_rules, make_signals
from tests.swept.fills import compare, expressed, run_by, tamed_run, without_journal
from tradewright.core.bars import Bars
from tradewright.engine.types import LIQUIDATION, NOWHERE, Signals


@pytest.mark.slow
@given(st.data())
def test_drawn_runs_are_the_same_bit_for_bit(data: st.DataObject) -> None:
    run = tamed_run(ByHypothesis(data.draw))
    assert compare(run) == []


@pytest.mark.slow
@given(st.integers(0, 2**32 - 1))
def test_runs_with_prices_beside_their_levels_are_the_same(seed: int) -> None:
    assert compare(run_by(seed, beside=True)) == []


@pytest.mark.campaign
@settings(max_examples=10_000)
@given(st.data())
def test_many_drawn_runs_are_the_same_bit_for_bit(data: st.DataObject) -> None:
    run = tamed_run(ByHypothesis(data.draw))
    assert compare(run) == []


@pytest.mark.slow
@given(st.data())
def test_a_run_adds_up_the_same_without_a_journal_and_among_others(data: st.DataObject) -> None:
    run = tamed_run(ByHypothesis(data.draw))
    assert without_journal(run).tobytes() == expressed(run).totals.tobytes()


# ------------------------------------------------------------------ by hand


def run_of(bars: Bars, signals: Signals, start: int = 0, **rules: Any) -> Drawn:
    return Drawn(bars, signals, make_rules(**rules), start, NOWHERE)


def long_bars(n: int, jumps: dict[int, Row]) -> Bars:
    """Bars that stand still at 100, apart from those named."""
    return make_bars([jumps.get(j, (100.0, 100.5, 99.5, 100.0)) for j in range(n)])


AROUND = [1, 2, 6, 7, 8, 9, 62, 63, 64, 65, 66, 126, 127, 128, 129, 255, 256, 257, 398]


@pytest.mark.parametrize("bar", AROUND)
@pytest.mark.parametrize("level", ["stop_loss", "take_profit", "trailing"])
@pytest.mark.parametrize("side", ["long", "short"])
def test_a_level_is_met_in_the_bar_that_touches_it_and_in_no_other(bar: int, level: str, side: str) -> None:
    touched = (100.0, 105.0, 99.5, 100.0) if (level == "take_profit") == (side == "long") else None
    bars = long_bars(400, {bar: touched or (100.0, 100.5, 95.0, 100.0)})
    entries: dict[str, Any] = {f"{side}_entry": [0]}
    run = run_of(bars, make_signals(400, **entries), direction=side, **{level: 4.0})
    assert compare(run) == []
    assert expressed(run).journal["bar"].tolist() == [1, bar]


@pytest.mark.parametrize("bar", AROUND)
@pytest.mark.parametrize("on_opposite", ["reverse", "exit", "ignore"])
def test_what_a_close_decides_happens_at_the_next_open(bar: int, on_opposite: str) -> None:
    signals = make_signals(400, long_entry=[0, bar], short_entry=[bar // 2, bar + 1], long_exit=[bar])
    run = run_of(long_bars(400, {}), signals, direction="both", on_opposite=on_opposite)
    assert compare(run) == []


@pytest.mark.parametrize("bars", [*range(1, 12), 63, 64, 65, 66, 128, 129])
@pytest.mark.parametrize("close_at_end", [False, True])
def test_the_last_bars_leave_what_a_single_run_leaves(bars: int, close_at_end: bool) -> None:
    for entry in {0, bars - 3, bars - 2, bars - 1} & set(range(bars)):
        for leaving in {bars - 2, bars - 1} & set(range(bars)):
            signals = make_signals(bars, long_entry=[entry], long_exit=[leaving])
            run = run_of(long_bars(bars, {}), signals, close_at_end=close_at_end)
            assert compare(run) == [], (entry, leaving)


@pytest.mark.parametrize("start", [0, 1, 62, 63, 64, 65, 127, 128, 198, 199])
def test_nothing_is_decided_before_the_window_and_nothing_marked(start: int) -> None:
    every = list(range(0, 200, 3))
    signals = make_signals(200, long_entry=every, short_entry=[j + 1 for j in every if j < 199])
    wavy = [(p, p + 1, p - 1, p + 0.5) for p in 100 + 5 * np.sin(np.arange(200))]
    run = run_of(make_bars(wavy), signals, start, direction="both", stop_loss=1.0, fee=0.001)
    assert compare(run) == []


@pytest.mark.parametrize("time_stop", [1, 2, 7, 63, 64, 65, 398, 399, 400, 1_000])
def test_a_time_stop_is_decided_at_its_own_close(time_stop: int) -> None:
    run = run_of(
        long_bars(400, {}), make_signals(400, long_entry=list(range(0, 400, 5))), time_stop=time_stop
    )
    assert compare(run) == []


def test_an_account_that_is_ruined_stays_so() -> None:
    fall = {3: (60.0, 60.0, 50.0, 55.0)}
    run = run_of(long_bars(80, fall), make_signals(80, long_entry=range(0, 80, 2)), leverage=10.0)
    assert compare(run) == []
    found = expressed(run)
    assert found.totals["ended"]
    assert found.journal["reason"].tolist()[-1] == LIQUIDATION
    assert found.totals["equity"] < 0


def test_an_account_that_is_liquidated_with_something_left_goes_on() -> None:
    fall = {3: (100.0, 100.0, 90.2, 95.0)}
    signals = make_signals(80, long_entry=[0, 10])
    run = run_of(long_bars(80, fall), signals, leverage=10.0, maintenance_margin=0.05)
    assert compare(run) == []
    assert expressed(run).totals["trades"] == 1
    assert expressed(run).totals["open_trades"] == 1


def test_an_account_of_which_exactly_nothing_is_left_is_ruined_too() -> None:
    for leverage in (10.0, 7.0, 3.0):
        low = 100.0 * (1 - 1 / leverage)
        fall = {3: (100.0, 100.0, low - 1, low + 1)}
        signals = make_signals(80, long_entry=range(0, 80, 2))
        run = run_of(long_bars(80, fall), signals, leverage=leverage)
        assert compare(run) == []
        assert expressed(run).totals["ended"]
        assert abs(expressed(run).totals["equity"]) < 1e-6
        assert expressed(run).totals["trades"] == 1


@pytest.mark.parametrize("unit", ["percent", "atr"])
@pytest.mark.parametrize("side", ["long", "short"])
def test_a_trailing_stop_leaves_the_liquidation_where_it_is(unit: str, side: str) -> None:
    away = (101.0, 102.0, 100.5, 101.5) if side == "long" else (99.0, 99.5, 98.0, 98.5)
    ruin = (100.0, 100.5, 88.0, 89.0) if side == "long" else (100.0, 112.0, 99.5, 111.0)
    bars = long_bars(80, {3: away, 20: ruin})
    entries: dict[str, Any] = {f"{side}_entry": [0]}
    signals = replace(make_signals(80, **entries), columns={"atr:14": np.ones(80)})
    trailing = {"value": 30.0, "unit": unit}
    run = run_of(bars, signals, leverage=10.0, trailing=trailing, direction=side)
    assert compare(run) == []
    assert expressed(run).journal["reason"].tolist() == [0, LIQUIDATION]


@pytest.mark.parametrize("bar", [*range(2, 40), *AROUND[7:]])
@pytest.mark.parametrize("close", [94.0, 106.0])
@pytest.mark.parametrize("side", ["long", "short"])
def test_the_deepest_fall_is_found_in_whatever_bar_it_is(bar: int, close: float, side: str) -> None:
    moved = (100.0, max(close, 100.5), min(close, 99.5), close)
    entries: dict[str, Any] = {f"{side}_entry": [0]}
    for last in (41, 90, 400):
        if bar < last:
            run = run_of(long_bars(last, {bar: moved}), make_signals(last, **entries), direction=side)
            assert compare(run) == []
            assert expressed(run).totals["deepest"] < -0.05


@pytest.mark.parametrize("tolerance", [1e-11, 0.0])
@pytest.mark.parametrize("step", [-2, -1, 0, 1, 2])
@pytest.mark.parametrize("side", ["long", "short"])
def test_a_price_within_a_rounding_error_of_a_level_does_what_it_does_bar_by_bar(
    tolerance: float, step: int, side: str
) -> None:
    beside = 1 + step * 4e-12
    high, low = 102.0 * beside, 98.0 * beside
    bars = long_bars(100, {70: (100.0, high, 99.5, 100.0), 75: (100.0, 100.5, low, 100.0)})
    entries: dict[str, Any] = {f"{side}_entry": [0, 71, 76]}
    rules = {"direction": side, "stop_loss": 2.0, "take_profit": 2.0, "tie_tolerance": tolerance}
    for limit_fill in ("touch", "through"):
        run = run_of(bars, make_signals(100, **entries), limit_fill=limit_fill, **rules)
        assert compare(run) == [], limit_fill
