"""Third stage: every cell's place in the text, and the line that each row stands on."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tradewright.data.importers.decode import Text
from tradewright.data.importers.findings import FEW, Findings, Issue
from tradewright.data.importers.meanings import SYMBOL
from tradewright.data.importers.sniff import Layout
from tradewright.kernels.delimited import OPEN_QUOTE, RAGGED, count_lines, same_as, split_cells

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the text of the file, and where each cell of it begins and ends."""

    name: str
    text: Bytes
    begins: Places
    ends: Places

    def cell(self, row: int) -> str:
        """Return what stands in a row, as text."""
        return self.text[self.begins[row] : self.ends[row]].tobytes().decode()

    def holds(self, wanted: str) -> npt.NDArray[np.bool_]:
        """Say which cells are exactly `wanted`."""
        return same_as(self.text, self.begins, self.ends, np.frombuffer(wanted.encode(), np.uint8))


@dataclass(frozen=True, slots=True)
class Cells:
    """All cells of a file that mean something.

    Attributes
    ----------
    names
        What each kept column means.
    begins, ends
        Shape ``(columns kept, rows)``.
    lines
        The line that each row begins on, from 1.
    """

    layout: Layout
    names: tuple[str, ...]
    text: Bytes
    begins: Places
    ends: Places
    lines: Places

    def column(self, name: str) -> Column:
        """Return the column that means `name`."""
        place = self.names.index(name)
        return Column(name, self.text, self.begins[place], self.ends[place])

    def only(self, rows: npt.NDArray[np.bool_]) -> "Cells":
        """Return some of the rows."""
        return Cells(
            self.layout, self.names, self.text, self.begins[:, rows], self.ends[:, rows], self.lines[rows]
        )


def split(text: Text, layout: Layout, findings: Findings) -> Cells:
    """Find the cells of `text`; comments and repeated headers are left out and counted.

    Raises
    ------
    DataError
        ``E_NO_ROWS``, ``E_ROW_WIDTH`` or ``E_QUOTE``.
    """
    cells = _split(text, layout, findings, again=False)
    cells = _without_headers(cells, text.letters, findings)
    if cells.lines.size == 0:
        problem = "a header, but no rows"
        findings.reject(Issue("E_NO_ROWS", problem, "Give a file with prices under the header."))
    return cells


def _split(text: Text, layout: Layout, findings: Findings, *, again: bool) -> Cells:
    letters = np.frombuffer(text.letters, np.uint8)
    names = tuple(name for name in layout.columns if name)
    room = count_lines(letters, layout.start)
    begins, ends = np.empty((len(names), room), np.int32), np.empty((len(names), room), np.int32)
    lines = np.empty(room, np.int32)
    # A symbol may begin with the sign of a comment: #AAPL.
    comments = np.empty(0 if layout.columns[0] == SYMBOL else FEW, np.int32)
    rows, fault, line, found, ragged, commented = split_cells(
        letters,
        layout.start,
        layout.first_line,
        ord(layout.delimiter),
        (begins, ends, lines, _slots(layout), comments),
    )
    if fault == OPEN_QUOTE:
        findings.reject(Issue("E_QUOTE", "a quote is not closed", "Close it, or remove it.", row=line))
    if fault == RAGGED:
        if not again and found == len(layout.columns) + 1 and _all_end_empty(text.letters, layout):
            columns, titles = (*layout.columns, ""), (*layout.titles, "")
            return _split(text, replace(layout, columns=columns, titles=titles), findings, again=True)
        _reject_ragged(text.letters, layout, (line, found, ragged), findings)
    findings.repair("W_COMMENT", commented, comments[:commented])
    findings.facts.rows = rows
    return Cells(layout, names, letters, begins[:, :rows], ends[:, :rows], lines[:rows])


def _all_end_empty(text: bytes, layout: Layout) -> bool:
    """Say whether each row ends in a delimiter, as some write them: one cell more, with nothing in it."""
    sign = layout.delimiter.encode()
    rows = (row.rstrip(b" ") for row in text[layout.start :].splitlines())
    return all(row.endswith(sign) for row in rows if row)


def _slots(layout: Layout) -> Places:
    """Return for each column of the file its place among those that mean something, or -1."""
    known = np.array([bool(name) for name in layout.columns])
    return np.where(known, np.cumsum(known) - 1, -1).astype(np.int32)


def _reject_ragged(text: bytes, layout: Layout, fault: tuple[int, int, int], findings: Findings) -> None:
    line, found, ragged = fault
    problem = f"{found} cells where the {'header' if findings.facts.header else 'first row'} has "
    problem += f"{len(layout.columns)}"
    fix = "Complete or remove the row."
    ended = text.endswith((b"\n", b"\r"))
    last = line - layout.first_line in (text.count(end, layout.start) for end in (b"\n", b"\r"))
    if ragged == 1 and last and not ended and found < len(layout.columns):
        problem = f"the last row is cut short: {problem}"
        fix = "Fetch the file again: it was not written to its end. Or remove the row."
    findings.reject(Issue("E_ROW_WIDTH", problem, fix, row=line, rows=ragged, more={"cells": found}))


def _without_headers(cells: Cells, text: bytes, findings: Findings) -> Cells:
    """Drop rows that are the header again, as in files put one behind the other."""
    titles = dict(zip(cells.layout.columns, cells.layout.titles, strict=True))
    first = titles[cells.names[0]]
    if not findings.facts.header or text.find(first.encode(), cells.layout.start) < 0:
        return cells
    repeated = np.logical_and.reduce([cells.column(name).holds(titles[name]) for name in cells.names])
    if not repeated.any():
        return cells
    findings.repair("W_HEADER_REPEATED", int(repeated.sum()), cells.lines[repeated])
    return cells.only(~repeated)
