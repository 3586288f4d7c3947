"""Z-score: how many standard deviations a value stands from its recent mean.

``zscore = (x - mean(x, period)) / std(x, period)``, population standard deviation. In a flat window the
value is its mean, so the score is 0.

Source: any textbook of statistics; in trading, E. P. Chan, "Algorithmic Trading" (2013), chapter 2.
"""

import numpy as np
from pydantic import Field

from tradewright.core.bars import Bars
from tradewright.kernels import kernel
from tradewright.kernels.moments import rolling_mean_std
from tradewright.kernels.snap import snap
from tradewright.modules.module import Context, Floats, Mirror, Module, ModuleParams, Output, Outputs
from tradewright.modules.source import Source, source_of


class Params(ModuleParams):
    """Window and source."""

    period: int = Field(
        20,
        ge=2,
        le=10_000,
        title="Period",
        description="Bars in mean and deviation, the current one included.",
        json_schema_extra={"sweep": [10, 100, 5]},
    )
    source: Source = "close"


@kernel
def _scores(values: Floats, mean: Floats, std: Floats) -> Floats:
    out = np.empty(values.size, np.float64)
    for i in range(values.size):
        out[i] = 0.0 if std[i] == 0.0 else snap(values[i] - mean[i], values[i]) / std[i]
    return out


def compute(bars: Bars, params: Params, _: Context) -> Outputs:
    """Return the column ``zscore``."""
    values = source_of(bars, params.source)
    mean, std = rolling_mean_std(values, params.period)
    return {"zscore": _scores(values, mean, std)}


MODULE = Module(
    title="Z-Score",
    params=Params,
    inputs=("source",),
    outputs=(Output("zscore", "Z-score", Mirror("negate", 0.0), levels=(-2.0, 0.0, 2.0)),),
    compute=compute,
    warmup=lambda params: params.period - 1,
)
