"""Equal, above, below: the tie rule (2.2) once more."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Ties:
    """Comparisons at one tolerance."""

    tolerance: float

    def equal(self, a: float, b: float) -> bool:
        if math.isinf(a) or math.isinf(b):
            return a == b
        return abs(a - b) <= self.tolerance * max(abs(a), abs(b))

    def above(self, a: float, b: float) -> bool:
        return a > b and not self.equal(a, b)

    def below(self, a: float, b: float) -> bool:
        return a < b and not self.equal(a, b)

    def at_least(self, a: float, b: float) -> bool:
        return a > b or self.equal(a, b)

    def reached(self, price: float, level: float, direction: int) -> bool:
        """Has `price`, moving up (+1) or down (-1), come to `level` or beyond it?"""
        return self.equal(price, level) or (price > level if direction > 0 else price < level)
