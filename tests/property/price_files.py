"""One made-up series in every layout, and what may be done to a file without changing what it says."""

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl


@dataclass(frozen=True)
class Candle:
    """Seconds since 1970, prices in cents, and a volume."""

    second: int
    open: int
    high: int
    low: int
    close: int
    volume: int

    @property
    def prices(self) -> list[str]:
        return [f"{cents // 100}.{cents % 100:02}" for cents in (self.open, self.high, self.low, self.close)]

    @property
    def iso(self) -> str:
        return str(np.datetime64(self.second, "s"))


@dataclass(frozen=True)
class Sheet:
    """Titles and rows of a text file, not yet written; `numbers` are the columns of prices and volume."""

    head: list[list[str]]
    rows: list[list[str]]
    between: str = ","
    numbers: tuple[int, ...] = (1, 2, 3, 4, 5)
    symbol_first: bool = False

    def write(self, *, quoted: bool = False, end: str = "\n") -> bytes:
        def cell(text: str) -> str:
            return f'"{text}"' if quoted or self.between in text else text

        rows = (*self.head, *self.rows)
        # Comments and blank lines are no cells.
        lines = [row[0] if len(row) == 1 else self.between.join(map(cell, row)) for row in rows]
        return "".join(line + end for line in lines).encode()


Layout = Callable[[list[Candle]], Sheet]


def _sheet(head: str, rows: list[list[str]], **more: object) -> Sheet:
    between = str(more.get("between", ","))
    return Sheet([head.split(between)] if head else [], rows, **more)  # type: ignore[arg-type]


def generic(candles: list[Candle]) -> Sheet:
    rows = [[c.iso, *c.prices, str(c.volume)] for c in candles]
    return _sheet("timestamp,open,high,low,close,volume", rows)


def ccxt(candles: list[Candle]) -> Sheet:
    return _sheet("", [[str(c.second * 1000), *c.prices, str(c.volume)] for c in candles])


def klines(candles: list[Candle]) -> Sheet:
    rows = [
        [
            str(c.second * 1000),
            *c.prices,
            str(c.volume),
            str(c.second * 1000 + 59_999),
            "15",
            "3",
            "1",
            "1",
            "0",
        ]
        for c in candles
    ]
    return _sheet("", rows)


def metatrader4(candles: list[Candle]) -> Sheet:
    rows = [[c.iso[:10].replace("-", "."), c.iso[11:16], *c.prices, str(c.volume)] for c in candles]
    return _sheet("", rows, numbers=(2, 3, 4, 5, 6))


def metatrader5(candles: list[Candle]) -> Sheet:
    ticks = "7" if any(c.volume for c in candles) else "0"  # ticks would be the volume
    rows = [[c.iso[:10].replace("-", "."), c.iso[11:], *c.prices, ticks, str(c.volume), "2"] for c in candles]
    head = "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>"
    return _sheet(head, rows, between="\t", numbers=(2, 3, 4, 5, 7))


def stooq(candles: list[Candle]) -> Sheet:
    rows = [
        ["X", "1", c.iso[:10].replace("-", ""), c.iso[11:].replace(":", ""), *c.prices, str(c.volume), "0"]
        for c in candles
    ]
    head = "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>"
    return _sheet(head, rows, numbers=(4, 5, 6, 7, 8), symbol_first=True)


def tradingview(candles: list[Candle]) -> Sheet:
    rows = [[str(c.second), *c.prices, str(c.volume), "55.1", ""] for c in candles]
    return _sheet("time,open,high,low,close,Volume,RSI,Plot", rows)


def pandas(candles: list[Candle]) -> Sheet:
    rows = [[f"{c.iso.replace('T', ' ')}+00:00", *c.prices, str(c.volume)] for c in candles]
    return _sheet(",open,high,low,close,volume", rows)


def yahoo(candles: list[Candle]) -> Sheet:
    rows = [[c.iso, *c.prices, "1.25", str(c.volume)] for c in candles]
    return _sheet("Date,Open,High,Low,Close,Adj Close,Volume", rows, numbers=(1, 2, 3, 4, 5, 6))


def written(candles: list[Candle]) -> Sheet:
    """Return dates and numbers as a German spreadsheet writes them."""
    rows = [
        [f"{c.iso[8:10]}.{c.iso[5:7]}.{c.iso[:4]} {c.iso[11:]}", *c.prices, str(c.volume)] for c in candles
    ]
    return decimal_comma(_sheet("Date;Open;High;Low;Close;Volume", rows, between=";"))


