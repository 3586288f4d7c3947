"""Swings: strict to the left, first of equals, equal by the tie rule."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradewright.kernels.pivots import is_swing_high, is_swing_low

columns = st.lists(st.integers(1, 6), min_size=1, max_size=25).map(lambda v: np.array(v, dtype=np.float64))


@given(columns, st.integers(1, 4), st.integers(1, 4))
def test_swing_high_tops_every_neighbour(high: np.ndarray, left: int, right: int) -> None:
    for bar in range(left, high.size - right):
        before, after = high[bar - left : bar], high[bar + 1 : bar + right + 1]
        wanted = bool((before < high[bar]).all() and (after <= high[bar]).all())
        assert is_swing_high(high, bar, left, right) == wanted


@given(columns, st.integers(1, 4), st.integers(1, 4))
def test_swing_low_is_the_swing_high_of_the_market_upside_down(
    low: np.ndarray, left: int, right: int
) -> None:
    for bar in range(left, low.size - right):
        assert is_swing_low(low, bar, left, right) == is_swing_high(10 - low, bar, left, right)


@pytest.mark.parametrize(
    ("before", "after", "wanted"), [(1.0, 1.0, False), (0.9, 1.0, True), (0.9, 1.1, False)]
)
def test_swing_high_counts_prices_apart_by_rounding_as_equal(
    before: float, after: float, wanted: bool
) -> None:
    for noise in (1 - 1e-14, 1.0, 1 + 1e-14):
        high = np.array([before * noise, 1.0, after * noise])
        assert is_swing_high(high, 1, 1, 1) == wanted
        assert is_swing_low(2.0 - high, 1, 1, 1) == wanted
