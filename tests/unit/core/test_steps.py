"""What is said about the bar length, against what the rows keep to."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from tradewright.core.bars import Bars
from tradewright.core.errors import DataError
from tradewright.data.load import load

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


def session_hours() -> pd.DatetimeIndex:
    """Return hours of a stock: 9:30, 10:00, 11:00 ... 15:00."""
    days = pd.bdate_range("2024-03-01", "2024-04-30", tz="America/New_York")
    minutes = (570, *range(600, 960, 60))
    return pd.DatetimeIndex([day + pd.Timedelta(minutes=m) for day in days for m in minutes])


def test_rows_of_which_few_are_too_close_end_where_the_next_begins() -> None:
    times = session_hours()
    given = frame(times, volume=1.0)
    nanoseconds = times.as_unit("ns").asi8
    for bars in (
        Bars.from_pandas(given, "X"),
        Bars.from_pandas(given, "X", "1h"),
        Bars.from_polars(pl.DataFrame({"timestamp": nanoseconds, **dict(given)}), "X"),
        Bars.from_ccxt([[ns // 10**6, 1.0, 1.0, 1.0, 1.0, 1.0] for ns in nanoseconds.tolist()], "X"),
    ):
        assert (str(bars.timeframe), bars.notes) == ("1h", {"W_INTERVAL": len(times) // 7})
        hour = 3600 * 10**9
        assert bars.close_time[:3].tolist() == [nanoseconds[1], nanoseconds[2], nanoseconds[2] + hour]


def test_bars_of_which_few_are_too_close_survive_pandas_and_polars(tmp_path: Path) -> None:
    given = frame(session_hours().tz_convert("UTC"), volume=1.0)
    given.to_csv(tmp_path / "X.csv")
    bars = load(tmp_path / "X.csv")
    for again in (Bars.from_pandas(bars.to_pandas(), "X"), Bars.from_polars(bars.to_polars(), "X")):
        assert again.checksum == bars.checksum
        assert again.notes["W_INTERVAL"] == bars.notes["W_INTERVAL"] == len(bars) // 7
        assert np.array_equal(again.close_time, bars.close_time)


def test_more_than_a_quarter_of_rows_too_close_are_refused() -> None:
    hours = STARTS["1h"][:24]
    extra = hours[[1, 4, 7, 10]] + pd.Timedelta(minutes=30)
    assert Bars.from_pandas(frame(hours.union(extra[:3])), "X", "1h").notes["W_INTERVAL"] == 6
    with pytest.raises(DataError, match="not 1h bars") as caught:
        Bars.from_pandas(frame(hours.union(extra)), "X", "1h")
    assert caught.value.code == "E_INTERVAL"


def test_rows_all_a_little_too_close_are_refused(tmp_path: Path) -> None:
    given = frame(STARTS["1h"], volume=1.0)
    with pytest.raises(DataError, match="Read them as '1h'"):
        Bars.from_pandas(given, "X", "65m")
    given.to_csv(tmp_path / "X.csv")
    with pytest.raises(DataError, match="less than one 65m bar apart"):
        load(tmp_path / "X.csv", timeframe="65m")


def test_bars_made_by_hand_too_close_name_the_way_to_say_closes() -> None:
    prices = {name: np.ones(2) for name in ("open", "high", "low", "close")}
    with pytest.raises(DataError, match="close_time=") as caught:
        Bars([0, 1800 * 10**9], prices, timeframe="1h", instrument="X")
    assert caught.value.code == "E_INTERVAL"


def test_months_of_which_few_are_too_close_still_close_by_the_calendar() -> None:
    times = pd.date_range("2020-01-01", periods=24, freq="MS", tz="UTC")
    late = times.where(times.month != 2, times + pd.Timedelta(days=3))
    bars = Bars.from_pandas(frame(late), "X", "1M")
    assert bars.notes["W_INTERVAL"] == 2
    assert bars.close_time.tolist() == [*times.as_unit("ns").asi8[1:], 1_640_995_200 * 10**9]


def sparse_minutes() -> pd.DatetimeIndex:
    return pd.DatetimeIndex(
        [
            pd.Timestamp("2024-01-02", tz="UTC") + pd.Timedelta(minutes=m)
            for m in (0, 4, 8, 11, 18, 23, 27, 36)
        ]
    )


@pytest.mark.parametrize(
    ("times", "said"),
    [
        (pd.DatetimeIndex(["2024-01-05", "2024-01-08"], tz="UTC"), "1d"),
        (sparse_minutes(), "1m"),
    ],
)
def test_few_or_uneven_rows_none_adjacent_are_bars_with_gaps(
    times: pd.DatetimeIndex, said: str, tmp_path: Path
) -> None:
    given = frame(times, volume=1.0)
    given.to_csv(tmp_path / "X.csv")
    for bars in (Bars.from_pandas(given, "X", said), load(tmp_path / "X.csv", timeframe=said)):
        assert (str(bars.timeframe), len(bars)) == (said, len(times))
