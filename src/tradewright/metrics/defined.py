"""Numbers that may have no value: undefined or non-finite is None, everywhere (engine.md 7)."""

import math

# A deviation this small is rounding, not variation: what divides by it has no value (7.2).
NO_DEVIATION = 1e-12


def finite(value: float) -> float | None:
    """Return `value` as a Python float, or None for NaN and infinities."""
    number = float(value)
    return number if math.isfinite(number) else None


def ratio(numerator: float | None, denominator: float | None) -> float | None:
    """Divide; None when either side is undefined, the divisor is 0, or the result is not finite."""
    if numerator is None or not denominator:
        return None
    return finite(numerator / denominator)
