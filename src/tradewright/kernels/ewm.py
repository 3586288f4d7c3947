"""Exponential averages: seeded by a plain mean, restarted by an unknown value."""

import numpy as np
import numpy.typing as npt

from tradewright.kernels import kernel

Floats = npt.NDArray[np.float64]


@kernel
def exponential_mean(values: Floats, period: int, alpha: float) -> Floats:
    """Return the average that moves by `alpha` of its distance to each new value.

    The first value is the mean of the first `period` values, as in TA-Lib; a NaN in `values` makes the
    average NaN and its seed start again, so leading NaN only delays it.

    Parameters
    ----------
    values
        Shape ``(n,)``.
    period
        Values in the seed, at least 1.
    alpha
        ``2 / (period + 1)`` for an EMA, ``1 / period`` for Wilder's average.
    """
    n = values.size
    out = np.empty(n, np.float64)
    known = 0
    mean = 0.0
    for i in range(n):
        value = values[i]
        if np.isnan(value):
            known = 0
            mean = 0.0
            out[i] = np.nan
            continue
        if known < period:
            known += 1
            mean += (value - mean) / known
        else:
            mean += alpha * (value - mean)
        out[i] = mean if known == period else np.nan
    return out
