"""Standard deviation of the last `period` values about their mean.

``sqrt(mean((x - mean(x))^2))``: the population form (divisor `period`), as in Bollinger Bands and TA-Lib.

Source: any textbook of statistics; in trading, J. Bollinger, "Bollinger on Bollinger Bands" (2001).
"""

from pydantic import Field

from tradewright.core.bars import Bars
from tradewright.kernels.moments import rolling_mean_std
from tradewright.modules.module import NO_MIRROR, Context, Module, ModuleParams, Output, Outputs
from tradewright.modules.source import Source, source_of


class Params(ModuleParams):
    """Window and source."""

    period: int = Field(
        20,
        ge=2,
        le=10_000,
        title="Period",
        description="Bars in the window.",
        json_schema_extra={"sweep": [10, 100, 5]},
    )
    source: Source = "close"


def compute(bars: Bars, params: Params, _: Context) -> Outputs:
    """Return the column ``standard_deviation``, in units of the source."""
    return {"standard_deviation": rolling_mean_std(source_of(bars, params.source), params.period)[1]}


MODULE = Module(
    title="Standard Deviation",
    params=Params,
    inputs=("source",),
    outputs=(Output("standard_deviation", "Standard deviation", NO_MIRROR),),
    compute=compute,
    warmup=lambda params: params.period - 1,
)
