"""The engine equals the plain-Python reference: fills bit for bit, everything else to rounding."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import (
    BAR_KINDS,
    drawn_bars,
    drawn_rules,
    drawn_signals,
    make_rules,
    make_signals,
    real_bars,
    with_extreme_at,
)
from tests.reference import Outcome, Trade, levels_over, reference_simulate
from tradewright.core.bars import Bars
from tradewright.engine.rules import Rules
from tradewright.engine.simulate import simulate
from tradewright.engine.types import Signals

SYMBOLS = ("AAPL", "FB", "GOOG", "IBM", "MSFT")
quick = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
campaign = settings(quick, max_examples=20_000)


def assert_same(bars: Bars, signals: Signals, rules: Rules, start: int) -> None:
    """Compare the two engines on one run."""
    expected = reference_simulate(bars, signals, rules, start)
    got = Outcome.of(simulate(bars, signals, rules, start))
    assert [_exact(fill) for fill in got.fills] == [_exact(fill) for fill in expected.fills]
    assert got.counters == expected.counters
    assert got.bars_held == expected.bars_held
    assert len(got.equity) == len(bars) - start
    scale = max(1.0, *(abs(value) for value in expected.equity))
    assert got.equity == pytest.approx(expected.equity, rel=1e-12, abs=1e-12 * scale)
    _assert_trades(got.trades, expected.trades)
    _assert_trades(got.open_trades, expected.open_trades)


def _exact(thing: object) -> tuple[str, ...]:
    """The very bits of every field; NaN equals NaN."""
    values = dataclasses.astuple(thing)  # pyright: ignore[reportArgumentType] - any of the records
    return tuple(value.hex() if isinstance(value, float) else str(value) for value in values)


def _assert_trades(got: list[Trade], expected: list[Trade]) -> None:
    assert len(got) == len(expected)
    for one, other in zip(got, expected, strict=True):
        notional = other.entry_price * other.quantity
        left, right = dataclasses.asdict(one), dataclasses.asdict(other)
        assert left == pytest.approx(right, rel=1e-12, abs=1e-12 * max(1.0, notional), nan_ok=True)
        assert (left["mae"], left["mfe"]) == pytest.approx((right["mae"], right["mfe"]), rel=1e-12, abs=1e-15)


def _compare_a_drawn_run(data: st.DataObject, kind: str) -> None:
    bars = data.draw(drawn_bars(kinds=[kind]))
    signals = data.draw(drawn_signals(len(bars)))
    rules = data.draw(drawn_rules())
    start = data.draw(st.just(0) | st.integers(0, len(bars) - 1))
    assert_same(bars, signals, rules, start)


def _compare_a_real_run(data: st.DataObject, longest: int) -> None:
    whole = real_bars(data.draw(st.sampled_from(SYMBOLS)))
    first = data.draw(st.integers(0, len(whole) - 2))
    bars = whole.slice(first, min(first + longest, len(whole)))
    signals = data.draw(drawn_signals(len(bars)))
    assert_same(bars, signals, data.draw(drawn_rules()), 0)


def _compare_a_run_beside_its_levels(data: st.DataObject) -> None:
    """Move extremes and opens to within a rounding error of the levels that watch over their bars."""
    bars = data.draw(drawn_bars(kinds=["walk", "wild"]))
    signals, rules = data.draw(drawn_signals(len(bars))), data.draw(drawn_rules())
    random = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    for bar in sorted(random.choice(len(bars), size=min(12, len(bars)), replace=False)):
        near = [price for price in levels_over(bars, signals, rules, 0, int(bar)) if price > 1e-3]
        if near:
            price = random.choice(near) * (1 + 1e-12 * random.integers(-1, 2))
            bars = with_extreme_at(bars, int(bar), price)
    assert_same(bars, signals, rules, 0)


@pytest.mark.slow
@quick
@given(data=st.data())
def test_simulate_on_bars_that_all_but_touch_levels_equals_the_reference(data: st.DataObject) -> None:
    _compare_a_run_beside_its_levels(data)


@pytest.mark.campaign
@settings(quick, max_examples=10_000)
@given(data=st.data())
def test_simulate_on_many_bars_that_all_but_touch_levels_equals_the_reference(data: st.DataObject) -> None:
    _compare_a_run_beside_its_levels(data)


@pytest.mark.slow
@pytest.mark.parametrize("kind", BAR_KINDS)
@quick
@given(data=st.data())
def test_simulate_on_drawn_bars_equals_the_reference(kind: str, data: st.DataObject) -> None:
    _compare_a_drawn_run(data, kind)


@pytest.mark.slow
@settings(quick, max_examples=100)
@given(data=st.data())
def test_simulate_on_real_bars_equals_the_reference(data: st.DataObject) -> None:
    _compare_a_real_run(data, longest=250)


@pytest.mark.campaign
@pytest.mark.parametrize("kind", BAR_KINDS)
@campaign
@given(data=st.data())
def test_simulate_on_many_drawn_bars_equals_the_reference(kind: str, data: st.DataObject) -> None:
    _compare_a_drawn_run(data, kind)


@pytest.mark.campaign
@settings(quick, max_examples=2_000)
@given(data=st.data())
def test_simulate_on_all_real_bars_equals_the_reference(data: st.DataObject) -> None:
    _compare_a_real_run(data, longest=5_000)


def test_simulate_of_a_crossover_on_ten_years_equals_the_reference() -> None:
    bars = real_bars("MSFT")
    fast, slow = (np.convolve(bars.close, np.ones(n) / n)[: len(bars)] for n in (20, 50))
    up = fast > slow
    crossed = np.flatnonzero(up[1:] != up[:-1]) + 1
    signals = make_signals(
        len(bars),
        long_entry=[int(i) for i in crossed if up[i]],
        short_entry=[int(i) for i in crossed if not up[i]],
    )
    rules = make_rules(direction="both", fee=0.001, slippage=0.0005, stop_loss=5, trailing=8)
    assert_same(bars, signals, rules, start=50)
    assert len(simulate(bars, signals, rules, 50).trades) > 50


@settings(quick, max_examples=40)
@given(data=st.data())
def test_simulate_repeated_in_four_threads_is_bit_equal(data: st.DataObject) -> None:
    bars = data.draw(drawn_bars())
    signals, rules = data.draw(drawn_signals(len(bars))), data.draw(drawn_rules())
    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(simulate, bars, signals, rules, 0) for _ in range(8)]
        runs = [job.result() for job in jobs]
    for run in runs[1:]:
        assert run.equity.tobytes() == runs[0].equity.tobytes()
        assert run.fills.tobytes() == runs[0].fills.tobytes()
        assert run.trades.tobytes() == runs[0].trades.tobytes()
        assert run.counters == runs[0].counters
