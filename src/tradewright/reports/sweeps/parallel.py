"""Parallel coordinates: a line for each combination over all its parameters, ending at the metric."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tradewright.reports.sweeps.lines import Line
from tradewright.reports.sweeps.palette import hexadecimal
from tradewright.reports.sweeps.plane import shares_of, spread
from tradewright.reports.sweeps.scale import Measure, Scale, round_levels, scale_of
from tradewright.reports.sweeps.sheet import PER_LETTER, WIDTH, Box, Sheet, shortened

Floats = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

# So many of the best, and as many evenly from among the others, worst to best.
_EACH = 250
_LABELS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Bundle:
    """What a picture of many lines shows: `lines`, then the metric; a row each."""

    lines: tuple[Line, ...]
    values: Floats
    measure: Measure
    title: str
    said: tuple[str, ...]


def parallel(bundle: Bundle) -> str:
    """Return parallel coordinates as SVG."""
    rows = _drawn(bundle.values, bundle.measure.sign)
    scale = scale_of(bundle.values, bundle.measure.sign)
    known = int((~np.isnan(bundle.values)).sum())
    sheet = Sheet(bundle.title, (*bundle.said, _counted(len(rows), known, bundle.values.size)))
    sheet.y += 84
    box = sheet.room(400, left=30, right=46)
    at = np.linspace(box.left, box.right, len(bundle.lines) + 1)
    heights = [_heights(box, line)[line.place[rows]] for line in bundle.lines]
    heights.append(box.bottom - scale.levels(bundle.values[rows]) * box.height)
    for row, level in enumerate(scale.colours(bundle.values[rows]).tolist()):
        points = " ".join(f"{x:.0f},{y[row]:.1f}" for x, y in zip(at.tolist(), heights, strict=True))
        sheet.add(f'<polyline class="c" stroke="{hexadecimal(level)}" points="{points}"/>')
    for place, (line, x) in enumerate(zip(bundle.lines, at.tolist(), strict=False)):
        _axis(sheet, box, x, place, line)
    _metric_axis(sheet, box, len(bundle.lines), bundle.measure, scale)
    if rows.size:
        best = " ".join(f"{x:.0f},{y[-1]:.1f}" for x, y in zip(at.tolist(), heights, strict=True))
        sheet.add(f'<polyline class="under" points="{best}"/><polyline class="over" points="{best}"/>')
    sheet.y = box.bottom + 6
    sheet.legend(bundle.measure, scale, "each line one combination")
    if rows.size:
        sheet.key(
            '<path class="under" d="M-11 0H11"/><path class="over" d="M-11 0H11"/>', _best(bundle, rows[-1])
        )
    return sheet.svg()


def _drawn(values: Floats, sign: int) -> IntArray:
    """Return the rows to draw, the best last."""
    order = np.argsort(sign * values, kind="stable")
    order = order[~np.isnan(values[order])]
    if order.size <= 2 * _EACH:
        return order.astype(np.int64)
    others = order[:-_EACH]
    some = others[np.linspace(0, others.size - 1, _EACH).astype(np.int64)]
    return np.concatenate([some, order[-_EACH:]]).astype(np.int64)


def _counted(drawn: int, known: int, rows: int) -> str:
    without = f"; {rows - known:,} without a value are left out" if rows > known else ""
    if drawn == known:
        return f"{known:,} combinations{without}"
    return f"The best {_EACH} of {known:,} combinations, and {_EACH} evenly from the others{without}"


def _best(bundle: Bundle, row: int) -> str:
    params = ", ".join(f"{line.name} {line.labels[line.place[row]]}" for line in bundle.lines)
    finite = bundle.values[np.isfinite(bundle.values)]
    value = bundle.measure.text(float(bundle.values[row]), float(np.ptp(finite)) if finite.size else 0.0)
    return f"best: {params}: {value}"


def _heights(box: Box, line: Line) -> Floats:
    return box.bottom - shares_of(line, to_scale=True) * box.height


def _axis(sheet: Sheet, box: Box, x: float, place: int, line: Line) -> None:
    heights = _heights(box, line)
    _rule(sheet, box, x, place, line.name)
    for i in spread(shares_of(line, to_scale=True), _LABELS):
        sheet.text(x + 5, float(heights[i]) - 4, shortened(line.labels[i], 8), "halo")


def _metric_axis(sheet: Sheet, box: Box, place: int, measure: Measure, scale: Scale) -> None:
    _rule(sheet, box, box.right, place, measure.metric, "end")
    span = scale.high - scale.low
    for value in round_levels(scale, 5):
        height = box.bottom - (value - scale.low) / span * box.height
        sheet.text(box.right + 40, height - 4, measure.text(value, span), "halo", "end")


def _rule(sheet: Sheet, box: Box, x: float, place: int, name: str, anchor: str = "") -> None:
    """Draw one axis and its name above, on two rows in turn so that long names do not meet."""
    sheet.add(f'<path class="k" d="M{x:.1f} {box.top:.1f}V{box.bottom:.1f}"/>')
    anchor = anchor or ("start" if place == 0 else "middle")
    left = x - 20 if place == 0 else x + 40 if anchor == "end" else x
    sheet.text(left, box.top - (32 if place % 2 else 62), shortened(name, 16), "", anchor)


def room_for(names: Sequence[str]) -> int:
    """Return how many axes fit side by side, given their names on two rows."""
    longest = max((min(16, len(name)) for name in names), default=1)
    return max(2, int(2 * WIDTH / (longest * PER_LETTER)))
