"""Swing highs and lows, decided only when the bars that confirm them are known."""

import numpy as np
import numpy.typing as npt

from tradewright.kernels import kernel
from tradewright.kernels.ties import TIE_TOLERANCE, above, at_least, at_most, below

Floats = npt.NDArray[np.float64]


@kernel
def is_swing_high(high: Floats, bar: int, left: int, right: int) -> bool:
    """Tell whether `bar` is above the `left` highs before it and not below the `right` after it.

    Of equal highs the first counts. The caller must know bar ``bar + right``, and ``bar >= left``.
    """
    level = high[bar]
    # Nearest first and both sides in turn: few bars top their near neighbours, so few go far.
    for k in range(1, max(left, right) + 1):
        if k <= left and at_least(high[bar - k], level, TIE_TOLERANCE):
            return False
        if k <= right and above(high[bar + k], level, TIE_TOLERANCE):
            return False
    return True


@kernel
def is_swing_low(low: Floats, bar: int, left: int, right: int) -> bool:
    """Tell whether `bar` is below the `left` lows before it and not above the `right` after it."""
    level = low[bar]
    for k in range(1, max(left, right) + 1):
        if k <= left and at_most(low[bar - k], level, TIE_TOLERANCE):
            return False
        if k <= right and below(low[bar + k], level, TIE_TOLERANCE):
            return False
    return True
