"""Two symbols whose prices move together, traded apart until they meet again."""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, Field

from tradewright.core.errors import InputError
from tradewright.engine.portfolio.panel import Panel
from tradewright.kernels.ties import TIE_TOLERANCE
from tradewright.strategy.portfolio.strategy import PortfolioStrategy, Rows
from tradewright.strategy.python_strategy import StrategyParams

Floats = npt.NDArray[np.float64]


class Spread(NamedTuple):
    """The first symbol's log price against the second's, by row; NaN where it is unknown."""

    hedge: Floats  # slope of the rolling regression
    z: Floats  # latest residual in standard deviations of the window's residuals


class PairsSpreadParams(StrategyParams):
    """How the spread is measured, and when it is traded."""

    lookback: int = Field(60, ge=5, le=5_000, title="Lookback", description="rows the hedge is fitted to")
    entry: float = Field(2.0, gt=0, le=20, title="Entry", description="standard deviations")
    exit: float = Field(0.5, ge=0, le=20, title="Exit", description="standard deviations")
    exposure: float = Field(1.0, gt=0, le=10, title="Exposure", description="both legs, share of equity")


class PairsSpread(PortfolioStrategy):
    """Buy the cheap one of two symbols and sell the dear one, until their spread has closed.

    The spread is the residual of the first symbol's log close on the second's, by least squares over the
    last `lookback` rows at which both have a bar, and z is the latest residual over their standard
    deviation. At ``z >= entry`` the first is sold and the second bought in the ratio of the slope, at
    ``z <= -entry`` the other way round; it is closed when z has come back to `exit` on its side, or has
    passed to the other. Without a slope above 0 nothing is entered. Gatev, Goetzmann and Rouwenhorst,
    "Pairs Trading" (2006), with a rolling hedge ratio.
    """

    id: ClassVar[str] = "pairs_spread"
    title: ClassVar[str] = "Pairs spread"
    rules: ClassVar[Mapping[str, Any]] = {"direction": "both"}
    rebalance: ClassVar[str] = "bar"

    Params: ClassVar[type[BaseModel]] = PairsSpreadParams

    def weights(self, panel: Panel, rows: Rows, p: Any) -> Floats:
        """Return both legs' weights where the position changes, NaN elsewhere.

        Raises
        ------
        InputError
            ``E_PANEL_PAIR`` unless the panel has two symbols.
        """
        if len(panel.symbols) != 2:
            raise InputError(
                "E_PANEL_PAIR",
                f"pairs_spread trades two symbols against each other; the panel has {len(panel.symbols)}.",
                fix="Give two series.",
                details={"symbols": list(panel.symbols)},
            )
        spread = spread_of(panel, p.lookback)
        found = np.full((rows.size, 2), np.nan)
        side = 0
        for i, row in enumerate(rows.tolist()):
            before, side = side, _next_side(side, float(spread.z[row]), float(spread.hedge[row]), p)
            if side != before:
                hedge = float(spread.hedge[row])
                leg = p.exposure / (1 + abs(hedge))
                found[i] = (side * leg, -side * leg * hedge) if side else (0.0, 0.0)
        return found


def _next_side(side: int, z: float, hedge: float, p: Any) -> int:
    """Return the side of the first symbol after a close: +1, -1 or 0."""
    if np.isnan(z):
        return side
    if side == 0:
        if hedge <= 0 or abs(z) < p.entry:
            return 0
        return -1 if z > 0 else 1
    return 0 if -side * z <= p.exit else side


def spread_of(panel: Panel, lookback: int) -> Spread:
    """Return hedge ratio and z-score of the first two symbols at every row."""
    both = np.flatnonzero(panel.fresh().all(axis=1))
    hedge, z = np.full(len(panel), np.nan), np.full(len(panel), np.nan)
    if both.size >= lookback:
        first, second = np.log(panel.closes(both)).T
        at = both[lookback - 1 :]
        hedge[at], z[at] = _fit(first, second, lookback)
    return Spread(hedge, z)


def _fit(first: Floats, second: Floats, lookback: int) -> tuple[Floats, Floats]:
    """Regress `first` on `second` over each window; return slope and z-score at its end."""
    y, x = (np.lib.stride_tricks.sliding_window_view(side, lookback) for side in (first, second))
    y, x = y - y.mean(axis=1, keepdims=True), x - x.mean(axis=1, keepdims=True)
    square: Floats = (x * x).sum(axis=1)
    still = square <= lookback * TIE_TOLERANCE**2
    slope = np.divide((x * y).sum(axis=1), square, out=np.full(square.size, np.nan), where=~still)
    residual = y - slope[:, None] * x
    deviation = np.sqrt((residual * residual).sum(axis=1) / (lookback - 2))
    known = deviation > TIE_TOLERANCE
    return slope, np.divide(residual[:, -1], deviation, out=np.full(slope.size, np.nan), where=known)
