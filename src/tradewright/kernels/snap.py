"""Removing rounding noise from differences of prices, so that no movement reads as exactly none."""

from tradewright.kernels import kernel

SNAP = 1e-12


@kernel
def snap(difference: float, price: float) -> float:
    """Return 0 when `difference` is within 1e-12 of `price`, relatively; else `difference`.

    The tie rule is relative, so a difference that only rounding keeps off 0 would never equal 0.
    """
    return 0.0 if abs(difference) <= SNAP * abs(price) else difference
