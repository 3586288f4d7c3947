"""Volume as sites write it for people: 3.97M, a dash for nothing, a point where thousands may begin."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from tradewright.data.importers.split import Column

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.bool_]

_DASH, _POINT, _ZERO, _NINE = b"-.09"
_UNITS = {b"K": 1e3, b"M": 1e6, b"B": 1e9}
# So many rows are looked at before all are: most volumes show at once that they have no such point.
_FIRST, _SAMPLE = 64, 4_096


def without_dashes(column: Column) -> Column:
    """Return a column in which cells of dashes alone (``-``, ``--``) are empty."""
    text, begins, ends = column.text, column.begins, column.ends
    lengths = ends - begins
    dashes = (lengths > 0) & (lengths <= 2)
    dashes[dashes] = (text[begins[dashes]] == _DASH) & (text[ends[dashes] - 1] == _DASH)
    return replace(column, ends=np.where(dashes, begins, ends)) if dashes.any() else column


def without_units(column: Column) -> tuple[Column, Floats]:
    """Return a column without K, M or B at the ends of cells, and what each is to be multiplied by."""
    text, begins, ends = column.text, column.begins, column.ends
    scale = np.ones(begins.size)
    filled = np.flatnonzero(ends - begins >= 2)
    last = text[ends[filled] - 1]
    for letter, times in _UNITS.items():
        scale[filled[(last == letter[0]) | (last == letter.lower()[0])]] = times
    # A word such as "NaM" is no number without its last letter either, and stays whole in messages.
    before = text[np.maximum(ends - 2, 0)]
    scale[(before > _NINE) & (before < 128)] = 1.0
    return replace(column, ends=(ends - (scale > 1)).astype(ends.dtype)), scale


def multiplied(values: Floats, scale: Floats) -> Floats:
    """Return products; 1.13 million is 1130000, without what binary fractions leave behind it."""
    product = values * scale
    whole = np.rint(product)
    return np.where(
        (scale > 1) & (np.abs(product - whole) <= 4 * np.spacing(np.abs(product))), whole, product
    )


def pointed_thousands(column: Column, values: Floats) -> npt.NDArray[np.intp]:
    """Return the rows with a volume, if each is written so that its point may stand between thousands.

    That is with one to three digits, the first no 0, before the point, and three behind: ``300.239``.
    """
    first = np.flatnonzero(values[:_SAMPLE] > 0)[:_FIRST]
    if not _may_be_thousands(column, first).all():
        return first[:0]
    rows = np.flatnonzero(values > 0)
    return rows if _may_be_thousands(column, rows).all() else rows[:0]


def _may_be_thousands(column: Column, rows: npt.NDArray[np.intp]) -> Rows:
    text, begins, ends = column.text, column.begins[rows], column.ends[rows]
    lengths = ends - begins
    fits = (lengths >= 5) & (lengths <= 7)
    fits &= text[np.maximum(ends - 4, 0)] == _POINT
    return fits & (text[begins] > _ZERO) & (text[begins] <= _NINE)
