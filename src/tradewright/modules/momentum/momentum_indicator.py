"""Momentum: the price difference over `period` bars.

``momentum[i] = x[i] - x[i-period]``

Source: J. J. Murphy, "Technical Analysis of the Financial Markets" (1999), chapter 10.
"""

import numpy as np
from pydantic import Field

from tradewright.core.bars import Bars
from tradewright.kernels import kernel
from tradewright.kernels.snap import snap
from tradewright.modules.module import Context, Floats, Mirror, Module, ModuleParams, Output, Outputs
from tradewright.modules.source import Source, source_of


class Params(ModuleParams):
    """Distance and source."""

    period: int = Field(
        10,
        ge=1,
        le=10_000,
        title="Period",
        description="Bars between the two values compared.",
        json_schema_extra={"sweep": [5, 100, 5]},
    )
    source: Source = "close"


@kernel
def momentum(values: Floats, period: int) -> Floats:
    """Return the difference, in units of `values`; NaN for the first `period` bars."""
    n = values.size
    out = np.empty(n, np.float64)
    out[: min(period, n)] = np.nan
    for i in range(period, n):
        out[i] = snap(values[i] - values[i - period], values[i])
    return out


def compute(bars: Bars, params: Params, _: Context) -> Outputs:
    """Return the column ``momentum``."""
    return {"momentum": momentum(source_of(bars, params.source), params.period)}


MODULE = Module(
    title="Momentum",
    params=Params,
    inputs=("source",),
    outputs=(Output("momentum", "Momentum", Mirror("negate", 0.0), levels=(0.0,)),),
    compute=compute,
    warmup=lambda params: params.period,
)
