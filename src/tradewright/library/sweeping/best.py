"""The best combinations of a sweep, found in the memory of a piece."""

from collections.abc import Callable, Iterable

import numpy as np

from tradewright.data.scores.part import Floats, Ints, Part


def top(parts: Iterable[Part], order: Callable[[Part], Floats], n: int) -> Part | None:
    """Return the `n` rows of all parts with the highest order, best first ties by number; None for no part.

    Parameters
    ----------
    order
        Asked for each part: ``(rows,)``, NaN for rows that do not count.
    """
    best: Part | None = None
    heights: Floats = np.empty(0)
    for part in parts:
        height = order(part)
        few = _highest(height, n)
        some, height = rows_of(part, np.sort(few)), height[np.sort(few)]
        best = some if best is None else joined(best, some)
        heights = np.concatenate([heights, height])
        kept = np.sort(_highest(heights, n))
        best, heights = rows_of(best, kept), heights[kept]
    return best


def _highest(height: Floats, n: int) -> Ints:
    """Return where the `n` highest stand, the highest first; of equal ones the first."""
    known = np.flatnonzero(~np.isnan(height))
    return known[np.argsort(-height[known], kind="stable")[:n]]


def rows_of(part: Part, rows: Ints) -> Part:
    """Return some rows of a part, ascending."""
    index = {name: positions[rows] for name, positions in part.index.items()}
    metrics = {name: values[rows] for name, values in part.metrics.items()}
    return Part(part.numbers[rows], index, metrics, 0)


def joined(first: Part, second: Part) -> Part:
    """Return the rows of one part and then of another."""
    return Part(
        np.concatenate([first.numbers, second.numbers]),
        {name: np.concatenate([values, second.index[name]]) for name, values in first.index.items()},
        {name: np.concatenate([values, second.metrics[name]]) for name, values in first.metrics.items()},
        0,
    )
