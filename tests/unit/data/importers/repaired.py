"""Kinds R1 to R14: repaired, counted, and refused by strict reading."""

from tests.unit.data.importers.accepted import ASSUMED
from tests.unit.data.importers.kinds import CLEAN, HEAD, ROWS, TEXT, Kind, Row, csv, timed
from tradewright.core.instrument import Instrument
from tradewright.data.importers.options import ImportOptions


def noted(**notes: int) -> dict[str, int]:
    return {**{f"W_{name}": count for name, count in notes.items()}, **ASSUMED}


THOUSANDS: list[Row] = [
    ("2024-01-01", 1234.5, 1240, 1230, 1235.25, 10_000),
    ("2024-01-02", 1234.5, 1240, 1230, 1235.25, 2_345_678),
]
WHOLE: list[Row] = [
    ("2024-01-01", 1234, 1240, 1230, 1235, 1),
    ("2024-01-02", 1234, 1240, 1230, 1235, 1),
]
SMALL: list[Row] = [
    ("2024-01-01", 1.234, 1.24, 1.23, 1.235, 1),
    ("2024-01-02", 1.234, 1.24, 1.23, 1.235, 1),
]
_UNITS = ("1.13M", "6957 k", "2B")
_UNCLEAR = [f"2024-01-0{day};1,234;1,240;1,230;1,235;1" for day in (1, 2)]
_SEMICOLONS = HEAD.replace(",", ";")
TICK: list[Row] = [("2024-01-01", 100.02, 100.5, 100.01, 100.25, 1), ("2024-01-02", 100, 101, 99, 100, 1)]
WIDE: list[Row] = [("2024-01-01", 100.25, 100.25, 99.5, 100, 1), ("2024-01-02", 100, 101, 99, 100, 1)]
MINUTES: list[Row] = [("2024-01-01", *CLEAN[0][1:]), ("2024-01-01T00:01:00", *CLEAN[1][1:])]
MINUTES += [("2024-01-01T00:02:00", *CLEAN[2][1:])]

