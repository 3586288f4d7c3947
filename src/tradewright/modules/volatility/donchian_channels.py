"""Donchian channels: the highest high and lowest low of the last `period` bars.

``upper = max(high)``, ``lower = min(low)``, ``middle = (upper + lower) / 2``, the current bar included. A
breakout therefore compares the price with the channel of the bar before (``shift`` 1).

Source: R. Donchian's four-week rule; J. J. Murphy, "Technical Analysis of the Financial Markets" (1999),
chapter 9.
"""

from pydantic import Field

from tradewright.core.bars import Bars
from tradewright.kernels.rolling import rolling_max, rolling_min
from tradewright.modules.module import PRICE_MIRROR, Context, Mirror, Module, ModuleParams, Output, Outputs


class Params(ModuleParams):
    """Window."""

    period: int = Field(
        20,
        ge=1,
        le=10_000,
        title="Period",
        description="Bars in the channel, the current one included.",
        json_schema_extra={"sweep": [10, 100, 5]},
    )


def compute(bars: Bars, params: Params, _: Context) -> Outputs:
    """Return the columns ``upper``, ``lower`` and ``middle``."""
    upper, lower = rolling_max(bars.high, params.period), rolling_min(bars.low, params.period)
    return {"upper": upper, "lower": lower, "middle": (upper + lower) / 2.0}


MODULE = Module(
    title="Donchian Channels",
    params=Params,
    inputs=("high", "low"),
    outputs=(
        Output("upper", "Upper", Mirror("swap", other="lower"), pane="price"),
        Output("lower", "Lower", Mirror("swap", other="upper"), pane="price"),
        Output("middle", "Middle", PRICE_MIRROR, pane="price"),
    ),
    compute=compute,
    warmup=lambda params: params.period - 1,
)
