"""Moving sums and extremes: exact to rounding, without drift, whatever came before the window."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradewright.kernels.rolling import rolling_max, rolling_mean, rolling_min, rolling_weighted_mean

values = st.lists(st.integers(-1_000, 1_000).map(lambda v: v / 8), max_size=40)
periods = st.integers(1, 45)


@given(values, periods)
def test_rolling_mean_equals_the_exact_mean_of_each_window(column: list[float], period: int) -> None:
    ours = rolling_mean(np.array(column, dtype=np.float64), period)
    for i, value in enumerate(ours):
        if i < period - 1:
            assert math.isnan(value)
        else:  # eighths of small integers add without rounding
            assert value == float(Fraction(sum(column[i - period + 1 : i + 1])) / period)


@given(values, periods)
def test_rolling_weighted_mean_equals_the_exact_one(column: list[float], period: int) -> None:
    ours = rolling_weighted_mean(np.array(column, dtype=np.float64), period)
    for i, value in enumerate(ours):
        if i < period - 1:
            assert math.isnan(value)
        else:
            window = column[i - period + 1 : i + 1]
            weighted = sum(Fraction(v) * k for k, v in enumerate(window, start=1))
            assert value == float(weighted / Fraction(period * (period + 1), 2))


@given(values, periods)
def test_rolling_extremes_equal_those_of_each_window(column: list[float], period: int) -> None:
    array = np.array(column, dtype=np.float64)
    highest, lowest = rolling_max(array, period), rolling_min(array, period)
    for i in range(array.size):
        if i < period - 1:
            assert math.isnan(highest[i])
            assert math.isnan(lowest[i])
        else:
            window = column[i - period + 1 : i + 1]
            assert (highest[i], lowest[i]) == (max(window), min(window))


@given(values, periods, st.sets(st.integers(0, 39), max_size=4))
def test_rolling_mean_with_holes_is_unknown_exactly_where_a_window_has_one(
    column: list[float], period: int, holes: set[int]
) -> None:
    array = np.array(column, dtype=np.float64)
    at = [hole for hole in holes if hole < array.size]
    array[at] = np.nan
    for function in (rolling_mean, rolling_weighted_mean):
        for i, value in enumerate(function(array, period)):
            spoilt = i < period - 1 or any(i - period < hole <= i for hole in at)
            assert math.isnan(value) == spoilt


@pytest.mark.parametrize("function", [rolling_mean, rolling_weighted_mean])
def test_rolling_mean_after_a_huge_value_is_as_good_as_before(function) -> None:
    column = np.full(200_000, 0.1)
    column[50] = 1e15
    after = function(column, 20)[100:]
    assert np.max(np.abs(after - 0.1)) < 1e-15
