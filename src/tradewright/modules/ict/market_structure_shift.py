"""Market Structure Shift: the first close beyond a swing point against the prevailing structure.

A swing high is a bar whose high is above the `period` highs before it and not below the `period` after it;
it is known `period` bars later. A *break* is a close above the last known swing high, or below the last
known swing low, that no close has broken before. Breaks set the structure: bullish after one upward,
bearish after one downward. The first break only sets it. A break along the structure continues it (a
"break of structure"); a break **against** it is the shift: bearish structure, then a close above the last
swing high, is a bullish shift. A wick beyond the level is no break, and no displacement is asked for.

``state`` is the side of the latest shift and stays until the opposite shift, so that "structure is
bullish" can stand beside other conditions; ``shift`` shows the side only at the bar that completes one.
``level`` is the swing price that was broken, ``formed_at`` the bar of that swing, ``confirmed_at`` the bar
whose close broke it: all are visible from ``confirmed_at`` on and never before.

Source: the market structure shift of M. J. Huddleston ("The Inner Circle Trader", 2022 mentorship),
elsewhere called change of character; the rules above fix what the lectures leave open.
"""

import numpy as np
from pydantic import Field

from tradewright.core.bars import Bars
from tradewright.kernels import kernel
from tradewright.kernels.pivots import is_swing_high, is_swing_low
from tradewright.kernels.ties import TIE_TOLERANCE, above, below
from tradewright.modules.module import (
    NO_MIRROR,
    PRICE_MIRROR,
    TREND_MIRROR,
    TREND_STATES,
    Context,
    Floats,
    Module,
    ModuleParams,
    Output,
    Outputs,
)

NONE, BULLISH, BEARISH = range(len(TREND_STATES))


class Params(ModuleParams):
    """Width of a swing."""

    period: int = Field(
        14,
        ge=1,
        le=1_000,
        title="Period",
        description="Bars on each side that a swing must top; those after it delay its confirmation.",
        json_schema_extra={"sweep": [3, 30, 1]},
    )


@kernel
def structure_shifts(
    high: Floats, low: Floats, close: Floats, period: int
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Return state, shift, level, formed_at and confirmed_at, NaN for the first ``2 * period`` bars."""
    n = high.size
    states, shifts, levels = np.full(n, np.nan), np.full(n, np.nan), np.full(n, np.nan)
    formed, confirmed = np.full(n, np.nan), np.full(n, np.nan)
    structure = state = NONE
    top_bar = bottom_bar = -1
    level = formed_at = confirmed_at = np.nan
    for i in range(2 * period, n):
        broken = side = -1
        if top_bar >= 0 and above(close[i], high[top_bar], TIE_TOLERANCE):
            broken, side, top_bar = top_bar, BULLISH, -1
        elif bottom_bar >= 0 and below(close[i], low[bottom_bar], TIE_TOLERANCE):
            broken, side, bottom_bar = bottom_bar, BEARISH, -1
        shifted = side > 0 and structure not in (NONE, side)
        if side > 0:
            structure = side
        if shifted:
            state, formed_at, confirmed_at = side, float(broken), float(i)
            level = high[broken] if side == BULLISH else low[broken]
        # A swing that this bar confirms lies beyond its close, so it can be broken from the next bar on.
        bar = i - period
        if is_swing_high(high, bar, period, period):
            top_bar = bar
        if is_swing_low(low, bar, period, period):
            bottom_bar = bar
        states[i], shifts[i] = state, (side if shifted else NONE)
        levels[i], formed[i], confirmed[i] = level, formed_at, confirmed_at
    return states, shifts, levels, formed, confirmed


def compute(bars: Bars, params: Params, _: Context) -> Outputs:
    """Return states, a level in price units, and bar numbers; NaN before the first possible swing."""
    columns = structure_shifts(bars.high, bars.low, bars.close, params.period)
    return {output.id: column for output, column in zip(MODULE.outputs, columns, strict=True)}


MODULE = Module(
    title="Market Structure Shift",
    params=Params,
    inputs=("high", "low", "close"),
    outputs=(
        Output("state", "Structure", TREND_MIRROR, states=TREND_STATES),
        Output("shift", "Shift", TREND_MIRROR, states=TREND_STATES, pane="price", plot="marker"),
        Output("level", "Broken level", PRICE_MIRROR, pane="price", plot="level"),
        Output("formed_at", "Bar of the broken swing", NO_MIRROR),
        Output("confirmed_at", "Bar of the break", NO_MIRROR),
    ),
    compute=compute,
    warmup=lambda params: 2 * params.period,
    confirmation_lag=lambda params: params.period,
    recursive=True,
    sparse=True,
)
