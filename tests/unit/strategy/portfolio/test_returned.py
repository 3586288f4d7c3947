"""Frames that a portfolio strategy returns are read by their labels."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from tests.factories import flat_bars
from tests.unit.engine.test_portfolio_panel import without
from tradewright.core.errors import StrategyCodeError
from tradewright.engine.portfolio.panel import Panel
from tradewright.engine.portfolio.records import RankedSignals
from tradewright.strategy.portfolio.returned import Returned

ROWS = np.array([1, 3, 4])
TABLE = [[0.1, 0.9], [0.2, 0.8], [0.3, np.nan]]


@pytest.fixture(scope="module")
def panel():
    return Panel.of({"A": flat_bars(1, 2, 3, 4, 5), "B": without(flat_bars(1, 2, 3, 4, 5), 2)})


@pytest.fixture(scope="module")
def returned(panel):
    return Returned("mine", panel, ROWS)


@pytest.fixture(scope="module")
def times(panel):
    return pd.to_datetime(panel.time, utc=True)


def framed(index=None, columns="BA"):
    """Return TABLE with B before A."""
    return pd.DataFrame([row[::-1] for row in TABLE], index=index, columns=list(columns))


def test_columns_are_put_into_the_order_of_the_panel(returned):
    np.testing.assert_array_equal(returned.numbers(framed(), "weights"), TABLE)
    by_polars = pl.DataFrame({"B": [0.9, 0.8, None], "A": [0.1, 0.2, 0.3]})
    np.testing.assert_array_equal(returned.numbers(by_polars, "weights"), TABLE)


def test_rows_may_be_labelled_by_time_by_row_or_from_0(returned, panel, times):
    for index in (
        panel.time[ROWS],
        times[ROWS],
        times[ROWS].tz_localize(None),
        times[ROWS].as_unit("s"),
        ROWS,
        range(3),
    ):
        np.testing.assert_array_equal(returned.numbers(framed(index), "weights"), TABLE)


def test_rows_in_another_order_are_refused(returned, times):
    for index in (times[ROWS][::-1], times[:3], [1, 4, 3], [3, 1, 0], ["a", "b", "c"]):
        with pytest.raises(
            StrategyCodeError, match=r"E_STRATEGY_RETURN.*another order.*its row \d is labelled"
        ):
            returned.numbers(framed(index), "weights")


@pytest.mark.parametrize(
    ("frame", "told"),
    [
        (framed(columns="BC"), "'C'"),
        (framed(columns="BB"), "'B'"),
        (framed()[["A"]], "it has no 'B'"),
        (pd.DataFrame(TABLE), "'0'"),
        (framed().assign(time=0), "'time'"),
    ],
)
def test_columns_that_are_not_the_symbols_are_refused(returned, frame, told):
    with pytest.raises(StrategyCodeError, match=f"E_STRATEGY_RETURN.*not the panel's symbols: .*{told}"):
        returned.numbers(frame, "weights")


def test_frame_with_other_rows_is_told_its_shape(returned):
    with pytest.raises(StrategyCodeError, match=r"shape \(2, 2\); it must have \(3, 2\)"):
        returned.numbers(framed().iloc[:2], "weights")


def test_frames_of_ranked_signals_are_read_by_label_and_unknown_is_not_true(panel, times):
    entry = pd.DataFrame({"B": [None, False, True, True, True], "A": [None, *[False] * 4]}, times)
    nullable = entry.astype("boolean")
    score = pd.DataFrame({"B": [5.0] * 5, "A": [7.0] * 5}, times)
    by_polars = pl.DataFrame({name: entry[name].tolist() for name in "BA"})
    read = Returned("mine", panel, np.arange(5))
    for given in (entry, nullable, by_polars):
        found = read.signals(RankedSignals(long_entry=given, score=score))
        assert found.long_entry.tolist() == [[False, False]] * 2 + [[False, True]] * 3
        assert found.score.tolist() == [[7.0, 5.0]] * 5
