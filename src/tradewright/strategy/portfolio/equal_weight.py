"""The same share of equity in every symbol, put right again and again."""

from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, Field

from tradewright.engine.portfolio.panel import Panel
from tradewright.strategy.portfolio.strategy import PortfolioStrategy, Rows
from tradewright.strategy.python_strategy import StrategyParams


class EqualWeightParams(StrategyParams):
    """When to put the weights right."""

    rebalance: str | int | list[str] = Field(
        "month_start", title="Rebalance", description="bar, a number of bars, month_start ..., or dates"
    )


class EqualWeight(PortfolioStrategy):
    """``1 / n`` of equity in each of the n symbols that have a bar when it decides; others are left alone.

    DeMiguel, Garlappi and Uppal, "Optimal Versus Naive Diversification" (2009): what other portfolios have
    to beat.
    """

    id: ClassVar[str] = "equal_weight"
    title: ClassVar[str] = "Equal weight"

    Params: ClassVar[type[BaseModel]] = EqualWeightParams

    def weights(self, panel: Panel, rows: Rows, p: Any) -> npt.NDArray[np.float64]:
        """Return equal weights for the symbols that have a bar at each row."""
        del p
        fresh = panel.fresh(rows)
        count = np.maximum(fresh.sum(axis=1, keepdims=True), 1)
        return np.where(fresh, 1.0 / count, np.nan)
