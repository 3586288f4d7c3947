"""Colours' ends and how values are written."""

import numpy as np
import pytest

from tradewright.reports.sweeps.scale import Scale, measure_of, round_levels, scale_of


def test_one_value_far_out_does_not_take_all_colours():
    values = np.append(np.linspace(0, 1, 99), 900.0)
    scale = scale_of(values, 1)
    assert scale.high < 1.01
    assert scale.above
    assert not scale.below
    assert scale.levels(np.array([900.0]))[0] == 1.0


def test_without_outliers_the_ends_are_the_extremes():
    scale = scale_of(np.array([-1.0, 0.0, np.nan, 2.0]), 1)
    assert (scale.low, scale.high, scale.below, scale.above) == (-1.0, 2.0, False, False)


def test_brighter_is_better_whichever_way_that_is():
    for sign, levels in ((1, [0.0, 1.0]), (-1, [1.0, 0.0])):
        assert scale_of(np.array([1.0, 3.0]), sign).colours(np.array([1.0, 3.0])).tolist() == levels


def test_equal_values_have_one_colour_and_undefined_none():
    levels = scale_of(np.array([2.0, 2.0]), 1).levels(np.array([2.0, np.nan]))
    assert levels[0] == 0.5
    assert np.isnan(levels[1])


@pytest.mark.parametrize(
    ("metric", "value", "span", "text"),
    [
        ("max_drawdown", -0.123456, 0.3, "\N{MINUS SIGN}12.3 %"),
        ("sharpe", 1.23456, 2.0, "1.23"),
        ("sharpe", 0.0123456, 0.01, "0.0123"),
        ("max_drawdown_duration", 86_400.0 * 12, 0.0, "12.00 days"),
        ("sharpe", float("nan"), 1.0, "\N{EM DASH}"),
        ("sharpe", -0.001, 2.0, "0.00"),
        ("something", 1234.5, 900.0, "1,234"),
    ],
)
def test_values_are_written_with_their_unit_and_enough_digits(metric, value, span, text):
    assert measure_of(metric).text(value, span) == text


def test_levels_are_round_and_inside():
    assert round_levels(Scale(-0.87, 2.3), 4) == pytest.approx([0.0, 1.0, 2.0])
    assert round_levels(Scale(1.0, 1.0), 4) == []
    levels = round_levels(Scale(0.0, 0.07), 9)
    assert 4 <= len(levels) <= 9
    assert 0 < min(levels) <= max(levels) < 0.07
