"""Stretches of bars: their extremes, the first bar that leaves them, and equity marked along them."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import make_bars, walk_rows
from tradewright.core.bars import Bars
from tradewright.engine.sweep.express import cleared
from tradewright.engine.sweep.marking import extremes_of, mark_flat, mark_held
from tradewright.engine.sweep.meeting import Bounds, first_outside
from tradewright.engine.sweep.tables import BLOCK, SUM_BEFORE, Tables, tables_of
from tradewright.engine.sweep.totals import TOTALS

seeds = st.integers(0, 2**32 - 1)
LENGTHS = [1, 2, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 67, 130]


def walk(seed: int, n: int) -> Bars:
    return make_bars(walk_rows(np.random.default_rng(seed), n, 0.03))


def tables_for(bars: Bars, start: int = 0, ends: Any = None, risk_free: float = 0.0) -> Tables:
    return tables_of(bars, start, np.arange(start, len(bars)) if ends is None else ends, risk_free)


@pytest.mark.parametrize("n", LENGTHS)
def test_the_extremes_of_every_stretch_are_those_of_its_closes(n: int) -> None:
    bars = walk(n, n)
    tables = tables_for(bars)
    for first in range(n):
        for last in range(first + 1, n + 1):
            part = bars.close[first:last]
            found = extremes_of(tables.prices, tables.ranges, first, last)
            assert found == (part.min(), part.max()), (first, last)


@pytest.mark.parametrize("n", LENGTHS)
def test_the_sum_before_a_bar_is_that_of_the_closes_before_it(n: int) -> None:
    bars = walk(n, n)
    sums = tables_for(bars).prices[:, SUM_BEFORE]
    np.testing.assert_allclose(sums, np.concatenate([[0.0], np.cumsum(bars.close)]), rtol=1e-14)


@given(seeds, st.sampled_from(LENGTHS))
def test_the_first_bar_outside_is_the_first_that_touches_a_bound(seed: int, n: int) -> None:
    random, bars = np.random.default_rng(seed), walk(seed, n)
    tables = tables_for(bars)
    for _ in range(20):
        first, last = np.sort(random.integers(0, n + 1, 2)).tolist()
        low = float(random.choice([0.0, *bars.low, *(bars.low * 0.99)]))
        high = float(random.choice([np.inf, *bars.high, *(bars.high * 1.01)]))
        outside = np.flatnonzero((bars.low[first:last] <= low) | (bars.high[first:last] >= high))
        wanted = first + outside[0] if outside.size else last
        assert first_outside(tables.reach, tables.blocks, first, last, Bounds(low, high)) == wanted


def test_the_range_of_the_window_is_that_of_its_own_bars() -> None:
    bars = walk(3, 100)
    tables = tables_for(bars, 40)
    assert (tables.bottom, tables.top) == (bars.low[40:].min(), bars.high[40:].max())


def marked(bars: Bars, start: int, cuts: list[int], holdings: Any, ends: Any, risk_free: float) -> Any:
    """Return what stretches between `cuts` add up to, held with changing cash and units; and the equity."""
    tables = tables_for(bars, start, ends, risk_free)
    totals = np.zeros(1, TOTALS)
    t: Any = totals[0]
    cleared(t, 1_000.0, start)
    equity: list[float] = []
    first = start
    for last, (cash, units) in zip([*cuts, len(bars)], holdings, strict=True):
        t.cash = cash
        if units == 0:
            mark_flat(tables, t, last)
        else:
            mark_held(tables, t, last, units)
        equity += (cash + units * bars.close[first:last]).tolist()
        first = last
    return totals[0], np.array(equity)


@given(seeds, st.sampled_from(LENGTHS))
def test_stretches_add_up_to_what_their_equity_does(seed: int, n: int) -> None:
    random, bars = np.random.default_rng(seed), walk(seed, n)
    start = int(random.integers(0, n))
    cuts = np.sort(random.integers(start, n + 1, random.integers(0, 6))).tolist()
    units = random.choice([0.0, 1.0, -2.0, 5.0, -0.5], len(cuts) + 1)
    holdings = [(random.uniform(900, 1_500) - u * 100, u) for u in units]
    ends = np.flatnonzero(random.random(n - start) < random.choice([0.1, 0.5, 1.0])) + start
    ends = np.unique([*ends, n - 1]).astype(np.int64)
    risk_free = float(random.choice([0.0, 0.001, -0.001]))

    t, equity = marked(bars, start, cuts, holdings, ends, risk_free)

    peaks = np.maximum.accumulate([1_000.0, *equity])[1:]
    points = np.array([1_000.0, *equity[ends - start]])
    returns = np.diff(points) / points[:-1]
    still = t["periods"] - t["moved"]  # returned nothing
    short = np.minimum(returns - risk_free, 0.0)
    wanted = {
        "equity": equity[-1],
        "equity_sum": equity.sum(),
        "deepest": min(0.0, ((equity - peaks) / peaks).min()),
        "peak": peaks[-1],
        "periods": ends.size,
        "point": points[-1],
        **{f"sum{power}": (returns**power).sum() for power in (1, 2, 3, 4)},
        "gains": returns[returns > 0].sum(),
        "drops": returns[returns < 0].sum(),
        "downside": (short**2).sum() - still * min(-risk_free, 0.0) ** 2,
        "marked": n,
    }
    for name, value in wanted.items():
        assert t[name] == pytest.approx(value, rel=1e-9, abs=1e-12), name
