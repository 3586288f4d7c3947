"""What has been scored so far, so that nothing is scored twice."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from tradewright.research.search.dimensions import IntArray, Points, SearchSpace

Floats = npt.NDArray[np.float64]


class Scorer(Protocol):
    """Anything that can say how good combinations are."""

    def score(self, axes: Mapping[str, Sequence[Any]], index: Mapping[str, IntArray]) -> Mapping[str, Floats]:
        """Return metric -> float64, shape ``(n,)``, NaN where undefined.

        Parameters
        ----------
        axes
            Parameter -> its values.
        index
            Parameter -> position among them, int64, shape ``(n,)``.
        """
        ...


class Memory:
    """Every point that was scored, in the order of scoring, and its metrics."""

    def __init__(self, space: SearchSpace, scorer: Scorer) -> None:
        self.space = space
        self._scorer = scorer
        self._points: list[Points] = [np.empty((0, len(space.dimensions)), np.float64)]
        self._scores: dict[str, list[Floats]] = {}
        self._rows: dict[bytes, int] = {}
        self._size = 0
        self._indexed = 0

    def __len__(self) -> int:
        """Return how many points were scored."""
        return self._size

    def score(self, points: Points) -> dict[str, Floats]:
        """Score points, shape ``(n, d)``, that are new, and remember them."""
        axes, index = self.space.axes_of(points)
        scores = {name: np.asarray(v, np.float64) for name, v in self._scorer.score(axes, index).items()}
        for name, values in scores.items():
            if values.shape != (len(points),):
                raise ValueError(f"the scorer gave {values.shape} of {name} for {len(points)} combinations")
            self._scores.setdefault(name, []).append(values)
        self._points.append(points)
        self._size += len(points)
        return scores

    def rows_of(self, points: Points) -> IntArray:
        """Return where each point stands among the scored ones, -1 for those that do not."""
        self._index()
        return np.array([self._rows.get(point.tobytes(), -1) for point in _whole(points)], np.int64)

    @property
    def points(self) -> Points:
        """All points, shape ``(n, d)``."""
        self._points = [np.concatenate(self._points)]
        return self._points[0]

    @property
    def scores(self) -> dict[str, Floats]:
        """All metrics, shape ``(n,)`` each."""
        self._scores = {name: [np.concatenate(parts)] for name, parts in self._scores.items()}
        return {name: parts[0] for name, parts in self._scores.items()}

    def _index(self) -> None:
        for row, point in enumerate(_whole(self.points[self._indexed :]), self._indexed):
            self._rows[point.tobytes()] = row
        self._indexed = self._size


def _whole(points: Points) -> Points:
    """Return points whose bytes are equal where they are, which -0.0 would spoil."""
    return np.ascontiguousarray(points) + 0.0
