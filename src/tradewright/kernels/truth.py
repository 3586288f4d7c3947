"""Three-valued logic on arrays (engine.md 2.3, 2.4): comparisons, crosses, Kleene groups, lookbacks.

A truth array is uint8 with ``FALSE = 0``, ``UNKNOWN = 1`` and ``TRUE = 2``, so that Kleene's *and* is
the minimum, *or* the maximum, and *not* is ``2 - x``.
"""

import numpy as np
import numpy.typing as npt

from tradewright.kernels import kernel
from tradewright.kernels.ties import above, below, equal

FALSE = 0
UNKNOWN = 1
TRUE = 2

Truth = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]

# Comparison codes.
GREATER, GREATER_EQUAL, LESS, LESS_EQUAL, EQUAL, NOT_EQUAL = range(6)


@kernel
def _compare_one(a: float, b: float, code: int, tolerance: float) -> int:
    if np.isnan(a) or np.isnan(b):
        return UNKNOWN
    if code == GREATER:
        hit = above(a, b, tolerance)
    elif code == GREATER_EQUAL:
        hit = not below(a, b, tolerance)
    elif code == LESS:
        hit = below(a, b, tolerance)
    elif code == LESS_EQUAL:
        hit = not above(a, b, tolerance)
    elif code == EQUAL:
        hit = equal(a, b, tolerance)
    else:
        hit = not equal(a, b, tolerance)
    return TRUE if hit else FALSE


@kernel
def compare(a: Floats, b: Floats, code: int, tolerance: float) -> Truth:
    """Compare two columns bar by bar. `b` may have length 1 for a constant."""
    out = np.empty(a.size, np.uint8)
    constant = b.size == 1
    for i in range(a.size):
        out[i] = _compare_one(a[i], b[0] if constant else b[i], code, tolerance)
    return out


@kernel
def cross(a: Floats, b: Floats, upward: bool, tolerance: float) -> Truth:
    """``crosses_above``: at or below one bar ago and above now; ``upward=False`` mirrors (2.3).

    Bar 0 is unknown, as is every bar with a NaN among the four operands. `b` may have length 1.
    """
    n = a.size
    out = np.empty(n, np.uint8)
    if n == 0:
        return out
    constant = b.size == 1
    out[0] = UNKNOWN
    for i in range(1, n):
        b0 = b[0] if constant else b[i - 1]
        b1 = b[0] if constant else b[i]
        if np.isnan(a[i - 1]) or np.isnan(b0) or np.isnan(a[i]) or np.isnan(b1):
            out[i] = UNKNOWN
        elif upward:
            out[i] = TRUE if above(a[i], b1, tolerance) and not above(a[i - 1], b0, tolerance) else FALSE
        else:
            out[i] = TRUE if below(a[i], b1, tolerance) and not below(a[i - 1], b0, tolerance) else FALSE
    return out


@kernel
def within(a: Floats, low: Floats, high: Floats, inside: bool, tolerance: float) -> Truth:
    """``between`` (bounds included) or, with ``inside=False``, ``outside`` (bounds excluded)."""
    out = np.empty(a.size, np.uint8)
    for i in range(a.size):
        lo = low[0] if low.size == 1 else low[i]
        hi = high[0] if high.size == 1 else high[i]
        if np.isnan(a[i]) or np.isnan(lo) or np.isnan(hi):
            out[i] = UNKNOWN
        else:
            hit = not below(a[i], lo, tolerance) and not above(a[i], hi, tolerance)
            out[i] = TRUE if hit == inside else FALSE
    return out


@kernel
def within_last(truth: Truth, n: int) -> Truth:
    """Kleene *or* over the last `n` bars, the current one included; bars before the first are unknown."""
    out = np.empty(truth.size, np.uint8)
    last_true = -n
    last_unknown = -1
    for i in range(truth.size):
        if truth[i] == TRUE:
            last_true = i
        elif truth[i] == UNKNOWN:
            last_unknown = i
        if i - last_true < n:
            out[i] = TRUE
        elif last_unknown > i - n or i < n - 1:
            out[i] = UNKNOWN
        else:
            out[i] = FALSE
    return out


@kernel
def for_last(truth: Truth, n: int) -> Truth:
    """Hold when the last `n` bars all do; unknown unless all `n` are known (2.4)."""
    out = np.empty(truth.size, np.uint8)
    last_unknown = -1
    last_false = -1
    for i in range(truth.size):
        if truth[i] == UNKNOWN:
            last_unknown = i
        elif truth[i] == FALSE:
            last_false = i
        if last_unknown > i - n or i < n - 1:
            out[i] = UNKNOWN
        else:
            out[i] = FALSE if last_false > i - n else TRUE
    return out
