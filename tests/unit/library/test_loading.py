"""One way in for prices: files, stored series and samples by name."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tradewright as tw
from tests.factories import real_bars
from tradewright.core.errors import DataError, InputError, ParameterError, TradewrightError
from tradewright.core.instrument import Instrument

CALENDAR = tw.Calendar("24/5")


@pytest.fixture(autouse=True)
def _stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRADEWRIGHT_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    for symbol in ("IBM", "MSFT"):
        bars = real_bars(symbol)
        tw.store().write(tw.SeriesKey.of(bars), bars, source=f"{symbol}.csv")


def test_load_of_a_stored_series_returns_its_bars() -> None:
    for name in ("store:IBM:1d", "store:local/IBM/1d", "store:ibm"):
        assert tw.load(name).checksum == real_bars("IBM").checksum


def test_backtest_takes_the_name_of_a_stored_series() -> None:
    by_name, by_bars = (tw.backtest("ma_crossover", data) for data in ("store:IBM:1d", real_bars("IBM")))
    assert by_name.result_hash == by_bars.result_hash


def test_load_of_a_window_returns_the_bars_that_open_in_it() -> None:
    bars = tw.load("store:IBM", start="2004-01-05", end="2005-12-30")
    days = bars.time.astype("datetime64[ns]").astype("datetime64[D]").astype(str)
    assert (days[0], days[-1]) == ("2004-01-05", "2005-12-30")
    whole = real_bars("IBM")
    inside = (whole.time >= bars.time[0]) & (whole.time <= bars.time[-1])
    assert np.array_equal(bars.close, whole.close[inside])


def test_load_of_a_window_reads_only_the_years_in_it(tmp_path: Path) -> None:
    for path in (tmp_path / "home").rglob("*.parquet"):
        if path.parent.name != "year=2004":
            path.unlink()
    assert len(tw.load("store:IBM", start="2004-01-05", end="2004-12-31")) == 251


def test_load_of_a_window_cuts_files_and_samples_too(tmp_path: Path) -> None:
    frame: Any = real_bars("IBM").to_pandas()
    frame.to_csv(tmp_path / "IBM_1d.csv")
    for source in ("IBM_1d.csv", "sample:IBM"):
        bars = tw.load(source, start="2004-01-05", end="2004-01-09")
        assert len(bars) == 5


def test_load_of_a_window_without_bars_names_those_there_are() -> None:
    with pytest.raises(InputError, match="no bar of IBM") as caught:
        tw.load("store:IBM", start="1990-01-01", end="1991-01-01")
    assert caught.value.code == "E_RANGE"
    assert "2000-03-01" in caught.value.fix


def test_load_at_a_longer_bar_length_combines_by_the_calendar_given() -> None:
    bars = tw.load("store:IBM", timeframe="1w", instrument=Instrument("IBM", calendar=CALENDAR))
    assert bars.timeframe == tw.Timeframe.parse("1w")
    assert bars.notes["W_RESAMPLED"] == 1
    assert bars.instrument.calendar == CALENDAR


@pytest.mark.parametrize("given", [{"symbol": "MSFT"}, {"instrument": Instrument("MSFT")}])
def test_load_of_a_stored_series_under_another_symbol_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ParameterError, match="MSFT") as caught:
        tw.load("store:IBM", **given)
    assert caught.value.code == "E_SYMBOL"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("IBM", "Did you mean 'store:IBM:1d' or 'sample:IBM'?"),
        ("msft:1d", "Did you mean 'store:MSFT:1d'?"),
        ("goog", "Did you mean 'sample:GOOG'?"),
        ("MSTF", "Did you mean 'store:MSFT:1d'?"),
        ("smple:GOOG", "Did you mean 'sample:GOOG'?"),
        ("sotre:MSFT:1d", "Did you mean 'store:MSFT:1d'?"),
    ],
)
def test_name_that_is_no_file_is_told_what_it_may_mean(typed: str, said: str) -> None:
    with pytest.raises(DataError) as caught:
        tw.load(typed)
    assert (caught.value.code, caught.value.fix) == ("E_FILE", said)


def test_mistyped_file_is_told_the_nearest_file(tmp_path: Path) -> None:
    (tmp_path / "IBN_1d.csv").write_text("", encoding="utf-8")
    with pytest.raises(DataError, match="does not exist") as caught:
        tw.load("IBM_1d.csv")
    assert caught.value.fix == "Did you mean 'IBN_1d.csv'?"


def test_unknown_stored_series_names_what_there_is() -> None:
    with pytest.raises(TradewrightError, match="unknown stored series 'IBN'") as caught:
        tw.load("store:IBN")
    assert caught.value.fix == "Did you mean 'store:IBM:1d'? There is store:IBM:1d, store:MSFT:1d."


def test_name_that_is_no_file_is_told_though_the_store_is_of_a_newer_version(tmp_path: Path) -> None:
    (tmp_path / "home" / "bars" / "store.json").write_text('{"format": 99}', encoding="utf-8")
    with pytest.raises(DataError, match="does not exist") as caught:
        tw.load("GOOG")
    assert caught.value.fix == "Did you mean 'sample:GOOG'?"
    with pytest.raises(DataError) as caught:
        tw.load("store:IBM")
    assert caught.value.code == "E_STORE_FORMAT"


def test_load_passes_on_how_to_read_a_file(tmp_path: Path) -> None:
    rows = "".join(f"0{day}/02/2024,10,12,9,11,5\n" for day in (2, 1, 3))
    path = tmp_path / "X.csv"
    path.write_text("Date,Open,High,Low,Close,Volume\n" + rows)
    bars = tw.load(path, date_order="dmy", timezone="UTC")
    assert bars.notes == {"W_UNSORTED": 1}
    assert str(bars.time[0].astype("datetime64[ns]"))[:10] == "2024-02-01"
    with pytest.raises(DataError) as caught:
        tw.load(path, date_order="dmy", strict=True)
    assert caught.value.code == "E_STRICT"
    assert caught.value.details["row"] == 3


def test_calendar_says_the_hours_and_comes_before_longer_bars(tmp_path):
    rows = [f"2024-01-0{day}T{hour:02}:00Z,1,1,1,1" for day in (2, 3) for hour in range(24)]
    path = tmp_path / "hours.csv"
    path.write_text("time,open,high,low,close\n" + "\n".join(rows) + "\n")
    whole = tw.load(path, calendar="XNYS")
    assert (whole.instrument.calendar.id, len(whole)) == ("XNYS", 48)
    days = tw.load(path, calendar="XNYS", timeframe="1d")
    # New York's second of January begins at 05:00 UTC; the hours before it are of a first, partial day.
    assert [str(time) for time in days.time.view("M8[ns]").astype("M8[h]")] == ["2024-01-02T05"]
