"""Second stage: comments above the header, the delimiter, the header, and which column means what."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from tradewright.core.errors import nearest
from tradewright.data.importers import layouts
from tradewright.data.importers.decode import Text
from tradewright.data.importers.findings import Findings, Issue
from tradewright.data.importers.meanings import (
    CLOCK,
    CLOSE_TIME,
    DATE,
    PRICES,
    SYMBOL,
    TIME,
    VOLUME,
    columns_of,
    missing_in,
    plain,
)

_DELIMITERS = ";\t|,"
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
_COMMENTS = ("#", "//")
_LOOK = 40  # lines within which a header begins
_LONGEST = 2**16  # a line of prices is not longer
_LEAST = 4  # delimiters between five columns


@dataclass(frozen=True, slots=True)
class Layout:
    """How a text file is laid out.

    Attributes
    ----------
    delimiter
        One character.
    titles, columns
        The title of each column, and what it means, from left to right; empty where nobody knows.
    start, first_line
        Byte where the rows begin, and the number of that line.
    symbol
        What all rows are of, where the header says it.
    """

    delimiter: str
    titles: tuple[str, ...]
    columns: tuple[str, ...]
    start: int
    first_line: int
    symbol: str | None = None

    @property
    def extra(self) -> tuple[str, ...]:
        """Known columns besides time, symbol, prices and volume, as numbers."""
        usual = ("", TIME, DATE, CLOCK, CLOSE_TIME, SYMBOL, *PRICES, VOLUME)
        return tuple(name for name in self.columns if name not in usual)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line with something in it: its bytes as text, where it and the next begin, and its number."""

    written: str
    start: int
    after: int
    number: int

    @property
    def comment(self) -> bool:
        return self.written.lstrip().startswith(_COMMENTS)

    @property
    def delimiter(self) -> str:
        """The sign between cells: a comma may stand in numbers, so it is the last to be believed."""
        counts = {sign: self.written.count(sign) for sign in _DELIMITERS}
        often = [sign for sign in _DELIMITERS if sign != "," and counts[sign] >= _LEAST]
        return max(often or _DELIMITERS, key=lambda sign: counts[sign])

    @property
    def holds_numbers(self) -> bool:
        """Whether this is a row, and so nothing that may stand above a header."""
        cells = self.written.split(self.delimiter)
        return not self.comment and sum(map(_is_number, cells)) >= len(PRICES)

    def cells(self) -> list[str]:
        """Cut the line; of a comment, what stands behind its sign."""
        text = self.written.lstrip().lstrip("#/ ") if self.comment else self.written
        row = next(csv.reader([text], delimiter=self.delimiter, strict=True), None) or [""]
        return [cell.strip() for cell in row]


def sniff(text: Text, findings: Findings) -> Layout:
    """Find the header of a text, or know its layout without one.

    Raises
    ------
    DataError
        ``E_COLUMN`` for a missing or a double column, ``E_QUOTE`` for a broken header, ``E_NO_ROWS`` when
        there is nothing but comments.
    """
    lines = list(_lines(text.letters, text.first_line))
    above: list[int] = []
    layout: Layout | None = None
    for place, line in enumerate(lines):
        layout = _layout(line, lines[place + 1 : place + 3], findings)
        if layout is not None or line.holds_numbers:
            break
        above.append(line.number)
    if layout is None:
        _reject_header(lines, findings)
    findings.repair("W_COMMENT", len(above), above)
    _tell(layout, findings)
    return layout


def _lines(text: bytes, number: int) -> Iterator[_Line]:
    """Yield the first lines that have anything in them."""
    start, seen = 0, 0
    while start < len(text) and seen < _LOOK:
        feed = text.find(b"\n", start, start + _LONGEST)
        ends = (text.find(b"\r", start, feed if feed >= 0 else start + _LONGEST), feed)
        end = min((end for end in ends if end >= 0), default=min(len(text), start + _LONGEST))
        after = min(end + (2 if text[end : end + 2] == b"\r\n" else 1), len(text))
        written = text[start:end]
        if written.strip():
            seen += 1
            yield _Line(written.decode(errors="replace"), start, after, number)
        start, number = after, number + 1


def _layout(line: _Line, below: list[_Line], findings: Findings) -> Layout | None:
    """Return the layout that begins in this line, if one does."""
    try:
        cells = line.cells()
    except csv.Error:
        return None
    columns = columns_of(cells)
    if not missing_in(columns):
        _check_single(cells, columns, line.number, findings)
        findings.facts.layout = findings.facts.layout or layouts.named(cells)
        return Layout(line.delimiter, tuple(cells), tuple(columns), line.after, line.number + 1)
    if line.comment:
        return None
    known = layouts.without_header(cells)
    if known is not None:
        name, meanings = known
        findings.facts.layout, findings.facts.header = findings.facts.layout or name, False
        titles = tuple(f"column {place}" for place in range(1, len(cells) + 1))
        return Layout(line.delimiter, titles, meanings, line.start, line.number)
    return _of_yfinance(line, cells, below, findings)


