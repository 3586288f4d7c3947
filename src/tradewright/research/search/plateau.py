"""Whether the best stands on a plateau or on a needle: its score beside the median of its neighbours."""

from dataclasses import dataclass

import numpy as np

from tradewright.research.search.dimensions import IntArray, Points
from tradewright.research.search.memory import Floats, Memory
from tradewright.research.search.question import SearchQuestion
from tradewright.research.search.ranking import aims_of


@dataclass(frozen=True, slots=True)
class Plateau:
    """Scores around one combination.

    Attributes
    ----------
    score
        Objective -> median over the combination and its neighbours; those without a value count as worse
        than any. NaN when they are half or more.
    neighbours, undefined
        How many combinations one step away are allowed by the condition, and how many have no value.
    """

    score: dict[str, float]
    neighbours: int
    undefined: int


def unscored_neighbours(question: SearchQuestion, memory: Memory, rows: IntArray) -> Points:
    """Return the neighbours of scored points that are not scored yet, once each; shape ``(m, d)``."""
    near = [question.kept(question.space.around(memory.points[row])) for row in rows]
    points = np.unique(np.concatenate(near), axis=0) if near else memory.points[:0]
    return points[memory.rows_of(points) < 0]


def plateau_of(question: SearchQuestion, memory: Memory, row: int) -> Plateau:
    """Return the plateau of a scored point; of its neighbours, those that are scored."""
    near = memory.rows_of(question.kept(question.space.around(memory.points[row])))
    rows = np.concatenate([[row], near[near >= 0]])
    aims = aims_of(memory.scores, question.objectives)[:, rows]
    medians = {o.metric: o.sign * _median(aim) for o, aim in zip(question.objectives, aims, strict=True)}
    return Plateau(medians, len(rows) - 1, int(np.isnan(aims).any(axis=0).sum()))


def _median(aims: Floats) -> float:
    middle = float(np.median(np.where(np.isnan(aims), -np.inf, aims)))
    return middle if np.isfinite(middle) else float("nan")
