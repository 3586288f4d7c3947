"""Every kind of broken file, each by its own few bytes: the code, and the row, column and value named."""

import gzip
import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tradewright.core.errors import DataError, InputError, TradewrightError
from tradewright.core.timeframe import Timeframe
from tradewright.data.importers.importer import ImportOptions, import_bars
from tradewright.data.load import load

HEAD = "timestamp,open,high,low,close,volume\n"
DAYS = [f"2024-01-0{day},10,12,9,11,100" for day in range(1, 7)]


def with_row(row: str, place: int = 2) -> bytes:
    """Return six good days with one of them replaced; day 3 stands on line 4."""
    rows = list(DAYS)
    rows[place] = row
    return (HEAD + "\n".join(rows) + "\n").encode()


def archive(**files: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        for name, text in files.items():
            made.writestr(name.replace("_slash_", "/").replace("_dot_", "."), text)
    return packed.getvalue()


GOOD = with_row(DAYS[2])
MIXED_UNITS = HEAD + "1704067200,10,12,9,11,1\n1704153600000,10,12,9,11,1\n"
TWO_SYMBOLS = "Ticker,Date,Open,High,Low,Close\nA,2024-01-01,1,1,1,1\nB,2024-01-01,1,1,1,1\n"
HOURS_THEN_DAYS = HEAD + "".join(f"2024-01-01T{hour:02},1,1,1,1,1\n" for hour in range(24))
HOURS_THEN_DAYS += "".join(f"2024-02-{day:02},1,1,1,1,1\n" for day in range(1, 25))

REJECTED: dict[str, tuple[bytes | str, str, dict[str, Any]]] = {
    "empty": (b"", "E_EMPTY", {}),
    "blank": (b" \n\r\n\n", "E_EMPTY", {}),
    "empty gzip": (gzip.compress(b""), "E_EMPTY", {}),
    "header only": (HEAD, "E_NO_ROWS", {}),
    "header without line end": (HEAD.strip(), "E_NO_ROWS", {}),
    "price that none can be": (
        with_row("2024-01-03,10,2e15,9,11,100"),
        "E_PRICE",
        {"row": 4, "column": "high", "value": "2e+15"},
    ),
    "rows without any price": (
        HEAD + "2024-01-01,,,,,\n2024-01-02,null,null,null,null,null\n",
        "E_NO_ROWS",
        {},
    ),
    "column missing": ("date,open,high,low,volume\n1,2,3,4,5\n", "E_COLUMN", {"missing": ["close"]}),
    "column misspelt": ("date,open,hihg,low,close\n1,2,3,4,5\n", "E_COLUMN", {"nearest": {"high": "hihg"}}),
    "no time": ("x,open,high,low,close\n1,2,3,4,5\n", "E_COLUMN", {"missing": ["timestamp"]}),
    "column twice": ("date,open,high,low,close,Close\n1,2,3,4,5,6\n", "E_COLUMN", {"column": "close"}),
    "two times": ("date,time,open,high,low,close\n1,2,3,4,5,6\n", "E_COLUMN", {"column": "timestamp"}),
    "no header": ("2024-01-01,10,12,9,11\n", "E_COLUMN", {"row": 1}),
    "one word": ("hello", "E_COLUMN", {}),
    "prose": ("Dear all,\nplease find attached\n", "E_COLUMN", {}),
    "header with open quote": ('"date,open,high,low,close\n', "E_QUOTE", {"row": 1}),
    "ragged row, short": (with_row("2024-01-03,10,12,9,11"), "E_ROW_WIDTH", {"row": 4, "cells": 5}),
    "ragged row, long": (with_row("2024-01-03,10,12,9,11,1,1"), "E_ROW_WIDTH", {"row": 4, "cells": 7}),
    "last row cut short": (GOOD[:-12], "E_ROW_WIDTH", {"row": 7}),
    "open quote": (with_row('2024-01-03,"10,12,9,11,100'), "E_QUOTE", {"row": 4}),
    "text behind a quote": (with_row('2024-01-03,"10"0,12,9,11,100'), "E_QUOTE", {"row": 4}),
    "binary": (GOOD + b"\0\1\2", "E_NOT_TEXT", {"row": 8}),
    "old spreadsheet": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 9, "E_NOT_TEXT", {}),
    "new spreadsheet": (
        archive(_dot_="", **{"[Content_Types].xml": "x", "xl_slash_workbook": "x"}),
        "E_NOT_TEXT",
        {},
    ),
    "parquet": (b"PAR1\0\0", "E_NOT_TEXT", {}),
    "pdf": (b"%PDF-1.7\n", "E_NOT_TEXT", {}),
    "web page": (b"\n <!DOCTYPE html><html></html>", "E_NOT_TEXT", {}),
    "damaged gzip": (gzip.compress(GOOD)[:-9], "E_NOT_TEXT", {}),
    "damaged zip": (archive(a=GOOD.decode())[:-30], "E_NOT_TEXT", {}),
    "archive of two": (archive(a="x", b="y"), "E_ARCHIVE", {}),
    "archive of none": (archive(), "E_NOT_TEXT", {}),
    "archive with a path outside": (archive(**{"../a": GOOD.decode()}), "E_ARCHIVE", {}),
    "latin letters": (
        with_row("2024-01-03,10,12,9,11,\xe9").decode().encode("latin-1"),
        "E_ENCODING",
        {"row": 4},
    ),
    "broken utf-16": (GOOD.decode().encode("utf-16")[:-1], "E_ENCODING", {}),
    "text for a price": (
        with_row("2024-01-03,10,high,9,11,1"),
        "E_NUMBER",
        {"row": 4, "column": "high", "value": "high"},
    ),
    "formula": (
        with_row("2024-01-03,10,12,=A1,11,1"),
        "E_NUMBER",
        {"row": 4, "column": "low", "value": "=A1"},
    ),
    "python number": (
        with_row("2024-01-03,1_0,12,9,11,1"),
        "E_NUMBER",
        {"row": 4, "column": "open", "value": "1_0"},
    ),
    "text for a volume": (with_row("2024-01-03,10,12,9,11,many"), "E_NUMBER", {"row": 4, "column": "volume"}),
    "nan": (
        with_row("2024-01-03,10,12,NaN,11,1"),
        "E_NONFINITE",
        {"row": 4, "column": "low", "value": "NaN"},
    ),
    "all nan": (with_row("2024-01-03,nan,nan,nan,nan,1"), "E_NONFINITE", {"row": 4}),
    "infinity": (
        with_row("2024-01-03,10,inf,9,11,1"),
        "E_NONFINITE",
        {"row": 4, "column": "high", "value": "inf"},
    ),
    "too large a number": (
        with_row("2024-01-03,10,1e400,9,11,1"),
        "E_NONFINITE",
        {"row": 4, "value": "1e400"},
    ),
    "empty price": (
        with_row("2024-01-03,10,12,,11,1"),
        "E_NONFINITE",
        {"row": 4, "column": "low", "value": ""},
    ),
    "zero price": (with_row("2024-01-03,10,12,0,11,1"), "E_PRICE", {"row": 4, "column": "low", "value": "0"}),
    "negative price": (
        with_row("2024-01-03,-10,12,9,11,1"),
        "E_PRICE",
        {"row": 4, "column": "open", "value": "-10"},
    ),
    "negative volume": (
        with_row("2024-01-03,10,12,9,11,-5"),
        "E_VOLUME",
        {"row": 4, "column": "volume", "value": "-5"},
    ),
    "high below low": (
        with_row("2024-01-03,10,9,12,11,1"),
        "E_OHLC",
        {"row": 4, "column": "high", "value": "9"},
    ),
    "open above high": (
        with_row("2024-01-03,13,12,9,11,1"),
        "E_OHLC",
        {"row": 4, "column": "open", "value": "13"},
    ),
    "close below low": (
        with_row("2024-01-03,10,12,9,8,1"),
        "E_OHLC",
        {"row": 4, "column": "close", "value": "8"},
    ),
    "one time, two prices": (
        with_row("2024-01-02,10,12,9,10.5,1"),
        "E_TS_CONFLICT",
        {"row": 4, "column": "timestamp"},
    ),
    "no date": (with_row("soon,10,12,9,11,1"), "E_DATE", {"row": 4, "column": "timestamp", "value": "soon"}),
    "day that is none": (with_row("2024-02-30,10,12,9,11,1"), "E_DATE", {"row": 4, "value": "2024-02-30"}),
    "month and day unclear": (
        with_row("01/02/2024,10,12,9,11,1"),
        "E_DATE",
        {"row": 4, "value": "01/02/2024"},
    ),
    "hour that is none": (with_row("2024-01-03T25:00,10,12,9,11,1"), "E_DATE", {"row": 4}),
    "empty date": (with_row(",10,12,9,11,1"), "E_DATE", {"row": 4, "value": ""}),
    "epoch that is none": (HEAD + "1704067200,1,1,1,1,1\nx,1,1,1,1,1\n", "E_DATE", {"row": 3, "value": "x"}),
    "epoch beyond all": (
        HEAD + "1704067200,1,1,1,1,1\n9e30,1,1,1,1,1\n",
        "E_DATE",
        {"row": 3, "value": "9e30"},
    ),
    "units mixed": (MIXED_UNITS, "E_TS_MIXED", {"row": 3, "value": "1704153600000"}),
    "zones mixed": (
        with_row("2024-01-03T00:00Z,10,12,9,11,1"),
        "E_TS_MIXED",
        {"row": 4, "value": "2024-01-03T00:00Z"},
    ),
    "intraday before 1971": (
        HEAD + "1969-01-01T00:00,1,1,1,1,1\n1969-01-01T01:00,1,1,1,1,1\n",
        "E_TS_RANGE",
        {"row": 2},
    ),
    "in the future": (
        HEAD + "2024-01-01,1,1,1,1,1\n2250-01-01,1,1,1,1,1\n2250-01-02,1,1,1,1,1\n",
        "E_TS_RANGE",
        {"row": 3},
    ),
    "one row": (HEAD + DAYS[0], "E_INTERVAL", {}),
    "no interval": (HEAD + "1704067200.0,1,1,1,1,1\n1704067200.5,1,1,1,1,1\n", "E_INTERVAL", {}),
    "intervals mixed": (HOURS_THEN_DAYS, "E_INTERVAL", {"row": 26}),
    "several symbols": (TWO_SYMBOLS, "E_SYMBOL", {"choices": ["A", "B"]}),
}


