"""What an import takes as it stands or repairs, and what it notes about it."""

import gzip
import io
import zipfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from tradewright.core.bars import Bars
from tradewright.core.calendar import Calendar
from tradewright.core.errors import DataError, InputError, ParameterError
from tradewright.core.instrument import Instrument
from tradewright.core.timeframe import Timeframe
from tradewright.data.importers import rhythm
from tradewright.data.importers.importer import import_bars
from tradewright.data.importers.options import ImportOptions
from tradewright.data.load import load
from tradewright.data.samples import sample, sample_symbols

HEAD = "timestamp,open,high,low,close,volume\n"
TEXT = HEAD + "2024-01-01,10,12.5,9,11,100\n2024-01-02,11,13,10.25,12,0\n2024-01-03,12,14,11,13,1e3\n"
DAY = 86_400_000_000_000
FIRST = int(np.datetime64("2024-01-01", "ns").astype(np.int64))


def read(text: str | bytes, name: str = "X_1d.csv", **options: str) -> Bars:
    raw = text.encode() if isinstance(text, str) else text
    return import_bars(name, raw, ImportOptions(**options))


def as_expected(bars: Bars) -> bool:
    """Say whether these are the three bars of TEXT."""
    return (
        bars.time.tolist() == [FIRST, FIRST + DAY, FIRST + 2 * DAY]
        and bars.open.tolist() == [10, 11, 12]
        and bars.high.tolist() == [12.5, 13, 14]
        and bars.low.tolist() == [9, 10.25, 11]
        and bars.close.tolist() == [11, 12, 13]
        and bars.volume.tolist() == [100, 0, 1000]
        and str(bars.timeframe) == "1d"
    )


