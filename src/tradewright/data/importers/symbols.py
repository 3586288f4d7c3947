"""Fourth stage: which symbol, when a file has a column of them; and what a file's name says."""

import re

import numpy as np

from tradewright.core.errors import InputError, nearest
from tradewright.core.timeframe import Timeframe
from tradewright.data.importers.findings import Findings, Issue
from tradewright.data.importers.meanings import SYMBOL
from tradewright.data.importers.split import Cells, Column
from tradewright.kernels.delimited import differs_from_last

_SUFFIXES = (".gz", ".zip", ".csv", ".txt", ".tsv", ".dat", ".json", ".parquet")
# What a site, and a browser that had a file of the name already, write behind it: AAPL (1).csv.
_BEHIND = re.compile(r"(?P<stem>.+?)(?: Historical Data)?(?: ?\(\d{1,3}\))?")
# BATS_AAPL, 60.csv and BATS_AAPL, 1D_3f2a1.csv: a chart's interval, in minutes where no letter is.
_CHARTED = re.compile(r"(?P<symbol>.+?), (?:(?P<minutes>\d{1,3})|(?P<timeframe>\d{1,3}[SHDWM]))(?:[_ ].*)?")
# EURUSD_M1_202401.csv; only with a date behind, since ES_H4 is the contract of March.
_TERMINAL = re.compile(
    r"(?:DAT_[A-Z]+_)?(?P<symbol>.+?)_(?P<timeframe>M1|M5|M15|M30|H1|H4|D1|W1)_(?:19|20)\d{4,}(?:_.*)?"
)
_NAMED = re.compile(
    r"(?P<symbol>.+?)[ _-]"
    r"(?P<timeframe>\d{1,3}(?:[smhdwM]|[HDW]\b)|(?i:daily|hourly|weekly|monthly))(?:[ _-].*)?"
)


def from_file_name(name: str) -> tuple[str, Timeframe | None]:
    """Read symbol and bar length from a file name: ``AAPL_1d.csv.gz`` is AAPL and 1d."""
    stem = name
    while stem.casefold().endswith(_SUFFIXES):
        stem = stem[: stem.rindex(".")]
    stem = stem or name
    shorter = _BEHIND.fullmatch(stem)
    stem = shorter["stem"] if shorter else stem
    match = _CHARTED.fullmatch(stem) or _TERMINAL.fullmatch(stem) or _NAMED.fullmatch(stem)
    if match is None:
        return stem, None
    try:
        return match["symbol"].rstrip(", ") or stem, Timeframe.parse(_length(match.groupdict()))
    except InputError:
        return stem, None


def _length(named: dict[str, str | None]) -> str:
    """Return a bar length as it is written here."""
    written = named["timeframe"]
    if written is None:
        return f"{named['minutes']}m"
    if written[0].isalpha() and written[-1].isdigit():
        return f"{written[1:]}{written[0].lower()}"
    return written if written.endswith("M") else written.lower()


def choose(cells: Cells, symbol: str | None, findings: Findings) -> tuple[Cells, str | None]:
    """Keep the rows of one symbol.

    Returns
    -------
    tuple
        The rows, and the symbol that the file gives them; None when the file has no such column.

    Raises
    ------
    DataError
        ``E_SYMBOL`` when there are several and none was chosen, or not the one chosen.
    """
    if SYMBOL not in cells.names:
        return cells, cells.layout.symbol
    column = cells.column(SYMBOL)
    findings.facts.symbols = _counted(column)
    present = list(findings.facts.symbols)
    if symbol is None and len(present) == 1:
        return cells, present[0]
    if symbol is None:
        problem = f"{len(present)} symbols ({_listed(present)}), none chosen"
        fix = f"Choose one with symbol='{present[0]}'."
        findings.reject(Issue("E_SYMBOL", problem, fix, more={"choices": present}))
    named = symbol if symbol in present else _folded(symbol, present)
    if named is None:
        near = nearest(symbol, present)
        fix = f"Did you mean '{near[0]}'?" if near else f"It has {_listed(present)}."
        findings.reject(Issue("E_SYMBOL", f"no symbol '{symbol}' in it", fix, more={"choices": present}))
    if len(present) == 1:
        return cells, named
    return cells.only(column.holds(named)), named


def _counted(column: Column) -> dict[str, int]:
    """Return the symbols in the order in which they come, with their rows."""
    first = np.flatnonzero(differs_from_last(column.text, column.begins, column.ends))
    lengths = np.diff(np.append(first, column.begins.size))
    found: dict[str, int] = {}
    for row, length in zip(first, lengths, strict=True):
        name = column.cell(int(row))
        found[name] = found.get(name, 0) + int(length)
    return found


def _folded(symbol: str, present: list[str]) -> str | None:
    same = [name for name in present if name.casefold() == symbol.casefold()]
    return same[0] if len(same) == 1 else None


def _listed(names: list[str], limit: int = 8) -> str:
    return ", ".join(names[:limit]) + (" ..." if len(names) > limit else "")
