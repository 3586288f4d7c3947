"""A sweep's scorer behind an executor: batches are dealt out in pieces, whose scores do not depend on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.compute.executor import Executor, Work
from tradewright.library.sweeping.source import opened
from tradewright.research.sweep.scoring.scorer import Scorer
from tradewright.research.sweep.scoring.subject import Subject

Axes = Mapping[str, Sequence[Any]]
IntArray = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

# Fewer combinations are not worth sending apart from the others.
_LEAST, _MOST = 16, 4_096


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """Some combinations. Pieces of one batch have one number, and the same axes."""

    batch: int
    axes: Axes
    index: Mapping[str, IntArray]


class _State:
    """A scorer, and the axes of the last batch as they came first: what is made for them is made once."""

    def __init__(self, subject: Subject) -> None:
        self._scorer = Scorer(replace(subject, source=opened(subject.source)))
        self._last: tuple[int, Axes] | None = None

    def score(self, piece: _Piece) -> dict[str, Floats]:
        last = self._last
        if last is None or last[0] != piece.batch:
            last = self._last = piece.batch, piece.axes
        return self._scorer.score(last[1], piece.index)


class DealtScorer:
    """Scores combinations of one subject on all workers of an executor."""

    def __init__(self, subject: Subject, executor: Executor) -> None:
        self._metrics, self._executor = subject.metrics, executor
        self._work = Work(_State, _scored, subject)
        self._batches = count()
        self._last: tuple[Axes, int] | None = None

    def score(self, axes: Axes, index: Mapping[str, IntArray]) -> dict[str, Floats]:
        """Return metric -> float64, shape ``(n,)``, NaN where undefined.

        Raises
        ------
        InputError
            For a combination that a single run refuses, what that raises.
        """
        n = len(next(iter(index.values())))
        size = int(np.clip(-(-n // self._executor.workers), _LEAST, _MOST))
        starts = range(0, n, size)
        number = self._number_of(axes)
        pieces = [
            _Piece(number, axes, {name: at[first : first + size] for name, at in index.items()})
            for first in starts
        ]
        out = {name: np.full(n, np.nan) for name in self._metrics}
        for at, scores in self._executor.results(self._work, pieces):
            for name, values in scores.items():
                out[name][starts[at] : starts[at] + size] = values
        return out

    def _number_of(self, axes: Axes) -> int:
        if self._last is None or self._last[0] is not axes:
            self._last = axes, next(self._batches)
        return self._last[1]


def _scored(state: _State, piece: _Piece) -> dict[str, Floats]:
    return state.score(piece)
