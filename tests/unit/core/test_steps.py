"""What is said about the bar length, against what the rows keep to."""

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from tradewright.core.bars import Bars
from tradewright.core.errors import DataError

STARTS = {
    "1h": pd.date_range("2024-01-01", periods=48, freq="h", tz="UTC"),
    "1d": pd.date_range("2024-01-01", periods=60, freq="D", tz="UTC"),
    "1M": pd.date_range("2020-01-01", periods=24, freq="MS", tz="UTC"),
}


def frame(times: pd.DatetimeIndex, **more: Any) -> pd.DataFrame:
    prices = {name: np.ones(len(times)) for name in ("open", "high", "low", "close")}
    return pd.DataFrame({**prices, **more}, index=times.rename("timestamp"))


@pytest.mark.parametrize(
    ("rows", "said", "advice"),
    [
        ("1h", "1d", r"Read them as '1h', then combine them with .*resample\(bars, '1d'\)"),
        ("1h", "2h", "Read them as '1h'"),
        ("1h", "1m", "Say timeframe='1h'"),
        ("1d", "1h", "Say timeframe='1d'"),
        ("1d", "1w", "Read them as '1d'"),
        ("1M", "1d", "Say timeframe='1M'"),
        ("1d", "1M", "Read them as '1d'"),
    ],
)
def test_timeframe_that_the_rows_contradict_is_refused(rows: str, said: str, advice: str) -> None:
    given = frame(STARTS[rows])
    for read in (
        lambda: Bars.from_pandas(given, "X", said),
        lambda: Bars.from_polars(
            pl.DataFrame({"timestamp": STARTS[rows].as_unit("ns").asi8, **dict(given)}), "X", said
        ),
        lambda: Bars.from_ccxt(
            [[time.value // 10**6, 1.0, 1.0, 1.0, 1.0, 1.0] for time in STARTS[rows]], "X", said
        ),
    ):
        with pytest.raises(DataError, match=advice) as caught:
            read()
        assert caught.value.code == "E_INTERVAL"
        assert caught.value.details["timeframe"] == said


@pytest.mark.parametrize("rows", list(STARTS))
def test_timeframe_that_the_rows_keep_is_taken(rows: str) -> None:
    assert str(Bars.from_pandas(frame(STARTS[rows]), "X", rows).timeframe) == rows


def test_sparse_series_with_one_step_of_the_timeframe_is_taken() -> None:
    times = STARTS["1h"][[0, 2, 4, 6, 8, 10, 11, 13]]
    assert str(Bars.from_pandas(frame(times), "X", "1h").timeframe) == "1h"
    with pytest.raises(DataError, match="E_INTERVAL"):
        Bars.from_pandas(frame(times[:6]), "X", "1h")


def test_daily_rows_by_a_local_clock_keep_to_a_day_over_its_changes() -> None:
    times = pd.date_range("2024-03-01", "2024-11-30", freq="D", tz="America/New_York")
    assert len(Bars.from_pandas(frame(times), "X", "1d")) == 275


def test_one_row_takes_the_timeframe_it_is_given() -> None:
    assert str(Bars.from_pandas(frame(STARTS["1h"][:1]), "X", "4h").timeframe) == "4h"


def test_missing_volume_is_noted() -> None:
    assert Bars.from_pandas(frame(STARTS["1d"]), "X").notes == {"W_NO_VOLUME": 1}
    assert Bars.from_pandas(frame(STARTS["1d"], volume=0.0), "X").notes == {"W_NO_VOLUME": 1}
    assert (
        Bars.from_pandas(frame(STARTS["1d"], volume=[0.0, *[1.0] * (len(STARTS["1d"]) - 1)]), "X").notes == {}
    )


def test_bar_far_from_its_neighbours_is_noted() -> None:
    prices = frame(STARTS["1d"], volume=1.0)
    prices.iloc[5, :4] *= 1000
    assert Bars.from_pandas(prices, "X").notes == {"W_JUMP": 1}


def test_price_that_none_can_be_is_refused_and_one_row_is_told_as_one() -> None:
    prices = frame(STARTS["1d"], volume=1.0).astype(float)
    prices.iloc[5, 1] = 1.1e15
    with pytest.raises(
        DataError, match=r"high .* is above 1e15, which is no price\. 1 of .* rows is like this"
    ):
        Bars.from_pandas(prices, "X")
