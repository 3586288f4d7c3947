"""What the trades and fills of a run say (engine.md 7.3)."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.engine.types import EVENT, Simulation
from tradewright.kernels.ties import TIE_TOLERANCE
from tradewright.metrics.defined import NO_DEVIATION, finite, ratio

Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Numbers = dict[str, float | int | None]


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """The closed trades, by exit: what each made, and whether it won or lost.

    A trade won when its profit is above 0 by more than 1e-11 of its entry notional, lost when it is as
    far below 0, and may be neither (engine.md 5.5).
    """

    pnl: Floats
    returns: Floats
    won: Flags
    lost: Flags


def judge(trades: npt.NDArray[Any]) -> Outcomes:
    """Tell the winners from the losers among `trades`, dtype TRADE."""
    # Copies: one column of records is read much slower than an array of its own.
    returns = np.ascontiguousarray(trades["return"])
    pnl = np.ascontiguousarray(trades["pnl"])
    return Outcomes(pnl, returns, returns > TIE_TOLERANCE, returns < -TIE_TOLERANCE)


def trade_numbers(simulation: Simulation, outcomes: Outcomes) -> Numbers:
    """Everything about closed trades: counts, profit, returns, streaks."""
    wins, losses, n = int(outcomes.won.sum()), int(outcomes.lost.sum()), outcomes.won.size
    return {
        "trades": n,
        "open_trades": int(simulation.open_trades.size),
        "wins": wins,
        "losses": losses,
        "win_rate": ratio(wins, n),
        **_profit(outcomes),
        **_returns(outcomes, wins, losses),
        "expectancy_r": _expectancy_r(outcomes.pnl, np.ascontiguousarray(simulation.trades["risk"])),
        "max_consecutive_wins": _longest_run(outcomes.won),
        "max_consecutive_losses": _longest_run(outcomes.lost),
        "avg_bars_held": _mean(simulation.trades["bars_held"]),
    }


def activity(simulation: Simulation, mean_equity: float, years: float) -> Numbers:
    """``exposure turnover fees_paid slippage_paid``: of every fill, also of open positions.

    Account events are no fills: what they bring is neither traded nor paid for.
    """
    fills = simulation.fills[simulation.fills["kind"] != EVENT]
    traded = float(np.abs(fills["quantity"] * fills["price"] * fills["unit"]).sum())
    return {
        "exposure": simulation.bars_held / simulation.equity.size,
        "turnover": ratio(traded / years, mean_equity) if mean_equity > 0 else None,
        "fees_paid": finite(fills["fee"].sum()),
        "slippage_paid": finite(fills["slippage"].sum()),
    }


def _profit(outcomes: Outcomes) -> Numbers:
    pnl = outcomes.pnl
    return {
        "profit_factor": ratio(_sum_where(pnl, outcomes.won), -_sum_where(pnl, outcomes.lost)),
        "sqn": _sqn(pnl),
    }


def _sqn(pnl: Floats) -> float | None:
    """Van Tharp's system quality number: ``sqrt(n) * mean / std(ddof=1)`` of P&L."""
    if pnl.size < 2:
        return None
    deviation = float(pnl.std(ddof=1))
    if deviation <= NO_DEVIATION * float(np.abs(pnl).max()):
        return None
    return finite(math.sqrt(pnl.size) * float(pnl.mean()) / deviation)


def _returns(outcomes: Outcomes, wins: int, losses: int) -> Numbers:
    returns = outcomes.returns
    avg_win = ratio(_sum_where(returns, outcomes.won), wins)
    avg_loss = ratio(_sum_where(returns, outcomes.lost), losses)
    return {
        "expectancy": _mean(returns),
        "payoff_ratio": ratio(avg_win, None if avg_loss is None else -avg_loss),
        "avg_win": avg_win,
        "avg_loss": avg_loss,
        "best_trade": finite(returns.max()) if returns.size else None,
        "worst_trade": finite(returns.min()) if returns.size else None,
    }


def _expectancy_r(pnl: Floats, risk: Floats) -> float | None:
    """Mean profit in multiples of the money at the initial stop, over the trades that had one."""
    stopped = risk > 0
    count = int(stopped.sum())
    multiples = np.divide(pnl, risk, out=np.zeros(pnl.size), where=stopped)
    return ratio(float(multiples.sum()), count)


def _sum_where(values: Floats, flags: Flags) -> float:
    return float((values * flags).sum())


def _mean(values: npt.NDArray[Any]) -> float | None:
    return finite(values.mean()) if values.size else None


def _longest_run(flags: Flags) -> int:
    """Length of the longest unbroken run of true flags."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    return int((edges[1::2] - edges[::2]).max(initial=0))
