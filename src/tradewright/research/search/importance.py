"""How much of an objective's variance each parameter explains by itself.

The first-order sensitivity index of Sobol' (1993), ``Var(E[y | x]) / Var(y)``, estimated from the results
at hand as Plischke et al. (2013, "Global sensitivity measures from given data", EJOR 226) do: the values
of a parameter are put into bins, and the variance between the bins' means is set against all variance.
Kelley's (1935) epsilon squared takes away what bins of pure chance would explain.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

MOST_BINS = 16
# With fewer results in a bin its mean says nothing.
_LEAST_PER_BIN = 5
# Below it scores differ by rounding only.
_NO_VARIANCE = 1e-24


@dataclass(frozen=True, slots=True)
class Importance:
    """Shares of an objective's variance.

    Attributes
    ----------
    shares
        Parameter -> share that it explains by itself, 0 to 1, largest first; NaN where too few results
        are defined or all are equal.
    together
        What is left: parameters acting together, and what bins blur. The shares of a search that crowds
        where it is good can overlap; then it is 0.
    results
        How many results are defined and counted.
    """

    shares: dict[str, float]
    together: float
    results: int


def importance_of(columns: Mapping[str, Sequence[Any] | npt.NDArray[Any]], scores: Floats) -> Importance:
    """Return what each parameter explains of the variance of `scores`.

    Parameters
    ----------
    columns
        Parameter -> its values, shape ``(n,)``.
    scores
        Shape ``(n,)``; those that are not finite are left out.
    """
    defined = np.isfinite(scores)
    y = scores[defined]
    shares = {name: _share(_bins(np.asarray(values)[defined]), y) for name, values in columns.items()}
    largest_first = dict(sorted(shares.items(), key=lambda pair: -np.nan_to_num(pair[1], nan=-1.0)))
    total = sum(shares.values())
    return Importance(largest_first, max(0.0, 1.0 - total) if np.isfinite(total) else total, int(y.size))


def _share(bins: IntArray, y: Floats) -> float:
    """Return epsilon squared: variance between bins over all variance, less what chance explains."""
    count = np.bincount(bins) if bins.size else np.zeros(0, np.int64)
    k, n = int((count > 0).sum()), y.size
    scale = float(np.abs(y).max(initial=0.0)) or 1.0
    away = (y - y.mean()) / scale if n else y
    all_of_it = float(away @ away)
    if n <= k or all_of_it <= _NO_VARIANCE * n:
        return float("nan")
    sums = np.bincount(bins, weights=away)
    between = float((sums[count > 0] ** 2 / count[count > 0]).sum())
    within = (all_of_it - between) / (n - k)
    return float(np.clip((between - (k - 1) * within) / all_of_it, 0.0, 1.0))


def _bins(values: npt.NDArray[Any]) -> IntArray:
    """Return a number for each value: of words and few numbers its own, of many numbers their quantile."""
    if values.dtype == object:
        return _own(np.array([repr(value) for value in values]))
    own = _own(values)
    most = int(np.clip(values.size // _LEAST_PER_BIN, 2, MOST_BINS))
    if own.size == 0 or own.max() < most:
        return own
    edges = np.quantile(values.astype(np.float64), np.linspace(0, 1, most + 1)[1:-1])
    return np.searchsorted(edges, values.astype(np.float64), side="right").astype(np.int64)


def _own(values: npt.NDArray[Any]) -> IntArray:
    return np.unique(values, return_inverse=True)[1].astype(np.int64)
