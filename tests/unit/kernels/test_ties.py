"""Equal, above and below, at the tolerance and at infinity (engine.md 2.2)."""

import math

import pytest

from tradewright.kernels.ties import TIE_TOLERANCE, above, at_least, at_most, below, equal

INF = math.inf


@pytest.mark.parametrize(
    ("a", "b", "wanted"),
    [
        (100.0, 100.0 * (1 + 0.9e-11), True),
        (100.0, 100.0 * (1 + 1.1e-11), False),
        (-100.0, -100.0 * (1 + 0.9e-11), True),
        (0.0, -0.0, True),
        (0.0, 1e-300, False),
        (INF, INF, True),
        (-INF, -INF, True),
        (INF, -INF, False),
        (INF, 100.0, False),
        (-INF, 100.0, False),
        (1.7e308, -1.7e308, False),
        (math.nan, math.nan, False),
        (math.nan, INF, False),
    ],
)
def test_equal_is_relative_and_an_infinity_is_equal_to_itself_alone(a: float, b: float, wanted: bool) -> None:
    assert equal(a, b, TIE_TOLERANCE) == wanted
    assert equal(b, a, TIE_TOLERANCE) == wanted


def test_comparisons_with_an_infinity_tell_greater_from_smaller() -> None:
    assert above(INF, 100.0, TIE_TOLERANCE)
    assert below(-INF, 100.0, TIE_TOLERANCE)
    assert not at_least(100.0, INF, TIE_TOLERANCE)
    assert not at_most(100.0, -INF, TIE_TOLERANCE)


@pytest.mark.parametrize("value", [0.0, 100.0, -100.0, INF])
def test_without_a_tolerance_only_the_same_is_equal(value: float) -> None:
    assert equal(value, value, 0.0)
    assert not equal(100.0 * (1 + 1e-15), value, 0.0)
