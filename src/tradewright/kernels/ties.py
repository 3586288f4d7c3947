"""The tie rule (engine.md 2.2): the one meaning of equal, above and below for two numbers."""

import numpy as np

from tradewright.kernels import kernel

TIE_TOLERANCE = 1e-11


@kernel
def equal(a: float, b: float, tolerance: float) -> bool:
    """Test ``|a - b| <= tolerance * max(|a|, |b|)``; identical values are equal at any tolerance.

    An infinity is equal to itself alone.
    """
    return a == b or abs(a - b) <= tolerance * max(abs(a), abs(b)) < np.inf


@kernel
def above(a: float, b: float, tolerance: float) -> bool:
    """Greater, and not equal by the tie rule. False when either is NaN."""
    return a > b and not equal(a, b, tolerance)


@kernel
def below(a: float, b: float, tolerance: float) -> bool:
    """Smaller, and not equal by the tie rule. False when either is NaN."""
    return a < b and not equal(a, b, tolerance)


@kernel
def at_least(a: float, b: float, tolerance: float) -> bool:
    """Greater or equal by the tie rule. False when either is NaN."""
    return a >= b or equal(a, b, tolerance)


@kernel
def at_most(a: float, b: float, tolerance: float) -> bool:
    """Smaller or equal by the tie rule. False when either is NaN."""
    return a <= b or equal(a, b, tolerance)
