"""Relative Strength Index: the share of recent movement that was upward, 0 to 100.

``rsi = 100 * gain / (gain + loss)``, where `gain` and `loss` are Wilder averages of the rises and falls
from value to value: the plain mean of the first `period` changes, then
``average += (change - average) / period``. Without any movement it is 50: neither side is stronger.

Source: J. Welles Wilder, "New Concepts in Technical Trading Systems" (1978).
"""

import numpy as np
from pydantic import Field

from tradewright.core.bars import Bars
from tradewright.kernels import kernel
from tradewright.kernels.snap import snap
from tradewright.modules.module import Context, Floats, Mirror, Module, ModuleParams, Output, Outputs
from tradewright.modules.source import Source, source_of


class Params(ModuleParams):
    """Length and source."""

    period: int = Field(
        14,
        ge=2,
        le=10_000,
        title="Period",
        description="Changes in Wilder's average.",
        json_schema_extra={"sweep": [2, 30, 1]},
    )
    source: Source = "close"


@kernel
def rsi(values: Floats, period: int) -> Floats:
    """Return the index, 0 to 100; NaN for the first `period` bars, and again after a NaN."""
    n = values.size
    out = np.empty(n, np.float64)
    known = -1
    gain = 0.0
    loss = 0.0
    previous = np.nan
    for i in range(n):
        value = values[i]
        if np.isnan(value):
            known, gain, loss = -1, 0.0, 0.0
        elif known < 0:
            known = 0
        else:
            change = value - previous
            known = min(known + 1, period)
            gain += (max(change, 0.0) - gain) / known
            loss += (max(-change, 0.0) - loss) / known
        previous = value
        if known < period:
            out[i] = np.nan
        else:
            moved = snap(gain + loss, value)
            out[i] = 100.0 * (gain / moved) if moved > 0.0 else 50.0
    return out


def compute(bars: Bars, params: Params, _: Context) -> Outputs:
    """Return the column ``rsi``."""
    return {"rsi": rsi(source_of(bars, params.source), params.period)}


MODULE = Module(
    title="Relative Strength Index",
    params=Params,
    inputs=("source",),
    outputs=(Output("rsi", "RSI", Mirror("negate", 50.0), levels=(30.0, 50.0, 70.0)),),
    compute=compute,
    warmup=lambda params: params.period,
    recursive=True,
)
