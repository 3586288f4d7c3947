"""Statistics of a sample as pandas, NumPy and SciPy take them; what is undefined is NaN.

They are NumPy's floats: those grow infinite where Python's raise.
"""

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def mean(values: Floats) -> float:
    """Arithmetic mean; NaN of nothing."""
    return np.float64(values.mean()) if values.size else math.nan


def deviation(values: Floats) -> float:
    """Sample standard deviation (ddof 1); NaN under 2 values, exactly 0 when all are equal."""
    if values.size < 2:
        return math.nan
    return np.float64(values.std(ddof=1)) if values.max() > values.min() else 0.0


def quotient(numerator: float, denominator: float) -> float:
    """Divide; NaN by 0."""
    return numerator / denominator if denominator else math.nan


def adjusted_skew(values: Floats) -> float:
    """Take the adjusted Fisher-Pearson skew G1, as pandas has it; NaN under 3 values or without variation."""
    n = values.size
    if n < 3 or values.max() == values.min():
        return math.nan
    second, third, _ = _central_sums(values)
    return n * math.sqrt(n - 1) / (n - 2) * third / second**1.5


def adjusted_kurtosis(values: Floats) -> float:
    """Take the adjusted excess kurtosis G2, as pandas has it; NaN under 4 values or without variation."""
    n = values.size
    if n < 4 or values.max() == values.min():
        return math.nan
    second, _, fourth = _central_sums(values)
    correction = 3 * (n - 1) ** 2 / ((n - 2) * (n - 3))
    return n * (n + 1) * (n - 1) / ((n - 2) * (n - 3)) * fourth / second**2 - correction


def population_skew(values: Floats) -> float:
    """Skew of the population, as SciPy's; NaN without variation."""
    if values.max() == values.min():
        return math.nan
    second, third, _ = _central_sums(values)
    return math.sqrt(values.size) * third / second**1.5


def population_kurtosis(values: Floats) -> float:
    """Excess kurtosis of the population, as SciPy's; NaN without variation."""
    if values.max() == values.min():
        return math.nan
    second, _, fourth = _central_sums(values)
    return values.size * fourth / second**2 - 3


def correlation(x: Floats, y: Floats) -> float:
    """Pearson's correlation; NaN under 2 pairs or when either side stands still."""
    if x.size < 2 or x.max() == x.min() or y.max() == y.min():
        return math.nan
    away_x, away_y = x - x.mean(), y - y.mean()
    return np.float64((away_x @ away_y) / np.sqrt((away_x @ away_x) * (away_y @ away_y)))


def slope(x: Floats, y: Floats) -> float:
    """Slope of the least-squares line of `y` on `x`; NaN under 2 pairs or when `x` stands still."""
    if x.size < 2 or x.max() == x.min():
        return math.nan
    away = x - x.mean()
    return np.float64((away @ (y - y.mean())) / (away @ away))


def longest_run(flags: npt.NDArray[np.bool_]) -> int:
    """Length of the longest unbroken run of true flags."""
    starts, stops = runs(flags)
    return int((stops - starts).max(initial=0))


def runs(flags: npt.NDArray[np.bool_]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """First, and one past the last, index of each unbroken run of true flags."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    return edges[::2].astype(np.int64), edges[1::2].astype(np.int64)


def _central_sums(values: Floats) -> tuple[np.float64, np.float64, np.float64]:
    away = values - values.mean()
    square = away * away
    return np.float64(square.sum()), np.float64((square * away).sum()), np.float64((square * square).sum())
