"""What a caller says where a file can be read in more than one way."""

from pathlib import Path

import numpy as np
import pytest

from tests.unit.data.importers.kinds import HEAD, TEXT, csv, rows_of
from tradewright.core.bars import Bars
from tradewright.core.errors import DataError, ParameterError
from tradewright.core.instrument import Instrument
from tradewright.data.importers.importer import import_bars
from tradewright.data.importers.options import ImportOptions
from tradewright.data.load import load


def read(raw: bytes, **said: object) -> Bars:
    return import_bars("X.csv", raw, ImportOptions(timezone="UTC", **said))  # type: ignore[arg-type]


def days(bars: Bars) -> list[str]:
    return [row[0] for row in rows_of(bars)]


def slashed(*dates: str) -> bytes:
    return csv(*(f"{date},10,12,9,11,1" for date in dates))


@pytest.mark.parametrize(
    ("order", "dates", "expected"),
    [
        ("dmy", ("01/02/2024", "02/02/2024"), ["2024-02-01", "2024-02-02"]),
        ("mdy", ("01/02/2024", "02/02/2024"), ["2024-01-02", "2024-02-02"]),
        ("dmy", ("01.02.24", "02.02.24"), ["2024-02-01", "2024-02-02"]),
        ("mdy", ("2/1/99", "2/2/99"), ["1999-02-01", "1999-02-02"]),
        ("ymd", ("24-02-01", "24-02-02"), ["2024-02-01", "2024-02-02"]),
        ("dmy", ("01-Feb-24", "02-Feb-24"), ["2024-02-01", "2024-02-02"]),
    ],
)
def test_date_order_that_is_said_is_used(order: str, dates: tuple[str, str], expected: list[str]) -> None:
    assert days(read(slashed(*dates), date_order=order)) == expected


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (("12/01/2024", "13/01/2024"), ["2024-01-12", "2024-01-13"]),
        (("01/12/2024", "01/13/2024"), ["2024-01-12", "2024-01-13"]),
        (("13.1.2024", "14.1.2024"), ["2024-01-13", "2024-01-14"]),
        (("2024/01/02", "2024/01/03"), ["2024-01-02", "2024-01-03"]),
        (("2024.01.02 00:00", "2024.01.03 00:00"), ["2024-01-02", "2024-01-03"]),
        (("Jan 2, 2024", "Jan 03, 2024"), ["2024-01-02", "2024-01-03"]),
        (("2 January 2024", "3 January 2024"), ["2024-01-02", "2024-01-03"]),
        (("02-JAN-2024", "03-jan-2024"), ["2024-01-02", "2024-01-03"]),
        (("20240102 000000", "20240103 000000"), ["2024-01-02", "2024-01-03"]),
        (("202401020000", "202401030000"), ["2024-01-02", "2024-01-03"]),
        (("13.01.2024 00:00:00.000", "14.01.2024 00:00:00.000"), ["2024-01-13", "2024-01-14"]),
        (("13.01.2024 02:00 GMT+0200", "13.01.2024 22:00 GMT-0200"), ["2024-01-13", "2024-01-14"]),
        (("1/13/2024 12:00 AM", "1/14/2024 12:00 am"), ["2024-01-13", "2024-01-14"]),
        (("1/13/2024, 12:00:00 AM UTC", "1/14/2024, 12:00:00 AM UTC"), ["2024-01-13", "2024-01-14"]),
    ],
)
def test_dates_are_read_as_people_write_them(dates: tuple[str, str], expected: list[str]) -> None:
    raw = slashed(*dates).replace(b", ", b"; ").replace(b",", b"|").replace(b"; ", b", ")
    assert days(read(raw)) == expected


