"""Single bars that stand far from both neighbours: more often a slip of a keyboard than a market."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]

SPIKE = 5.0


def spikes(high: Floats, low: Floats, close: Floats) -> Rows:
    """Return the rows whose high or low lies `SPIKE` times away from the closes before and after.

    The first and the last row have one neighbour only and are not judged.
    """
    if close.size < 3:
        return np.empty(0, np.intp)
    before, after = close[:-2], close[2:]
    above = high[1:-1] >= SPIKE * np.maximum(before, after)
    below = low[1:-1] * SPIKE <= np.minimum(before, after)
    return np.flatnonzero(above | below) + 1


def spike_size(high: Floats, low: Floats, close: Floats, row: int) -> float:
    """Return how many times the close before it the farther end of a spike is; below 1 when under it."""
    up, down = float(high[row] / close[row - 1]), float(low[row] / close[row - 1])
    return up if up * down >= 1.0 else down
