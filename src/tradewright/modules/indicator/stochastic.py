"""Stochastic oscillator: where the close stands within the recent range, 0 to 100.

``raw = 100 * (close - lowest low) / (highest high - lowest low)`` over `period` bars,
``k = mean(raw, smooth)``, ``d = mean(k, signal)``. ``smooth=1`` gives the fast form. A range without
extent counts as 50: the close is at neither end. Both outputs begin with the first value of ``d``.

Source: G. C. Lane, "Lane's Stochastics", Technical Analysis of Stocks & Commodities 2:3 (1984).
"""

import numpy as np
from pydantic import Field

from tradewright.core.bars import Bars
from tradewright.kernels import kernel
from tradewright.kernels.rolling import rolling_max, rolling_mean, rolling_min
from tradewright.kernels.snap import snap
from tradewright.modules.module import Context, Floats, Mirror, Module, ModuleParams, Output, Outputs


class Params(ModuleParams):
    """Lengths of the range and of the two averages."""

    period: int = Field(
        14,
        ge=1,
        le=10_000,
        title="Period",
        description="Bars in the range.",
        json_schema_extra={"sweep": [5, 30, 1]},
    )
    smooth: int = Field(
        3,
        ge=1,
        le=1_000,
        title="Smoothing",
        description="Bars in the mean that makes %K.",
        json_schema_extra={"sweep": [1, 5, 1]},
    )
    signal: int = Field(
        3,
        ge=1,
        le=1_000,
        title="Signal",
        description="Bars in the mean of %K that makes %D.",
        json_schema_extra={"sweep": [2, 9, 1]},
    )


@kernel
def _place_in_range(close: Floats, highest: Floats, lowest: Floats) -> Floats:
    out = np.empty(close.size, np.float64)
    for i in range(close.size):
        span = snap(highest[i] - lowest[i], close[i])
        out[i] = 50.0 if span == 0.0 else 100.0 * (snap(close[i] - lowest[i], close[i]) / span)
    return out


def compute(bars: Bars, params: Params, _: Context) -> Outputs:
    """Return the columns ``k`` and ``d``."""
    highest, lowest = rolling_max(bars.high, params.period), rolling_min(bars.low, params.period)
    k = rolling_mean(_place_in_range(bars.close, highest, lowest), params.smooth)
    d = rolling_mean(k, params.signal)
    k[np.isnan(d)] = np.nan
    return {"k": k, "d": d}


_ABOUT_MIDDLE = Mirror("negate", 50.0)

MODULE = Module(
    title="Stochastic Oscillator",
    params=Params,
    inputs=("high", "low", "close"),
    outputs=(
        Output("k", "%K", _ABOUT_MIDDLE, levels=(20.0, 80.0)),
        Output("d", "%D", _ABOUT_MIDDLE),
    ),
    compute=compute,
    warmup=lambda params: params.period + params.smooth + params.signal - 3,
)
