"""Times that people write in few digits or many words: read where one reading is possible, else asked."""

from typing import Any

import numpy as np
import pytest

from tests.unit.data.importers.kinds import HEAD, csv
from tradewright.core.bars import Bars
from tradewright.core.errors import DataError
from tradewright.core.timeframe import Timeframe
from tradewright.data.importers.importer import import_bars
from tradewright.data.importers.options import ImportOptions

HALVES = "date,time,open,high,low,close,volume\n"
PRICES = "7,7,7,7,1"


def read(*times: str, head: str = "", **options: Any) -> Bars:
    said: dict[str, Any] = {"timezone": "UTC", **options}
    raw = csv(*(f"{time},{PRICES}" for time in times), head=head or HEAD)
    return import_bars("X.csv", raw, ImportOptions(**said))


def minutes_of(bars: Bars) -> list[str]:
    return [str(time)[:16] for time in bars.time.view("datetime64[ns]")]


def rejection(*times: str, head: str = "", **options: Any) -> DataError:
    with pytest.raises(DataError) as caught:
        read(*times, head=head, **options)
    return caught.value


# ------------------------------------------------------------------ hours


@pytest.mark.parametrize("hours", [["9", "10", "11"], ["10", "11", "12"], ["0", "1", "2"]])
def test_clock_of_two_digits_that_may_be_minutes_is_asked_about(hours: list[str]) -> None:
    error = rejection(*(f"2024-01-02,{hour}" for hour in hours), head=HALVES)
    assert error.code == "E_DATE"
    assert "hour or minutes" in error.message
    assert error.details["column"] == "clock"


def test_clock_of_two_digits_above_23_is_no_hour_and_never_filled_up() -> None:
    error = rejection("2024-01-02,0", "2024-01-02,30", head=HALVES)
    assert (error.code, error.details["row"], error.details["value"]) == ("E_DATE", 3, "30")


@pytest.mark.parametrize("times", [["2,08", "2,09", "2,10"], ["2,22", "2,23", "3,0", "3,1"]])
def test_hours_that_cannot_be_minutes_are_hours(times: list[str]) -> None:
    bars = read(*(f"2024-01-0{time}" for time in times), head=HALVES)
    assert str(bars.timeframe) == "1h"
    assert minutes_of(bars)[0] == f"2024-01-02T{times[0][2:]}:00"


@pytest.mark.parametrize(
    ("times", "wanted"),
    [
        (["0", "100", "200"], "02:00"),
        (["930", "1030", "1130"], "11:30"),
        (["93000", "103000", "113000"], "11:30"),
        (["0", "10000", "20000"], "02:00"),
    ],
)
def test_clocks_of_more_digits_keep_their_zeros_left_out(times: list[str], wanted: str) -> None:
    bars = read(*(f"2024-01-02,{time}" for time in times), head=HALVES)
    assert str(bars.timeframe) == "1h"
    assert minutes_of(bars)[-1] == f"2024-01-02T{wanted}"


@pytest.mark.parametrize("others", [["10:00", "11:00"], ["9:59:30", "10:00:00"]])
def test_bare_hour_between_clocks_is_no_second(others: list[str]) -> None:
    error = rejection(*(f"2024-01-02,{time}" for time in ["9", *others]), head=HALVES)
    assert (error.code, error.details["value"]) == ("E_DATE", "9")


# ------------------------------------------------------------------ digits


SHORT = ["1401300930", "1401300931", "1401300932"]


def test_ten_digits_that_may_be_a_date_are_asked_about() -> None:
    error = rejection(*SHORT)
    assert error.code == "E_DATE"
    assert "count from 1970" in error.message
    assert "date_order='ymd'" in error.fix


@pytest.mark.parametrize(
    ("times", "order"),
    [
        (SHORT, "ymd"),
        (["3001140930", "3001140931"], "dmy"),
        (["0130140930", "0130140931"], "mdy"),
        (["140130093000", "140130093100"], "ymd"),
    ],
)
def test_ten_or_twelve_digits_are_read_in_the_order_said(times: list[str], order: str) -> None:
    bars = read(*times, date_order=order)
    assert minutes_of(bars)[:2] == ["2014-01-30T09:30", "2014-01-30T09:31"]


def test_twelve_digits_that_may_be_a_date_are_no_milliseconds() -> None:
    assert rejection("240131090000", "240131100000", "240131110000").code == "E_DATE"


