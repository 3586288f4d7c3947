"""Numbers as people write them, against the numbers that they wrote."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradewright.kernels.delimited import READ, UNREAD
from tradewright.kernels.written_numbers import (
    CURRENCY,
    DECIMAL_COMMA,
    EMPTY,
    ONE_APOSTROPHE,
    THOUSANDS,
    THOUSANDS_APOSTROPHE,
    decimal_votes,
    read_written_floats,
)


def column(cells: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the text of `cells` run together, and where each begins and ends."""
    raw = "".join(cells).encode()
    ends = np.cumsum([len(cell.encode()) for cell in cells]).astype(np.int32)
    return np.frombuffer(raw + b"\n", np.uint8), np.concatenate(([0], ends[:-1])).astype(np.int32), ends


def read(cells: list[str], decimal: str = ".") -> tuple[list[float], list[int], list[int]]:
    text, begins, ends = column(cells)
    out, marks, repaired = (
        np.empty(len(cells)),
        np.empty(len(cells), np.uint8),
        np.empty(len(cells), np.uint8),
    )
    unread = read_written_floats(text, (begins, ends), ord(decimal), out, (marks, repaired))
    assert unread == (marks == UNREAD).sum()
    return out.tolist(), marks.tolist(), repaired.tolist()


AMOUNTS = st.decimals(0, 10**12, allow_nan=False, places=4)


@given(AMOUNTS, st.sampled_from([",", " ", "'", "\u00a0", "\u202f", "\u2009", "\u2019"]), st.booleans())
def test_grouped_number_is_the_number(amount: object, sign: str, comma: bool) -> None:
    plain = f"{amount:.4f}"
    whole, _, decimals = f"{amount:,.4f}".partition(".")
    decimal, between = (",", "." if sign == "," else sign) if comma else (".", sign)
    cell = whole.replace(",", between) + decimal + decimals
    values, marks, repaired = read([cell], decimal)
    assert values == [float(plain)]
    assert marks == [READ]
    told = repaired[0] & (THOUSANDS | DECIMAL_COMMA)
    assert told == THOUSANDS * ("," in whole) + DECIMAL_COMMA * comma


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("$1.5", 1.5),
        ("1.5 €", 1.5),
        ("-$1.5", -1.5),
        ("$-1.5", -1.5),
        ("£ 2", 2),
        ("3₿", 3),
        ("+¥1,000", 1000),
    ],
)
def test_currency_sign_is_left_out(cell: str, value: float) -> None:
    values, _, repaired = read([cell])
    assert values == [value]
    assert repaired[0] & CURRENCY


NO_NUMBERS = "1,23 12,34 1,2345 0,123 ,123 1,,234 1,234, 1.2.3 $1$ -- - $ . , 1e 1_0 0x1 1,234.5.6 "
NO_NUMBERS += "--1 -+1 +-1 ++1 -$-1 1-2 1e5-3 1e--5 -e5 1e5e5 123,45,678 1,23,45 1,234,56,789 1'23'456"


@pytest.mark.parametrize("cell", [*NO_NUMBERS.split(), "1 234,567", "12 34", "- -1", "$ -$1"])
def test_what_is_no_number_is_left_unread(cell: str) -> None:
    assert read([cell])[1] == [UNREAD]


@pytest.mark.parametrize("cell", ["", "null", "NULL", "None", "n/a", "N/A", "NA", "na"])
def test_nothing_is_nothing(cell: str) -> None:
    values, marks, _ = read([cell])
    assert np.isnan(values[0])
    assert marks == [EMPTY]


@pytest.mark.parametrize("cell", ["nul", "nullx", "nan", "non", "n.a", "x"])
def test_other_words_are_not_nothing(cell: str) -> None:
    assert read([cell])[1] == [UNREAD]


@pytest.mark.parametrize(
    ("cells", "votes"),
    [
        ("1 1e5 a,b x1.5", (0, 0, 0, 0)),
        ("1.5 0.123 1234.567 1,234.5 1,234,567 1.5e3 .5 5.", (8, 0, 0, 0)),
        ("1,5 0,123 1234,567 1.234,5 1.234.567 ,5", (0, 6, 0, 0)),
        ("1.234 12.345 $123.456", (0, 0, 3, 0)),
        ("1,234 $12,345 123,456€", (0, 0, 0, 3)),
    ],
)
def test_cells_tell_the_decimal_sign_only_where_no_other_fits(cells: str, votes: tuple[int, ...]) -> None:
    *counted, first = decimal_votes(*column(["7", *cells.split()]))
    assert tuple(counted) == votes
    assert first == (1 if votes[3] else -1)


@pytest.mark.parametrize(
    ("cell", "value"), [("39,71,507", 3971507), ("1,23,456.50", 123456.5), ("12,34,56,789", 123456789)]
)
def test_groups_of_two_before_the_last_of_three_are_a_number(cell: str, value: float) -> None:
    values, _, repaired = read([cell])
    assert values == [value]
    assert repaired == [THOUSANDS]


@pytest.mark.parametrize(
    ("cell", "flag"),
    [
        ("110'160", ONE_APOSTROPHE),
        ("110\u2019160", ONE_APOSTROPHE),
        ("1'110'160", THOUSANDS_APOSTROPHE),
        ("110'160.5", THOUSANDS_APOSTROPHE),
        ("110,160", 0),
    ],
)
def test_one_apostrophe_is_told_from_thousands(cell: str, flag: int) -> None:
    assert read([cell])[2] == [THOUSANDS | flag]