@pytest.mark.parametrize("kind", REJECTED)
def test_broken_file_is_rejected_by_code_and_place(kind: str) -> None:
    raw, code, places = REJECTED[kind]
    with pytest.raises(DataError) as caught:
        import_bars("prices.csv", raw.encode() if isinstance(raw, str) else raw)
    error = caught.value
    assert error.code == code, str(error)
    assert {name: error.details.get(name) for name in places} == places
    assert error.fix
    assert error.message.startswith("prices.csv")
    for name in ("row", "column", "value"):
        assert str(places.get(name, "")) in error.message


def test_earliest_broken_row_is_named_whatever_its_column() -> None:
    raw = with_row("2024-01-05,10,12,9,x,1", place=4).replace(
        b"2024-01-02,10,12,9,11,100", b"2024-01-02,10,12,9,11,y"
    )
    with pytest.raises(DataError) as caught:
        import_bars("prices.csv", raw)
    assert caught.value.details["row"] == 3
    assert caught.value.details["column"] == "volume"


def test_rows_are_lines_of_the_file_over_blank_lines_and_quoted_line_ends() -> None:
    raw = b"\n\ntimestamp,open,high,low,close,note\n\n"
    raw += b'2024-01-01,1,1,1,1,"two\nlines"\n\n2024-01-02,1,1,1,zero,-\n'
    with pytest.raises(DataError) as caught:
        import_bars("prices.csv", raw)
    assert caught.value.details["row"] == 8


