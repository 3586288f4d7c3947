"""How deep and how long the account was under its peak (engine.md 7.4)."""

import math

from tradewright.core.bars import Bars
from tradewright.kernels.ties import TIE_TOLERANCE
from tradewright.metrics.defined import finite, ratio
from tradewright.metrics.passes import EquityPath, Floats, equity_pass, floats, times


def walk(equity: Floats, initial: float, bars: Bars, start: int = 0) -> EquityPath:
    """Walk the equity from bar `start` on once; the first peak is `initial`, at that bar's open."""
    closes = times(bars.close_time[start:])
    return equity_pass(floats(equity), initial, closes, int(bars.time[start]), TIE_TOLERANCE)


def drawdowns(path: EquityPath, total_return: float | None) -> dict[str, float | None]:
    """``max_drawdown max_drawdown_duration avg_drawdown ulcer_index recovery_factor``."""
    return {
        "max_drawdown": finite(path.deepest),
        "max_drawdown_duration": path.longest_ns / 1e9,
        "avg_drawdown": ratio(path.depth_sum, path.episodes),
        "ulcer_index": finite(math.sqrt(path.mean_square_depth)),
        "recovery_factor": ratio(total_return, abs(path.deepest)),
    }
