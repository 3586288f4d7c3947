"""The metrics again, by the letter of chapter 7: lists, exact fractions, and one bar after the other.

Nothing here is shared with the code under test but the arrays that go in.
"""

import math
import statistics
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import groupby, pairwise
from typing import Any
from zoneinfo import ZoneInfo

from tradewright.core.bars import Bars
from tradewright.engine.types import Simulation

ZONES = {
    "24/7": "UTC",
    "24/5": "America/New_York",
    "XNYS": "America/New_York",
    "XHEL": "Europe/Helsinki",
    "XLON": "Europe/London",
    "XTKS": "Asia/Tokyo",
}
SHORT_YEAR = {"24/7": 365.25, "24/5": 260.0}
Answer = dict[str, float | int | None]


def reference_metrics(run: Simulation, bars: Bars, fee: float, risk_free: float = 0.0) -> Answer:
    """Return every number of 7.2 to 7.5 that does not come from a random draw."""
    window = _Window(run, bars)
    answer = {
        **_result(run, window, fee),
        **_returns(run, window, risk_free),
        **_alpha_beta(window, fee, risk_free),
        **_drawdowns(run, window),
        **_trades(run),
        **_activity(run, window),
        "esi": _esi(run),
        "k_ratio": _k_ratio(run, window),
    }
    deepest = answer["max_drawdown"]
    answer["calmar"] = answer["cagr"] / -deepest if answer["cagr"] is not None and deepest else None
    answer["recovery_factor"] = answer["total_return"] / -deepest if deepest else None
    answer["pvs"] = _pvs(answer)
    return answer


