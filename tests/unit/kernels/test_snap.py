"""Differences that only rounding keeps off zero."""

import math

import pytest

from tradewright.kernels.snap import snap


@pytest.mark.parametrize(
    ("difference", "price", "wanted"),
    [
        ((0.1 + 0.2) - 0.3, 0.3, 0.0),
        (-1e-12, 1.0, 0.0),
        (1e-12, -1.0, 0.0),
        (2e-12, 1.0, 2e-12),
        (-2e-12, 1.0, -2e-12),
        (1e-12, 0.0, 1e-12),
    ],
)
def test_snap_keeps_what_is_more_than_rounding(difference: float, price: float, wanted: float) -> None:
    assert snap(difference, price) == wanted


def test_snap_of_unknown_is_unknown() -> None:
    assert math.isnan(snap(math.nan, 1.0))
    assert math.isnan(snap(math.nan, math.nan))
