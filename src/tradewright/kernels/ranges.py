"""The span a bar covers."""

from tradewright.kernels import kernel


@kernel
def true_range(high: float, low: float, previous_close: float) -> float:
    """Return the bar's range, widened to the close before it (Wilder, 1978)."""
    return max(high, previous_close) - min(low, previous_close)