def zipped(text: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("folder/prices.csv", text)
    return packed.getvalue()


def quoted(text: str) -> str:
    return "\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in text.splitlines())


def with_times(*times: str) -> str:
    rows = TEXT.splitlines()[1:]
    return HEAD + "".join(f"{time},{row.split(',', 1)[1]}\n" for time, row in zip(times, rows, strict=True))


SAME: dict[str, str | bytes] = {
    "plain": TEXT,
    "no last line end": TEXT.rstrip("\n"),
    "gzip": gzip.compress(TEXT.encode()),
    "gzip in two parts": gzip.compress(TEXT[:50].encode()) + gzip.compress(TEXT[50:].encode()),
    "zip": zipped(TEXT),
    "byte order mark": b"\xef\xbb\xbf" + TEXT.encode(),
    "byte order mark before a quote": b"\xef\xbb\xbf" + quoted(TEXT).encode(),
    "utf-16": TEXT.encode("utf-16"),
    "utf-16 big end first": b"\xfe\xff" + TEXT.encode("utf-16-be"),
    "CRLF": TEXT.replace("\n", "\r\n"),
    "CR": TEXT.replace("\n", "\r"),
    "semicolons": TEXT.replace(",", ";"),
    "tabs": TEXT.replace(",", "\t"),
    "pipes": TEXT.replace(",", "|"),
    "quotes": quoted(TEXT),
    "blanks": TEXT.replace(",", "  , ").replace("\n", " \n"),
    "blank lines": "\n \n" + TEXT.replace("\n", "\n\n"),
    "capitals": TEXT.replace(HEAD, "Date,OPEN,High,low,Close,Vol.\n"),
    "brackets": TEXT.replace(HEAD, "<DATE>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>\n"),
    "frame index without a name": TEXT.replace("timestamp", ""),
    "compact dates": with_times("20240101", "20240102", "20240103"),
    "datetimes": with_times("2024-01-01 00:00:00", "2024-01-02T00:00", "2024-01-03 00:00:00.000000"),
    "offsets": with_times("2024-01-01T02:00+02:00", "2024-01-01T19:00:00-0500", "2024-01-03T00:00Z"),
    "seconds": with_times("1704067200", "1704153600", "1704240000"),
    "seconds with fraction": with_times("1704067200.0", "1704153600.0", "1704240000.0"),
    "milliseconds": with_times("1704067200000", "1704153600000", "1704240000000"),
    "microseconds": with_times("1704067200000000", "1704153600000000", "1704240000000000"),
    "nanoseconds": with_times("1704067200000000000", "1704153600000000000", "1704240000000000000"),
    "signs and exponents": TEXT.replace(",10,", ",+1e1,").replace("13,10.25", "1.3E+01,1025e-2"),
    "points without digits": TEXT.replace(",10,12.5,", ",10.,12.50,"),
}


@pytest.mark.parametrize("kind", SAME)
def test_file_written_otherwise_holds_the_same_bars(kind: str) -> None:
    bars = read(SAME[kind])
    assert as_expected(bars), bars.to_pandas()
    assert set(bars.notes) <= {"W_TZ_ASSUMED"}


@pytest.mark.parametrize("kind", ["seconds", "milliseconds", "offsets"])
def test_times_that_say_their_zone_are_not_noted(kind: str) -> None:
    assert read(SAME[kind]).notes == {}


def test_naive_times_are_noted_unless_a_zone_is_given() -> None:
    assert read(TEXT).notes == {"W_TZ_ASSUMED": 1}
    assert read(TEXT, timezone="UTC").notes == {}
    assert read(TEXT, timezone="Europe/Helsinki").time[0] == FIRST - 2 * 3_600_000_000_000


@pytest.mark.parametrize("order", ["Close,Adj Close,Volume", "Close,Volume,Adj Close"])
def test_yahoo_adjusted_close_rides_along_and_is_never_the_close(order: str) -> None:
    last = "11,5.5,100" if order.index("Adj") < order.index("Volume") else "11,100,5.5"
    bars = read(f"Date,Open,High,Low,{order}\n2024-01-01,10,12,9,{last}\n2024-01-02,10,12,9,{last}\n")
    assert bars.close.tolist() == [11, 11]
    assert bars.volume.tolist() == [100, 100]
    assert bars.column("adj_close").tolist() == [5.5, 5.5]


# ------------------------------------------------------------------ repairs


def notes_of(text: str, **options: str) -> dict[str, int]:
    bars = read(text, timezone="UTC", **options)
    assert as_expected(bars), bars.to_pandas()
    return bars.notes


def reordered(*places: int) -> str:
    rows = TEXT.splitlines()[1:]
    return HEAD + "".join(rows[place] + "\n" for place in places)


def test_unsorted_rows_are_sorted_and_counted() -> None:
    assert notes_of(reordered(1, 0, 2)) == {"W_UNSORTED": 1}
    assert notes_of(reordered(2, 0, 1)) == {"W_UNSORTED": 2}


def test_rows_from_the_newest_to_the_oldest_are_turned_around_and_counted() -> None:
    assert notes_of(reordered(2, 1, 0)) == {"W_DESCENDING": 3}


def test_rows_repeated_exactly_are_dropped_and_counted() -> None:
    assert notes_of(reordered(0, 1, 1, 2, 1)) == {"W_UNSORTED": 1, "W_DUPLICATE": 2}


def test_rows_without_prices_are_dropped_and_counted() -> None:
    empty = "2024-01-02,,,,,\n2024-01-04,null,null,null,null,null\n"
    assert notes_of(TEXT + empty) == {"W_ROW_EMPTY": 2}


def test_empty_volume_is_zero_and_counted() -> None:
    assert notes_of(TEXT.replace(",12,0\n", ",12,\n")) == {"W_VOLUME_EMPTY": 1}


def test_absent_volume_is_zero_and_noted() -> None:
    bars = read("date,open,high,low,close\n2024-01-01,1,1,1,1\n2024-01-02,1,1,1,1\n", timezone="UTC")
    assert bars.volume.tolist() == [0, 0]
    assert bars.notes == {"W_NO_VOLUME": 1}


def test_breach_of_high_and_low_by_rounding_is_widened_and_counted() -> None:
    rounded = TEXT.replace("12.5,9,11,", "12.5,9,12.500000000000002,")
    bars = read(rounded, timezone="UTC")
    assert bars.high[0] == bars.close[0] == 12.500000000000002
    assert bars.notes == {"W_OHLC": 1}


def test_unknown_columns_are_left_out_and_counted_known_ones_kept() -> None:
    text = "symbol,date,open,high,low,close,note,number of trades,vwap\n"
    text += "A,2024-01-01,1,1,1,1,x,5,\nA,2024-01-02,1,1,1,1,y,6,1.5\n"
    bars = read(text)
    assert bars.extra == ("trades_count", "vwap")
    np.testing.assert_array_equal(bars.column("vwap"), [np.nan, 1.5])
    assert bars.notes["W_COLUMN_IGNORED"] == 1
    assert bars.symbol == "A"


# ------------------------------------------------------------------ rhythm


def daily(days: list[str], opens: list[float] | None = None) -> str:
    opens = opens or [1.0] * len(days)
    return HEAD + "".join(
        f"{day},{price},{price},{price},{price},1\n" for day, price in zip(days, opens, strict=True)
    )


def test_gaps_are_counted_and_never_filled() -> None:
    days = [f"2024-01-{day:02}" for day in range(1, 31) if day not in (7, 8, 20)]
    bars = read(daily(days))
    assert len(bars) == 27
    assert bars.notes["W_GAP"] == 2


@pytest.mark.parametrize(
    ("missing", "gaps"),
    [
        ([], 0),
        (["2024-02-14"], 0),
        (["2024-02-13", "2024-02-14", "2024-02-15"], 0),
        (["2024-02-16", "2024-02-19", "2024-02-20"], 0),
        (["2024-02-13", "2024-02-14", "2024-02-15", "2024-02-16"], 1),
        (["2024-02-15", "2024-02-16", "2024-02-19", "2024-02-20", "2024-03-01"], 1),
    ],
)
@pytest.mark.parametrize("hour", ["T00:00Z", "T05:00Z", "T21:00Z"])
def test_gap_of_a_five_day_week_is_more_than_three_missing_weekdays(
    missing: list[str], gaps: int, hour: str
) -> None:
    all_days = np.arange("2024-01-01", "2024-04-01", dtype="datetime64[D]")
    days = [f"{day}{hour}" for day in all_days[np.is_busday(all_days)] if str(day) not in missing]
    assert read(daily(days)).notes.get("W_GAP", 0) == gaps


def test_gap_of_a_seven_day_week_is_any_missing_day() -> None:
    days = [str(day) for day in np.arange("2024-01-01", "2024-04-01", dtype="datetime64[D]")]
    assert read(daily([day for day in days if day != "2024-02-14"])).notes["W_GAP"] == 1


def test_local_days_of_a_five_day_week_have_no_gaps_over_summer_time() -> None:
    all_days = np.arange("2024-01-01", "2024-12-31", dtype="datetime64[D]")
    text = daily([str(day) for day in all_days[np.is_busday(all_days)]])
    for zone in ("Europe/London", "Asia/Tokyo", "America/New_York", "Europe/Helsinki"):
        assert "W_GAP" not in read(text, timezone=zone).notes


@pytest.mark.parametrize(
    ("before", "after", "count"), [(100, 50, 1), (50, 100, 1), (100, 14.5, 1), (100, 60, 0), (100, 79, 0)]
)
def test_jump_like_a_split_is_counted(before: float, after: float, count: int) -> None:
    text = daily(["2024-01-01", "2024-01-02", "2024-01-03"], [before, after, after])
    assert read(text).notes.get("W_SPLIT", 0) == count


def test_modal_interval_is_the_timeframe_and_a_name_that_disagrees_is_noted() -> None:
    bars = read(TEXT, name="AAPL_1h.csv.gz", timezone="UTC")
    assert str(bars.timeframe) == "1d"
    assert bars.symbol == "AAPL"
    assert bars.notes == {"W_NAME_TIMEFRAME": 1}


@pytest.mark.parametrize(
    ("days", "timeframe"),
    [
        (["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"], "1M"),
        (["2024-01-01", "2024-04-01", "2024-07-01"], "3M"),
        (["2024-01-01", "2024-01-08", "2024-01-15"], "1w"),
        (["2024-01-01T00:00", "2024-01-01T00:05", "2024-01-01T00:10"], "5m"),
    ],
)
def test_timeframe_is_told_from_the_rows(days: list[str], timeframe: str) -> None:
    assert str(read(daily(days)).timeframe) == timeframe


def test_one_row_takes_its_timeframe_from_the_name_or_the_caller() -> None:
    one = daily(["2024-01-01"])
    assert str(read(one, name="X_4h.csv").timeframe) == "4h"
    options = ImportOptions(timeframe=Timeframe.parse("1w"))
    assert str(import_bars("X.csv", one.encode(), options).timeframe) == "1w"


def test_few_rows_closer_together_are_noted() -> None:
    days = [f"2024-01-{day:02}" for day in range(1, 20)]
    bars = read(daily([*days, "2024-01-19T12:00"]))
    assert bars.notes["W_INTERVAL"] == 1
    assert (bars.close_time[:-1] <= bars.time[1:]).all()
    assert bars.close_time[-1] - bars.time[-1] == DAY


def test_sparse_rows_keep_the_timeframe_asked_for() -> None:
    hours = [f"2024-01-01T{hour:02}:00" for hour in (0, 2, 4, 6, 8, 9, 11, 13)]
    bars = import_bars("X.csv", daily(hours).encode(), ImportOptions(timeframe=Timeframe(1, "h")))
    assert str(bars.timeframe) == "1h"


@pytest.mark.parametrize(("now", "rows"), [("2024-01-03T12:00", 2), ("2024-01-04T00:00", 3)])
def test_last_bar_that_is_still_open_is_left_out(
    monkeypatch: pytest.MonkeyPatch, now: str, rows: int
) -> None:
    moment = int(np.datetime64(now, "ns").astype(np.int64))
    monkeypatch.setattr(rhythm, "clock", SimpleNamespace(time_ns=lambda: moment))
    bars = read(TEXT)
    assert len(bars) == rows
    assert ("W_LAST_BAR_OPEN" in bars.notes) == (rows == 2)


# ------------------------------------------------------------------ names, symbols, options


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("AAPL_1d.csv.gz", "AAPL"),
        ("NOKIA.HE_1d.csv", "NOKIA.HE"),
        ("BTCUSDT-1h-2024-01.zip", "BTCUSDT"),
        ("BTC_USDT 4H.txt", "BTC_USDT"),
        ("EURUSD.csv", "EURUSD"),
        ("spy_daily.CSV", "spy"),
        ("prices_v2.csv", "prices_v2"),
        ("_1d.csv", "_1d"),
        (".csv", ".csv"),
    ],
)
def test_symbol_defaults_to_what_the_file_name_says(name: str, symbol: str) -> None:
    assert read(TEXT, name=name).symbol == symbol


