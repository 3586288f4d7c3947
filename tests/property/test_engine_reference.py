"""The engine equals the plain-Python reference: fills bit for bit, everything else to rounding."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.drawn import Drawn, drawn_runs, drawn_runs_over
from tests.factories import BAR_KINDS, make_rules, make_signals, real_bars
from tests.reference import Outcome, reference_simulate
from tests.reference.hunt import beside_levels, described
from tests.reference.same import differences
from tradewright.engine.simulate import simulate
from tradewright.engine.types import NOWHERE

SYMBOLS = ("AAPL", "FB", "GOOG", "IBM", "MSFT")
quick = settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
campaign = settings(quick, max_examples=20_000)


def assert_same(run: Drawn) -> None:
    """Compare the two engines on one run."""
    found = differences(Outcome.of(simulate(*run)), reference_simulate(*run))
    assert not found, "\n".join([described(run), *found])


def _a_real_run(data: st.DataObject, longest: int) -> Drawn:
    whole = real_bars(data.draw(st.sampled_from(SYMBOLS)))
    first = data.draw(st.integers(0, len(whole) - 2))
    return data.draw(drawn_runs_over(whole.slice(first, min(first + longest, len(whole)))))


def _compare_a_run_beside_its_levels(data: st.DataObject) -> None:
    run = data.draw(drawn_runs(["walk", "wild"]))
    assert_same(beside_levels(run, np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))))


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
    assert_same(data.draw(drawn_runs([kind])))


@pytest.mark.slow
@settings(quick, max_examples=100)
@given(data=st.data())
def test_simulate_on_real_bars_equals_the_reference(data: st.DataObject) -> None:
    assert_same(_a_real_run(data, longest=250))


@pytest.mark.campaign
@pytest.mark.parametrize("kind", BAR_KINDS)
@campaign
@given(data=st.data())
def test_simulate_on_many_drawn_bars_equals_the_reference(kind: str, data: st.DataObject) -> None:
    assert_same(data.draw(drawn_runs([kind])))


@pytest.mark.campaign
@settings(quick, max_examples=2_000)
@given(data=st.data())
def test_simulate_on_all_real_bars_equals_the_reference(data: st.DataObject) -> None:
    assert_same(_a_real_run(data, longest=5_000))


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
    assert_same(Drawn(bars, signals, rules, 50, NOWHERE))
    assert len(simulate(bars, signals, rules, 50).trades) > 50


@settings(quick, max_examples=40)
@given(run=drawn_runs())
def test_simulate_repeated_in_four_threads_is_bit_equal(run: Drawn) -> None:
    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(simulate, *run) for _ in range(8)]
        runs = [job.result() for job in jobs]
    for other in runs[1:]:
        assert other.equity.tobytes() == runs[0].equity.tobytes()
        assert other.fills.tobytes() == runs[0].fills.tobytes()
        assert other.trades.tobytes() == runs[0].trades.tobytes()
        assert other.counters == runs[0].counters