LAYOUTS: dict[str, Layout] = {
    layout.__name__: layout
    for layout in (
        generic,
        ccxt,
        klines,
        metatrader4,
        metatrader5,
        stooq,
        tradingview,
        pandas,
        yahoo,
        written,
    )
}


def as_json(candles: list[Candle]) -> bytes:
    rows = [[c.second * 1000, *map(float, c.prices), c.volume] for c in candles]
    return json.dumps(rows).encode()


def as_parquet(candles: list[Candle]) -> bytes:
    names = ("open", "high", "low", "close")
    columns = {name: [float(c.prices[place]) for c in candles] for place, name in enumerate(names)}
    times = np.array([c.second for c in candles]).astype("datetime64[s]").astype("datetime64[ms]")
    packed = io.BytesIO()
    pl.DataFrame({"timestamp": times, **columns, "volume": [c.volume for c in candles]}).write_parquet(packed)
    return packed.getvalue()


# ------------------------------------------------------------------ what changes nothing


def other_delimiter(sheet: Sheet) -> Sheet:
    return replace(sheet, between={",": ";", ";": "|", "\t": "|", "|": "\t"}[sheet.between])


def blanks(sheet: Sheet) -> Sheet:
    return replace(sheet, rows=[[f" {cell}  " for cell in row] for row in sheet.rows])


def blank_lines(sheet: Sheet) -> Sheet:
    return replace(sheet, rows=[row for pair in sheet.rows for row in ([""], pair, [" "])])


ACCEPTED: dict[str, Callable[[Sheet], Sheet]] = {
    "other delimiter": other_delimiter,
    "blanks": blanks,
    "blank lines": blank_lines,
}


# ------------------------------------------------------------------ what is repaired


def _numbers(sheet: Sheet, change: Callable[[str], str]) -> Sheet:
    rows = [
        [change(cell) if place in sheet.numbers and len(row) > 1 else cell for place, cell in enumerate(row)]
        for row in sheet.rows
    ]
    return replace(sheet, rows=rows)


def descending(sheet: Sheet) -> Sheet:
    return replace(sheet, rows=sheet.rows[::-1])


def shuffled(sheet: Sheet) -> Sheet:
    return replace(sheet, rows=sheet.rows[1::2] + sheet.rows[::2])


def doubled(sheet: Sheet) -> Sheet:
    return replace(sheet, rows=sheet.rows + sheet.rows[-2:])


def commented(sheet: Sheet) -> Sheet:
    if sheet.symbol_first:
        return sheet
    return replace(
        sheet, rows=[sheet.rows[0], ["# a note, of somebody; or a line|put aside"], *sheet.rows[1:]]
    )


def header_repeated(sheet: Sheet) -> Sheet:
    return replace(sheet, rows=[*sheet.rows[:1], *sheet.head, *sheet.rows[1:]])


def currency(sheet: Sheet) -> Sheet:
    return _numbers(sheet, lambda cell: f"{cell} €" if len(cell) % 2 else f"${cell}")


def decimal_comma(sheet: Sheet) -> Sheet:
    between = ";" if sheet.between == "," else sheet.between
    return _numbers(replace(sheet, between=between), lambda cell: cell.replace(".", ","))


def thousands(sheet: Sheet) -> Sheet:
    def grouped(cell: str) -> str:
        whole, point, rest = cell.partition(".")
        return f"{int(whole):,}{point}{rest}".replace(",", "'") if whole.isdecimal() else cell

    return _numbers(sheet, grouped)


# In an order in which each still finds what it changes.
REPAIRED: dict[str, Callable[[Sheet], Sheet]] = {
    "thousands": thousands,
    "decimal comma": decimal_comma,
    "currency": currency,
    "descending": descending,
    "shuffled": shuffled,
    "doubled": doubled,
    "commented": commented,
    "header repeated": header_repeated,
}


# ------------------------------------------------------------------ how bytes are packed


def zipped(raw: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("x.csv", raw)
    return packed.getvalue()


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "as it is": lambda raw: raw,
    "byte order mark": lambda raw: b"\xef\xbb\xbf" + raw,
    "UTF-16": lambda raw: raw.decode().encode("utf-16"),
    "gzip": lambda raw: gzip.compress(raw, mtime=0),
    "zip": zipped,
    "gzip with a mark": lambda raw: gzip.compress(b"\xef\xbb\xbf" + raw, mtime=0),
}