def test_symbol_of_the_caller_is_used() -> None:
    assert read(TEXT, symbol="MSFT").symbol == "MSFT"


TWO = "Ticker,Date,Open,High,Low,Close\n"
TWO += "".join(
    f"{name},2024-01-0{day},{day},{day},{day},{day}\n" for name in ("AB", "A", "AC") for day in (1, 2)
)


@pytest.mark.parametrize("wanted", ["A", "a"])
def test_one_symbol_of_several_is_taken_by_its_exact_name(wanted: str) -> None:
    bars = read(TWO, symbol=wanted)
    assert bars.close.tolist() == [1, 2]
    assert "W_DUPLICATE" not in bars.notes


def test_symbol_written_exactly_wins_over_one_in_other_capitals() -> None:
    assert read(TWO.replace("AB,", "a,").replace(",1\n", ",1.0\n"), symbol="a").symbol == "a"
    with pytest.raises(DataError, match="no symbol 'aB'"):
        read(TWO.replace("AC,", "Ab,"), symbol="aB")


def test_rows_of_other_symbols_may_be_broken() -> None:
    assert len(read(TWO.replace("AC,2024-01-01,1", "AC,2024-01-01,zero"), symbol="A")) == 2


def test_instrument_of_the_caller_is_kept_and_chooses() -> None:
    instrument = Instrument("A", lot=1, calendar=Calendar("XNYS"))
    bars = import_bars("x.csv", TWO.encode(), ImportOptions(instrument=instrument))
    assert bars.instrument is instrument


