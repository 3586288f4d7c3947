"""Third stage: every cell's place in the text, and the line that each row stands on."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tradewright.data.importers.findings import Findings, Issue
from tradewright.data.importers.sniff import Layout
from tradewright.kernels.delimited import OPEN_QUOTE, RAGGED, count_lines, split_cells

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


@dataclass(frozen=True, slots=True)
class Cells:
    """All cells of a file.

    Attributes
    ----------
    begins, ends
        Shape ``(columns, rows)``.
    lines
        The line that each row begins on, from 1.
    """

    layout: Layout
    text: Bytes
    begins: Places
    ends: Places
    lines: Places

    def column(self, name: str) -> Column:
        """Return the column that means `name`."""
        place = self.layout.columns.index(name)
        return Column(name, self.text, self.begins[place], self.ends[place])

    def only(self, rows: npt.NDArray[np.bool_]) -> "Cells":
        """Return some of the rows."""
        return Cells(self.layout, self.text, self.begins[:, rows], self.ends[:, rows], self.lines[rows])


def split(text: bytes, layout: Layout, findings: Findings) -> Cells:
    """Find the cells of `text`.

    Raises
    ------
    DataError
        ``E_NO_ROWS``, ``E_ROW_WIDTH`` or ``E_QUOTE``.
    """
    letters = np.frombuffer(text, np.uint8)
    width, room = len(layout.columns), count_lines(letters, layout.start)
    begins, ends = np.empty((width, room), np.int32), np.empty((width, room), np.int32)
    lines = np.empty(room, np.int32)
    places = (begins, ends, lines)
    rows, fault, line, found, ragged = split_cells(
        letters, layout.start, layout.first_line, ord(layout.delimiter), places
    )
    if fault == OPEN_QUOTE:
        findings.reject(Issue("E_QUOTE", "a quote is not closed", "Close it, or remove it.", row=line))
    if fault == RAGGED:
        problem = f"{found} cells where the header has {width}"
        fix = "Complete or remove the row; a last row cut short means the file was not written to its end."
        findings.reject(Issue("E_ROW_WIDTH", problem, fix, row=line, rows=ragged, more={"cells": found}))
    if rows == 0:
        findings.reject(
            Issue("E_NO_ROWS", "a header, but no rows", "Give a file with prices under the header.")
        )
    return Cells(layout, letters, begins[:, :rows], ends[:, :rows], lines[:rows])
