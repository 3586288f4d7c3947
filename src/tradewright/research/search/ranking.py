"""Which of the scored combinations are best: allowed by the constraints, and not beaten."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from tradewright.research.search.constraints import Constraint
from tradewright.research.search.objectives import Objective

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]


def aims_of(scores: Mapping[str, Floats], objectives: Sequence[Objective]) -> Floats:
    """Return the objectives turned such that higher is better; shape ``(objectives, n)``."""
    return np.stack([objective.sign * scores[objective.metric] for objective in objectives])


def missing_of(
    scores: Mapping[str, Floats], objectives: Sequence[Objective], constraints: Sequence[Constraint]
) -> Floats:
    """Return how far each result is from being allowed, by constraint and then by undefined objective.

    Returns
    -------
    Floats
        Shape ``(constraints + objectives, n)``; 0 where nothing is missing.
    """
    rows = [constraint.missing(scores) for constraint in constraints]
    rows += [np.isnan(scores[objective.metric]).astype(np.float64) for objective in objectives]
    return np.stack(rows)


def allowed(
    scores: Mapping[str, Floats], objectives: Sequence[Objective], constraints: Sequence[Constraint]
) -> Flags:
    """Say which results have all objectives defined and break no constraint; shape ``(n,)``."""
    return np.asarray((missing_of(scores, objectives, constraints) == 0).all(axis=0), np.bool_)


def best_rows(aims: Floats, among: Flags) -> IntArray:
    """Return the best result, or with several objectives those that no other beats, in order of scoring.

    A result is beaten by one that is at least as good in all and better in one; of equal ones the first
    scored stays.

    Parameters
    ----------
    aims
        Shape ``(objectives, n)``, higher is better.
    among
        Shape ``(n,)``: which results may be best.
    """
    rows = np.flatnonzero(among)
    if not rows.size:
        return rows.astype(np.int64)
    if len(aims) == 1:
        return rows[[int(np.argmax(aims[0, rows]))]].astype(np.int64)
    # From the best in the first objective on, a result can be beaten only by those before it.
    left = rows[np.lexsort((rows, *(-aims[::-1, rows])))]
    front: list[int] = []
    while left.size:
        front.append(int(left[0]))
        beaten = (aims[:, left[:1]] >= aims[:, left]).all(axis=0)
        left = left[~beaten]
    return np.array(sorted(front), np.int64)
