"""Support and resistance zones: prices at which the market turned more than once.

The swing highs and lows (see `swing_points`) that formed within the last `lookback` bars and are confirmed
are sorted by price and grouped from the lowest up: a zone takes in further swings up to `tolerance`
percent above its lowest. A zone of at least `touches` swings has the mean of their prices as its level.
``support`` is the highest level at or below the close, ``resistance`` the lowest at or above it; NaN
where there is none. A swing enters at the bar that confirms it, so nothing is drawn in hindsight.

Source: J. J. Murphy, "Technical Analysis of the Financial Markets" (1999), chapter 4: the more often a
level is tested, the more it matters. The grouping rule is our own and stands here in full.
"""

import numpy as np
import numpy.typing as npt
from pydantic import Field, ValidationInfo, field_validator

from tradewright.core.bars import Bars
from tradewright.kernels import kernel
from tradewright.kernels.pivots import is_swing_high, is_swing_low
from tradewright.kernels.ties import TIE_TOLERANCE, at_least, at_most
from tradewright.modules.module import Context, Floats, Mirror, Module, ModuleParams, Output, Outputs


class Params(ModuleParams):
    """What a swing is, how long it counts, and what makes a zone."""

    left: int = Field(
        5,
        ge=1,
        le=500,
        title="Left",
        description="Bars before a swing that must stay inside it.",
        json_schema_extra={"sweep": [2, 20, 1]},
    )
    right: int = Field(
        5,
        ge=1,
        le=500,
        title="Right",
        description="Bars after a swing that must stay inside it; the delay until it is confirmed.",
        json_schema_extra={"sweep": [2, 20, 1]},
    )
    lookback: int = Field(
        250,
        ge=3,
        le=10_000,
        title="Lookback",
        description="Bars for which a swing counts; above left + right.",
        validate_default=True,
        json_schema_extra={"sweep": [100, 500, 50]},
    )
    tolerance: float = Field(
        1.0,
        ge=0.0,
        le=20.0,
        title="Tolerance",
        description="Height of a zone in percent of its lowest swing.",
        json_schema_extra={"sweep": [0.25, 3.0, 0.25]},
    )
    touches: int = Field(
        2,
        ge=1,
        le=100,
        title="Touches",
        description="Swings that make a zone.",
        json_schema_extra={"sweep": [1, 4, 1]},
    )

    @field_validator("lookback")
    @classmethod
    def _longer_than_a_swing(cls, lookback: int, info: ValidationInfo) -> int:
        swing = info.data.get("left", 0) + info.data.get("right", 0)
        if lookback <= swing:
            raise ValueError(f"must be above left + right, which is {swing}")
        return lookback


@kernel
def _insert(prices: Floats, count: int, price: float) -> int:
    at = count
    while at > 0 and prices[at - 1] > price:
        prices[at] = prices[at - 1]
        at -= 1
    prices[at] = price
    return count + 1


@kernel
def _remove(prices: Floats, count: int, price: float) -> int:
    at = 0
    while prices[at] != price:
        at += 1
    for k in range(at, count - 1):
        prices[k] = prices[k + 1]
    return count - 1


@kernel
def _group(prices: Floats, count: int, levels: Floats, tolerance: float, touches: int) -> int:
    """Write the zone levels of the sorted `prices` into `levels`; return how many there are."""
    found = 0
    start = 0
    while start < count:
        ceiling = prices[start] * (1.0 + tolerance / 100.0)
        total = 0.0
        stop = start
        while stop < count and at_most(prices[stop], ceiling, TIE_TOLERANCE):
            total += prices[stop]
            stop += 1
        if stop - start >= touches:
            levels[found] = total / (stop - start)
            found += 1
        start = stop
    return found


@kernel
def _nearest(levels: Floats, count: int, price: float) -> tuple[float, float]:
    support = resistance = np.nan
    for k in range(count):
        if at_most(levels[k], price, TIE_TOLERANCE):
            support = levels[k]
        if at_least(levels[k], price, TIE_TOLERANCE):
            resistance = levels[k]
            break
    return support, resistance


@kernel
def zones(
    high: Floats, low: Floats, close: Floats, widths: npt.NDArray[np.int64], tolerance: float
) -> tuple[Floats, Floats]:
    """Return support and resistance for each close; `widths` is left, right, lookback, touches."""
    left, right, lookback, touches = widths[0], widths[1], widths[2], widths[3]
    n = high.size
    support, resistance = np.full(n, np.nan), np.full(n, np.nan)
    prices, levels = np.empty(2 * lookback), np.empty(2 * lookback)
    highs, lows = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    active = found = 0
    for i in range(left + right, n):
        bar, gone = i - right, i - lookback
        changed = False
        if gone >= 0 and highs[gone]:
            active, changed = _remove(prices, active, float(high[gone])), True
        if gone >= 0 and lows[gone]:
            active, changed = _remove(prices, active, float(low[gone])), True
        if is_swing_high(high, bar, left, right):
            highs[bar] = True
            active, changed = _insert(prices, active, float(high[bar])), True
        if is_swing_low(low, bar, left, right):
            lows[bar] = True
            active, changed = _insert(prices, active, float(low[bar])), True
        if changed:
            found = _group(prices, active, levels, tolerance, touches)
        support[i], resistance[i] = _nearest(levels, found, close[i])
    return support, resistance


def compute(bars: Bars, params: Params, _: Context) -> Outputs:
    """Return the columns ``support`` and ``resistance``, in price units."""
    widths = np.array([params.left, params.right, params.lookback, params.touches])
    support, resistance = zones(bars.high, bars.low, bars.close, widths, params.tolerance)
    return {"support": support, "resistance": resistance}


MODULE = Module(
    title="Support and Resistance Zones",
    params=Params,
    inputs=("high", "low", "close"),
    outputs=(
        Output("support", "Support", Mirror("swap", other="resistance"), pane="price", plot="level"),
        Output("resistance", "Resistance", Mirror("swap", other="support"), pane="price", plot="level"),
    ),
    compute=compute,
    warmup=lambda params: params.left + params.right,
    confirmation_lag=lambda params: params.right,
    sparse=True,
)
