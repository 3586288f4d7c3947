"""A contour picture: bands of colour and lines of equal value over two parameters that are numbers.

The plane is drawn to scale. Where combinations lie on a lattice it is theirs, with straight lines between;
where they were drawn or searched, the value at each point of a lattice is their mean weighted by distance
(Shepard 1968, "A two-dimensional interpolation function for irregularly-spaced data"), as far as one is near.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from tradewright.core.errors import InputError
from tradewright.reports.sweeps.cells import Cells, cells_of
from tradewright.reports.sweeps.heatmap import RING, SQUARE, Shown, say_marks, what_stands
from tradewright.reports.sweeps.lines import Line
from tradewright.reports.sweeps.palette import numbered, picture_uri
from tradewright.reports.sweeps.plane import plane_on
from tradewright.reports.sweeps.scale import Scale, round_levels, scale_of
from tradewright.reports.sweeps.sheet import Box, Sheet

Floats = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_BANDS = 9
_PIXELS = (220, 320)
# Points of the lattice along an axis where combinations do not lie on one, and how near one must be.
_LATTICE, _REACH = 48, 0.12
_FULL = 0.5
_FEWEST = 2


def contour(shown: Shown) -> str:
    """Return a contour picture as SVG.

    Raises
    ------
    InputError
        ``E_AXIS`` for an axis of words, or of one number.
    """
    for line in (shown.x, shown.y):
        _require_numbers(line)
    cells = cells_of(shown.x, shown.y, shown.values, shown.measure.sign, shown.over)
    known = np.isfinite(cells.values)
    full = bool(known.mean() >= _FULL or not known.any())
    xs, ys, plane = shown.x.numbers, shown.y.numbers, cells.values
    if not full:
        # Cells that lie apart have no cells around them.
        xs, ys, plane = _interpolated(shown, cells)
        cells = replace(cells, plateau=None)
    scale = scale_of(cells.values, shown.measure.sign)
    near = "" if full else "; between combinations the mean weighted by distance"
    sheet = Sheet(shown.title, shown.said)
    box = plane_on(sheet, shown.x, shown.y, to_scale=True)
    sheet.hatched(box)
    levels = round_levels(scale, _BANDS)
    sheet.image(box, _bands(xs, ys, plane, levels, scale))
    for level in levels:
        sheet.add(f'<path class="iso" d="{_line_at(level, *_placed(box, xs, ys), plane)}"/>')
    sheet.frame(box)
    _mark(sheet, box, shown, cells)
    sheet.legend(shown.measure, scale, what_stands(shown, cells).replace("cell", "point") + near)
    say_marks(sheet, shown, cells)
    return sheet.svg()


def _require_numbers(line: Line) -> None:
    if line.numeric and len(line.labels) >= _FEWEST:
        return
    what = "has one value" if line.numeric else "has values that are no numbers"
    raise InputError(
        "E_AXIS",
        f"'{line.name}' {what}, and a contour needs a plane of numbers.",
        fix="Draw .heatmap() of it, or choose another axis.",
        details={"axis": line.name},
    )


def _interpolated(shown: Shown, cells: Cells) -> tuple[Floats, Floats, Floats]:
    """Return a lattice and the values on it, NaN where no combination is near."""
    rows, columns = np.nonzero(np.isfinite(cells.values))
    known = cells.values[rows, columns]
    ends = [(line.numbers[0], line.numbers[-1]) for line in (shown.x, shown.y)]
    at = np.arange(_LATTICE) / (_LATTICE - 1)
    xs, ys = (low + at * (high - low) for low, high in ends)
    across, up = (
        (line.numbers[places] - low) / (high - low)
        for line, places, (low, high) in zip((shown.x, shown.y), (columns, rows), ends, strict=True)
    )
    far = (at[None, :, None] - across) ** 2 + (at[:, None, None] - up) ** 2
    weight = 1 / np.maximum(far, 1e-9)
    plane = (weight * known).sum(axis=2) / weight.sum(axis=2)
    return xs, ys, np.where(far.min(axis=2, initial=np.inf) <= _REACH**2, plane, np.nan)


def _bands(xs: Floats, ys: Floats, plane: Floats, levels: list[float], scale: Scale) -> str:
    """Return the plane as an image in bands, the first row at the top."""
    height, width = _PIXELS
    wide = _between(ys[0] + (ys[-1] - ys[0]) * (np.arange(height)[::-1] + 0.5) / height, ys, plane)
    fine = _between(xs[0] + (xs[-1] - xs[0]) * (np.arange(width) + 0.5) / width, xs, wide.T).T
    edges = np.array([scale.low, *levels, scale.high])
    middles = (edges[1:] + edges[:-1]) / 2
    band = middles[np.clip(np.searchsorted(levels, fine, side="right"), 0, middles.size - 1)]
    return picture_uri(numbered(scale.colours(np.where(np.isnan(fine), np.nan, band))))


def _between(at: Floats, places: Floats, rows: Floats) -> Floats:
    """Return rows at `at` on straight lines between those at `places`."""
    lower = np.clip(np.searchsorted(places, at, side="right") - 1, 0, places.size - 2)
    share = ((at - places[lower]) / (places[lower + 1] - places[lower]))[:, None]
    return (1 - share) * rows[lower] + share * rows[lower + 1]


def _placed(box: Box, xs: Floats, ys: Floats) -> tuple[Floats, Floats]:
    """Return where on the sheet numbers are."""
    return (
        box.left + (xs - xs[0]) / (xs[-1] - xs[0]) * box.width,
        box.bottom - (ys - ys[0]) / (ys[-1] - ys[0]) * box.height,
    )


def _line_at(level: float, xs: Floats, ys: Floats, plane: Floats) -> str:
    """Return the path where a plane has a value: marching triangles, two to a cell, on straight lines."""
    i, j = (part.ravel() for part in np.indices((len(ys) - 1, len(xs) - 1)))
    out: list[str] = []
    for corners in (((0, 0), (0, 1), (1, 1)), ((0, 0), (1, 0), (1, 1))):
        x = np.stack([xs[j + dj] for _, dj in corners])
        y = np.stack([ys[i + di] for di, _ in corners])
        v = np.stack([plane[i + di, j + dj] for di, dj in corners]) - level
        out += _segments(x, y, v)
    return "".join(out)


def _segments(x: Floats, y: Floats, v: Floats) -> list[str]:
    """Return a segment for each triangle, shape ``(3, n)``, whose corners lie on both sides of 0."""
    crossed = np.isfinite(v).all(axis=0) & ((v > 0).any(axis=0) & (v <= 0).any(axis=0))
    x, y, v = x[:, crossed], y[:, crossed], v[:, crossed]
    # The corner that is alone on its side comes first: both crossings are on its edges.
    few = (v > 0).sum(axis=0) == 1
    order = np.argsort(np.where(few, -v, v), axis=0, kind="stable")
    x, y, v = (np.take_along_axis(part, order, axis=0) for part in (x, y, v))
    share = v[0] / (v[0] - v[1:])
    across, up = x[0] + share * (x[1:] - x[0]), y[0] + share * (y[1:] - y[0])
    ends = np.stack([across[0], up[0], across[1], up[1]], axis=1)
    return [f"M{a:.1f} {b:.1f}L{c:.1f} {d:.1f}" for a, b, c, d in ends.tolist()]


def _mark(sheet: Sheet, box: Box, shown: Shown, cells: Cells) -> None:
    if np.isnan(cells.values).all():
        return
    across, up = _placed(box, shown.x.numbers, shown.y.numbers)
    spots = [(SQUARE, cells.plateau[:2])] if cells.plateau else []
    for drawing, (row, column) in [*spots, (RING, cells.best)]:
        sheet.add(f'<g transform="translate({across[column]:.1f} {up[row]:.1f})">{drawing}</g>')