def test_symbol_that_is_not_the_instruments_is_refused() -> None:
    with pytest.raises(ParameterError):
        ImportOptions(symbol="B", instrument=Instrument("A"))


# ------------------------------------------------------------------ load


@pytest.mark.parametrize("as_text", [True, False])
def test_load_reads_a_path(tmp_path: Path, as_text: bool) -> None:
    path = tmp_path / "AAPL_1d.csv.gz"
    path.write_bytes(gzip.compress(TEXT.encode()))
    bars = load(str(path) if as_text else path, timezone="UTC")
    assert as_expected(bars)
    assert bars.symbol == "AAPL"


def test_load_combines_finer_rows_to_the_timeframe_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "X.csv"
    times = np.arange("2024-01-01T00:00", "2024-01-01T03:00", 15, dtype="datetime64[m]")
    path.write_text(daily([str(time) for time in times]))
    bars = load(path, timeframe="1h", timezone="UTC")
    assert str(bars.timeframe) == "1h"
    assert bars.volume.tolist() == [4, 4, 4]
    assert bars.notes == {"W_RESAMPLED": 1}


def test_load_without_one_whole_bar_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "X.csv"
    path.write_text(TEXT)
    with pytest.raises(DataError, match="no whole bar of 1w"):
        load(path, timeframe="1w")


