"""Sobol points: as published, and even on every axis."""

import numpy as np
import pytest

from tradewright.research.sweep.combinations.sobol import _JOE_KUO, BITS, sobol


def test_sobol_begins_as_published() -> None:
    # The first points of three axes as the authors' own program prints them.
    published = [
        (0, 0, 0), (0.5, 0.5, 0.5), (0.75, 0.25, 0.25), (0.25, 0.75, 0.75), (0.375, 0.375, 0.625),
        (0.875, 0.875, 0.125), (0.625, 0.125, 0.875), (0.125, 0.625, 0.375), (0.1875, 0.3125, 0.9375),
        (0.6875, 0.8125, 0.4375),
    ]  # fmt: skip
    assert (sobol(0, 10, 3) / 2**BITS).tolist() == [list(point) for point in published]
    np.testing.assert_array_equal(sobol(4, 6, 3), sobol(0, 10, 3)[4:])


def test_every_axis_of_sobol_is_even_and_no_two_are_the_same() -> None:
    points = sobol(0, 1024, 21)
    assert (np.sort(points >> (BITS - 10), axis=0) == np.arange(1024)[:, None]).all()
    ranks = {tuple(column) for column in (points >> (BITS - 10)).T.tolist()}
    assert len(ranks) == 21


@pytest.mark.parametrize("row", _JOE_KUO)
def test_direction_numbers_can_be(row: tuple[int, int, tuple[int, ...]]) -> None:
    degree, inner, first = row
    assert len(first) == degree
    assert all(number % 2 and number < 2**k for k, number in enumerate(first, 1))
    # Powers of x modulo the polynomial go through every remainder: it is primitive.
    polynomial, power, order = 1 << degree | inner << 1 | 1, 1, 0
    while order == 0 or power != 1:
        power, order = power << 1, order + 1
        power ^= polynomial if power >> degree else 0
    assert order == 2**degree - 1
