"""Moving sums in one pass that neither drift nor cancel.

The column is cut into blocks as long as the window. A window is then the tail of one block and the
head of the next, so its sum is one running sum from the left of the block plus one from its right:
two additions a bar, no subtraction, hence no drift, and a NaN spoils exactly the windows that hold it.
"""

import numpy as np
import numpy.typing as npt

from tradewright.kernels import kernel

Floats = npt.NDArray[np.float64]


@kernel
def rolling_mean(values: Floats, period: int) -> Floats:
    """Return the mean of the last `period` values, NaN before there are that many.

    Parameters
    ----------
    values
        Shape ``(n,)``; a window that holds a NaN has mean NaN.
    period
        Window length in bars, at least 1.
    """
    n = values.size
    out = np.empty(n, np.float64)
    out[: min(period - 1, n)] = np.nan
    tails = np.zeros(period + 1, np.float64)
    next_tails = np.zeros(period + 1, np.float64)
    for start in range(0, n, period):
        stop = min(start + period, n)
        head = 0.0
        tail = 0.0
        # One loop for both running sums: two independent chains of additions overlap in the CPU.
        if stop - start == period and start > 0:
            for r in range(period):
                head += values[start + r]
                tail += values[stop - 1 - r]
                next_tails[period - 1 - r] = tail
                out[start + r] = (head + tails[r + 1]) / period
        else:
            for r in range(stop - start):
                head += values[start + r]
                tail += values[stop - 1 - r]
                next_tails[stop - start - 1 - r] = tail
                if start + r >= period - 1:
                    out[start + r] = (head + tails[r + 1]) / period
        tails, next_tails = next_tails, tails
    return out


@kernel
def rolling_weighted_mean(values: Floats, period: int) -> Floats:
    """Return the mean of the last `period` values with weights 1, 2 ... `period`, newest heaviest.

    NaN before there are `period` values, and where a window holds a NaN.
    """
    n = values.size
    out = np.empty(n, np.float64)
    out[: min(period - 1, n)] = np.nan
    tails = np.zeros(period + 1, np.float64)
    weights = period * (period + 1) / 2.0
    for start in range(0, n, period):
        stop = min(start + period, n)
        head = 0.0
        weighted = 0.0
        for r in range(stop - start):
            head += values[start + r]
            weighted += (r + 1) * values[start + r]
            if start + r >= period - 1:
                out[start + r] = (tails[r + 1] + weighted + (period - 1 - r) * head) / weights
        if stop - start == period:
            tail = 0.0
            weighted_tail = 0.0
            for r in range(period - 1, -1, -1):
                tail += values[start + r]
                weighted_tail += tail
                tails[r] = weighted_tail
    return out


@kernel
def rolling_max(values: Floats, period: int) -> Floats:
    """Return the highest of the last `period` values (no NaN among them), NaN before there are as many."""
    n = values.size
    out = np.empty(n, np.float64)
    out[: min(period - 1, n)] = np.nan
    tails = np.full(period + 1, -np.inf)
    for start in range(0, n, period):
        stop = min(start + period, n)
        head = -np.inf
        for i in range(start, stop):
            head = max(head, values[i])
            if i >= period - 1:
                out[i] = max(head, tails[i - start + 1])
        tail = -np.inf
        for i in range(stop - 1, start - 1, -1):
            tail = max(tail, values[i])
            tails[i - start] = tail
    return out


@kernel
def rolling_min(values: Floats, period: int) -> Floats:
    """Return the lowest of the last `period` values (no NaN among them), NaN before there are as many."""
    n = values.size
    out = np.empty(n, np.float64)
    out[: min(period - 1, n)] = np.nan
    tails = np.full(period + 1, np.inf)
    for start in range(0, n, period):
        stop = min(start + period, n)
        head = np.inf
        for i in range(start, stop):
            head = min(head, values[i])
            if i >= period - 1:
                out[i] = min(head, tails[i - start + 1])
        tail = np.inf
        for i in range(stop - 1, start - 1, -1):
            tail = min(tail, values[i])
            tails[i - start] = tail
    return out
