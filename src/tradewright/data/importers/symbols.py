"""Fourth stage: which symbol, when a file has a column of them; and what a file's name says."""

import re

import numpy as np

from tradewright.core.errors import InputError, nearest
from tradewright.core.timeframe import Timeframe
from tradewright.data.importers.findings import Findings, Issue
from tradewright.data.importers.sniff import SYMBOL
from tradewright.data.importers.split import Cells, Column
from tradewright.kernels.delimited import differs_from_last, same_as

_SUFFIXES = (".gz", ".zip", ".csv", ".txt", ".tsv", ".dat")
_NAMED = re.compile(
    r"(?P<symbol>.+?)[ _-](?P<timeframe>\d{1,3}(?:[smhdwM]|[HDW]\b)|daily|hourly|weekly|monthly)(?:[ _-].*)?",
)


def from_file_name(name: str) -> tuple[str, Timeframe | None]:
    """Read symbol and bar length from a file name: ``AAPL_1d.csv.gz`` is AAPL and 1d."""
    stem = name
    while stem.casefold().endswith(_SUFFIXES):
        stem = stem[: stem.rindex(".")]
    stem = stem or name
    match = _NAMED.fullmatch(stem)
    if match is None:
        return stem, None
    written = match["timeframe"]
    try:
        return match["symbol"], Timeframe.parse(written if written.endswith("M") else written.lower())
    except InputError:
        return stem, None


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
    if SYMBOL not in cells.layout.columns:
        return cells, None
    column = cells.column(SYMBOL)
    present = _distinct(column)
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
    wanted = np.frombuffer(named.encode(), np.uint8)
    return cells.only(same_as(column.text, column.begins, column.ends, wanted)), named


def _distinct(column: Column) -> list[str]:
    first = np.flatnonzero(differs_from_last(column.text, column.begins, column.ends))
    return list(dict.fromkeys(column.cell(int(row)) for row in first))


def _folded(symbol: str, present: list[str]) -> str | None:
    same = [name for name in present if name.casefold() == symbol.casefold()]
    return same[0] if len(same) == 1 else None


def _listed(names: list[str], limit: int = 8) -> str:
    return ", ".join(names[:limit]) + (" ..." if len(names) > limit else "")