def test_load_with_a_timeframe_that_is_none_is_refused_before_the_file_is_read() -> None:
    with pytest.raises(InputError) as caught:
        load("nowhere.csv", timeframe="1w2")
    assert caught.value.code == "E_TIMEFRAME"


@pytest.mark.parametrize("symbol", sample_symbols())
def test_sample_equals_what_its_package_reads(symbol: str) -> None:
    stocks = pytest.importorskip("bokeh_sampledata.stocks")
    theirs = getattr(stocks, symbol)
    bars = load(f"sample:{symbol.lower()}")
    assert bars.checksum == sample(symbol).checksum
    assert bars.symbol == symbol
    np.testing.assert_array_equal(
        bars.time.view("datetime64[ns]"), np.array(theirs["date"], "datetime64[ns]")
    )
    for name in ("open", "high", "low", "close", "volume", "adj_close"):
        np.testing.assert_array_equal(bars.column(name), theirs[name])


def test_sample_knows_the_splits_of_apple_and_combines_to_weeks() -> None:
    assert sample("AAPL").notes["W_SPLIT"] == 2
    weeks = load("sample:AAPL", timeframe="1w")
    assert str(weeks.timeframe) == "1w"
    assert weeks.notes["W_RESAMPLED"] == 1


def test_one_bar_far_from_its_neighbours_is_counted():
    slip = TEXT.replace("2024-01-02,11,13,10.25,12,0", "2024-01-02,11000,13000,10250,12000,0")
    assert read(slip, timezone="UTC").notes["W_JUMP"] == 1
    assert "W_JUMP" not in read(TEXT, timezone="UTC").notes


def test_volume_of_nothing_but_zeros_is_no_volume():
    silent = TEXT.replace(",100\n", ",0\n").replace(",1e3\n", ",0\n")
    assert read(silent, timezone="UTC").notes == {"W_NO_VOLUME": 1}