def trading_date(time_ns: int, calendar: str) -> Any:
    """Return the trading date of an instant, through Python's own clock."""
    local = datetime.fromtimestamp(time_ns // 10**9, UTC).astimezone(ZoneInfo(ZONES[calendar]))
    # New York 17:00 begins the next date: seven hours of wall clock later it is midnight.
    return (local.replace(tzinfo=None) + timedelta(hours=7 if calendar == "24/5" else 0)).date()


class _Window:
    """The bars of the run as lists, and the periods they make."""

    def __init__(self, run: Simulation, bars: Bars) -> None:
        self.equity = [float(value) for value in run.equity]
        self.opens = [float(price) for price in bars.open[run.start :]]
        self.closes = [float(price) for price in bars.close[run.start :]]
        self.begin = [int(time) for time in bars.time[run.start :]]
        self.end = [int(time) for time in bars.close_time[run.start :]]
        self.years = Fraction(self.end[-1] - self.begin[0], 10**9 * 31_557_600)
        calendar = bars.instrument.calendar.id
        unit = str(bars.timeframe)[-1]
        if unit in "smh":
            dates = [trading_date(time, calendar) for time in self.begin]
            self.lasts = [i for i in range(len(dates)) if i + 1 == len(dates) or dates[i] != dates[i + 1]]
        else:
            self.lasts = list(range(len(self.begin)))
        points = [run.initial_cash, *(self.equity[i] for i in self.lasts)]
        self.points = points
        self.returns = [float(Fraction(b) / Fraction(a) - 1) if a > 0 else 0.0 for a, b in pairwise(points)]
        if self.years >= 1:
            self.per_year = float(len(self.lasts) / self.years)
        elif unit in "wM":
            self.per_year = {"w": 365.25 / 7, "M": 12.0}[unit] / int(str(bars.timeframe)[:-1])
        else:
            self.per_year = SHORT_YEAR.get(calendar, 252.0)


def _result(run: Simulation, window: _Window, fee: float) -> Answer:
    growth = window.equity[-1] / run.initial_cash
    long_enough = window.years * Fraction(36525, 100) >= 30 and growth >= 0
    held = window.closes[-1] / (window.opens[1] * (1 + fee)) - 1 if len(window.opens) > 1 else None
    return {
        "initial_cash": run.initial_cash,
        "final_equity": window.equity[-1],
        "total_return": growth - 1,
        "cagr": growth ** (1 / float(window.years)) - 1 if long_enough else None,
        "buy_and_hold_return": held,
    }


def _returns(run: Simulation, window: _Window, risk_free: float) -> Answer:
    returns, yearly = window.returns, math.sqrt(window.per_year)
    rate = (1 + risk_free) ** (1 / window.per_year) - 1
    over = [value - rate for value in returns]
    enough = len(returns) >= 2
    spread = statistics.stdev(returns) if enough else 0.0
    downside = math.sqrt(math.fsum(min(value, 0) ** 2 for value in over) / len(over))
    traded = enough and len(run.fills) > 0
    losses = -math.fsum(value for value in returns if value < 0)
    gains = math.fsum(value for value in returns if value > 0)
    # In fractions, because a quantile that is one of the returns must not be rounded off it.
    exact = [Fraction(value) for value in returns]
    twentieths = statistics.quantiles(exact, n=20, method="inclusive") if enough else exact * 2
    # Days that lost the same share are equal by rule 2.2, whatever their last digits.
    reach = Fraction(1, 10**11) * abs(1 + twentieths[0])
    tail = [value for value in exact if value <= twentieths[0] + reach]
    mean = math.fsum(over) / len(over)
    return {
        "sharpe": mean / spread * yearly if traded and spread > 1e-12 else None,
        "sortino": mean / downside * yearly if traded and downside > 1e-12 else None,
        "omega": gains / losses if losses else None,
        "volatility": spread * yearly if enough else None,
        "skew": _moment_ratio(returns, 3) if spread > 1e-12 else None,
        "kurtosis": _moment_ratio(returns, 4) if spread > 1e-12 else None,
        "var_95": float(twentieths[0]),
        "cvar_95": float(sum(tail) / len(tail)) if tail else None,
        "tail_ratio": float(abs(twentieths[-1]) / abs(twentieths[0])) if twentieths[0] else None,
    }


def _moment_ratio(values: Sequence[float], order: int) -> float:
    exact = [Fraction(value) for value in values]
    mean = sum(exact) / len(exact)
    second = sum((value - mean) ** 2 for value in exact) / len(exact)
    wanted = sum((value - mean) ** order for value in exact) / len(exact)
    return float(wanted) / float(second) ** (order / 2)


def _alpha_beta(window: _Window, fee: float, risk_free: float) -> Answer:
    """Buy and hold as an account of 1: in cash through the first bar, all in from the second open."""
    if len(window.opens) < 2 or len(window.returns) < 2:
        return {"alpha": None, "beta": None}
    units = 1 / (window.opens[1] * (1 + fee))
    account = [1.0, *(units * close for close in window.closes[1:])]
    points = [1.0, *(account[i] for i in window.lasts)]
    held = [b / a - 1 for a, b in pairwise(points)]
    if statistics.stdev(held) <= 1e-12:
        return {"alpha": None, "beta": None}
    beta = statistics.covariance(held, window.returns) / statistics.variance(held)
    rate = (1 + risk_free) ** (1 / window.per_year) - 1
    alpha = statistics.fmean(window.returns) - rate - beta * (statistics.fmean(held) - rate)
    return {"alpha": alpha * window.per_year, "beta": beta}


def _drawdowns(run: Simulation, window: _Window) -> Answer:
    rows: list[tuple[bool, float, int]] = []  # at the peak, depth, close time
    for i, value in enumerate(window.equity):
        peak = max([run.initial_cash, *window.equity[:i]])
        at_peak = value > peak or abs(value - peak) <= 1e-11 * max(abs(value), abs(peak))
        rows.append((at_peak, 0.0 if at_peak else value / peak - 1, window.end[i]))
    deepest: list[float] = []
    spans: list[int] = [0]
    since = window.begin[0]
    for at_peak, group in groupby(rows, key=lambda row: row[0]):
        members = list(group)
        if at_peak:
            if deepest:
                spans[-1] = members[0][2] - since
            since = members[-1][2]
        else:
            deepest.append(min(depth for _, depth, _ in members))
            spans.append(members[-1][2] - since)
    return {
        "max_drawdown": min(deepest, default=0.0),
        "max_drawdown_duration": max(spans) / 1e9,
        "avg_drawdown": statistics.fmean(deepest) if deepest else None,
        "ulcer_index": math.sqrt(math.fsum(depth**2 for _, depth, _ in rows) / len(rows)),
    }


def _outcomes(run: Simulation) -> str:
    """One letter for each closed trade: won, lost, or neither."""
    letters = []
    for row in run.trades:
        notional = row["entry_price"] * row["quantity"] * run.multiplier
        letters.append("-" if abs(row["pnl"]) <= 1e-11 * notional else "WL"[int(row["pnl"] < 0)])
    return "".join(letters)


def _trades(run: Simulation) -> Answer:
    letters = _outcomes(run)
    rows = list(run.trades)
    pnl = [float(row["pnl"]) for row in rows]
    returns = [float(row["return"]) for row in rows]
    won = [i for i, letter in enumerate(letters) if letter == "W"]
    lost = [i for i, letter in enumerate(letters) if letter == "L"]
    multiples = [float(row["pnl"] / row["risk"]) for row in rows if row["risk"] > 0]
    avg_win = _mean([returns[i] for i in won])
    avg_loss = _mean([returns[i] for i in lost])
    spread = statistics.stdev(pnl) if len(pnl) > 1 else 0.0
    flat = not pnl or spread <= 1e-12 * max(abs(value) for value in pnl)
    return {
        "trades": len(rows),
        "open_trades": len(run.open_trades),
        "wins": len(won),
        "losses": len(lost),
        "win_rate": len(won) / len(rows) if rows else None,
        "profit_factor": math.fsum(pnl[i] for i in won) / -math.fsum(pnl[i] for i in lost) if lost else None,
        "expectancy": _mean(returns),
        "expectancy_r": _mean(multiples),
        "payoff_ratio": avg_win / -avg_loss if won and lost else None,
        "avg_win": avg_win,
        "avg_loss": avg_loss,
        "best_trade": max(returns, default=None),
        "worst_trade": min(returns, default=None),
        "max_consecutive_wins": max(map(len, letters.replace("-", "L").split("L"))),
        "max_consecutive_losses": max(map(len, letters.replace("-", "W").split("W"))),
        "avg_bars_held": _mean([int(row["bars_held"]) for row in rows]),
        "sqn": None if flat else math.sqrt(len(pnl)) * statistics.mean(pnl) / spread,
    }


def _mean(values: Sequence[float]) -> float | None:
    return math.fsum(values) / len(values) if values else None


def _activity(run: Simulation, window: _Window) -> Answer:
    traded = math.fsum(abs(row["quantity"]) * row["price"] * row["unit"] for row in run.fills)
    mean = math.fsum(window.equity) / len(window.equity)
    return {
        "exposure": run.bars_held / len(window.equity),
        "turnover": traded / mean / float(window.years) if mean > 0 else None,
        "fees_paid": math.fsum(run.fills["fee"]),
        "slippage_paid": math.fsum(run.fills["slippage"]),
    }


def _k_ratio(run: Simulation, window: _Window) -> float | None:
    points = window.points
    n = len(points)
    if n < 3 or min(points) <= 0:
        return None
    logs = [math.log(value) for value in points]
    slope, intercept = statistics.linear_regression(range(n), logs)
    scatter = math.sqrt(math.fsum((y - intercept - slope * x) ** 2 for x, y in enumerate(logs)) / (n - 2))
    if scatter <= 1e-12:
        return None
    error = scatter / math.sqrt(sum((x - (n - 1) / 2) ** 2 for x in range(n)))
    return slope / (error * math.sqrt(n)) * math.sqrt(window.per_year)


def _esi(run: Simulation) -> float | None:
    letters = _outcomes(run)
    if len(letters) < 16:
        return None
    size = len(letters) // 4
    kept = letters[len(letters) - 4 * size :]
    rates = [Fraction(kept[i : i + size].count("W"), size) for i in range(0, 4 * size, size)]
    if not sum(rates):
        return None
    return min(max(1 - statistics.stdev(rates) / float(statistics.mean(rates)), 0.0), 1.0)


def _pvs(answer: Answer) -> float | None:
    if not answer["trades"]:
        return None
    win_percent = 100 * answer["win_rate"]
    factor = math.inf if answer["losses"] == 0 else answer["profit_factor"]
    drawdown_percent = abs(100 * answer["max_drawdown"])
    return (
        0.30 * min(1, win_percent / 50)
        + 0.30 * min(1, factor / 1.5)
        + 0.20 * (min(1, 10 / drawdown_percent) if drawdown_percent else 1)
        + 0.20 * min(1, answer["trades"] / 100)
    )
