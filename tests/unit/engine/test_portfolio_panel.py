"""Several series on the union of their times: what stands where, and what is refused."""

import numpy as np
import pytest

from tests.factories import flat_bars, make_bars
from tradewright.core.bars import Bars
from tradewright.core.errors import DataError, InputError, UnknownNameError
from tradewright.core.instrument import Instrument
from tradewright.engine.portfolio.panel import Panel


def without(bars, *rows):
    kept = np.setdiff1d(np.arange(len(bars)), rows)
    columns = {name: column[kept] for name, column in bars.columns.items()}
    return Bars(bars.time[kept], columns, timeframe="1d", instrument=bars.instrument)


@pytest.fixture
def holed():
    a = flat_bars(10, 11, 12, 13)
    return Panel.of({"A": a, "B": without(flat_bars(20, 21, 22, 23), 0, 2)})


def test_panel_has_the_union_of_all_times(holed):
    assert len(holed) == 4
    assert holed.symbols == ("A", "B")
    assert not holed.is_even


def test_closes_are_the_last_known_and_unknown_before_the_first_bar(holed):
    np.testing.assert_array_equal(holed.closes()[:, 1], [np.nan, 21, 21, 23])
    np.testing.assert_array_equal(holed.closes([-1, 2])[:, 0], [np.nan, 12])


def test_fresh_says_where_a_symbol_has_a_bar(holed):
    assert holed.fresh().tolist() == [[True, False], [True, True], [True, False], [True, True]]
    assert holed.fresh([2]).tolist() == [[True, False]]


def test_prefix_hides_later_rows_of_every_symbol(holed):
    part = holed.until(2)
    assert (len(part), len(part["A"]), len(part["B"])) == (2, 2, 1)
    np.testing.assert_array_equal(part.closes(), holed.closes()[:2])
    first = holed.until(1)
    assert len(first["B"]) == 0
    assert np.isnan(first.closes()[0, 1])
    assert first.fresh().tolist() == [[True, False]]


def test_row_closes_with_the_latest_of_its_bars():
    bars = flat_bars(10, 11)
    early = bars.closing_at(bars.close_time - 3_600_000_000_000)
    assert Panel.of({"A": early, "B": bars}).close_time.tolist() == bars.close_time.tolist()


def test_calendar_is_the_shared_one_or_else_around_the_clock():
    shut, always = flat_bars(1, 2, calendar="XNYS"), flat_bars(1, 2)
    assert Panel.of({"A": shut, "B": shut}).calendar.id == "XNYS"
    assert Panel.of({"A": shut, "B": always}).calendar.id == "24/7"


def test_checksum_names_symbols_and_prices():
    one, other = flat_bars(10, 11), flat_bars(10, 12)
    sums = {
        Panel.of(series).checksum for series in ({"A": one}, {"B": one}, {"A": other}, {"A": one, "B": one})
    }
    assert len(sums) == 4


@pytest.mark.parametrize("given", [{}, [], 5, {"A": "prices.csv"}])
def test_what_is_no_series_is_refused(given):
    with pytest.raises(InputError, match="E_PANEL"):
        Panel.of(given)


def test_symbol_that_stands_twice_is_refused():
    with pytest.raises(InputError, match="'TEST' stands twice"):
        Panel.of([flat_bars(1, 2), flat_bars(3, 4)])


def test_bars_of_different_lengths_are_refused_with_the_longer_named():
    hours = Bars(
        [0, 3_600_000_000_000],
        {name: [1.0, 1.0] for name in ("open", "high", "low", "close")},
        timeframe="1h",
        instrument="H",
    )
    with pytest.raises(DataError, match=r"E_PANEL_TIMEFRAME.*timeframe='1d'"):
        Panel.of({"A": flat_bars(1, 2), "H": hours})


def test_series_that_never_meets_another_is_refused_by_name():
    bars = make_bars([(1, 1, 1, 1)] * 3)
    shifted = Bars(bars.time + 34_200_000_000_000, bars.columns, timeframe="1d", instrument=Instrument("B"))
    with pytest.raises(DataError, match=r"E_PANEL_TIMES.*'A' opens at no time"):
        Panel.of({"A": bars, "B": shifted})


def test_empty_series_and_unknown_symbol_are_told(holed):
    with pytest.raises(DataError, match="E_PANEL_EMPTY"):
        Panel.of({"A": flat_bars(1, 2).slice(0, 0)})
    with pytest.raises(UnknownNameError, match="E_PANEL_SYMBOL"):
        holed["C"]
