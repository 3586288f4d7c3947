"""Kinds E1 to E30: rejected, by code and place."""

import bz2
import gzip
import io
import lzma
import zipfile
from typing import Any

from tests.unit.data.importers.kinds import HEAD, ROWS, TEXT, Kind, csv
from tradewright.data.importers.options import ImportOptions

DAYS = [f"2024-01-0{day},10,12,9,11,100" for day in range(1, 7)]


def day3(row: str) -> bytes:
    """Return six good days with the third, on line 4, replaced."""
    return csv(*DAYS[:2], row, *DAYS[3:])


def archive(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for name in names:
            made.writestr(name, TEXT)
    return packed.getvalue()


def wrong(id: str, what: str, raw: bytes, code: str, **details: Any) -> Kind:  # noqa: A002 - as the table says
    return Kind(id, what, raw, code=code, details=details)


def _packed_zeros(size: int) -> bytes:
    return gzip.compress(HEAD.encode() + b"0" * size)


def slashed(*dates: str) -> bytes:
    return csv(*(f"{date},10,12,9,11,1" for date in dates))


_TWO = "Ticker,Date,Open,High,Low,Close\n"
_HOURS_THEN_DAYS = [f"2024-01-01T{hour:02},1,1,1,1,1" for hour in range(24)]
_HOURS_THEN_DAYS += [f"2024-02-{day:02},1,1,1,1,1" for day in range(1, 25)]
_PLAIN = "timestamp,open,high,low,close"
_SEMI = HEAD.replace(",", ";")
_SHEET = "[Content_Types].xml"
_HELSINKI = ImportOptions(timezone="Europe/Helsinki")

REJECTED = [
    wrong("E1", "empty", b"", "E_EMPTY"),
    wrong("E1", "nothing but blanks", b" \n\r\n\n", "E_EMPTY"),
    wrong("E1", "nothing in an archive", gzip.compress(b""), "E_EMPTY"),
    wrong("E2", "header only", HEAD.encode(), "E_NO_ROWS"),
    wrong("E2", "header without line end", HEAD.strip().encode(), "E_NO_ROWS"),
    wrong("E2", "header and comments", f"# x\n{HEAD}# y\n".encode(), "E_NO_ROWS"),
    wrong("E2", "comments only", b"# x\n// y\n", "E_NO_ROWS"),
    wrong("E2", "one sign of a comment", b"#", "E_NO_ROWS"),
    wrong("E2", "list of nothing", b"[ ]", "E_NO_ROWS"),
    wrong("E2", "no row has prices", csv("2024-01-01,,,,,", "2024-01-02,,,,,"), "E_NO_ROWS"),
    wrong(
        "E3", "column missing", csv(head="date,open,high,low,volume\n"), "E_COLUMN", missing=["close"], row=1
    ),
    wrong(
        "E3", "column misspelt", csv(head="date,open,hihg,low,close\n"), "E_COLUMN", nearest={"high": "hihg"}
    ),
    wrong("E3", "no time", csv(head="x,open,high,low,close\n"), "E_COLUMN", missing=["timestamp"]),
    wrong("E3", "no header, layout unknown", csv("2024-01-01,10,12,9,11", head=""), "E_COLUMN", row=1),
    wrong("E3", "rows above the header", csv(DAYS[0], HEAD.strip(), DAYS[1], head=""), "E_COLUMN", row=1),
    wrong(
        "E3",
        "rows in euros above the header",
        csv('2024-01-01;"€1,5";2;1;2', HEAD.strip(), head=""),
        "E_COLUMN",
    ),
    wrong("E3", "one word", b"hello", "E_COLUMN"),
    wrong("E3", "prose", b"Dear all,\nplease find attached\n", "E_COLUMN", row=1),
    wrong("E3", "JSON that holds no candles", b'{"prices": []}', "E_COLUMN"),
    wrong("E4", "column twice", csv(head=f"{_PLAIN},Close\n"), "E_COLUMN", column="close", row=1),
    wrong("E4", "two times", csv(head=f"{_PLAIN},datetime\n"), "E_COLUMN", column="timestamp"),
    wrong("E5", "row too short", day3("2024-01-03,10,12,9,11"), "E_ROW_WIDTH", row=4, cells=5),
    wrong("E5", "row too long", day3("2024-01-03,10,12,9,11,1,1"), "E_ROW_WIDTH", row=4, cells=7),
    wrong("E6", "last row cut short", day3(DAYS[2])[:-12], "E_ROW_WIDTH", row=7),
    wrong("E6", "list cut short", b"[[1704067200000,1,2,1,2,3],[17041536", "E_ROW_WIDTH", row=2),
    wrong("E7", "quote not closed", day3('2024-01-03,"10,12,9,11,100'), "E_QUOTE", row=4),
    wrong("E7", "text behind a quote", day3('2024-01-03,"10"0,12,9,11,100'), "E_QUOTE", row=4),
    wrong("E7", "quote of the header not closed", b'"' + TEXT.encode(), "E_QUOTE", row=1),
    wrong("E8", "NUL bytes", TEXT.encode() + b"\0\0", "E_NOT_TEXT", row=5),
    wrong("E8", "bzip2", bz2.compress(TEXT.encode()), "E_NOT_TEXT"),
    wrong("E8", "xz", lzma.compress(TEXT.encode()), "E_NOT_TEXT"),
    wrong("E8", "PDF", b"%PDF-1.7\n", "E_NOT_TEXT"),
    wrong("E8", "web page", b"\n <!DOCTYPE html><html></html>", "E_NOT_TEXT"),
    wrong("E8", "Parquet cut short", b"PAR1\0\0", "E_NOT_TEXT"),
    wrong("E8", "damaged gzip", gzip.compress(TEXT.encode())[:-9], "E_NOT_TEXT"),
    wrong("E9", "old spreadsheet", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 9, "E_NOT_TEXT"),
    wrong("E9", "new spreadsheet", archive(_SHEET, "xl/workbook.xml"), "E_NOT_TEXT"),
    wrong(
        "E10",
        "another encoding",
        day3("2024-01-03,10,12,9,11,\u00e9").decode().encode("latin-1"),
        "E_ENCODING",
        row=4,
    ),
    wrong("E10", "UTF-16 without its mark", TEXT.encode("utf-16-le"), "E_ENCODING"),
    wrong("E10", "broken UTF-16", TEXT.encode("utf-16")[:-1], "E_ENCODING"),
    wrong("E11", "text", day3("2024-01-03,10,high,9,11,1"), "E_NUMBER", row=4, column="high", value="high"),
    wrong("E11", "units", day3("2024-01-03,10,12K,9,11,1"), "E_NUMBER", row=4, column="high", value="12K"),
    wrong("E11", "two signs", day3("2024-01-03,--10,12,9,11,1"), "E_NUMBER", row=4, value="--10"),
    wrong("E11", "two signs with a blank", day3("2024-01-03,10,12,9,11,- -1"), "E_NUMBER", value="- -1"),
    wrong("E11", "a dash for a price", day3("2024-01-03,10,12,-,11,1"), "E_NUMBER", column="low", value="-"),
    wrong("E11", "32nds", csv("2024-01-01,110'160,110'200,110'080,110'160,1"), "E_NUMBER", value="110'160"),
    wrong(
        "E11",
        "points before three digits everywhere",
        csv("2024-01-01;70.543;71.247;70.500;70.922;300.239", head=_SEMI),
        "E_NUMBER",
        column="volume",
        value="300.239",
    ),
    wrong("E11", "a number of Python's", day3("2024-01-03,1_0,12,9,11,1"), "E_NUMBER", row=4, value="1_0"),
    wrong(
        "E11",
        "thousands or decimals, nobody knows",
        csv(*(f"2024-01-0{day};1,234;1,240;1,230;1,235;1" for day in (1, 2)), head=_SEMI),
        "E_NUMBER",
        row=2,
        column="open",
        value="1,234",
    ),
    wrong(
        "E11", "comma among points", day3('2024-01-03,10,12.5,"9,25",11,1'), "E_NUMBER", row=4, value="9,25"
    ),
    wrong(
        "E11",
        "one comma among thousandths",
        csv(
            *(f"2024-01-0{day};2.345;2.345;2.345;2.345;{volume}" for day, volume in ((1, "5"), (2, "1,5"))),
            head=_SEMI,
        ),
        "E_NUMBER",
        row=3,
        column="volume",
        value="1,5",
    ),
    wrong(
        "E11",
        "one point among what commas could be",
        csv(
            *(f"2024-01-0{day};2,345;2,345;2,345;2,345;{volume}" for day, volume in ((1, "5"), (2, "1.5"))),
            head=_SEMI,
        ),
        "E_NUMBER",
        row=2,
        column="open",
        value="2,345",
    ),
    wrong(
        "E11",
        "groups of two",
        day3('2024-01-03,10,12.5,"1,234,56",11,1'),
        "E_NUMBER",
        row=4,
        value="1,234,56",
    ),
    wrong("E12", "formula", day3("2024-01-03,10,12,=A1,11,1"), "E_NUMBER", row=4, column="low", value="=A1"),
    wrong("E13", "NaN", day3("2024-01-03,10,12,NaN,11,1"), "E_NONFINITE", row=4, column="low", value="NaN"),
    wrong(
        "E13", "price missing", day3("2024-01-03,10,12,,11,1"), "E_NONFINITE", row=4, column="low", value=""
    ),
    wrong(
        "E14", "infinity", day3("2024-01-03,10,inf,9,11,1"), "E_NONFINITE", row=4, column="high", value="inf"
    ),
    wrong(
        "E14", "1e400", day3("2024-01-03,10,1e400,9,11,1"), "E_NONFINITE", row=4, column="high", value="1e400"
    ),
    wrong("E15", "price of zero", day3("2024-01-03,10,12,0,11,1"), "E_PRICE", row=4, column="low", value="0"),
    wrong(
        "E15",
        "price below zero",
        day3("2024-01-03,-10,12,9,11,1"),
        "E_PRICE",
        row=4,
        column="open",
        value="-10",
    ),
    wrong("E15", "price beyond all", day3("2024-01-03,10,2e15,9,11,1"), "E_PRICE", row=4, column="high"),
    wrong(
        "E16",
        "volume below zero",
        day3("2024-01-03,10,12,9,11,-5"),
        "E_VOLUME",
        row=4,
        column="volume",
        value="-5",
    ),
    wrong(
        "E17", "high below low", day3("2024-01-03,10,9,12,11,1"), "E_OHLC", row=4, column="high", value="9"
    ),
    wrong(
        "E18", "open above high", day3("2024-01-03,13,12,9,11,1"), "E_OHLC", row=4, column="open", value="13"
    ),
    wrong(
        "E18", "close below low", day3("2024-01-03,10,12,9,8,1"), "E_OHLC", row=4, column="close", value="8"
    ),
    wrong(
        "E18", "open two ticks below low", day3("2024-01-03,8.98,12,9,8.98,1"), "E_OHLC", row=4, value="8.98"
    ),
    wrong(
        "E19",
        "same time, other prices",
        day3("2024-01-02,10,12,9,10.5,1"),
        "E_TS_CONFLICT",
        row=4,
        column="timestamp",
    ),
    wrong(
        "E20",
        "day or month",
        slashed("01/02/2024", "02/02/2024", "03/02/2024"),
        "E_DATE",
        row=2,
        value="01/02/2024",
    ),
    wrong("E20", "both orders", slashed("01/13/2024", "14/01/2024"), "E_DATE", row=3, value="14/01/2024"),
    wrong("E20", "year of two digits", slashed("13-01-24", "14-01-24"), "E_DATE", row=2, value="13-01-24"),
    wrong("E20", "among others", day3("13/01/2024,10,12,9,11,1"), "E_DATE", row=4, value="13/01/2024"),
    wrong("E21", "no date", day3("soon,10,12,9,11,1"), "E_DATE", row=4, column="timestamp", value="soon"),
    wrong(
        "E21", "a day that never was", day3("2024-02-30,10,12,9,11,1"), "E_DATE", row=4, value="2024-02-30"
    ),
    wrong("E21", "an hour that is none", day3("2024-01-03T25:00,10,12,9,11,1"), "E_DATE", row=4),
    wrong("E21", "a word among numbers", slashed("1704067200", "x"), "E_DATE", row=3, value="x"),
    wrong("E21", "a number beyond all", slashed("1704067200", "9e30"), "E_DATE", row=3, value="9e30"),
    wrong("E21", "nothing", day3(",10,12,9,11,1"), "E_DATE", row=4, value=""),
    wrong(
        "E21",
        "a time of day that is none",
        csv("2024-01-01,25:00,1,1,1,1", head="date,time,open,high,low,close\n"),
        "E_DATE",
        row=2,
        column="clock",
        value="25:00",
    ),
    Kind(
        "E22",
        "an hour that the clock was put over",
        csv(*(f"2024-03-31T0{hour}:30,1,1,1,1,1" for hour in (1, 2, 3, 4))),
        code="E_TZ",
        details={"row": 4, "value": "2024-03-31T03:30"},
        options=_HELSINKI,
    ),
    Kind("E22", "unknown zone", TEXT.encode(), code="E_TZ", options=ImportOptions(timezone="Mars/Olympus")),
    wrong("E23", "seconds and milliseconds", slashed("1704067200", "1704153600000"), "E_TS_MIXED", row=3),
    wrong("E23", "with and without a zone", day3("2024-01-03T00:00Z,10,12,9,11,1"), "E_TS_MIXED", row=4),
    wrong(
        "E23",
        "a number among dates",
        day3("1704240000,10,12,9,11,1"),
        "E_TS_MIXED",
        row=4,
        value="1704240000",
    ),
    wrong("E23", "a date among numbers", slashed("1704067200", "2024-01-02"), "E_TS_MIXED", row=3),
    wrong("E24", "two intervals", csv(*_HOURS_THEN_DAYS), "E_INTERVAL", row=26),
    wrong("E24", "an interval that is no bar length", slashed("1704067200.0", "1704067200.5"), "E_INTERVAL"),
    wrong("E24", "no interval", csv(ROWS[0]), "E_INTERVAL"),
    wrong("E25", "hours before 1971", slashed("1969-01-01T00:00", "1969-01-01T01:00"), "E_TS_RANGE", row=2),
    wrong("E25", "the future", slashed("2024-01-01", "2250-01-01", "2250-01-02"), "E_TS_RANGE", row=3),
    wrong(
        "E26",
        "two symbols",
        csv("A,2024-01-01,1,1,1,1", "B,2024-01-01,1,1,1,1", head=_TWO),
        "E_SYMBOL",
        choices=["A", "B"],
    ),
    Kind(
        "E26",
        "not the one chosen",
        csv("AAPL,2024-01-01,1,1,1,1", head=_TWO),
        code="E_SYMBOL",
        details={"choices": ["AAPL"]},
        options=ImportOptions(symbol="AAPLE"),
    ),
    Kind(
        "E27",
        "disagrees with stored bars",
        TEXT.replace(",12,0", ",12.5,0").encode(),
        code="E_OVERLAP",
        details={"column": "close", "stored": 12.0, "given": 12.5, "time": "2024-01-02T00:00:00"},
    ),
    Kind("E28", "too large", TEXT.encode(), code="E_TOO_LARGE", limit=50),
    Kind("E29", "explodes", _packed_zeros(2_000_000), code="E_TOO_LARGE", limit=100_000),
    Kind("E29", "zip that explodes", archive("a.csv"), code="E_TOO_LARGE", limit=80),
    wrong("E30", "several files", archive("a.csv", "b.csv"), "E_ARCHIVE"),
    wrong("E30", "no file", archive(), "E_ARCHIVE"),
    wrong("E30", "path outside", archive("../a.csv"), "E_ARCHIVE"),
    wrong("E30", "path from the root", archive("/etc/a.csv"), "E_ARCHIVE"),
]
