"""Relative volume: this bar's volume as a multiple of what was usual before it.

``relative_volume[i] = volume[i] / mean(volume[i-period] ... volume[i-1])``; the bar itself is not in its
own yardstick. Unknown (NaN) where the bars before it traded nothing.

Source: trading practice; no single author.
"""

import numpy as np
from pydantic import Field

from tradewright.core.bars import Bars
from tradewright.kernels import kernel
from tradewright.kernels.rolling import rolling_mean
from tradewright.modules.module import NO_MIRROR, Context, Floats, Module, ModuleParams, Output, Outputs


class Params(ModuleParams):
    """Window."""

    period: int = Field(
        20,
        ge=1,
        le=10_000,
        title="Period",
        description="Bars before this one in the mean.",
        json_schema_extra={"sweep": [5, 100, 5]},
    )


@kernel
def _over_previous(volume: Floats, mean: Floats) -> Floats:
    out = np.full(volume.size, np.nan)
    for i in range(1, volume.size):
        if mean[i - 1] > 0.0:
            out[i] = volume[i] / mean[i - 1]
    return out


def compute(bars: Bars, params: Params, _: Context) -> Outputs:
    """Return the column ``relative_volume``; 1 is usual."""
    return {"relative_volume": _over_previous(bars.volume, rolling_mean(bars.volume, params.period))}


MODULE = Module(
    title="Relative Volume",
    params=Params,
    inputs=("volume",),
    outputs=(Output("relative_volume", "Relative volume", NO_MIRROR, plot="histogram", levels=(1.0,)),),
    compute=compute,
    warmup=lambda params: params.period,
    sparse=True,
)
