"""Moving Average Convergence Divergence: how far a fast average has left a slow one.

``macd = EMA(fast) - EMA(slow)``, ``signal = EMA(macd, signal)``, ``histogram = macd - signal``. Each
average is seeded by the plain mean of its own first values, so ``macd`` equals the difference of two
`ema` columns; all three outputs begin with the first value of the signal line.

Source: G. Appel, "The Moving Average Convergence-Divergence Trading Method" (1979).
"""

import numpy as np
from pydantic import Field, ValidationInfo, field_validator

from tradewright.core.bars import Bars
from tradewright.kernels import kernel
from tradewright.kernels.ewm import exponential_mean
from tradewright.kernels.snap import snap
from tradewright.modules.module import Context, Floats, Mirror, Module, ModuleParams, Output, Outputs
from tradewright.modules.source import Source, source_of


class Params(ModuleParams):
    """Lengths of the three averages, and the source."""

    fast: int = Field(
        12,
        ge=1,
        le=5_000,
        title="Fast",
        description="Length of the fast average.",
        json_schema_extra={"sweep": [5, 20, 1]},
    )
    slow: int = Field(
        26,
        ge=2,
        le=10_000,
        title="Slow",
        description="Length of the slow average; above fast.",
        validate_default=True,
        json_schema_extra={"sweep": [20, 60, 2]},
    )
    signal: int = Field(
        9,
        ge=1,
        le=5_000,
        title="Signal",
        description="Length of the average of the MACD line.",
        json_schema_extra={"sweep": [5, 15, 1]},
    )
    source: Source = "close"

    @field_validator("slow")
    @classmethod
    def _slower_than_fast(cls, slow: int, info: ValidationInfo) -> int:
        fast = info.data.get("fast", 0)
        if slow <= fast:
            raise ValueError(f"must be above fast, which is {fast}")
        return slow


@kernel
def _subtract(fast: Floats, slow: Floats, price: Floats) -> None:
    """Turn `fast` into the MACD line, in place."""
    for i in range(fast.size):
        fast[i] = snap(fast[i] - slow[i], price[i])


@kernel
def _finish(macd: Floats, signal: Floats, histogram: Floats, price: Floats) -> None:
    """Fill `histogram`, and blank `macd` where the signal line has no value yet."""
    for i in range(macd.size):
        histogram[i] = snap(macd[i] - signal[i], price[i])
        if np.isnan(signal[i]):
            macd[i] = np.nan


def compute(bars: Bars, params: Params, _: Context) -> Outputs:
    """Return the columns ``macd``, ``signal`` and ``histogram``, in units of the source."""
    values = source_of(bars, params.source)
    macd, slow = (exponential_mean(values, n, 2.0 / (n + 1.0)) for n in (params.fast, params.slow))
    _subtract(macd, slow, values)
    signal = exponential_mean(macd, params.signal, 2.0 / (params.signal + 1.0))
    histogram = slow  # its memory has served
    _finish(macd, signal, histogram, values)
    return {"macd": macd, "signal": signal, "histogram": histogram}


_ABOUT_ZERO = Mirror("negate", 0.0)

MODULE = Module(
    title="MACD",
    params=Params,
    inputs=("source",),
    outputs=(
        Output("macd", "MACD", _ABOUT_ZERO, levels=(0.0,)),
        Output("signal", "Signal", _ABOUT_ZERO),
        Output("histogram", "Histogram", _ABOUT_ZERO, plot="histogram"),
    ),
    compute=compute,
    warmup=lambda params: params.slow + params.signal - 2,
    recursive=True,
)
