"""A heat map: a cell for each pair of values of two parameters."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tradewright.reports.sweeps.cells import Cells, cells_of
from tradewright.reports.sweeps.lines import Line
from tradewright.reports.sweeps.palette import enlarged, numbered, picture_uri
from tradewright.reports.sweeps.plane import plane_on
from tradewright.reports.sweeps.scale import Measure, scale_of
from tradewright.reports.sweeps.sheet import Box, Sheet, safe

Floats = npt.NDArray[np.float64]

# Up to so many cells say their value where the pointer is.
_TELLING = 2_500
RING = '<circle class="under" r="8"/><circle class="over" r="8"/>'
SQUARE = "".join(f'<rect class="{look}" x="-9" y="-9" width="18" height="18"/>' for look in ("under", "over"))


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """What a picture of a plane shows.

    Attributes
    ----------
    values
        ``(rows,)`` of the metric; NaN where there is none.
    over
        ``best`` or ``median``: what stands for rows that differ in other parameters.
    title
        What was swept.
    said
        Sentences under the title.
    """

    x: Line
    y: Line
    values: Floats
    measure: Measure
    over: str
    title: str
    said: tuple[str, ...]


def heatmap(shown: Shown) -> str:
    """Return a heat map as SVG."""
    cells = cells_of(shown.x, shown.y, shown.values, shown.measure.sign, shown.over)
    scale = scale_of(cells.values, shown.measure.sign)
    sheet = Sheet(shown.title, shown.said)
    box = plane_on(sheet, shown.x, shown.y)
    sheet.hatched(box)
    numbers = numbered(scale.colours(cells.values))[::-1]
    sheet.image(box, picture_uri(enlarged(numbers)))
    sheet.frame(box)
    _mark(sheet, box, shown, cells)
    if cells.values.size <= _TELLING:
        _tell(sheet, box, shown, cells)
    sheet.legend(shown.measure, scale, what_stands(shown, cells))
    say_marks(sheet, shown, cells)
    return sheet.svg()


def what_stands(shown: Shown, cells: Cells) -> str:
    """Say what the value of a cell is."""
    if cells.rows.max(initial=0) <= 1:
        return "each cell one combination"
    which = shown.measure.superlative if shown.over == "best" else "median"
    return f"each cell the {which} of its combinations"


def say_marks(sheet: Sheet, shown: Shown, cells: Cells) -> None:
    """Say what the marks are, and how large what they mark is."""
    finite = cells.values[np.isfinite(cells.values)]
    if not finite.size:
        sheet.hatch_key("no combination has a value")
        return
    span = float(finite.max() - finite.min())
    row, column = cells.best
    value = shown.measure.text(float(cells.values[row, column]), span)
    sheet.key(RING, f"best: {_pair(shown, row, column)}: {value}")
    if cells.plateau is not None:
        row, column, median, count = cells.plateau
        text = shown.measure.text(median, span)
        sheet.key(SQUARE, f"best plateau: {_pair(shown, row, column)}: median {text} of {count} cells")
    if np.isnan(cells.values).any():
        sheet.hatch_key("hatched: undefined, or no combination scored")


def centre(box: Box, shape: tuple[int, ...], row: int, column: int) -> tuple[float, float]:
    """Return the middle of a cell."""
    return (
        box.left + (column + 0.5) * box.width / shape[1],
        box.bottom - (row + 0.5) * box.height / shape[0],
    )


def _mark(sheet: Sheet, box: Box, shown: Shown, cells: Cells) -> None:
    if np.isnan(cells.values).all():
        return
    shape = cells.values.shape
    if cells.plateau is not None:
        x, y = centre(box, shape, *cells.plateau[:2])
        # The square goes around the nine cells, as far as they are in the plot; around a word's own alone.
        row, column = cells.plateau[:2]
        reach = [1.5 if np.isfinite(one) else 0.5 for one in (shown.x.numbers[column], shown.y.numbers[row])]
        half = (max(9.0, reach[0] * box.width / shape[1]), max(9.0, reach[1] * box.height / shape[0]))
        left, right = max(x - half[0], box.left), min(x + half[0], box.right)
        top, bottom = max(y - half[1], box.top), min(y + half[1], box.bottom)
        for look in ("under", "over"):
            sheet.add(
                f'<rect class="{look}" x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" '
                f'height="{bottom - top:.1f}"/>'
            )
    x, y = centre(box, shape, *cells.best)
    sheet.add(f'<g transform="translate({x:.1f} {y:.1f})">{RING}</g>')


def _tell(sheet: Sheet, box: Box, shown: Shown, cells: Cells) -> None:
    ny, nx = cells.values.shape
    width, height = box.width / nx, box.height / ny
    for row in range(ny):
        for column in range(nx):
            rows = int(cells.rows[row, column])
            value = shown.measure.text(float(cells.values[row, column]))
            said = f"{_pair(shown, row, column)}: {value}"
            said += f", of {rows:,} combinations" if rows > 1 else ""
            sheet.add(
                f'<rect class="cell" x="{box.left + column * width:.1f}" '
                f'y="{box.bottom - (row + 1) * height:.1f}" width="{width:.1f}" height="{height:.1f}">'
                f"<title>{safe(said)}</title></rect>"
            )


def _pair(shown: Shown, row: int, column: int) -> str:
    about = "about " if shown.x.bins or shown.y.bins else ""
    return f"{about}{shown.x.name} {shown.x.labels[column]}, {shown.y.name} {shown.y.labels[row]}"