@pytest.mark.parametrize("step", [60, 300, 3_600, 86_400])
def test_epoch_seconds_stay_epoch_seconds(step: int) -> None:
    start = 1_705_091_200 // step * step
    bars = read(*(str(start + step * row) for row in range(12)))
    assert (bars.time // 10**9).tolist() == [start + step * row for row in range(12)]


def test_count_that_may_be_a_date_is_read_as_a_count_in_nanoseconds() -> None:
    bars = read(*(f"{time}{'0' * 9}" for time in SHORT))
    assert (bars.time // 10**9).tolist() == [int(time) for time in SHORT]


def test_years_of_four_digits_stay_years_of_four_digits() -> None:
    bars = read("201203111600", "201203111601", "201203111602")
    assert minutes_of(bars)[0] == "2012-03-11T16:00"


@pytest.mark.parametrize("column", ["timestamp", "date"])
def test_six_digits_need_the_order_said(column: str) -> None:
    end, head = ("", "") if column == "timestamp" else (",09:30", HALVES)
    times = [f"{day}0124{end}" for day in (29, 30, 31)]
    error = rejection(*times, head=head)
    assert (error.code, error.details["column"]) == ("E_DATE", column)
    assert "date_order='dmy'" in error.fix
    assert minutes_of(read(*times, head=head, date_order="dmy"))[0][:10] == "2024-01-29"


@pytest.mark.parametrize("times", [["45293", "45294", "45295"], ["45322.5", "45322.75", "45323.0"]])
def test_day_numbers_of_a_spreadsheet_are_named_as_such(times: list[str]) -> None:
    error = rejection(*times)
    assert error.code == "E_DATE"
    assert "spreadsheet" in error.message
    assert ("2024-01-02" in error.message) == (times[0] == "45293")


# ------------------------------------------------------------------ words


@pytest.mark.parametrize("clock", ["20240131 09:30:00", "20240131  09:30:00", "2024-01-31 09:30"])
def test_zone_behind_every_time_is_its_zone(clock: str) -> None:
    later = clock.replace("09:30", "09:31")
    for zone in ("US/Eastern", "America/New_York"):
        bars = read(f"{clock} {zone}", f"{later} {zone}", timezone=None)
        assert minutes_of(bars)[0] == "2024-01-31T14:30"
        assert bars.notes == {}


def test_two_zones_in_one_file_are_mixed_times() -> None:
    error = rejection("2024-01-31 09:30 US/Eastern", "2024-01-31 09:31 US/Central")
    assert (error.code, error.details["row"]) == ("E_TS_MIXED", 3)


def test_words_that_are_no_zone_are_no_date() -> None:
    assert rejection("2024-01-31 09:30 Mars/Olympus", "2024-01-31 09:31 Mars/Olympus").code == "E_DATE"


def test_zone_in_letters_is_refused_with_what_to_say_instead() -> None:
    error = rejection("2024-01-31 09:30:00 EST", "2024-01-31 09:31:00 EST")
    assert error.code == "E_DATE"
    assert "timezone=" in error.fix


@pytest.mark.parametrize(
    "months", [["2020-01", "2020-02", "2020-03"], ["Jan 2020", "February 2020", "Mar 2020"]]
)
def test_months_are_read_as_their_first_day(months: list[str]) -> None:
    bars = read(*months)
    assert str(bars.timeframe) == "1M"
    assert minutes_of(bars) == [f"2020-0{month}-01T00:00" for month in (1, 2, 3)]


@pytest.mark.parametrize(
    "times", [["2020-01", "2020-13"], ["2020-01", "2020-02-01"], ["2020-01-01", "2020-02"]]
)
def test_month_between_other_dates_is_refused(times: list[str]) -> None:
    assert rejection(*times).code == "E_DATE"


def test_start_of_a_window_in_nanoseconds_is_when_its_bar_opens() -> None:
    head = "ticker,volume,open,close,high,low,window_start,transactions\n"
    rows = (f"A,1,7,7,7,7,{1_706_693_400 + 60 * row}{'0' * 9},3" for row in range(3))
    assert minutes_of(import_bars("X.csv", csv(*rows, head=head)))[0] == "2024-01-31T09:30"


# ------------------------------------------------------------------ bar length


@pytest.mark.parametrize(
    ("times", "asked"),
    [
        (["2024-01-01", "2024-01-02"], "1m"),
        (["2024-01-01", "2024-01-02", "2024-01-03", "2024-01-05"], "1h"),
        (["2024-01-01T00:00", "2024-01-01T02:00", "2024-01-01T04:00"], "1h"),
        (["2024-01-01", "2024-01-08", "2024-01-15"], "1d"),
    ],
)
def test_few_rows_that_contradict_the_bar_length_are_refused(times: list[str], asked: str) -> None:
    assert rejection(*times, timeframe=Timeframe.parse(asked)).code == "E_INTERVAL"


@pytest.mark.parametrize(
    ("times", "asked"),
    [
        (["2024-01-05", "2024-01-08"], "1d"),
        (["2024-01-05T09:30", "2024-01-05T09:40"], "1m"),
        (["2024-01-05T15:00", "2024-01-08T09:00", "2024-01-08T11:00"], "1h"),
    ],
)
def test_few_rows_with_gaps_between_keep_the_bar_length_said(times: list[str], asked: str) -> None:
    bars = read(*times, timeframe=Timeframe.parse(asked))
    assert str(bars.timeframe) == asked
    assert len(bars) == len(times)
    assert bars.time[0] == np.datetime64(times[0], "ns").astype(np.int64)
