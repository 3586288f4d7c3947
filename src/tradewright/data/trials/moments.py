"""Count, mean and spread of numbers that come in pieces (Chan, Golub and LeVeque 1979)."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Moments:
    """What is known of some numbers without keeping them.

    Attributes
    ----------
    count
        How many there were; those that were undefined or infinite left out.
    mean
        Their mean; 0 where there was none.
    m2
        Sum of squared distances from the mean.
    best
        The highest; None where there was none.
    """

    count: int = 0
    mean: float = 0.0
    m2: float = 0.0
    best: float | None = None

    @classmethod
    def of(cls, values: npt.NDArray[Any]) -> Self:
        """Return the moments of an array of any shape."""
        known = np.asarray(values, np.float64).ravel()
        known = known[np.isfinite(known)]
        if not known.size:
            return cls()
        mean = float(known.mean())
        return cls(known.size, mean, float(np.square(known - mean).sum()), float(known.max()))

    def __add__(self, other: "Moments") -> "Moments":
        """Return the moments of all numbers of both."""
        if not self.count or not other.count:
            return self if self.count else other
        count = self.count + other.count
        apart = other.mean - self.mean
        mean = self.mean + apart * (other.count / count)
        m2 = self.m2 + other.m2 + apart * apart * (self.count * other.count / count)
        best = max(piece.best for piece in (self, other) if piece.best is not None)
        return Moments(count, mean, m2, best)

    @property
    def variance(self) -> float | None:
        """The sample variance (ddof 1); None under two numbers."""
        return self.m2 / (self.count - 1) if self.count > 1 else None
