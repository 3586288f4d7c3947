"""Exponential averages: their seed, their step, and what an unknown value does."""

import numpy as np
import pytest

from tradewright.kernels.ewm import exponential_mean


def test_exponential_mean_starts_with_the_plain_mean_and_moves_by_alpha() -> None:
    out = exponential_mean(np.array([1.0, 3.0, 10.0, 4.0]), 2, 0.25)
    assert np.isnan(out[0])
    assert out[1:].tolist() == [2.0, 4.0, 4.0]


def test_exponential_mean_of_a_constant_is_that_constant() -> None:
    out = exponential_mean(np.full(5_000, 0.1), 7, 2 / 8)
    assert (out[6:] == 0.1).all()


def test_exponential_mean_after_a_hole_starts_again_from_a_seed() -> None:
    column = np.array([1.0, 2.0, 3.0, np.nan, 5.0, 7.0, 9.0])
    out = exponential_mean(column, 2, 0.5)
    assert out == pytest.approx([np.nan, 1.5, 2.25, np.nan, np.nan, 6.0, 7.5], nan_ok=True)
