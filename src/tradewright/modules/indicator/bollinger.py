"""Bollinger Bands: a moving average with a band of standard deviations on each side.

``middle = mean(x, period)``, ``upper, lower = middle +- deviations * std(x, period)`` with the
population standard deviation (divisor `period`), as the author uses.

Source: J. Bollinger, "Bollinger on Bollinger Bands" (2001).
"""

from pydantic import Field

from tradewright.core.bars import Bars
from tradewright.kernels.moments import rolling_mean_std
from tradewright.modules.module import PRICE_MIRROR, Context, Mirror, Module, ModuleParams, Output, Outputs
from tradewright.modules.source import Source, source_of


class Params(ModuleParams):
    """Window, band width, and source."""

    period: int = Field(
        20,
        ge=2,
        le=10_000,
        title="Period",
        description="Bars in mean and deviation.",
        json_schema_extra={"sweep": [10, 60, 5]},
    )
    deviations: float = Field(
        2.0,
        gt=0.0,
        le=20.0,
        title="Deviations",
        description="Standard deviations between the middle and each band.",
        json_schema_extra={"sweep": [1.0, 3.0, 0.25]},
    )
    source: Source = "close"


def compute(bars: Bars, params: Params, _: Context) -> Outputs:
    """Return the columns ``middle``, ``upper`` and ``lower``, in units of the source."""
    middle, spread = rolling_mean_std(source_of(bars, params.source), params.period)
    spread *= params.deviations
    return {"middle": middle, "upper": middle + spread, "lower": middle - spread}


MODULE = Module(
    title="Bollinger Bands",
    params=Params,
    inputs=("source",),
    outputs=(
        Output("middle", "Middle", PRICE_MIRROR, pane="price"),
        Output("upper", "Upper", Mirror("swap", other="lower"), pane="price"),
        Output("lower", "Lower", Mirror("swap", other="upper"), pane="price"),
    ),
    compute=compute,
    warmup=lambda params: params.period - 1,
)
