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
    """``1 / n`` of equity in each symbol that has a bar when it decides; others are left alone.

    Of the n symbols are those that have a bar, and those that had one at an earlier decision: they are held,
    or wait to be bought, and keep their share although it cannot be put right.

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
        # Whether a series has ended or only has a hole is not known at the row.
        bought = np.logical_or.accumulate(fresh, axis=0)
        count = np.maximum(bought.sum(axis=1, keepdims=True), 1)
        return np.where(fresh, 1.0 / count, np.nan)