def test_how_many_rows_are_broken_alike_is_said() -> None:
    raw = GOOD.replace(b"10,12,9", b"10,12,0")
    with pytest.raises(DataError, match="6 rows are like this"):
        import_bars("prices.csv", raw)


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (ImportOptions(symbol="C"), "E_SYMBOL", "no symbol 'C'"),
        (ImportOptions(symbol="AAPLE"), "E_SYMBOL", "Did you mean 'AAPL'"),
    ],
)
def test_symbol_that_the_file_lacks_is_rejected(options: ImportOptions, code: str, says: str) -> None:
    raw = TWO_SYMBOLS.replace("\nA,", "\nAAPL,").encode()
    with pytest.raises(DataError, match=says) as caught:
        import_bars("prices.csv", raw, options)
    assert caught.value.code == code


@pytest.mark.parametrize(("asked", "step"), [("1h", 24 * 60), ("1d", 7 * 24 * 60), ("1h", 24 * 60 + 1)])
def test_timeframe_shorter_than_every_step_is_rejected(asked: str, step: int) -> None:
    start = np.datetime64("2024-01-01T00:00")
    rows = "".join(f"{start + step * row},1,1,1,1,1\n" for row in range(8))
    with pytest.raises(DataError, match=f"none {asked}|no two rows are {asked} apart") as caught:
        import_bars("prices.csv", (HEAD + rows).encode(), ImportOptions(timeframe=Timeframe.parse(asked)))
    assert caught.value.code == "E_INTERVAL"
    assert caught.value.details["timeframe"] == asked


