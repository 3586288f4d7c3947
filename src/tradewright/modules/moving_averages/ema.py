"""Exponential moving average: each value moves the average by a fixed share of their distance.

``ema[i] = ema[i-1] + 2 / (period + 1) * (x[i] - ema[i-1])``, the first value being the mean of the
first `period` values, as in TA-Lib.

Source: P. N. Haurlan, "Measuring Trend Values" (1968); seed after TA-Lib.
"""

from pydantic import Field

from tradewright.core.bars import Bars
from tradewright.kernels.ewm import exponential_mean
from tradewright.modules.module import PRICE_MIRROR, Context, Module, ModuleParams, Output, Outputs
from tradewright.modules.source import Source, source_of


class Params(ModuleParams):
    """Length and source."""

    period: int = Field(
        20,
        ge=1,
        le=10_000,
        title="Period",
        description="Length of the simple average with the same mean age of data.",
        json_schema_extra={"sweep": [5, 200, 5]},
    )
    source: Source = "close"


def compute(bars: Bars, params: Params, _: Context) -> Outputs:
    """Return the column ``ema``."""
    period = params.period
    return {"ema": exponential_mean(source_of(bars, params.source), period, 2.0 / (period + 1.0))}


MODULE = Module(
    title="Exponential Moving Average",
    params=Params,
    inputs=("source",),
    outputs=(Output("ema", "EMA", PRICE_MIRROR, pane="price"),),
    compute=compute,
    warmup=lambda params: params.period - 1,
    recursive=True,
)
