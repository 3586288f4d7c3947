"""Names that run from right to left stay among themselves."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tradewright as tw
from tests.factories import flat_bars
from tradewright.core.isolation import isolated

OPENERS = "\u2066\u2067\u2068"


@pytest.mark.parametrize("name", ["", "BTC/USD", "Äpfel 株式 12.5 %", "</script>"])
def test_names_from_left_to_right_are_as_they_were(name):
    assert isolated(name) == name


@pytest.mark.parametrize("name", ["\u202eevil", "אבג", "اعربي", "\u200fxא", "a\u2069b", "a\u2067b"])
def test_names_that_turn_are_set_apart(name):
    assert isolated(name)[0] == "\u2068"
    assert isolated(name)[-1] == "\u2069"


@given(st.text(st.sampled_from("ab\u202e\u202b\u202c\u2066\u2067\u2068\u2069א")))
def test_isolates_are_balanced_and_never_ended_from_within(name):
    depth = 0
    text = isolated(name)
    for place, letter in enumerate(text):
        depth += (letter in OPENERS) - (letter == "\u2069")
        assert depth > 0 or place == len(text) - 1 or text == name
    assert depth == 0
    assert [letter for letter in text if unicodedata.category(letter) != "Cf"] == [
        letter for letter in name if unicodedata.category(letter) != "Cf"
    ]


def test_symbol_under_a_notebook_cell_is_set_apart():
    bars = flat_bars(1, 2)
    named = tw.Bars(bars.time, bars.columns, timeframe="1d", instrument=tw.Instrument("\u202ex"))
    assert "\u2068\u202ex\u2069" in named._repr_html_()
