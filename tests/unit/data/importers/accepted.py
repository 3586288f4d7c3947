"""Kinds A1 to A26: accepted as they stand, and noted."""

import gzip
import io
import json
import zipfile

import numpy as np
import polars as pl

from tests.unit.data.importers.kinds import CLEAN, HEAD, ROWS, TEXT, Kind, csv, timed
from tradewright.data.importers.options import ImportOptions

ASSUMED = {"W_TZ_ASSUMED": 1}
_MS = [1_704_067_200_000, 1_704_153_600_000, 1_704_240_000_000]
_CELLS = [row.split(",") for row in ROWS]


def zipped(text: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("folder/prices.csv", text)
    return packed.getvalue()


def parquet() -> bytes:
    """Return CLEAN as polars writes it, with a column of lists that means nothing."""
    names = ("open", "high", "low", "close", "volume")
    columns = {name: [float(row[place]) for row in CLEAN] for place, name in enumerate(names, start=1)}
    packed = io.BytesIO()
    times = np.array([row[0] for row in CLEAN], "datetime64[us]")
    pl.DataFrame({"date": times, **columns, "tags": [["a"], [], ["b"]]}).write_parquet(packed)
    return packed.getvalue()


def klines(*, header: bool) -> bytes:
    """Return the 12 columns in which exchanges hand out their history."""
    rows = [
        f"{ms},{','.join(cells[1:])},{ms + 86_399_999},500.5,42,60,300.25,0"
        for ms, cells in zip(_MS, _CELLS, strict=True)
    ]
    head = "open_time,open,high,low,close,volume,close_time,quote_volume,count,"
    return csv(*rows, head=head + "taker_buy_volume,taker_buy_quote_volume,ignore\n" if header else "")


def stooq(*, header: bool) -> bytes:
    head = "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\n"
    rows = [f"X.US,D,{cells[0].replace('-', '')},000000,{','.join(cells[1:])},0" for cells in _CELLS]
    return csv(*rows, head=head if header else "")


def metatrader(*columns: str, clock: str = "00:00", between: str = ",") -> bytes:
    """Return the rows of a terminal's export, further columns behind the prices."""
    rows = [[cells[0].replace("-", "."), clock, *cells[1:5], *columns] for cells in _CELLS]
    for row, cells in zip(rows, _CELLS, strict=True):
        row[6:] = [cells[5] if cell == "volume" else cell for cell in row[6:]]
    return csv(*(between.join(row) for row in rows), head="")


TERMINAL = "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>\n"
YFINANCE = "Price,Open,High,Low,Close,Volume\nTicker,X,X,X,X,X\nDate,,,,,\n"
ADJUSTED = "Date,Open,High,Low,Close,Adj Close,Volume\n"
INDICATORS = "time,open,high,low,close,Volume,Volume MA,Plot,Plot\n"
_HOURS = [f"2024-01-01T{hour:02}:00Z,1,1,1,1,1" for hour in (0, 1, 2, 5, 6, 7)]

_POINTED = ("957.483", "0", "26.844")
ACCEPTED = [
    Kind("A1", "UTF-8 byte order mark", b"\xef\xbb\xbf" + TEXT.encode(), notes=ASSUMED),
    Kind("A2", "CRLF", TEXT.replace("\n", "\r\n").encode(), notes=ASSUMED),
    Kind("A2", "CR", TEXT.replace("\n", "\r").encode(), notes=ASSUMED),
    Kind("A3", "UTF-16, little end first", TEXT.encode("utf-16"), notes=ASSUMED),
    Kind("A3", "UTF-16, big end first", b"\xfe\xff" + TEXT.encode("utf-16-be"), notes=ASSUMED),
    Kind("A4", "gzip", gzip.compress(TEXT.encode()), notes=ASSUMED, name="X.csv.gz"),
    Kind("A5", "zip with one file", zipped(TEXT), notes=ASSUMED, name="X.zip"),
    Kind("A6", "semicolons", TEXT.replace(",", ";").encode(), notes=ASSUMED),
    Kind("A7", "tabs", TEXT.replace(",", "\t").encode(), notes=ASSUMED),
    Kind("A8", "pipes", TEXT.replace(",", "|").encode(), notes=ASSUMED),
    Kind(
        "A9",
        "quotes",
        TEXT.replace("2024-01-01", '"2024-01-01"').replace("12.5", '"12.5"').encode(),
        notes=ASSUMED,
    ),
    Kind("A10", "capitals", csv(*ROWS, head="Date,Open,High,Low,Close,Vol.\n"), notes=ASSUMED),
    Kind("A10", "brackets", csv(*ROWS, head="<DATE>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>\n"), notes=ASSUMED),
    Kind("A10", "exchange names", csv(*ROWS, head="Open Time,o,h,l,Close/Last,V\n"), notes=ASSUMED),
    Kind(
        "A10",
        "adjusted close, never taken for the close",
        csv(*(",".join([*cells[:5], "1", cells[5]]) for cells in _CELLS), head=ADJUSTED),
        notes=ASSUMED,
    ),
    Kind("A11", "exchange klines", klines(header=False), notes={"W_COLUMN_IGNORED": 2}),
    Kind("A11", "exchange klines with header", klines(header=True), notes={"W_COLUMN_IGNORED": 2}),
    Kind("A11", "ccxt rows", timed(*map(str, _MS)).removeprefix(HEAD.encode())),
    Kind(
        "A11",
        "ccxt rows as JSON",
        json.dumps([[ms, *map(float, cells[1:])] for ms, cells in zip(_MS, _CELLS, strict=True)]).encode(),
    ),
    Kind("A11", "MetaTrader 4", metatrader("volume"), notes=ASSUMED),
    Kind("A11", "MetaTrader with both volumes", metatrader("7", "volume", "2"), notes=ASSUMED),
    Kind(
        "A11",
        "MetaTrader 5",
        TERMINAL.encode() + metatrader("7", "volume", "2", clock="00:00:00", between="\t"),
        notes=ASSUMED,
    ),
    Kind("A11", "Stooq", stooq(header=True), notes={"W_COLUMN_IGNORED": 1, **ASSUMED}),
    Kind("A11", "Stooq without header", stooq(header=False), notes={"W_COLUMN_IGNORED": 1, **ASSUMED}),
    Kind("A11", "pandas", csv(*ROWS, head=HEAD.replace("timestamp", "")), notes=ASSUMED),
    Kind(
        "A11",
        "pandas with numbered rows",
        csv(*(f"{place},{row}" for place, row in enumerate(ROWS)), head="," + HEAD),
        notes={"W_COLUMN_IGNORED": 1, **ASSUMED},
    ),
    Kind("A11", "polars", timed(*(f"{row[0]}T00:00:00.000000+0000" for row in CLEAN))),
    Kind("A11", "yfinance", csv(*ROWS, head=YFINANCE), notes=ASSUMED),
    Kind("A11", "Parquet", parquet(), notes={"W_COLUMN_IGNORED": 1, **ASSUMED}, name="X.parquet"),
    Kind(
        "A12",
        "indicators beside the prices",
        csv(*(f"{row},7,," for row in ROWS), head=INDICATORS),
        notes={"W_COLUMN_IGNORED": 3, **ASSUMED},
    ),
    Kind("A13", "epoch seconds", timed(*(str(ms // 1000) for ms in _MS))),
    Kind("A14", "epoch milliseconds", timed(*map(str, _MS))),
    Kind("A15", "epoch microseconds", timed(*(f"{ms}000" for ms in _MS))),
    Kind("A15", "epoch nanoseconds", timed(*(f"{ms}000000" for ms in _MS))),
    Kind("A16", "offsets", timed("2024-01-01T02:00+02:00", "2024-01-01 19:00:00-0500", "2024-01-03T00:00Z")),
    Kind(
        "A17",
        "date and time of day",
        csv(*(row.replace(",", ",00:00,", 1) for row in ROWS), head=HEAD.replace("timestamp", "Date,Time")),
        notes=ASSUMED,
    ),
    Kind(
        "A17",
        "time of day in front, with AM and PM",
        csv(*(f"4:30 PM,{row}" for row in ROWS), head=HEAD.replace("timestamp", "Time,Date")),
        bars=[(f"{row[0]}T16:30:00", *row[1:]) for row in CLEAN],
        notes=ASSUMED,
    ),
    Kind(
        "A18", "exponents", TEXT.replace(",10,", ",1e1,").replace("10.25", "1025E-2").encode(), notes=ASSUMED
    ),
    Kind(
        "A19",
        "blanks and blank lines",
        TEXT.replace(",", " ,").replace("\n", "  \n \n").encode(),
        notes=ASSUMED,
    ),
    Kind("A20", "zero volume", TEXT.encode(), notes=ASSUMED),
    Kind(
        "A21",
        "last bar still open",
        TEXT.encode(),
        bars=CLEAN[:2],
        notes={"W_LAST_BAR_OPEN": 1, **ASSUMED},
        now="2024-01-03T12:00",
    ),
    Kind(
        "A22",
        "gaps",
        csv(*_HOURS),
        bars=[
            (f"2024-01-01T{hour:02}:00:00" if hour else "2024-01-01", 1, 1, 1, 1, 1)
            for hour in (0, 1, 2, 5, 6, 7)
        ],
        notes={"W_GAP": 1},
    ),
    Kind(
        "A23",
        "jump like a split",
        csv("2024-01-01,10,12,9,11,1", "2024-01-02,5.5,6,5,5.25,1"),
        bars=[("2024-01-01", 10, 12, 9, 11, 1), ("2024-01-02", 5.5, 6, 5, 5.25, 1)],
        notes={"W_SPLIT": 1, **ASSUMED},
    ),
    Kind("A24", "times without a zone", TEXT.encode(), notes=ASSUMED),
    Kind(
        "A24",
        "times of a zone that was said",
        TEXT.encode(),
        bars=[
            ("2023-12-31T22:00:00", *CLEAN[0][1:]),
            ("2024-01-01T22:00:00", *CLEAN[1][1:]),
            ("2024-01-02T22:00:00", *CLEAN[2][1:]),
        ],
        options=ImportOptions(timezone="Europe/Helsinki"),
    ),
    Kind(
        "A25",
        "ticks where the real volume is 0",
        csv(
            *(f"{row.rsplit(',', 1)[0]},{ticks},0" for row, ticks in zip(ROWS, (7, 8, 9), strict=True)),
            head="Date,Open,High,Low,Close,TickVol,Vol\n",
        ),
        bars=[(*bar[:5], ticks) for bar, ticks in zip(CLEAN, (7, 8, 9), strict=True)],
        notes={"W_VOLUME_TICKS": 1, **ASSUMED},
    ),
    Kind(
        "A26",
        "volume with a point before three digits, among prices with decimals",
        csv(
            *(f"{row.rsplit(',', 1)[0]},{volume}" for row, volume in zip(ROWS, _POINTED, strict=True)),
        ),
        bars=[(*bar[:5], float(volume)) for bar, volume in zip(CLEAN, _POINTED, strict=True)],
        notes={"W_VOLUME_POINTS": 2, **ASSUMED},
    ),
]
