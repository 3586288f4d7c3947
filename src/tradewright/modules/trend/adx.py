"""Average Directional Index: how strongly the market trends (0 to 100), and which side leads.

Per bar, ``+DM`` is the rise of the high and ``-DM`` the fall of the low, whichever is larger and
positive, the other 0. Wilder sums of ``+DM``, ``-DM`` and the true range (start: the sum over bars
1 to period-1, then ``sum += new - sum / period``) give ``+DI = 100 * +DM / TR``, ``-DI`` likewise, and
``DX = 100 * |+DI - -DI| / (+DI + -DI)``. ADX is Wilder's average of DX, seeded by the plain mean of the
first `period` of them. Without movement DI and DX are 0. All outputs begin with the first ADX.

Source: J. Welles Wilder, "New Concepts in Technical Trading Systems" (1978); seeds after
TA-Lib.
"""

import numpy as np
from pydantic import Field

from tradewright.core.bars import Bars
from tradewright.kernels import kernel
from tradewright.kernels.ranges import true_range
from tradewright.kernels.snap import snap
from tradewright.modules.module import (
    NO_MIRROR,
    Context,
    Floats,
    Mirror,
    Module,
    ModuleParams,
    Output,
    Outputs,
)


class Params(ModuleParams):
    """Length."""

    period: int = Field(
        14,
        ge=2,
        le=5_000,
        title="Period",
        description="Bars in Wilder's averages.",
        json_schema_extra={"sweep": [5, 30, 1]},
    )


@kernel
def adx(high: Floats, low: Floats, close: Floats, period: int) -> tuple[Floats, Floats, Floats]:
    """Return ADX, +DI and -DI, 0 to 100, NaN for the first ``2 * period - 1`` bars."""
    n = high.size
    adx_out, plus_out, minus_out = np.empty(n), np.empty(n), np.empty(n)
    first = 2 * period - 1
    adx_out[:first] = plus_out[:first] = minus_out[:first] = np.nan
    plus = minus = span = average = 0.0
    for i in range(1, n):
        rise = snap(high[i] - high[i - 1], high[i])
        fall = snap(low[i - 1] - low[i], low[i])
        keep = 1.0 if i < period else 1.0 - 1.0 / period
        lead = snap(rise - fall, high[i])
        plus = plus * keep + (rise if lead > 0.0 and rise > 0.0 else 0.0)
        minus = minus * keep + (fall if lead < 0.0 and fall > 0.0 else 0.0)
        span = span * keep + true_range(high[i], low[i], close[i - 1])
        if i < period:
            continue
        moved = snap(span, close[i])
        plus_di = 100.0 * plus / moved if moved > 0.0 else 0.0
        minus_di = 100.0 * minus / moved if moved > 0.0 else 0.0
        both = plus_di + minus_di
        dx = 100.0 * abs(plus_di - minus_di) / both if both > 0.0 else 0.0
        average += (dx - average) / min(i - period + 1, period)
        if i >= first:
            adx_out[i], plus_out[i], minus_out[i] = average, plus_di, minus_di
    return adx_out, plus_out, minus_out


def compute(bars: Bars, params: Params, _: Context) -> Outputs:
    """Return the columns ``adx``, ``plus_di`` and ``minus_di``."""
    strength, plus, minus = adx(bars.high, bars.low, bars.close, params.period)
    return {"adx": strength, "plus_di": plus, "minus_di": minus}


MODULE = Module(
    title="Average Directional Index",
    params=Params,
    inputs=("high", "low", "close"),
    outputs=(
        Output("adx", "ADX", NO_MIRROR, levels=(25.0,)),
        Output("plus_di", "+DI", Mirror("exchange", other="minus_di")),
        Output("minus_di", "-DI", Mirror("exchange", other="plus_di")),
    ),
    compute=compute,
    warmup=lambda params: 2 * params.period - 1,
    recursive=True,
)
