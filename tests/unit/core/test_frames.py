"""Frames in and out: pandas, polars, ccxt."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from tradewright.core.bars import Bars
from tradewright.core.errors import DataError
from tradewright.core.frames import read_pandas

ROWS = 5
TIMES = pd.date_range("2024-03-29", periods=ROWS, freq="D")


def pandas_frame(**changes: Any) -> pd.DataFrame:
    """Return five rising days indexed by naive time, with some columns changed or added."""
    low = np.arange(1.0, ROWS + 1)
    columns: dict[str, Any] = {
        "open": low + 0.5,
        "high": low + 1,
        "low": low,
        "close": low + 0.75,
        "volume": low * 100,
    }
    return pd.DataFrame({**columns, **changes}, index=TIMES)


def polars_frame(clock: Any, **changes: Any) -> pl.DataFrame:
    columns = {name: series.to_numpy() for name, series in pandas_frame().items()}
    return pl.DataFrame({"timestamp": clock, **columns, **changes})


# ------------------------------------------------------------------ round trips


@pytest.fixture
def bars() -> Bars:
    low = np.arange(1.0, ROWS + 1)
    time = np.datetime64("2024-01-01T00:00:00.000000123", "ns").astype(np.int64) + 60_000_000_000 * np.arange(
        ROWS
    )
    columns = {
        "open": low,
        "high": low + 1,
        "low": low,
        "close": low + 0.1,
        "volume": low,
        "trades_count": low * 3,
    }
    return Bars(time, columns, timeframe="1m", instrument="X")


def test_bars_to_pandas_and_back_are_the_same(bars: Bars) -> None:
    frame = bars.to_pandas()
    assert frame.index.name == "timestamp"
    assert str(frame.index.dtype) == "datetime64[ns, UTC]"
    again = Bars.from_pandas(frame, "X")
    assert again.checksum == bars.checksum
    assert again.notes == {}


def test_bars_to_polars_and_back_are_the_same(bars: Bars) -> None:
    frame = bars.to_polars()
    assert frame.schema["timestamp"] == pl.Datetime("ns", "UTC")
    again = Bars.from_polars(frame, "X")
    assert again.checksum == bars.checksum
    assert again.notes == {}


def test_frame_made_from_bars_can_be_changed_without_changing_them(bars: Bars) -> None:
    before = bars.checksum
    frame = bars.to_pandas()
    frame.loc[:, "close"] = 7.0
    assert Bars(bars.time, bars.columns, timeframe="1m", instrument="X").checksum == before


# ------------------------------------------------------------------ where the time is


@pytest.mark.parametrize("name", ["timestamp", "Date", "TIME", "DateTime"])
def test_pandas_time_in_a_column_is_read(name: str) -> None:
    frame = pandas_frame().reset_index(names=name)
    assert Bars.from_pandas(frame, "X").time.tolist() == TIMES.as_unit("ns").asi8.tolist()


def test_pandas_columns_in_any_capitalisation_are_read() -> None:
    frame = pandas_frame().rename(columns=str.title).assign(**{"Adj Close": 1.0})
    assert Bars.from_pandas(frame, "X").extra == ("adj_close",)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_pandas_time_of_any_resolution_is_the_same(unit: Any) -> None:
    frame = pandas_frame()
    frame.index = TIMES.as_unit(unit)
    assert Bars.from_pandas(frame, "X").time.tolist() == TIMES.as_unit("ns").asi8.tolist()


@pytest.mark.parametrize("scale", [10**9, 10**6, 10**3, 1])
def test_pandas_epochs_of_any_unit_are_the_same(scale: int) -> None:
    frame = pandas_frame().assign(timestamp=TIMES.as_unit("ns").asi8 // scale).reset_index(drop=True)
    read = Bars.from_pandas(frame, "X")
    assert read.time.tolist() == TIMES.as_unit("ns").asi8.tolist()
    assert read.notes == {}


def test_pandas_text_and_date_objects_are_read() -> None:
    want = TIMES.as_unit("ns").asi8.tolist()
    text = pandas_frame().assign(date=[str(day.date()) for day in TIMES]).reset_index(drop=True)
    dates = pandas_frame().assign(date=[day.date() for day in TIMES]).reset_index(drop=True)
    assert Bars.from_pandas(text, "X").time.tolist() == want
    assert Bars.from_pandas(dates, "X").time.tolist() == want


# ------------------------------------------------------------------ zones


def test_pandas_aware_time_is_converted() -> None:
    frame = pandas_frame()
    frame.index = TIMES.tz_localize("Europe/Helsinki")
    read = Bars.from_pandas(frame, "X")
    assert str(np.datetime64(int(read.time[0]), "ns")).startswith("2024-03-28T22:00")
    assert read.notes == {}


def test_pandas_naive_time_is_utc_and_noted() -> None:
    read = Bars.from_pandas(pandas_frame(), "X")
    assert read.time.tolist() == TIMES.as_unit("ns").asi8.tolist()
    assert read.notes == {"W_TZ_ASSUMED": 1}


def test_pandas_naive_time_with_a_zone_is_local() -> None:
    read = Bars.from_pandas(pandas_frame(), "X", timezone="Europe/Helsinki")
    wanted = TIMES.tz_localize("Europe/Helsinki").as_unit("ns").asi8
    assert read.time.tolist() == wanted.tolist()
    assert str(read.timeframe) == "1d"
    assert read.notes == {}


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_polars_times_naive_aware_and_dates_are_read(unit: Any) -> None:
    want = TIMES.as_unit("ns").asi8.tolist()
    naive = pl.Series(TIMES.to_list()).cast(pl.Datetime(unit))
    assert Bars.from_polars(polars_frame(naive), "X").time.tolist() == want
    assert Bars.from_polars(polars_frame(naive), "X").notes == {"W_TZ_ASSUMED": 1}
    assert Bars.from_polars(polars_frame(naive.cast(pl.Date)), "X").time.tolist() == want
    aware = naive.dt.replace_time_zone("Europe/Helsinki")
    read = Bars.from_polars(polars_frame(aware), "X")
    assert read.time.tolist() == TIMES.tz_localize("Europe/Helsinki").as_unit("ns").asi8.tolist()
    assert read.notes == {}


def test_text_with_offsets_is_converted_and_mixed_text_is_rejected() -> None:
    offsets = [f"{day.date()}T00:00+02:00" for day in TIMES]
    read = Bars.from_pandas(pandas_frame(time=offsets).reset_index(drop=True), "X")
    assert str(np.datetime64(int(read.time[0]), "ns")).startswith("2024-03-28T22:00")
    mixed = [*offsets[:-1], "2024-04-02T00:00"]
    with pytest.raises(DataError) as caught:
        Bars.from_pandas(pandas_frame(time=mixed).reset_index(drop=True), "X")
    assert caught.value.code == "E_TS_MIXED"
    assert caught.value.details["row"] == ROWS - 1


# ------------------------------------------------------------------ refusals


def two_levels() -> pd.DataFrame:
    frame = pandas_frame()
    frame.columns = pd.MultiIndex.from_product([frame.columns, ["AAPL"]])
    return frame


def twice_close() -> pd.DataFrame:
    return pandas_frame(**{"Close ": 1.0})


@pytest.mark.parametrize(
    ("frame", "code", "says"),
    [
        (pandas_frame().drop(columns="close"), "E_COLUMN", "missing column close"),
        (pandas_frame().rename(columns={"close": "clsoe"}), "E_COLUMN", "The nearest is clsoe"),
        (pandas_frame().reset_index(drop=True), "E_COLUMN", "no time"),
        (two_levels(), "E_COLUMN", "2 levels"),
        (twice_close(), "E_COLUMN", "two columns are called 'close'"),
        (pandas_frame(high=["2", "3", "x", "5", "6"]), "E_NUMBER", "row 2: high is 'x'"),
        (pandas_frame(open=[1.5, np.nan, 3.5, 4.5, 5.5]), "E_NONFINITE", "row 1"),
        (
            pandas_frame(time=["2024-01-01", "?", "a", "b", "c"]).reset_index(drop=True),
            "E_DATE",
            "row 1: '\\?'",
        ),
        (pandas_frame(time=[1e9, 2e9, np.nan, 4e9, 5e9]).reset_index(drop=True), "E_DATE", "row 2"),
        (pandas_frame(time=pd.to_datetime([*TIMES[:4], None])).reset_index(drop=True), "E_DATE", "row 4"),
        (pandas_frame().iloc[::-1], "E_TS_ORDER", "not after"),
        (pandas_frame().iloc[[0, 0, 0, 1]], "E_TS_ORDER", "not after"),
        (pandas_frame().iloc[:1], "E_INTERVAL", "too few"),
        (pandas_frame().iloc[:0], "E_INTERVAL", "too few"),
    ],
)
def test_pandas_frame_that_is_broken_is_rejected(frame: pd.DataFrame, code: str, says: str) -> None:
    with pytest.raises(DataError, match=says) as caught:
        Bars.from_pandas(frame, "X")
    assert caught.value.code == code


def test_polars_frame_without_time_or_price_is_rejected() -> None:
    with pytest.raises(DataError, match="no time"):
        Bars.from_polars(polars_frame(TIMES.to_list()).drop("timestamp"), "X")
    with pytest.raises(DataError, match="missing column low"):
        Bars.from_polars(polars_frame(TIMES.to_list()).drop("low"), "X")


def test_columns_that_are_no_numbers_are_left_out_and_noted() -> None:
    read = Bars.from_pandas(pandas_frame(note="x", day=date(2024, 1, 1), sentiment=1), "X")
    assert read.extra == ("sentiment",)
    assert read.notes["W_COLUMN_IGNORED"] == 2


def test_pandas_nullable_numbers_are_read() -> None:
    read = Bars.from_pandas(pandas_frame(trades=pd.array([1, 2, None, 4, 5], dtype="Int64")), "X")
    np.testing.assert_array_equal(read.column("trades"), [1.0, 2.0, np.nan, 4.0, 5.0])


def test_single_row_with_a_timeframe_is_read() -> None:
    assert len(Bars.from_pandas(pandas_frame().iloc[:1], "X", timeframe="1d")) == 1


# ------------------------------------------------------------------ ccxt


def test_ccxt_rows_are_epoch_milliseconds() -> None:
    rows = [[1_700_000_040_000 + 60_000 * k, 1.0, 2, 0.5, 1.5, 10 * k] for k in range(3)]
    bars = Bars.from_ccxt(rows, "BTC/USDT")
    assert bars.time[0] == 1_700_000_040 * 10**9
    assert str(bars.timeframe) == "1m"
    assert bars.volume.tolist() == [0.0, 10.0, 20.0]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ([1_700_000_100_000, 1.0, 2.0, 0.5, 1.5], "E_ROW_WIDTH"),
        ([1_700_000_100_000, 1.0, None, 0.5, 1.5, 1.0], "E_NONFINITE"),
    ],
)
def test_ccxt_row_that_is_broken_is_rejected(row: list[Any], code: str) -> None:
    with pytest.raises(DataError) as caught:
        Bars.from_ccxt([[1_700_000_040_000, 1.0, 2.0, 0.5, 1.5, 1.0], row], "BTC/USDT", "1m")
    assert caught.value.code == code
    assert caught.value.details["row"] == 1


@pytest.mark.parametrize("backwards", [False, True])
def test_frame_over_a_clock_put_back_is_read_by_its_order_and_says_where_that_fails(backwards: bool) -> None:
    time = pd.date_range("2024-11-03T03:00", "2024-11-03T09:30", freq="30min", tz="UTC")
    clock = time.tz_convert("America/New_York").tz_localize(None)
    frame = pd.DataFrame(
        {name: np.arange(1.0, 15.0) for name in ("open", "high", "low", "close")}, index=clock
    )
    written = frame[::-1] if backwards else frame
    table = read_pandas(written, "America/New_York")
    assert sorted(table.time.tolist()) == time.as_unit("ns").asi8.tolist()
    assert table.notes == {"W_TZ_AMBIGUOUS": 4}
    alone = frame[~frame.open.isin([7.0, 8.0])]
    assert read_pandas(alone, "America/New_York").notes == {"W_TZ_ONCE": 2}