def test_rows_that_do_not_add_up_to_the_timeframe_are_rejected() -> None:
    rows = "".join(
        f"2024-01-01T{minute // 60:02}:{minute % 60:02},1,1,1,1,1\n" for minute in range(0, 600, 45)
    )
    with pytest.raises(DataError, match="less than one 1h bar apart") as caught:
        import_bars("prices.csv", (HEAD + rows).encode(), ImportOptions(timeframe=Timeframe(1, "h")))
    assert caught.value.code == "E_INTERVAL"
    assert caught.value.details["row"] == 3


def test_zone_that_does_not_exist_is_rejected() -> None:
    with pytest.raises(InputError) as caught:
        import_bars("prices.csv", GOOD, ImportOptions(timezone="Mars/Olympus"))
    assert caught.value.code == "E_TZ"


@pytest.mark.parametrize("backwards", [False, True])
def test_hour_that_never_was_is_rejected_by_its_row(backwards: bool) -> None:
    rows = [f"2024-03-31T0{hour}:30,1,1,1,1,1\n" for hour in range(1, 6)]
    raw = HEAD + "".join(rows[::-1] if backwards else rows)
    with pytest.raises(DataError) as caught:
        import_bars("prices.csv", raw.encode(), ImportOptions(timezone="Europe/Helsinki"))
    assert caught.value.code == "E_TZ"
    assert caught.value.details["value"] == "2024-03-31T03:30"
    assert caught.value.details["row"] == 4


# ------------------------------------------------------------------ files


def test_missing_file_names_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "AAPL_1d.csv").write_bytes(GOOD)
    with pytest.raises(DataError, match=r"Did you mean '.*AAPL_1d\.csv'") as caught:
        load(tmp_path / "APPL_1d.csv")
    assert caught.value.code == "E_FILE"


def test_missing_folder_and_folder_without_files_are_said(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="nor does its folder"):
        load(tmp_path / "nowhere" / "a.csv")
    with pytest.raises(DataError, match="no price file"):
        load(tmp_path / "a.csv")


def test_folder_is_rejected_with_what_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "MSFT_1h.csv").write_bytes(GOOD)
    with pytest.raises(DataError, match=r"is a folder.*MSFT_1h\.csv"):
        load(str(tmp_path))


@pytest.mark.parametrize("path", ["", "bad\0name.csv", "a" * 5_000])
def test_path_that_cannot_be_is_a_data_error(path: str) -> None:
    with pytest.raises(DataError) as caught:
        load(path)
    assert caught.value.code == "E_FILE"


@pytest.mark.parametrize(
    ("name", "code"), [("sample:", "E_SYMBOL"), ("sample:AAPPL", "E_SYMBOL"), ("sample:../x", "E_SYMBOL")]
)
def test_sample_that_does_not_exist_is_rejected(name: str, code: str) -> None:
    with pytest.raises(TradewrightError) as caught:
        load(name)
    assert caught.value.code == code
