"""How deep and how long the account was under its peak (engine.md 7.4)."""

import math

from tradewright.core.bars import Bars
from tradewright.kernels.ties import TIE_TOLERANCE
from tradewright.metrics.defined import finite, ratio
from tradewright.metrics.passes import EquityPath, Floats, equity_pass, floats, times


def walk(equity: Floats, initial: float, window: Bars) -> EquityPath:
    """Walk the equity of `window` once; the first peak is `initial`, at the first bar's open."""
    if window.timeframe.unit == "M":
        clock, origin = window.close_time, int(window.time[0])
    else:
        # Bars of one length: times between closes are times between opens, so the clock runs on
        # opens and the first open stands one bar before them.
        clock, origin = window.time, int(window.time[0]) - window.timeframe.ns
    values = floats(equity)
    return equity_pass(values, initial, times(clock), origin, TIE_TOLERANCE)


def drawdowns(path: EquityPath, total_return: float | None) -> dict[str, float | None]:
    """``max_drawdown max_drawdown_duration avg_drawdown ulcer_index recovery_factor``."""
    return {
        "max_drawdown": finite(path.deepest),
        "max_drawdown_duration": path.longest_ns / 1e9,
        "avg_drawdown": ratio(path.depth_sum, path.episodes),
        "ulcer_index": finite(math.sqrt(path.mean_square_depth)),
        "recovery_factor": ratio(total_return, abs(path.deepest)),
    }
