"""Points drawn at random or by Sobol's sequence, by what draws the combinations of a sweep."""

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np

from tradewright.core.errors import InputError
from tradewright.research.search.dimensions import Between, Choice, Dimension, IntArray, Points
from tradewright.research.search.question import Flags, SearchQuestion
from tradewright.research.sweep.combinations.draw import Draw, draw
from tradewright.research.sweep.combinations.sobol import BITS


def drawn_points(
    question: SearchQuestion,
    wanted: int,
    keep: Callable[[Points], Flags],
    *,
    method: Literal["random", "sobol"] = "random",
    turn: int = 0,
) -> Points:
    """Return up to `wanted` distinct points that `keep` keeps: fewer when no more are to be found.

    Parameters
    ----------
    turn
        Further draws of one search have other points.

    Returns
    -------
    Points
        Shape ``(n, d)``.
    """
    dimensions = question.space.dimensions
    counts = tuple(len(one.values) if isinstance(one, Choice) else 0 for one in dimensions)
    what = Draw(counts, wanted, method, question.seed + 2**32 * turn)
    try:
        return _points_of(dimensions, draw(what, lambda codes: keep(_points_of(dimensions, codes))))
    except InputError as few:
        if few.code != "E_SAMPLES":
            raise
        found = int(few.details["found"])
    if not found:
        return np.empty((0, len(dimensions)), np.float64)
    return drawn_points(question, found, keep, method=method, turn=turn)


def _points_of(dimensions: Sequence[Dimension], codes: IntArray) -> Points:
    """Return the points of drawn codes: a choice's position, or a share of ``2**32`` of a range."""
    out = codes.astype(np.float64)
    for i, dimension in enumerate(dimensions):
        if isinstance(dimension, Between):
            out[:, i] = dimension.low + out[:, i] / 2**BITS * (dimension.high - dimension.low)
    return out
