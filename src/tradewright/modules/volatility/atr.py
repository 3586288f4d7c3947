"""Average True Range: how far the price moves in a bar, in price units.

``TR[i] = max(high[i], close[i-1]) - min(low[i], close[i-1])``; ATR is Wilder's average of it: the plain
mean of TR over bars 1 to `period`, then ``atr += (TR - atr) / period``. Bar 0 has no close before it and
is left out, as in TA-Lib.

Source: J. Welles Wilder, "New Concepts in Technical Trading Systems" (1978).
"""

import numpy as np
from pydantic import Field

from tradewright.core.bars import Bars
from tradewright.kernels import kernel
from tradewright.kernels.ranges import true_range
from tradewright.kernels.snap import snap
from tradewright.modules.module import NO_MIRROR, Context, Floats, Module, ModuleParams, Output, Outputs


class Params(ModuleParams):
    """Length."""

    period: int = Field(
        14,
        ge=1,
        le=10_000,
        title="Period",
        description="Bars in Wilder's average.",
        json_schema_extra={"sweep": [5, 50, 5]},
    )


@kernel
def atr(high: Floats, low: Floats, close: Floats, period: int) -> Floats:
    """Return the average true range in price units, NaN for the first `period` bars."""
    n = high.size
    out = np.empty(n, np.float64)
    out[: min(period, n)] = np.nan
    average = 0.0
    for i in range(1, n):
        average += (true_range(high[i], low[i], close[i - 1]) - average) / min(i, period)
        if i >= period:
            out[i] = snap(average, close[i])
    return out


def compute(bars: Bars, params: Params, _: Context) -> Outputs:
    """Return the column ``atr``."""
    return {"atr": atr(bars.high, bars.low, bars.close, params.period)}


MODULE = Module(
    title="Average True Range",
    params=Params,
    inputs=("high", "low", "close"),
    outputs=(Output("atr", "ATR", NO_MIRROR),),
    compute=compute,
    warmup=lambda params: params.period,
    recursive=True,
)
