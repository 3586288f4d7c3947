"""Rows put into the cells of a plane: one value for each, whatever the parameters that it does not show."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tradewright.reports.sweeps.lines import Line

Floats = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

# Of a cell and those around it, so many must have a value for it to be a plateau, and such a share.
_LEAST, _LEAST_SHARE = 3, 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """A plane of cells.

    Attributes
    ----------
    values, rows
        ``(ny, nx)``: the best or median value, NaN where there is none; and how many rows it is of.
    best
        Row and column of the best cell.
    plateau
        Row and column of the cell with the best median over itself and those around it, one step along axes
        of numbers, that median, and of how many; None when no cell has enough around it.
    """

    values: Floats
    rows: IntArray
    best: tuple[int, int]
    plateau: tuple[int, int, float, int] | None


def cells_of(x: Line, y: Line, values: Floats, sign: int, over: str) -> Cells:
    """Put rows into cells.

    Parameters
    ----------
    values
        ``(rows,)``; NaN is left out.
    sign
        1 when higher is better, -1 when lower is.
    over
        ``best`` or ``median`` of the rows in a cell.
    """
    shape = (len(y.labels), len(x.labels))
    flat, count = np.full(shape[0] * shape[1], np.nan), np.zeros(shape[0] * shape[1], np.int64)
    held = np.flatnonzero(~np.isnan(values))
    if held.size:
        cell, aim = (y.place * shape[1] + x.place)[held], sign * values[held]
        order = np.lexsort((aim, cell))
        cell, aim = cell[order], aim[order]
        first = np.flatnonzero(np.diff(cell, prepend=-1))
        last = np.append(first[1:], cell.size) - 1
        count[cell[first]] = last - first + 1
        middle = (aim[(first + last) // 2] + aim[(first + last + 1) // 2]) / 2
        flat[cell[first]] = aim[last] if over == "best" else middle
    plane = flat.reshape(shape)
    best = np.unravel_index(int(np.nanargmax(flat)), shape) if held.size else (0, 0)
    found = _plateau(x, y, plane)
    return Cells(
        sign * plane,
        count.reshape(shape),
        (int(best[0]), int(best[1])),
        None if found is None else (*found[:2], sign * found[2], found[3]),
    )


def _plateau(x: Line, y: Line, plane: Floats) -> tuple[int, int, float, int] | None:
    """Return where the median of a cell and those around it is highest; words have none beside them."""
    ny, nx = plane.shape
    wide = np.full((ny + 2, nx + 2), np.nan)
    wide[1:-1, 1:-1] = np.where(np.isfinite(plane), plane, np.nan)
    steps = [(i, j) for i in range(3) for j in range(3)]
    beside = np.stack([_beside(y, i)[:, None] & _beside(x, j) for i, j in steps])
    around = np.stack([wide[i : i + ny, j : j + nx] for i, j in steps])
    around = np.sort(np.where(beside, around, np.nan), axis=0)
    known = np.isfinite(around).sum(axis=0)
    middles = (np.maximum(known - 1, 0) // 2, known // 2)
    low, high = (np.take_along_axis(around, middle[None], 0)[0] for middle in middles)
    median = (low + high) / 2
    share = known >= _LEAST_SHARE * beside.sum(axis=0)
    enough = np.isfinite(plane) & (known >= _LEAST) & share
    if not enough.any():
        return None
    at = int(np.argmax(np.where(enough, median, -np.inf)))
    return at // nx, at % nx, float(median.flat[at]), int(known.flat[at])


def _beside(line: Line, step: int) -> Flags:
    """Say for each place whether there is a number a step below (0) or above (2) it; 1 is itself."""
    numbers = np.isfinite(line.numbers)
    if step == 1:
        return np.ones(numbers.size, np.bool_)
    wide = np.pad(numbers, 1)
    return numbers & wide[step : step + numbers.size]
