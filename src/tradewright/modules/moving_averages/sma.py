"""Simple moving average: the plain mean of the last `period` values.

``sma[i] = (x[i] + x[i-1] + ... + x[i-period+1]) / period``

Source: J. J. Murphy, "Technical Analysis of the Financial Markets" (1999), chapter 9.
"""

from pydantic import Field

from tradewright.core.bars import Bars
from tradewright.kernels.rolling import rolling_mean
from tradewright.modules.module import PRICE_MIRROR, Context, Module, ModuleParams, Output, Outputs
from tradewright.modules.source import Source, source_of


class Params(ModuleParams):
    """Window and source."""

    period: int = Field(
        20,
        ge=1,
        le=10_000,
        title="Period",
        description="Bars in the mean.",
        json_schema_extra={"sweep": [5, 200, 5]},
    )
    source: Source = "close"


def compute(bars: Bars, params: Params, _: Context) -> Outputs:
    """Return the column ``sma``."""
    return {"sma": rolling_mean(source_of(bars, params.source), params.period)}


MODULE = Module(
    title="Simple Moving Average",
    params=Params,
    inputs=("source",),
    outputs=(Output("sma", "SMA", PRICE_MIRROR, pane="price"),),
    compute=compute,
    warmup=lambda params: params.period - 1,
)
