"""Things of the wrong kind, given to the public functions: one clear error each, never a traceback."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

import tradewright as tw
from tradewright.core.errors import DataError, InputError
from tradewright.library.warming import synthetic_bars

ROW = [1_700_000_000_000, 1.0, 1.0, 1.0, 1.0, 1.0]


@pytest.mark.parametrize("given", [[1], None, {"close": [1]}, np.ones(3), pd.Series([1.0]), "AAPL.csv"])
def test_what_is_no_frame_is_named(given):
    with pytest.raises(InputError, match=f"from_pandas got a {type(given).__name__}, not a pandas DataFrame"):
        tw.Bars.from_pandas(given, "X")
    with pytest.raises(InputError, match=f"from_polars got a {type(given).__name__}, not a polars DataFrame"):
        tw.Bars.from_polars(given, "X")


def test_frame_of_the_other_library_is_named():
    with pytest.raises(InputError, match="from_pandas got a DataFrame, not a pandas"):
        tw.Bars.from_pandas(pl.DataFrame({"a": [1]}), "X")
    with pytest.raises(InputError, match="from_polars got a LazyFrame"):
        tw.Bars.from_polars(pl.LazyFrame({"a": [1]}), "X")


@pytest.mark.parametrize("given", [None, 3, "candles", {"a": 1}])
def test_what_is_no_list_of_candles_is_named(given):
    with pytest.raises(InputError, match=f"E_FRAME: from_ccxt got a {type(given).__name__}, not rows"):
        tw.Bars.from_ccxt(given, "X")


@pytest.mark.parametrize(
    ("row", "code", "says"),
    [
        (5, "E_ROW_WIDTH", "row 1 is 5"),
        ([1, 2], "E_ROW_WIDTH", "row 1 has 2 values"),
        (["then", *ROW[1:]], "E_NUMBER", "row 1: timestamp is 'then'"),
        ([None, *ROW[1:]], "E_DATE", "row 1: 'None' is not a time"),
        ([float("nan"), *ROW[1:]], "E_DATE", "row 1: 'nan' is not a time"),
        ([10**30, *ROW[1:]], "E_DATE", "row 1: '1000000000000000000000000000000' is not a time"),
        ([10**400, *ROW[1:]], "E_NUMBER", "row 1: timestamp is 1"),
    ],
)
def test_broken_candle_is_named_with_its_row(row, code, says):
    with pytest.raises(DataError) as caught:
        tw.Bars.from_ccxt([ROW, row], "X", "1h")
    assert caught.value.code == code
    assert says in caught.value.message


@pytest.mark.parametrize("given", [3, None, [1], b"prices.csv"])
def test_what_is_no_path_is_named(given):
    with pytest.raises(InputError, match=f"load got a {type(given).__name__}, not the path"):
        tw.load(given)


@pytest.mark.parametrize("given", [[1], "fast=3", 3, {1: 2}])
def test_parameters_without_names_are_refused(given):
    with pytest.raises(InputError, match="E_PARAMETER: params "):
        tw.backtest("ma_crossover", synthetic_bars(90), params=given)
