"""Two axes around a plot: where their places are, and the labels that fit."""

import math

import numpy as np
import numpy.typing as npt

from tradewright.reports.sweeps.lines import Line
from tradewright.reports.sweeps.sheet import LINE, PER_LETTER, Box, Sheet, shortened

Floats = npt.NDArray[np.float64]

HEIGHT = 430
_MOST_LETTERS = 10
_MOST_X, _MOST_Y = 6, 8


def plane_on(sheet: Sheet, x: Line, y: Line, *, to_scale: bool = False) -> Box:
    """Take room for a plot of two axes and label its sides; the first place of `y` is at the bottom.

    Parameters
    ----------
    to_scale
        Whether numbers stand where their value puts them; otherwise each place is as wide as the next.
    """
    letters = min(_MOST_LETTERS, max(len(label) for label in y.labels))
    sheet.line(f"{y.name} \N{UPWARDS ARROW}", left=10)
    box = sheet.room(HEIGHT, left=22 + PER_LETTER * letters)
    shares = shares_of(y, to_scale=to_scale)
    for i in spread(shares, _MOST_Y):
        height = box.bottom - shares[i] * box.height
        sheet.text(box.left - 8, height + 6, shortened(y.labels[i], letters), "m", "end")
    _label_x(sheet, box, x, shares_of(x, to_scale=to_scale))
    return box


def shares_of(line: Line, *, to_scale: bool) -> Floats:
    """Return where each place of an axis is, from 0 at its beginning to 1 at its end."""
    n = len(line.labels)
    if to_scale and n > 1 and line.numeric:
        return (line.numbers - line.numbers[0]) / (line.numbers[-1] - line.numbers[0])
    return (np.arange(n) + 0.5) / n


def spread(shares: Floats, most: int) -> list[int]:
    """Return up to `most` places that lie about evenly apart, the first among them."""
    if len(shares) <= most:
        least = 0.7 / most
        kept = [0]
        for i in range(1, len(shares)):
            if shares[i] - shares[kept[-1]] >= least:
                kept.append(i)
        return kept
    if np.allclose(np.diff(shares), shares[1] - shares[0]):
        return list(range(0, len(shares), math.ceil(len(shares) / most)))
    wanted = shares[0] + np.arange(most) / (most - 1) * (shares[-1] - shares[0])
    return sorted({int(np.abs(shares - one).argmin()) for one in wanted})


def _label_x(sheet: Sheet, box: Box, x: Line, shares: Floats) -> None:
    picked = spread(shares, _MOST_X)
    room = max(2, int(box.width / max(1, len(picked)) / PER_LETTER) - 1)
    for i in picked:
        at, text = box.left + float(shares[i]) * box.width, shortened(x.labels[i], room)
        if at + len(text) * PER_LETTER / 2 > box.right + 10:
            sheet.text(box.right + 8, box.bottom + 26, text, "m", "end")
        else:
            sheet.text(at, box.bottom + 26, text, "m", "middle")
    sheet.y = box.bottom + 2 * LINE
    sheet.text(box.right, sheet.y - 6, f"{x.name} \N{RIGHTWARDS ARROW}", "", "end")
