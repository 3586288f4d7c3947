"""Swing points: the last confirmed turning points of the price.

A bar is a swing high when its high is above the `left` highs before it and not below any of the `right`
highs after it (of equal highs the first counts); a swing low mirrors. It is *formed* at that bar and
*confirmed* `right` bars later, when the last of those highs is known: from then on, and not before, its
level stands in the output, until the next one is confirmed.

Source: the "fractal" of B. Williams, "Trading Chaos" (1995), with free widths.
"""

import numpy as np
from pydantic import Field

from tradewright.core.bars import Bars
from tradewright.kernels import kernel
from tradewright.kernels.pivots import is_swing_high, is_swing_low
from tradewright.modules.module import (
    Context,
    Floats,
    Mirror,
    Module,
    ModuleParams,
    Output,
    Outputs,
)


class Params(ModuleParams):
    """Bars on each side that a turning point must top."""

    left: int = Field(
        5,
        ge=1,
        le=1_000,
        title="Left",
        description="Bars before the swing that must stay inside it.",
        json_schema_extra={"sweep": [2, 20, 1]},
    )
    right: int = Field(
        5,
        ge=1,
        le=1_000,
        title="Right",
        description="Bars after the swing that must stay inside it; the delay until it is confirmed.",
        json_schema_extra={"sweep": [2, 20, 1]},
    )


@kernel
def last_swings(high: Floats, low: Floats, left: int, right: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the level and forming bar of the last confirmed swing high, then those of the low."""
    n = high.size
    top, top_bar, bottom, bottom_bar = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    level_high = bar_high = level_low = bar_low = np.nan
    for i in range(n):
        bar = i - right
        if bar >= left:
            if is_swing_high(high, bar, left, right):
                level_high, bar_high = high[bar], float(bar)
            if is_swing_low(low, bar, left, right):
                level_low, bar_low = low[bar], float(bar)
        top[i], top_bar[i] = level_high, bar_high
        bottom[i], bottom_bar[i] = level_low, bar_low
    return top, top_bar, bottom, bottom_bar


def compute(bars: Bars, params: Params, _: Context) -> Outputs:
    """Return levels in price units and bar numbers, NaN before the first confirmed swing."""
    right = params.right
    top, top_bar, bottom, bottom_bar = last_swings(bars.high, bars.low, params.left, right)
    return {
        "swing_high": top,
        "swing_low": bottom,
        "high_formed_at": top_bar,
        "high_confirmed_at": top_bar + right,
        "low_formed_at": bottom_bar,
        "low_confirmed_at": bottom_bar + right,
    }


MODULE = Module(
    title="Swing Points",
    params=Params,
    inputs=("high", "low"),
    outputs=(
        Output("swing_high", "Swing high", Mirror("swap", other="swing_low"), pane="price", plot="level"),
        Output("swing_low", "Swing low", Mirror("swap", other="swing_high"), pane="price", plot="level"),
        Output("high_formed_at", "Bar of the swing high", Mirror("exchange", other="low_formed_at")),
        Output(
            "high_confirmed_at", "Bar that confirmed the high", Mirror("exchange", other="low_confirmed_at")
        ),
        Output("low_formed_at", "Bar of the swing low", Mirror("exchange", other="high_formed_at")),
        Output(
            "low_confirmed_at", "Bar that confirmed the low", Mirror("exchange", other="high_confirmed_at")
        ),
    ),
    compute=compute,
    warmup=lambda params: params.left + params.right,
    confirmation_lag=lambda params: params.right,
    sparse=True,
)