@pytest.mark.parametrize(
    ("clocks", "hours"),
    [
        (("00:00", "01:00", "23:00"), [0, 1, 23]),
        (("0:00:00", "1:00:00", "23:00:00"), [0, 1, 23]),
        (("0", "10000", "230000"), [0, 1, 23]),
        (("0000", "0100", "2300"), [0, 1, 23]),
        (("12:00 AM", "1:00 am", "11:00PM"), [0, 1, 23]),
        (("02:00+02:00", "03:00+02:00", "23:00Z"), [0, 1, 23]),
    ],
)
def test_times_of_day_are_read_as_people_write_them(clocks: tuple[str, ...], hours: list[int]) -> None:
    raw = csv(*(f"2024-01-02,{clock},1,1,1,1" for clock in clocks), head="date,time,open,high,low,close\n")
    bars = read(raw)
    assert ((bars.time // 3_600_000_000_000) % 24).tolist() == hours


UNCLEAR = csv(
    *(f"2024-01-0{day};1,234;1,234;1,234;1,234" for day in (1, 2)), head="date;open;high;low;close\n"
)


@pytest.mark.parametrize(("decimal", "price"), [(".", 1234.0), (",", 1.234)])
def test_decimal_sign_that_is_said_is_used(decimal: str, price: float) -> None:
    assert read(UNCLEAR, decimal=decimal).close.tolist() == [price, price]


def test_decimal_sign_is_told_by_rows_far_down_too() -> None:
    rows = [f"{minute};1,234;1,234;1,234;1,234" for minute in range(5_000)]
    rows += [f"{minute};1,5;1,5;1,5;1,5" for minute in range(5_000, 5_003)]
    lines = [f"{1_704_067_200 + 60 * int(row.split(';')[0])};{row.split(';', 1)[1]}" for row in rows]
    assert read(csv(*lines, head="time;open;high;low;close\n")).close[[0, -1]].tolist() == [1.234, 1.5]


def test_decimal_comma_that_is_said_is_used_where_every_number_looks_plain() -> None:
    raw = csv(*(f"2024-01-0{day};12;12;12;12;1.234" for day in (1, 2)), head=HEAD.replace(",", ";"))
    assert read(raw, decimal=".").volume.tolist() == [1.234, 1.234]
    assert read(raw, decimal=",").volume.tolist() == [1234.0, 1234.0]


@pytest.mark.parametrize(
    ("titles", "cells"),
    [
        ("timeOpen,timeClose,timestamp", "2024-01-0{day},2024-01-0{next},2024-01-0{next}"),
        ("unix,date", "170406720{day},nothing"),
        ("close time,open time", "2024-01-0{next},2024-01-0{day}"),
    ],
)
def test_of_several_times_the_one_that_says_the_open_is_read(titles: str, cells: str) -> None:
    rows = [f"{cells.format(day=day, next=day + 1)},1,1,1,1,1" for day in (1, 2, 3)]
    bars = read(csv(*rows, head=HEAD.replace("timestamp", titles)))
    assert str(np.datetime64(int(bars.time[0]), "ns")).startswith("2024-01-01")
    assert bars.notes["W_COLUMN_IGNORED"] == titles.count(",")


def test_what_was_said_is_no_repair_that_strict_refuses() -> None:
    raw = csv(*(f"2024-01-0{day};1,5;1,5;1,5;1,5;2" for day in (1, 2)), head=HEAD.replace(",", ";"))
    assert read(raw, decimal=",", strict=True).notes == {"W_DECIMAL_COMMA": 2}
    assert read(TEXT.encode(), label="close", strict=True).notes == {"W_CLOSE_LABELLED": 3}


def test_label_that_is_said_moves_bars_to_their_open() -> None:
    assert days(read(TEXT.encode(), label="close")) == ["2023-12-31", "2024-01-01", "2024-01-02"]
    closes = TEXT.replace("timestamp", "close_time").encode()
    assert days(read(closes)) == ["2023-12-31", "2024-01-01", "2024-01-02"]
    assert days(read(closes, label="open")) == ["2024-01-01", "2024-01-02", "2024-01-03"]


def test_days_labelled_by_close_open_at_the_close_before_over_summer_time() -> None:
    rows = [f"2024-03-{day},1,1,1,1,1" for day in (29, 30, 31)] + ["2024-04-01,1,1,1,1,1"]
    options = ImportOptions(timezone="Europe/Helsinki", label="close")
    bars = import_bars("X.csv", csv(*rows), options)
    assert np.diff(bars.time).tolist() == [24 * 3_600_000_000_000] * 3
    assert (
        bars.time[1:].tolist()
        == import_bars("X.csv", csv(*rows), ImportOptions(timezone="Europe/Helsinki")).time[:-1].tolist()
    )


@pytest.mark.parametrize(
    "last", [("2024-01-31", "2024-02-29", "2024-03-31"), ("2024-02-01", "2024-03-01", "2024-04-01")]
)
def test_months_labelled_by_close_open_on_the_first(last: tuple[str, ...]) -> None:
    bars = read(slashed(*last), label="close")
    assert days(bars) == ["2024-01-01", "2024-02-01", "2024-03-01"]


def test_inclusive_closes_of_klines_open_on_the_minute() -> None:
    rows = [f"{1_704_067_259_999 + 60_000 * row},1,1,1,1,1" for row in range(3)]
    bars = read(csv(*rows, head=HEAD.replace("timestamp", "close_time")))
    assert (bars.time // 10**9).tolist() == [1_704_067_200 + 60 * row for row in range(3)]


def test_inferred_tick_is_believed_where_it_is_small_only() -> None:
    with pytest.raises(DataError) as caught:
        read(csv("2024-01-01,13,12,9,11,1", "2024-01-02,10,12,9,11,1"))
    assert caught.value.code == "E_OHLC"
    assert read(csv("2024-01-01,1300,1299,1200,1250,1", "2024-01-02,1300,1310,1290,1300,1")).high[0] == 1300


def test_tick_of_the_instrument_outweighs_the_decimals() -> None:
    raw = csv("2024-01-01,100.02,100.5,100.03,100.25,1", "2024-01-02,100,101,99,100,1")
    with pytest.raises(DataError):
        import_bars("X.csv", raw, ImportOptions(instrument=Instrument("X", tick=0.001)))


@pytest.mark.parametrize(
    ("seconds", "moved"),
    [((0, 5, 10, 15), 0), ((0, 5.4, 10, 15), 1), ((0, 61, 120, 179), 2), ((0, 60, 122, 180), None)],
)
def test_times_near_the_grid_are_moved_to_it(seconds: tuple[float, ...], moved: int | None) -> None:
    raw = slashed(*(str(1_704_067_200 + second) for second in seconds))
    if moved is None:
        assert read(raw).time[2] % 60_000_000_000 == 2_000_000_000
    else:
        assert read(raw).notes.get("W_OFF_GRID", 0) == moved


def test_bars_of_a_second_are_not_moved_to_minutes() -> None:
    raw = slashed(*(str(1_704_067_198 + second) for second in range(5)))
    assert "W_OFF_GRID" not in read(raw).notes


@pytest.mark.parametrize(("name", "value"), [("date_order", "dym"), ("decimal", ";"), ("label", "end")])
def test_option_that_means_nothing_is_refused(name: str, value: str) -> None:
    with pytest.raises(ParameterError, match=name) as caught:
        ImportOptions(**{name: value})  # type: ignore[arg-type]
    assert caught.value.code == "E_IMPORT_OPTION"
    assert caught.value.fix


def test_load_passes_on_how_to_read(tmp_path: Path) -> None:
    path = tmp_path / "X.csv"
    path.write_bytes(slashed("01/02/2024", "02/02/2024"))
    assert days(load(path, date_order="dmy", timezone="UTC")) == ["2024-02-01", "2024-02-02"]
    path.write_bytes(csv("2024-01-02,1,1,1,1,1", "2024-01-01,1,1,1,1,1"))
    with pytest.raises(DataError, match="strict"):
        load(path, strict=True)
    with pytest.raises(TypeError):
        load(path, stict=True)  # type: ignore[call-arg]
