"""Scores of a small made-up sweep, cut into pieces of any size."""

from typing import Any

import numpy as np

from tradewright.data.scores.part import Part
from tradewright.data.scores.scores import Scores

FINGERPRINT = "f" * 64


def about(size: int, piece: int, **more: Any) -> dict[str, Any]:
    return {"size": size, "piece_size": piece, "metrics": ["sharpe", "trades"], **more}


def part(first: int, last: int, *, every: int = 3) -> Part:
    """Return the scores of the combinations from `first` to before `last`; each `every`-th was excluded."""
    numbers = np.arange(first, last, dtype=np.int64)
    numbers = numbers[numbers % every != 1]
    sharpe = np.sin(numbers.astype(np.float64))
    sharpe[numbers % 7 == 0] = np.nan
    sharpe[numbers % 11 == 0] = -0.0
    index = {"fast": numbers // 10, "slow": numbers % 10}
    metrics = {"sharpe": sharpe, "trades": (numbers % 50).astype(np.float64)}
    return Part(numbers, index, metrics, int((numbers % 5 == 0).sum()))


def fill(scores: Scores, size: int, piece: int) -> None:
    """Keep every piece that is not done."""
    for number in range(-(-size // piece)):
        if number not in scores.done():
            scores.keep(number, part(number * piece, min(size, (number + 1) * piece)))
