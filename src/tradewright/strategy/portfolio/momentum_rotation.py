"""The symbols that have risen most, exchanged at every decision."""

from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, Field

from tradewright.engine.portfolio.panel import Panel
from tradewright.kernels.ties import TIE_TOLERANCE
from tradewright.strategy.portfolio.strategy import PortfolioStrategy, Rows
from tradewright.strategy.python_strategy import StrategyParams

Floats = npt.NDArray[np.float64]


class MomentumRotationParams(StrategyParams):
    """What is measured, and how many are held."""

    lookback: int = Field(231, ge=1, le=5_000, title="Lookback", description="rows the return is over")
    skip: int = Field(21, ge=0, le=5_000, title="Skip", description="latest rows that are left out")
    top: int = Field(3, ge=1, le=1_000, title="Held", description="symbols held at most")
    rising_only: bool = Field(True, title="Rising only", description="leave out returns of 0 or less")
    rebalance: str | int | list[str] = Field(
        "month_start", title="Rebalance", description="bar, a number of bars, month_start ..., or dates"
    )


class MomentumRotation(PortfolioStrategy):
    """Hold the `top` symbols by their return over `lookback` rows that ended `skip` rows ago, equally.

    Jegadeesh and Titman, "Returns to Buying Winners and Selling Losers" (1993); the filter for rising
    symbols only is Antonacci's, "Dual Momentum Investing" (2014).
    """

    id: ClassVar[str] = "momentum_rotation"
    title: ClassVar[str] = "Momentum rotation"

    Params: ClassVar[type[BaseModel]] = MomentumRotationParams

    def weights(self, panel: Panel, rows: Rows, p: Any) -> Floats:
        """Return ``1 / top`` for the symbols chosen at each row and 0 for the others; the rest is cash."""
        recent, before = panel.closes(rows - p.skip), panel.closes(rows - p.skip - p.lookback)
        score = np.where(panel.fresh(rows), recent / before - 1, np.nan)
        if p.rising_only:
            score[score <= TIE_TOLERANCE] = np.nan
        return chosen(score, p.top) / p.top


def chosen(score: Floats, top: int) -> Floats:
    """Return 1.0 for the `top` highest scores of each row and 0.0 for the others.

    Of scores that are equal by the tie rule (engine.md 2.2) the first is taken; an unknown one never is.
    """
    left = np.where(np.isnan(score), -np.inf, score)
    picked = np.zeros(score.shape)
    row: npt.NDArray[np.int64] = np.arange(len(score))
    for _ in range(min(top, score.shape[1])):
        best = left.max(axis=1)
        with np.errstate(invalid="ignore"):  # the distance of one infinity from another
            near = np.abs(left - best[:, None]) <= TIE_TOLERANCE * np.abs(best[:, None])
        first = np.argmax((left == best[:, None]) | near & np.isfinite(left), axis=1)
        known = best > -np.inf
        picked[row[known], first[known]] = 1.0
        left[row, first] = -np.inf
    return picked
