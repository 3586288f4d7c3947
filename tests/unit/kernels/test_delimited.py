"""Cells, numbers and times read from bytes, against Python's own reading of the same text."""

import csv
import io
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tradewright.kernels import delimited
from tradewright.kernels.delimited import AWARE, NAIVE, NO_TIME, READ, UNREAD

LETTERS = st.text('abc ""\',;\n\r0.', max_size=6)


def as_column(cells: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the text of `cells` run together, and where each begins and ends."""
    raw = "".join(cells).encode()
    ends = np.cumsum([len(cell.encode()) for cell in cells]).astype(np.int32)
    return np.frombuffer(raw + b"\n", np.uint8), np.concatenate(([0], ends[:-1])).astype(np.int32), ends


def floats(cells: list[str]) -> tuple[np.ndarray, np.ndarray]:
    text, begins, ends = as_column(cells)
    out, marks = np.empty(len(cells)), np.empty(len(cells), np.uint8)
    unread = delimited.read_floats(text, begins, ends, out, marks)
    assert unread == (marks == UNREAD).sum()
    return out, marks


DECIMALS = st.from_regex(r"[+-]?[0-9]{1,19}(\.[0-9]{0,12})?([eE][+-]?[0-9]{1,2})?", fullmatch=True)


@given(
    st.lists(DECIMALS | st.floats(allow_nan=False, allow_infinity=False).map(repr), min_size=1, max_size=30)
)
@example(
    ["9007199254740993", "9007199254740992.9", "1844674407370955161.5", "0.1", "100.00125709", "1e22", "1e23"]
)
@example(
    ["0000000000000000000000001.5", "-0", "0.0000000000000000000000001", "5e-324", "1.7976931348623157e308"]
)
def test_number_that_is_read_is_the_float_that_python_reads(cells: list[str]) -> None:
    out, marks = floats(cells)
    for cell, value, mark in zip(cells, out.tolist(), marks.tolist(), strict=True):
        if mark == READ:
            assert value == float(cell), cell


@given(st.floats(1e-6, 1e9).map(repr))
def test_price_of_any_precision_is_read_here_and_not_left_to_python(cell: str) -> None:
    assert floats([cell])[1][0] == READ


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "-",
        ".",
        "+.",
        "e5",
        "1e",
        "1e+",
        "1e1234",
        "1.2.3",
        "0x10",
        "1_0",
        "nan",
        "inf",
        "--1",
        "1 2",
        "1,5",
        "1-",
    ],
)
def test_number_that_is_none_is_left_unread(cell: str) -> None:
    assert floats([cell])[1][0] == UNREAD


@given(st.lists(st.integers(-(10**18) + 1, 2**63 - 1), min_size=1, max_size=20))
def test_integers_are_read_exactly(values: list[int]) -> None:
    text, begins, ends = as_column([str(value) for value in values])
    out, marks = np.empty(len(values), np.int64), np.empty(len(values), np.uint8)
    assert delimited.read_integers(text, begins, ends, out, marks) == 0
    assert out.tolist() == values


@pytest.mark.parametrize("cell", ["", "-", "1.0", "x", "+1", "12345678901234567890", "9223372036854775808"])
def test_integer_that_is_none_is_left_unread(cell: str) -> None:
    text, begins, ends = as_column([cell])
    assert delimited.read_integers(text, begins, ends, np.empty(1, np.int64), np.empty(1, np.uint8)) == 1


def times(cells: list[str]) -> tuple[list[int], list[int]]:
    text, begins, ends = as_column(cells)
    out, marks = np.empty(len(cells), np.int64), np.empty(len(cells), np.uint8)
    assert delimited.read_times(text, begins, ends, out, marks) == (marks == NO_TIME).sum()
    return out.tolist(), marks.tolist()


MOMENTS = st.datetimes(datetime(1678, 1, 1), datetime(2261, 12, 31))  # noqa: DTZ001 - naive is what is drawn
OFFSETS = st.sampled_from(["", "Z", "+00:00", "-0530", "+14", "+02:00", "-11:59"])


@given(
    MOMENTS,
    st.sampled_from("T "),
    st.sampled_from(["minutes", "seconds", "milliseconds", "microseconds"]),
    OFFSETS,
)
def test_iso_time_is_the_moment_that_python_reads(
    moment: datetime, between: str, precision: str, offset: str
) -> None:
    cell = moment.isoformat(between, precision) + offset
    read = datetime.fromisoformat(cell)
    aware = read.tzinfo is not None
    wanted = read if aware else read.replace(tzinfo=UTC)
    microseconds = (wanted - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    assert times([cell]) == ([microseconds * 1000], [AWARE if aware else NAIVE])


def test_nanoseconds_are_kept() -> None:
    assert times(["1970-01-01T00:00:00.123456789", "1970-01-01T00:00:00.5"])[0] == [123_456_789, 500_000_000]


@pytest.mark.parametrize(
    "cell", ["", "2024", "2024-1-1", "2024/01/01", "-024-01-01", "1677-12-31", "2262-01-01"]
)
def test_date_that_is_none_is_left_unread(cell: str) -> None:
    assert times([cell])[1] == [NO_TIME]


@pytest.mark.parametrize(
    "cell", ["2024-13-01", "2024-00-01", "2024-01-00", "2024-01-32", "2023-02-29", "1900-02-29"]
)
def test_day_that_never_was_is_left_unread(cell: str) -> None:
    assert times([cell])[1] == [NO_TIME]


@pytest.mark.parametrize(
    "clock", ["T", "T1", "T10", "T24:00", "T10:60", "T10:00:60", "T10:00:", "T10-00", "T-1:00"]
)
def test_clock_that_is_none_is_left_unread(clock: str) -> None:
    assert times(["2024-01-01" + clock])[1] == [NO_TIME]


@pytest.mark.parametrize("rest", ["+", "+1", "+24:00", "+10:60", " UTC", "ZZ", ":00.1234567891", "x"])
def test_offset_that_is_none_is_left_unread(rest: str) -> None:
    assert times(["2024-01-01T10:00" + rest])[1] == [NO_TIME]


# ------------------------------------------------------------------ cells


def split(
    raw: bytes, width: int, delimiter: str = ",", kept: tuple[int, ...] | None = None, comments: int = 0
) -> tuple[list[list[bytes]], list[int], tuple[int, ...]]:
    text = np.frombuffer(raw, np.uint8)
    room = delimited.count_lines(text, 0)
    kept = tuple(range(width)) if kept is None else kept
    begins, ends = np.zeros((2, len(kept), room), np.int32)
    lines, slots = np.zeros(room, np.int32), np.full(width, -1, np.int32)
    slots[list(kept)] = range(len(kept))
    places = (begins, ends, lines, slots, np.zeros(comments, np.int32))
    rows, *faults, commented = delimited.split_cells(text, 0, 1, ord(delimiter), places)
    cells = [[raw[begins[k, row] : ends[k, row]] for k in range(len(kept))] for row in range(rows)]
    return cells, lines[:rows].tolist(), (*faults, commented, *places[-1].tolist())


def test_columns_that_are_not_kept_are_counted_but_not_found() -> None:
    cells, _, faults = split(b"a,b,c\nd,e\nf,g,h", 3, kept=(0, 2))
    assert cells == [[b"a", b"c"], [b"f", b"h"]]
    assert faults[:4] == (delimited.RAGGED, 2, 2, 1)


def test_comments_are_counted_and_the_first_are_named() -> None:
    raw = b"#x\na,b\n # y, z\nc,d#\n//\n/e,f\n#"
    cells, lines, faults = split(raw, 2, comments=2)
    assert cells == [[b"a", b"b"], [b"c", b"d#"], [b"/e", b"f"]]
    assert lines == [2, 4, 6]
    assert faults[0] == delimited.SOUND
    assert faults[4:] == (4, 1, 3)


def test_without_room_for_comments_no_line_is_one() -> None:
    cells, _, faults = split(b"#A,1\nB,2\n", 2)
    assert cells == [[b"#A", b"1"], [b"B", b"2"]]
    assert faults[4] == 0


@given(
    st.lists(st.lists(LETTERS, min_size=3, max_size=3), min_size=1, max_size=8),
    st.sampled_from(["\n", "\r\n"]),
)
def test_cells_are_those_that_the_csv_module_wrote(rows: list[list[str]], line_end: str) -> None:
    rows = [[cell.strip() for cell in row] for row in rows]
    written = io.StringIO()
    csv.writer(written, lineterminator=line_end, quoting=csv.QUOTE_ALL).writerows(rows)
    cells, _, faults = split(written.getvalue().encode(), 3)
    assert faults[0] == delimited.SOUND
    assert [[cell.decode().replace('""', '"') for cell in row] for row in cells] == rows


def test_lines_are_counted_over_blank_ones() -> None:
    cells, lines, faults = split(b"\na,b\n\n\nc,d\r\n \r\ne,f", 2)
    assert cells == [[b"a", b"b"], [b"c", b"d"], [b"e", b"f"]]
    assert lines == [2, 5, 7]
    assert faults[0] == delimited.SOUND


def test_ragged_rows_are_left_out_and_the_first_is_named() -> None:
    cells, lines, faults = split(b"a,b\nc\nd,e,f\ng,h\n,\n", 2)
    assert cells == [[b"a", b"b"], [b"g", b"h"], [b"", b""]]
    assert lines == [1, 4, 5]
    assert faults == (delimited.RAGGED, 2, 1, 2, 0)


@pytest.mark.parametrize("raw", [b'a,"b\n', b'a,"', b'a,"b"c\n', b'a,"b""\n'])
def test_quote_that_is_open_is_named(raw: bytes) -> None:
    assert split(b"x,y\n" + raw, 2)[2][:2] == (delimited.OPEN_QUOTE, 2)


def test_cells_are_compared_as_bytes() -> None:
    text, begins, ends = as_column(["A", "A", "AB", "B", "A"])
    wanted = np.frombuffer(b"A", np.uint8)
    assert delimited.same_as(text, begins, ends, wanted).tolist() == [True, True, False, False, True]
    assert delimited.differs_from_last(text, begins, ends).tolist() == [True, False, True, True, True]
