"""Axes of pictures: words before numbers, numbers rising, too many of them in parts."""

import numpy as np
import pytest

from tradewright.reports.sweeps.lines import line_of


def objects(*values):
    out = np.empty(len(values), object)
    out[:] = values
    return out


def test_numbers_rise_and_rows_know_their_place():
    line = line_of("fast", np.array([20, 5, 10, 5]))
    assert line.labels == ("5", "10", "20")
    assert line.place.tolist() == [2, 0, 1, 0]
    assert line.numeric


def test_none_stands_before_the_numbers():
    line = line_of("stop", objects(2.5, None, 1.0, None))
    assert line.labels == ("none", "1", "2.5")
    assert line.place.tolist() == [2, 0, 1, 0]
    assert not line.numeric
    assert line_of("stop", np.array([2.5, np.nan])).labels == ("none", "2.5")


def test_words_and_flags_keep_their_order():
    assert line_of("side", objects("short", "long", "short")).labels == ("short", "long")
    assert line_of("flag", np.array([True, False])).labels == ("True", "False")


def test_too_many_numbers_are_cut_into_equal_parts():
    values = np.linspace(0, 1, 101)
    line = line_of("share", values, most=10)
    assert line.bins == 10
    assert line.labels[0] == "0.050"
    assert line.place[[0, 9, 11, 100]].tolist() == [0, 0, 1, 9]
    with_none = line_of("share", np.append(values, np.nan), most=10)
    assert with_none.labels[0] == "none"
    assert with_none.place[[0, 100, 101]].tolist() == [1, 10, 0]


def test_labels_tell_values_apart_without_more_digits_than_that():
    few = line_of("a", np.array([0.125, 0.25, -1.5]))
    assert few.labels == ("\N{MINUS SIGN}1.5", "0.125", "0.25")
    many = line_of("b", 20 + 180 * np.random.default_rng(0).random(50))
    assert len(set(many.labels)) > 25
    assert all(len(label) <= 3 for label in many.labels)


def test_texts_that_differ_in_a_number_alone_are_numbers():
    column = np.array(["10atr", None, "9.5atr", "10atr"], object)
    line = line_of("stop", column)
    assert line.name == "stop, atr"
    assert line.labels == ("none", "9.5", "10")
    assert line.place.tolist() == [2, 0, 1, 2]
    assert line_of("size", np.array(["risk:0.01", "risk:0.02"], object)).name == "size, risk:"


@pytest.mark.parametrize("values", [["1atr", "2%"], ["1atr", 2.0], ["long", "short"], ["1atr", True], [None]])
def test_other_texts_stay_words(values):
    column = np.empty(len(values), object)
    column[:] = values
    assert line_of("stop", column).name == "stop"
