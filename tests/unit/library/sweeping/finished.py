"""Small finished sweeps, whose scores a test says."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.data.scores.folder import ScoreFolder
from tradewright.data.scores.memory import MemoryScores
from tradewright.data.scores.part import Part
from tradewright.data.scores.scores import Scores
from tradewright.library.sweeping.result import SweepResult
from tradewright.library.sweeping.swept import Swept
from tradewright.research.sweep.space import Space

FACTS = {"strategy": "ma_crossover", "symbol": "AAPL", "timeframe": "1d"}
Numbers = npt.NDArray[np.int64]


def finished(
    space: Space,
    metrics: Mapping[str, Callable[[Numbers], Any]],
    *,
    folder: Path | None = None,
    piece: int = 7,
    without: Callable[[Numbers], Any] = lambda numbers: numbers < 0,
    **swept: Any,
) -> SweepResult:
    """Return a sweep over `space` in pieces of `piece`: each metric is a function of the numbers.

    Parameters
    ----------
    without
        Which numbers were excluded.
    swept
        More of :class:`Swept`.
    """
    about = {"size": space.size, "piece_size": piece}
    made: Scores = MemoryScores(about, "ab" * 32)
    if folder is not None:
        made = ScoreFolder.open(folder, about, "ab" * 32)
    with made as scores:
        for number, first in enumerate(range(0, space.size, piece)):
            numbers = np.arange(first, min(first + piece, space.size), dtype=np.int64)
            numbers = numbers[~np.asarray(without(numbers))]
            values = {name: np.asarray(score(numbers), np.float64) for name, score in metrics.items()}
            scores.keep(number, Part(numbers, space.index(numbers), values, 1))
    return SweepResult(scores, Swept(space, tuple(metrics), FACTS, **swept))
