"""What the trades and fills of a run say (engine.md 7.3)."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.engine.types import Simulation
from tradewright.kernels.ties import TIE_TOLERANCE
from tradewright.metrics.defined import NO_DEVIATION, finite, ratio

Trades = npt.NDArray[Any]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Numbers = dict[str, float | int | None]


def winning(trades: Trades) -> Flags:
    """Flag the trades that won: profit above 0 by more than 1e-11 of the entry notional (5.5)."""
    return trades["return"] > TIE_TOLERANCE


def losing(trades: Trades) -> Flags:
    """Flag the trades that lost; a trade may be neither."""
    return trades["return"] < -TIE_TOLERANCE


def trade_numbers(simulation: Simulation) -> Numbers:
    """Everything about closed trades: counts, profit, returns, streaks."""
    trades = simulation.trades
    won, lost = winning(trades), losing(trades)
    wins, losses, n = int(won.sum()), int(lost.sum()), int(trades.size)
    return {
        "trades": n,
        "open_trades": int(simulation.open_trades.size),
        "wins": wins,
        "losses": losses,
        "win_rate": ratio(wins, n),
        **_profit(trades["pnl"], won, lost),
        **_returns(trades["return"], won, lost),
        "expectancy_r": _expectancy_r(trades),
        "max_consecutive_wins": _longest_run(won),
        "max_consecutive_losses": _longest_run(lost),
        "avg_bars_held": _mean(trades["bars_held"]),
    }


def activity(simulation: Simulation, mean_equity: float, years: float) -> Numbers:
    """``exposure turnover fees_paid slippage_paid``: of every fill, also of open positions."""
    fills = simulation.fills
    traded = float(np.abs(fills["quantity"] * fills["price"]).sum()) * simulation.multiplier
    return {
        "exposure": simulation.bars_held / simulation.equity.size,
        "turnover": ratio(traded / years, mean_equity) if mean_equity > 0 else None,
        "fees_paid": finite(fills["fee"].sum()),
        "slippage_paid": finite(fills["slippage"].sum()),
    }


def _profit(pnl: Floats, won: Flags, lost: Flags) -> Numbers:
    return {"profit_factor": ratio(float(pnl[won].sum()), -float(pnl[lost].sum())), "sqn": _sqn(pnl)}


def _sqn(pnl: Floats) -> float | None:
    """Van Tharp's system quality number: ``sqrt(n) * mean / std(ddof=1)`` of P&L."""
    if pnl.size < 2:
        return None
    deviation = float(pnl.std(ddof=1))
    if deviation <= NO_DEVIATION * float(np.abs(pnl).max()):
        return None
    return finite(math.sqrt(pnl.size) * float(pnl.mean()) / deviation)


def _returns(returns: Floats, won: Flags, lost: Flags) -> Numbers:
    avg_win, avg_loss = _mean(returns[won]), _mean(returns[lost])
    return {
        "expectancy": _mean(returns),
        "payoff_ratio": ratio(avg_win, None if avg_loss is None else -avg_loss),
        "avg_win": avg_win,
        "avg_loss": avg_loss,
        "best_trade": finite(returns.max()) if returns.size else None,
        "worst_trade": finite(returns.min()) if returns.size else None,
    }


def _expectancy_r(trades: Trades) -> float | None:
    """Mean profit in multiples of the money at the initial stop, over the trades that had one."""
    risk: Floats = trades["risk"]
    stopped = risk > 0
    return _mean(trades["pnl"][stopped] / risk[stopped])


def _mean(values: npt.NDArray[Any]) -> float | None:
    return finite(values.mean()) if values.size else None


def _longest_run(flags: Flags) -> int:
    """Length of the longest unbroken run of true flags."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    return int((edges[1::2] - edges[::2]).max(initial=0))