REPAIRED = [
    Kind("R1", "unsorted", csv(ROWS[1], ROWS[0], ROWS[2]), notes=noted(UNSORTED=1), row=3),
    Kind("R2", "descending", csv(*ROWS[::-1]), notes=noted(DESCENDING=3), row=3),
    Kind("R3", "exact duplicates", csv(*ROWS[:2], ROWS[1], ROWS[2]), notes=noted(DUPLICATE=1), row=4),
    Kind(
        "R4",
        "commas between thousands",
        csv(
            '2024-01-01,"1,234.50","1,240","1,230","1,235.25","10,000"',
            '2024-01-02,1234.50,1240,1230,1235.25,"2,345,678"',
        ),
        bars=THOUSANDS,
        notes=noted(THOUSANDS=2),
        row=2,
    ),
    Kind(
        "R4",
        "blanks and apostrophes between thousands",
        csv(
            "2024-01-01;1'234.5;1 240;1\u00a0230;1\u202f235.25;10\u2019000",
            "2024-01-02;1234.5;1240;1230;1235.25;2345678",
            head=_SEMICOLONS,
        ),
        bars=THOUSANDS,
        notes=noted(THOUSANDS=1),
        row=2,
    ),
    Kind(
        "R4",
        "thousands, as the caller says",
        csv(*_UNCLEAR, head=_SEMICOLONS),
        bars=WHOLE,
        notes=noted(THOUSANDS=2),
        row=2,
        options=ImportOptions(decimal="."),
    ),
    Kind(
        "R5",
        "decimal comma",
        csv(
            "2024-01-01;1234,5;1240,0;1230;1235,25;10000",
            "2024-01-02;1234,5;1240,0;1230;1235,25;2345678",
            head=_SEMICOLONS,
        ),
        bars=THOUSANDS,
        notes=noted(DECIMAL_COMMA=2),
        row=2,
    ),
    Kind(
        "R5",
        "decimal comma in one column only",
        csv("2024-01-01;1,234;1,24;1,23;1,235;1", "2024-01-02;1,234;1,240;1,230;1,235;1", head=_SEMICOLONS),
        bars=SMALL,
        notes=noted(DECIMAL_COMMA=2),
        row=2,
    ),
    Kind(
        "R6",
        "no volume",
        csv(*(row.rsplit(",", 1)[0] for row in ROWS), head="timestamp,open,high,low,close\n"),
        bars=[(*row[:5], 0) for row in CLEAN],
        notes=noted(NO_VOLUME=1),
    ),
    Kind(
        "R6",
        "no volume in a row",
        csv(ROWS[0], ROWS[1].removesuffix("0"), ROWS[2]),
        notes=noted(VOLUME_EMPTY=1),
        row=3,
    ),
    Kind(
        "R7",
        "open below low by a tick that the decimals tell",
        csv("2024-01-01,100.02,100.5,100.03,100.25,1", "2024-01-02,100,101,99,100,1"),
        bars=[("2024-01-01", 100.02, 100.5, 100.02, 100.25, 1), TICK[1]],
        notes=noted(OHLC=1),
        row=2,
    ),
    Kind(
        "R7",
        "open above high by the tick of the instrument",
        csv("2024-01-01,100.25,100,99.5,100,1", "2024-01-02,100,101,99,100,1"),
        bars=WIDE,
        notes=noted(OHLC=1),
        row=2,
        options=ImportOptions(instrument=Instrument("X", tick=0.25)),
    ),
    Kind(
        "R8",
        "off the grid by a second or less",
        timed("2024-01-01T00:00:00", "2024-01-01T00:01:01", "2024-01-01T00:01:59.250"),
        bars=MINUTES,
        notes=noted(OFF_GRID=2),
        row=3,
    ),
    Kind(
        "R9",
        "labelled by close",
        csv(
            *(row.replace("2024-01-0", "2024-01-1") for row in ROWS),
            head=HEAD.replace("timestamp", "Close Time"),
        ),
        bars=[(f"2024-01-{day}", *row[1:]) for day, row in zip((10, 11, 12), CLEAN, strict=True)],
        notes=noted(CLOSE_LABELLED=3),
        row=2,
    ),
    Kind("R10", "currency signs", TEXT.replace(",1", ",$1").encode(), notes=noted(CURRENCY=3), row=2),
    Kind(
        "R10",
        "currency signs behind, with a blank",
        TEXT.replace(",12,", ",12 \u20ac,")
        .replace(",13\n", ",13\u00a3\n")
        .replace(",13,", ",13\u00a0\u00a5,")
        .encode(),
        notes=noted(CURRENCY=2),
        row=3,
    ),
    Kind("R11", "header repeated", (TEXT + HEAD).encode(), notes=noted(HEADER_REPEATED=1), row=5),
    Kind(
        "R12",
        "comments above and inside",
        f"# made by hand\n{HEAD}{ROWS[0]}\n// a note, with a comma\n{ROWS[1]}\n{ROWS[2]}\n".encode(),
        notes=noted(COMMENT=2),
        row=1,
    ),
    Kind(
        "R12",
        "a line above the header",
        b"https://www.example.com\n" + TEXT.encode(),
        notes=noted(COMMENT=1),
        row=1,
    ),
    Kind(
        "R13",
        "rows without prices",
        csv(*ROWS[:2], "2024-01-05,,,,,", "2024-01-06,null,null,null,null,0", ROWS[2]),
        notes=noted(ROW_EMPTY=2),
        row=4,
    ),
    Kind(
        "R6",
        "a dash for volume in a row",
        csv(ROWS[0], ROWS[1].removesuffix("0") + "-", ROWS[2]),
        notes=noted(VOLUME_EMPTY=1),
        row=3,
    ),
    Kind(
        "R14",
        "volume in K, M and B",
        csv(*(f"{row.rsplit(',', 1)[0]},{unit}" for row, unit in zip(ROWS, _UNITS, strict=True))),
        bars=[
            (*bar[:5], volume)
            for bar, volume in zip(CLEAN, (1_130_000, 6_957_000, 2_000_000_000), strict=True)
        ],
        notes=noted(VOLUME_UNITS=3),
        row=2,
    ),
]
