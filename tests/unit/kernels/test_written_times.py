"""Dates and clocks as people write them, against Python's own."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.kernels.test_written_numbers import column
from tradewright.kernels.delimited import AWARE, NAIVE, NO_TIME
from tradewright.kernels.written_times import (
    DMY,
    MDY,
    UNKNOWN,
    YMD,
    order_votes,
    read_clocks,
    read_written_times,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(-9_214_000_000, 9_183_000_000).map(lambda second: EPOCH + timedelta(seconds=second))


def nanoseconds(when: datetime) -> int:
    return (when - EPOCH) // timedelta(seconds=1) * 10**9


def read(cell: str, order: int = UNKNOWN, *, short: bool = False) -> tuple[int, int]:
    text, begins, ends = column([cell])
    out, marks = np.empty(1, np.int64), np.empty(1, np.uint8)
    assert read_written_times(text, (begins, ends), order, short, out, marks) == (marks[0] == NO_TIME)
    return int(out[0]), int(marks[0])


@given(
    MOMENTS,
    st.sampled_from(
        [
            ("%d/%m/%Y %H:%M:%S", DMY),
            ("%d.%m.%Y, %H:%M:%S", DMY),
            ("%m/%d/%Y %I:%M:%S %p", MDY),
            ("%m-%d-%YT%H:%M:%S", MDY),
            ("%Y.%m.%d %H:%M:%S", UNKNOWN),
            ("%Y/%m/%d %I:%M:%S%p", DMY),
            ("%b %d, %Y %H:%M:%S", UNKNOWN),
            ("%d %B %Y %H:%M:%S", UNKNOWN),
            ("%d-%b-%Y %H%M%S", MDY),
            ("%Y%m%d %H%M%S", UNKNOWN),
            ("%Y%m%d%H%M%S", UNKNOWN),
        ]
    ),
    st.sampled_from([("", 0, NAIVE), (" UTC", 0, AWARE), ("+02:00", 2, AWARE), (" GMT-0500", -5, AWARE)]),
)
def test_written_time_is_the_moment_that_was_written(
    when: datetime, written: tuple[str, int], zone: tuple[str, int, int]
) -> None:
    (pattern, order), (suffix, hours, mark) = written, zone
    cell = when.strftime(pattern).replace(when.strftime("%Y"), f"{when.year:04}") + suffix
    assert read(cell, order) == (nanoseconds(when) - hours * 3_600 * 10**9, mark)


NO_DATES = """
    1 1/2 13/13/2024 30/02/2024 2024/13/01 00/01/2024 1/2/20244 13/01/2024x 20241301 2024010 202401011
    20240101x 13/01/24 1/Jan
"""
NO_MOMENTS = ["", "Foo 1, 2024", "1 2 3", "Jan 2024", "13/01/2024 25:00", "13/01/2024 10:60"]
NO_MOMENTS += ["13/01/2024 0:00 PM", "13/01/2024 13:00 PM", "13/01/2024 10:00 XYZ"]


@pytest.mark.parametrize("cell", [*NO_DATES.split(), *NO_MOMENTS])
@pytest.mark.parametrize("order", [DMY, MDY, YMD])
def test_what_is_no_date_is_left_unread(cell: str, order: int) -> None:
    assert read(cell, order)[1] == NO_TIME


def test_order_that_is_unknown_leaves_dates_that_need_one() -> None:
    assert read("13/01/2024")[1] == NO_TIME
    assert read("2024/01/13")[1] == NAIVE


@pytest.mark.parametrize(
    ("cell", "order", "day"),
    [
        ("01/02/24", DMY, "2024-02-01"),
        ("01/02/69", MDY, "2069-01-02"),
        ("70-01-02", YMD, "1970-01-02"),
        ("2-Jan-99", DMY, "1999-01-02"),
    ],
)
def test_year_of_two_digits_is_read_where_it_is_allowed(cell: str, order: int, day: str) -> None:
    ns = int(np.datetime64(day, "ns").astype(np.int64))
    assert read(cell, order, short=True) == (ns, NAIVE)
    assert read(cell, order)[1] == NO_TIME


def test_votes_name_the_first_date_of_each_kind() -> None:
    cells = ["2024-01-13", "05/05/2024", "03/04/2024", "12/31/2024", "31/12/2024", "x", "13/14/2024"]
    assert order_votes(*column(cells)).tolist() == [4, 3, 2, 1]
    assert order_votes(*column(["2024-01-13", "Jan 5, 2024"])).tolist() == [-1] * 4


@pytest.mark.parametrize(
    ("cell", "width", "seconds"),
    [
        ("9:30", 4, 34_200),
        ("09:30:15", 4, 34_215),
        ("930", 4, 34_200),
        ("0930", 4, 34_200),
        ("93000", 6, 34_200),
        ("0", 6, 0),
        ("12:15 am", 4, 900),
        ("12:15 PM", 4, 44_100),
        ("02:00+03:00", 4, -3_600),
    ],
)
def test_time_of_day_is_read(cell: str, width: int, seconds: int) -> None:
    out, marks = np.empty(1, np.int64), np.empty(1, np.uint8)
    assert read_clocks(*column([cell]), width, out, marks) == 0
    assert out[0] == seconds * 10**9


@pytest.mark.parametrize("cell", ["", "24:00", "9:3", "noon", "9.30", "12345", "2500", "10:00 +99"])
def test_what_is_no_time_of_day_is_left_unread(cell: str) -> None:
    out, marks = np.empty(1, np.int64), np.empty(1, np.uint8)
    assert read_clocks(*column([cell]), 4, out, marks) == 1
    assert marks[0] == NO_TIME
