"""Whether the best stands on a plateau or on a needle: its score beside the median of its neighbours."""

from dataclasses import dataclass

import numpy as np

from tradewright.research.search.dimensions import IntArray, Points
from tradewright.research.search.memory import Floats, Memory
from tradewright.research.search.question import SearchQuestion


@dataclass(frozen=True, slots=True)
class Plateau:
    """Scores around one combination.

    Attributes
    ----------
    score
        Objective -> median over the combination and its neighbours, as far as it is defined there; NaN
        without neighbours.
    neighbours, undefined
        How many combinations one step away the condition keeps, and how many of them have no value.
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
    scores = {objective.metric: memory.scores[objective.metric][rows] for objective in question.objectives}
    # Alone, a combination has no plateau.
    medians = {name: _median(values) if len(rows) > 1 else float("nan") for name, values in scores.items()}
    undefined = np.isnan(np.stack(list(scores.values()))).any(axis=0)
    return Plateau(medians, len(rows) - 1, int(undefined.sum()))


def _median(values: Floats) -> float:
    return float(np.median(values[np.isfinite(values)])) if np.isfinite(values).any() else float("nan")
