"""Scorers whose best is known, in place of backtests."""

from collections.abc import Callable

import numpy as np


class Surface:
    """Scores combinations by a plain function of parameter -> value, and remembers what it was asked."""

    def __init__(self, function: Callable[..., dict[str, float]]) -> None:
        self._function = function
        self.asked: list[dict[str, object]] = []
        self.batches: list[int] = []

    def score(self, axes, index):
        n = len(next(iter(index.values())))
        rows = [{name: axes[name][index[name][i]] for name in axes} for i in range(n)]
        self.asked += rows
        self.batches.append(n)
        scores = [self._function(**row) for row in rows]
        return {name: np.array([one[name] for one in scores], np.float64) for name in scores[0]}


def paraboloid(fast, slow, k=1.0):
    """Best at fast 17, slow 90, k 1; trades fall as slow rises."""
    sharpe = 2 - ((fast - 17) / 10) ** 2 - ((slow - 90) / 40) ** 2 - (k - 1) ** 2
    return {"sharpe": sharpe, "trades": 250.0 - slow, "max_drawdown": -abs(fast - 30) / 60}
