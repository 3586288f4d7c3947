"""Moving mean and deviation: right at any level, exactly flat where the prices are."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradewright.kernels.moments import rolling_mean_std

values = st.lists(st.integers(-1_000, 1_000).map(lambda v: v / 8), max_size=40)


@given(values, st.integers(1, 45), st.sampled_from([0.0, 1e6]))
def test_moments_equal_the_exact_ones_of_each_window(column: list[float], period: int, level: float) -> None:
    array = np.array(column, dtype=np.float64) + level
    mean, std = rolling_mean_std(array, period)
    for i in range(array.size):
        if i < period - 1:
            assert math.isnan(mean[i])
            assert math.isnan(std[i])
            continue
        window = [Fraction(v) for v in array[i - period + 1 : i + 1]]
        middle = sum(window) / period
        assert mean[i] == pytest.approx(float(middle), rel=1e-14, abs=1e-12)
        variance = float(sum((v - middle) ** 2 for v in window) / period)
        assert std[i] == pytest.approx(math.sqrt(variance), rel=1e-9, abs=2e-12 * max(1, level))


@given(st.floats(1e-9, 1e12), st.integers(2, 30))
def test_deviation_of_a_flat_window_is_zero_and_its_mean_the_price(price: float, period: int) -> None:
    mean, std = rolling_mean_std(np.full(90, price), period)
    assert (std[period - 1 :] == 0).all()
    assert (mean[period - 1 :] == price).all()


def test_deviation_after_a_crash_from_a_huge_price_is_as_good_as_before() -> None:
    calm = 1 + np.arange(400) % 2 * 1e-3
    crashed = np.concatenate([np.full(50, 1e12), calm])
    _, alone = rolling_mean_std(calm, 20)
    _, after = rolling_mean_std(crashed, 20)
    np.testing.assert_allclose(after[50 + 19 :], alone[19:], rtol=1e-12)


def test_moments_with_a_hole_are_unknown_exactly_while_a_window_has_it() -> None:
    column = np.arange(60.0)
    column[31] = np.nan
    for part in rolling_mean_std(column, 7):
        assert np.flatnonzero(np.isnan(part)).tolist() == [*range(6), *range(31, 38)]