def _of_yfinance(line: _Line, cells: list[str], below: list[_Line], findings: Findings) -> Layout | None:
    """Know the three lines of titles of yfinance: prices, tickers, and the name of the index."""
    if plain(cells[0]) != "price" or len(below) < 2:
        return None
    tickers, index = below[0].written.split(","), below[1].written.split(",")
    if plain(tickers[0]) != "ticker" or plain(index[0]) not in {"date", "datetime"} or any(index[1:]):
        return None
    columns = [TIME, *columns_of(["", *cells[1:]])[1:]]
    if missing_in(columns):
        return None
    _check_single(cells, columns, line.number, findings)
    findings.facts.layout = "yfinance"
    symbol = tickers[1].strip() or None
    return Layout(
        line.delimiter, (index[0], *cells[1:]), tuple(columns), below[1].after, below[1].number + 1, symbol
    )


def _tell(layout: Layout, findings: Findings) -> None:
    facts = findings.facts
    facts.delimiter = _NAMES[layout.delimiter]
    pairs = [
        (title or f"column {place} (no title)", meaning)
        for place, (title, meaning) in enumerate(zip(layout.titles, layout.columns, strict=True), start=1)
    ]
    facts.columns = {title: meaning for title, meaning in pairs if meaning}
    facts.ignored = (*facts.ignored, *(title for title, meaning in pairs if not meaning))
    findings.note("W_COLUMN_IGNORED", len(facts.ignored))
    if VOLUME not in layout.columns:
        findings.repair("W_NO_VOLUME", 1)


def _reject_header(lines: list[_Line], findings: Findings) -> NoReturn:
    """Say what is wrong with the line where a header should be."""
    line = _most_titled(lines)
    if line is None:
        fix = "Give a file with a header and rows."
        findings.reject(Issue("E_NO_ROWS", "comments, but no rows", fix))
    try:
        titles = line.cells()
    except csv.Error as broken:
        fix = "Close the quote, or remove it."
        findings.reject(Issue("E_QUOTE", f"the header cannot be read ({broken})", fix, row=line.number))
    columns = columns_of(titles)
    missing = missing_in(columns)
    more: dict[str, Any] = {"missing": missing, "got": titles}
    if line.holds_numbers:
        problem = "the first line holds numbers, not column names, and fits no layout known without them"
        header = line.delimiter.join((TIME, *PRICES, VOLUME)[: max(len(titles), len(PRICES) + 1)])
        fix = f"Put '{header}' above the rows, in the order of the columns and as far as it applies."
        findings.reject(Issue("E_COLUMN", problem, fix, row=line.number, more=more))
    free = [title for title, column in zip(titles, columns, strict=True) if not column]
    near = {name: match[0] for name in missing if (match := nearest(name, free, limit=1))}
    hints = [f"'{title}' looks like {name}: rename it." for name, title in near.items()]
    shown = ", ".join(title for title in titles if title)
    fix = " ".join(hints) or f"The columns are {shown}. Rename them {', '.join((TIME, *PRICES, VOLUME))}."
    more["nearest"] = near
    findings.reject(
        Issue("E_COLUMN", f"missing column {', '.join(missing)}", fix, row=line.number, more=more)
    )


def _most_titled(lines: list[_Line]) -> _Line | None:
    """Return the line above the rows that looks most like a header: with the most columns that are known."""
    best, most = None, (-1, -1)
    for line in (line for line in lines if not line.comment):
        if line.holds_numbers:
            return best or line
        try:
            titles = line.cells()
        except csv.Error:
            return best or line
        counted = (sum(map(bool, columns_of(titles))), sum(map(bool, titles)))
        if counted > most:
            best, most = line, counted
    return best


def _check_single(titles: list[str], columns: list[str], row: int, findings: Findings) -> None:
    for name in dict.fromkeys(columns):
        places = [place for place, column in enumerate(columns) if column == name]
        if name and len(places) > 1:
            both = " and ".join(f"'{titles[place]}'" for place in places)
            problem = f"{both} both mean {name}"
            findings.reject(Issue("E_COLUMN", problem, "Keep one of them.", row=row, more={"column": name}))


def _is_number(text: str) -> bool:
    """Say whether a cell is a number or a date, whatever signs stand in it, and no title."""
    return any(map(str.isdigit, text)) and not any(map(str.isalpha, text.casefold().replace("e", "")))
