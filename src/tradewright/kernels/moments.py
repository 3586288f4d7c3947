"""Moving mean and standard deviation together, stable at any price level."""

import math

import numpy as np
import numpy.typing as npt

from tradewright.kernels import kernel
from tradewright.kernels.snap import snap

Floats = npt.NDArray[np.float64]


@kernel
def rolling_mean_std(values: Floats, period: int) -> tuple[Floats, Floats]:
    """Return mean and population standard deviation of the last `period` values.

    Running moments are taken from both ends of blocks as long as the window; Chan's formula joins the
    tail of one block to the head of the next. Nothing is taken out again, so there is no drift, and a
    flat window has a deviation of exactly 0.

    Parameters
    ----------
    values
        Shape ``(n,)``; a window that holds a NaN is NaN.
    period
        Window length in bars, at least 1.

    Returns
    -------
    tuple of arrays
        Mean and deviation, shape ``(n,)``, NaN before there are `period` values. A deviation within
        1e-12 of the mean is 0.

    References
    ----------
    Chan, Golub, LeVeque (1983), "Algorithms for Computing the Sample Variance", The American
    Statistician 37(3).
    """
    n = values.size
    mean_out = np.empty(n, np.float64)
    std_out = np.empty(n, np.float64)
    mean_out[: min(period - 1, n)] = np.nan
    std_out[: min(period - 1, n)] = np.nan
    inverse = 1.0 / np.arange(1.0, period + 1.0)
    tails = np.zeros((period + 1, 2), np.float64)
    next_tails = np.zeros((period + 1, 2), np.float64)
    for start in range(0, n, period):
        size = min(period, n - start)
        # Each end measures from its own outermost value, which all of its partial windows contain.
        first, last = values[start], values[start + size - 1]
        head_sum = head_mean = head_square = 0.0
        tail_sum = tail_mean = tail_square = 0.0
        for r in range(size):
            value = values[start + r] - first
            before, head_sum = head_mean, head_sum + value
            head_mean = head_sum * inverse[r]
            head_square += (value - before) * (value - head_mean)

            value = values[start + size - 1 - r] - last
            before, tail_sum = tail_mean, tail_sum + value
            tail_mean = tail_sum * inverse[r]
            tail_square += (value - before) * (value - tail_mean)
            next_tails[size - 1 - r, 0] = last + tail_mean
            next_tails[size - 1 - r, 1] = tail_square

            if start + r < period - 1:
                continue
            mean, square = first + head_mean, head_square
            if r < period - 1:
                share = (period - 1 - r) * inverse[period - 1]
                gap = mean - tails[r + 1, 0]
                mean -= gap * share
                square += tails[r + 1, 1] + gap * gap * share * (r + 1)
            mean_out[start + r] = mean
            std_out[start + r] = snap(math.sqrt(max(square, 0.0) * inverse[period - 1]), mean)
        tails, next_tails = next_tails, tails
    return mean_out, std_out
