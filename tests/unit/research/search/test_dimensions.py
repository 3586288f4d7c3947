"""Spaces: what is read, what stands next to what, and how points become values again."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradewright.core.errors import InputError
from tradewright.research.search.dimensions import Between, Choice
from tradewright.research.search.reading import space_of


def test_space_is_read_from_ranges_pairs_and_lists():
    space = space_of({"a": "5..50", "b": (20, 200), "c": (0.5, 3), "d": [None, 1, 2], "e": "1..3:0.5"})
    a, b, c, d, e = space.dimensions
    assert isinstance(a, Choice)
    assert a.values == tuple(range(5, 51))
    assert a.step == 2  # 5 % of 45
    assert isinstance(b, Choice)
    assert (b.values[0], b.values[-1], b.step) == (20, 200, 9)
    assert c == Between("c", 0.5, 3.0)
    assert d == Choice("d", (None, 1, 2))
    assert e == Choice("e", (1.0, 1.5, 2.0, 2.5, 3.0))
    assert space.size is None
    assert space_of({"a": "5..50", "d": [1, 2]}).size == 92


def test_pairs_of_numpy_numbers_and_tuples_of_three_are_read():
    space = space_of({"a": (np.int64(2), np.int64(4)), "b": (1, 5, 9)})
    assert [one.values for one in space.dimensions if isinstance(one, Choice)] == [(2, 3, 4), (1, 5, 9)]


@pytest.mark.parametrize(
    "given", [{}, [], {"a": []}, {"a": (9, 3)}, {"a": "1..1000000"}, {"a": [1, 1]}, {3: [1]}, {" ": [1]}]
)
def test_space_that_cannot_be_is_refused(given):
    with pytest.raises(InputError):
        space_of(given)


def test_only_rising_or_falling_numbers_are_ordered():
    assert Choice("a", (1, 2, 5)).ordered
    assert Choice("a", (5.0, 2)).ordered
    for values in ((1, 3, 2), (None, 1, 2), (False, True), ("a", "b")):
        assert not Choice("a", values).ordered


def test_neighbours_are_one_step_away_in_value():
    mixed = Choice("a", (None, 3, 1, 2, "x"))
    assert mixed.near(3) == [2.0, 1.0]  # 1 and 3 stand next to 2
    assert mixed.near(0) == mixed.near(4) == []
    assert Between("a", 0.0, 2.0).near(1.0) == pytest.approx([0.9, 1.1])
    assert Between("a", 0.0, 2.0).near(2.0) == pytest.approx([1.9])


def test_neighbourhood_of_many_dimensions_moves_one_at_a_time():
    few = space_of(dict.fromkeys("ab", "1..9:1"))
    assert len(few.around(np.array([4.0, 4.0]))) == 8
    assert len(few.around(np.array([0.0, 4.0]))) == 5
    many = space_of(dict.fromkeys("abcdefg", "1..9:1"))
    around = many.around(np.full(7, 4.0))
    assert len(around) == 14
    assert ((around != 4).sum(axis=1) == 1).all()


def test_points_become_values_of_their_type():
    space = space_of({"a": [None, 1.5], "b": "5..9", "c": "0.5..3atr"})
    point = np.array([1.0, 2.0, 1.25])
    assert space.params(point) == {"a": 1.5, "b": 7, "c": "1.25atr"}
    axes, index = space.axes_of(np.stack([point, point]))
    assert [axes["c"][i] for i in index["c"]] == ["1.25atr", "1.25atr"]
    assert space.columns(point[None, :])["b"].dtype == np.int64


@given(st.floats(1e-9, 1e9), st.floats(1e-9, 1e9), st.floats(0, 1))
def test_numbers_between_bounds_can_be_typed_and_stay_between(low, length, share):
    one = Between("a", low, low + length)
    at = low + share * (one.high - low)
    value = one.value(at)
    assert one.low <= value <= one.high
    assert abs(value - at) <= 1e-6 * (one.high - low) + 1e-15 * one.high


def test_numbers_between_bounds_are_short():
    assert Between("a", 1.0, 4.0, "", "atr").value(1.0563694013090654) == "1.056369atr"
    assert Between("a", 0.0, 0.01).value(0.0012345678912345) == 0.00123457
    assert Between("a", 0.12345612, 9.0).value(0.12345612) == 0.12345612
    assert Between("a", 5.0, 5.0).value(5.0) == 5.0
