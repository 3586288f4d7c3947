"""Fifth stage: prices, volume and further columns as float64."""

import re

import numpy as np
import numpy.typing as npt

from tradewright.data.importers.findings import Findings, Issue
from tradewright.data.importers.sniff import PRICES, VOLUME
from tradewright.data.importers.split import Cells, Column
from tradewright.kernels.delimited import UNREAD, read_floats

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.bool_]

_NOTHING = frozenset({"", "null", "none", "n/a", "na"})
_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity)", re.IGNORECASE)


def read_numbers(cells: Cells, findings: Findings) -> tuple[Cells, dict[str, Floats]]:
    """Read all columns of numbers; rows without any price are dropped and counted as ``W_ROW_EMPTY``.

    An empty volume is 0 (``W_VOLUME_EMPTY``), an empty cell of a further column is NaN.

    Raises
    ------
    DataError
        ``E_NUMBER`` or ``E_NONFINITE`` for the first row that is wrong; ``E_NO_ROWS`` when none is left.
    """
    names = [*PRICES, *([VOLUME] if VOLUME in cells.layout.columns else []), *cells.layout.extra]
    read = {name: _read(cells.column(name), cells, findings) for name in names}
    empty = np.logical_and.reduce([np.isnan(read[name]) for name in PRICES])
    for name in PRICES:
        _reject_empty(name, np.isnan(read[name]) & ~empty, cells, findings)
    findings.settle()
    if VOLUME in read:
        absent = np.isnan(read[VOLUME])
        findings.note("W_VOLUME_EMPTY", int((absent & ~empty).sum()))
        read[VOLUME][absent] = 0.0
    if not empty.any():
        return cells, read
    findings.note("W_ROW_EMPTY", int(empty.sum()))
    if empty.all():
        findings.reject(Issue("E_NO_ROWS", "no row has prices", "Give a file with prices under the header."))
    return cells.only(~empty), {name: column[~empty] for name, column in read.items()}


def _read(column: Column, cells: Cells, findings: Findings) -> Floats:
    """Read one column; NaN is an empty cell."""
    out, marks = np.empty(column.begins.size), np.empty(column.begins.size, np.uint8)
    if not read_floats(column.text, column.begins, column.ends, out, marks):
        return out
    for row in np.flatnonzero(marks == UNREAD):
        text = column.cell(int(row))
        if text.casefold() in _NOTHING:
            continue
        value = float(text) if _PLAIN.fullmatch(text) else np.nan
        if not np.isfinite(value):
            findings.add(_not_a_number(column.name, text, int(cells.lines[row])))
            break
        out[row] = value
    return out


def _not_a_number(column: str, text: str, line: int) -> Issue:
    if _NOT_FINITE.fullmatch(text) or _PLAIN.fullmatch(text):
        fix = "Correct or remove the row."
        return Issue("E_NONFINITE", "is not a finite number", fix, row=line, column=column, value=text)
    fix = "Write numbers as 1234.5, without formulas, units or separators of thousands."
    return Issue("E_NUMBER", "is not a number", fix, row=line, column=column, value=text)


def _reject_empty(name: str, empty: Rows, cells: Cells, findings: Findings) -> None:
    if empty.any():
        row = int(np.argmax(empty))
        fix = "Complete or remove the row."
        line, rows = int(cells.lines[row]), int(empty.sum())
        findings.add(Issue("E_NONFINITE", "is empty", fix, row=line, column=name, rows=rows))
