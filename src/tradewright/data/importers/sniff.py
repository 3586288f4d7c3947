"""Second stage: the delimiter, the header, and which column means what."""

import csv
from dataclasses import dataclass
from typing import Any

from tradewright.core.errors import nearest
from tradewright.data.importers.findings import Findings, Issue

TIME, SYMBOL = "timestamp", "symbol"
PRICES = ("open", "high", "low", "close")
VOLUME = "volume"

# Plain header names (lower case, letters and digits only) by what they mean.
_ALIASES = {
    TIME: ("timestamp", "time", "date", "datetime", "opentime", "opendate", "gmttime", "unixtime", "unix"),
    "open": ("open", "o", "openprice"),
    "high": ("high", "h", "highprice"),
    "low": ("low", "l", "lowprice"),
    "close": ("close", "c", "last", "closelast", "closeprice"),
    VOLUME: ("volume", "vol", "v"),
    "adj_close": ("adjclose", "adjustedclose", "closeadj"),
    SYMBOL: ("symbol", "ticker"),
    "quote_volume": ("quotevolume", "quoteassetvolume"),
    "trades_count": ("tradescount", "numberoftrades", "trades", "tradecount"),
    "taker_buy_volume": ("takerbuyvolume", "takerbuybaseassetvolume"),
    "taker_buy_quote_volume": ("takerbuyquotevolume", "takerbuyquoteassetvolume"),
    "open_interest": ("openinterest", "openint"),
    "vwap": ("vwap",),
}
_MEANING = {alias: meaning for meaning, aliases in _ALIASES.items() for alias in aliases}
_DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class Layout:
    """How a text file is laid out.

    Attributes
    ----------
    delimiter
        One character.
    columns
        What each column means, from left to right; empty where nobody knows.
    start, first_line
        Byte where the rows begin, and the number of that line.
    """

    delimiter: str
    columns: tuple[str, ...]
    start: int
    first_line: int

    @property
    def extra(self) -> tuple[str, ...]:
        """Known columns besides time, symbol, prices and volume."""
        usual = ("", TIME, SYMBOL, *PRICES, VOLUME)
        return tuple(name for name in self.columns if name not in usual)


def sniff(text: bytes, findings: Findings) -> Layout:
    """Read the header of `text`.

    Raises
    ------
    DataError
        ``E_COLUMN`` for a missing or a double column, ``E_QUOTE`` for a broken header.
    """
    line, start, number = _first_line(text)
    header = line.decode()
    delimiter = max(_DELIMITERS, key=header.count)
    try:
        titles = next(csv.reader([header], delimiter=delimiter, strict=True))
    except csv.Error as broken:
        fix = "Close the quote, or remove it."
        findings.reject(Issue("E_QUOTE", f"the header cannot be read ({broken})", fix, row=number))
    titles = [title.strip() for title in titles]
    columns = [_MEANING.get(_plain(title), "") for title in titles]
    if TIME not in columns and titles[0] == "":
        columns[0] = TIME  # the nameless index of a data frame
    _check_present(titles, columns, number, findings)
    _check_single(titles, columns, number, findings)
    findings.note("W_COLUMN_IGNORED", columns.count(""))
    if VOLUME not in columns:
        findings.note("W_NO_VOLUME")
    return Layout(delimiter, tuple(columns), start, number + 1)


def _first_line(text: bytes) -> tuple[bytes, int, int]:
    """Return the first line with anything in it, where the next begins, and its number."""
    start, number = 0, 0
    while True:
        ends = [end for end in (text.find(b"\n", start), text.find(b"\r", start)) if end >= 0]
        end = min(ends, default=len(text))
        after = end + 2 if text[end : end + 2] == b"\r\n" else end + 1
        number += 1
        if text[start:end].strip() or after > len(text):
            return text[start:end], min(after, len(text)), number
        start = after


def _plain(title: str) -> str:
    return "".join(letter for letter in title.casefold() if letter.isalnum())


def _check_present(titles: list[str], columns: list[str], row: int, findings: Findings) -> None:
    missing = [name for name in (TIME, *PRICES) if name not in columns]
    if not missing:
        return
    more: dict[str, Any] = {"missing": missing, "got": titles}
    if sum(_is_number(title) for title in titles) >= len(PRICES):
        fix = "Put 'timestamp,open,high,low,close,volume', as far as it applies, above the rows."
        findings.reject(
            Issue("E_COLUMN", "the first line holds numbers, not column names", fix, row=row, more=more)
        )
    free = [title for title, column in zip(titles, columns, strict=True) if not column]
    near = {name: match[0] for name in missing if (match := nearest(name, free, limit=1))}
    hints = [f"'{title}' looks like {name}: rename it." for name, title in near.items()]
    fix = " ".join(hints) or f"The columns are {', '.join(titles)}."
    more["nearest"] = near
    findings.reject(Issue("E_COLUMN", f"missing column {', '.join(missing)}", fix, row=row, more=more))


def _check_single(titles: list[str], columns: list[str], row: int, findings: Findings) -> None:
    for name in set(columns) - {""}:
        places = [place for place, column in enumerate(columns) if column == name]
        if len(places) > 1:
            both = " and ".join(f"'{titles[place]}'" for place in places)
            problem = f"{both} both mean {name}"
            findings.reject(Issue("E_COLUMN", problem, "Keep one of them.", row=row, more={"column": name}))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
