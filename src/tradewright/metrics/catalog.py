"""What every metric is: title, unit, formula, and which way is better. Faces and docs derive from it."""

from dataclasses import dataclass
from typing import Literal

Unit = Literal["fraction", "ratio", "currency", "count", "seconds", "bars", "per year", "score", "band"]
Better = Literal["higher", "lower", "none"]
Group = Literal["result", "risk-adjusted", "returns", "drawdown", "trades", "activity", "scores"]


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric.

    Attributes
    ----------
    id
        Key in the result of ``summarize``.
    title
        Name for people.
    unit
        ``fraction`` (0.1 is 10 %), ``ratio``, ``currency`` (of the account), ``count`` (int), ``seconds``,
        ``bars``, ``per year``, ``score`` (0 to 1), or ``band`` (a word).
    group
        Where it stands in a table.
    formula
        Plain text, complete enough to compute it by.
    better
        Which way is better; drawdowns and losses are negative, so that higher is better there too.
    rule
        Where engine.md defines it.
    """

    id: str
    title: str
    unit: Unit
    group: Group
    formula: str
    better: Better
    rule: str


_RESULT = (
    Metric("initial_cash", "Initial cash", "currency", "result", "cash before the first bar", "none", "7.4"),
    Metric(
        "final_equity",
        "Final equity",
        "currency",
        "result",
        "equity at the last bar's close",
        "higher",
        "7.4",
    ),
    Metric(
        "total_return",
        "Total return",
        "fraction",
        "result",
        "final_equity / initial_cash - 1",
        "higher",
        "7.4",
    ),
    Metric(
        "buy_and_hold_return",
        "Buy and hold",
        "fraction",
        "result",
        "last close / (open of the window's second bar * (1 + fee)) - 1; none with a single bar",
        "none",
        "7.4",
    ),
    Metric(
        "cagr",
        "Growth per year",
        "fraction",
        "result",
        "(final_equity / initial_cash) ^ (1 / years) - 1; -1 at 0, none below 0 or under 30 days",
        "higher",
        "7.2",
    ),
)

_RISK_ADJUSTED = (
    Metric(
        "sharpe",
        "Sharpe ratio",
        "ratio",
        "risk-adjusted",
        "mean(r - rf) / std(r, ddof=1) * sqrt(ppy); none without fills, under 2 returns or std <= 1e-12",
        "higher",
        "7.2",
    ),
    Metric(
        "sortino",
        "Sortino ratio",
        "ratio",
        "risk-adjusted",
        "mean(r - rf) / sqrt(mean(min(r - rf, 0)^2)) * sqrt(ppy); none without fills, under 2 returns, or "
        "a divisor <= 1e-12",
        "higher",
        "7.2",
    ),
    Metric("calmar", "Calmar ratio", "ratio", "risk-adjusted", "cagr / |max_drawdown|", "higher", "7.2"),
    Metric(
        "omega",
        "Omega ratio",
        "ratio",
        "risk-adjusted",
        "sum(max(r, 0)) / sum(max(-r, 0)); none without a negative return",
        "higher",
        "7.2",
    ),
    Metric(
        "k_ratio",
        "K-ratio",
        "ratio",
        "risk-adjusted",
        "Kestner 1996: slope of log equity on the n points initial_cash and each period's end / (standard "
        "error of the slope * sqrt(n)) * sqrt(ppy); none under 3 points, at equity <= 0, or without scatter",
        "higher",
        "7.4",
    ),
    Metric(
        "alpha",
        "Alpha",
        "fraction",
        "risk-adjusted",
        "(mean(r - rf) - beta * mean(b - rf)) * ppy, b of buy and hold or of the benchmark",
        "higher",
        "7.2",
    ),
    Metric("beta", "Beta", "ratio", "risk-adjusted", "cov(r, b) / var(b)", "none", "7.2"),
)

_RETURNS = (
    Metric("volatility", "Volatility", "fraction", "returns", "std(r, ddof=1) * sqrt(ppy)", "lower", "7.2"),
    Metric(
        "var_95",
        "Value at risk, 95 %",
        "fraction",
        "returns",
        "5 % quantile of r, linear interpolation",
        "higher",
        "7.2",
    ),
    Metric(
        "cvar_95",
        "Expected shortfall, 95 %",
        "fraction",
        "returns",
        "mean of the r that are <= var_95; ties by 2.2 of 1 + r",
        "higher",
        "7.2",
    ),
    Metric(
        "skew", "Skew", "ratio", "returns", "m3 / m2^1.5, central moments of the population", "higher", "7.2"
    ),
    Metric(
        "kurtosis",
        "Kurtosis",
        "ratio",
        "returns",
        "m4 / m2^2, central moments of the population; 3 for a normal",
        "lower",
        "7.2",
    ),
    Metric(
        "tail_ratio",
        "Tail ratio",
        "ratio",
        "returns",
        "|95 % quantile of r| / |5 % quantile of r|",
        "higher",
        "7.2",
    ),
)

_DRAWDOWN = (
    Metric(
        "max_drawdown",
        "Maximum drawdown",
        "fraction",
        "drawdown",
        "min over bars of equity / peak - 1; the first peak is initial_cash",
        "higher",
        "7.4",
    ),
    Metric(
        "max_drawdown_duration",
        "Longest drawdown",
        "seconds",
        "drawdown",
        "longest time from the close of the last bar at the peak (initial_cash: the first bar's open) to the "
        "close of the first bar back at it, or of the last bar",
        "lower",
        "7.4",
    ),
    Metric(
        "avg_drawdown",
        "Average drawdown",
        "fraction",
        "drawdown",
        "mean over drawdown episodes of their deepest point; none without an episode",
        "higher",
        "7.4",
    ),
    Metric(
        "ulcer_index",
        "Ulcer index",
        "fraction",
        "drawdown",
        "sqrt(mean over bars of (equity / peak - 1)^2)",
        "lower",
        "7.4",
    ),
    Metric(
        "recovery_factor",
        "Recovery factor",
        "ratio",
        "drawdown",
        "total_return / |max_drawdown|",
        "higher",
        "7.4",
    ),
)

_TRADES = (
    Metric("trades", "Trades", "count", "trades", "closed trades, flat to flat", "none", "7.3"),
    Metric("open_trades", "Open trades", "count", "trades", "trades still open at the end", "none", "7.3"),
    Metric("wins", "Wins", "count", "trades", "closed trades with return > 1e-11", "none", "7.3"),
    Metric("losses", "Losses", "count", "trades", "closed trades with return < -1e-11", "none", "7.3"),
    Metric("win_rate", "Win rate", "fraction", "trades", "wins / trades", "higher", "7.3"),
    Metric(
        "profit_factor",
        "Profit factor",
        "ratio",
        "trades",
        "sum of P&L of wins / |sum of P&L of losses|; none without losses",
        "higher",
        "7.3",
    ),
    Metric("expectancy", "Expectancy", "fraction", "trades", "mean net return of trades", "higher", "7.3"),
    Metric(
        "expectancy_r",
        "Expectancy in R",
        "ratio",
        "trades",
        "mean of P&L / money at the initial stop, over the trades that had a stop",
        "higher",
        "7.3",
    ),
    Metric("payoff_ratio", "Payoff ratio", "ratio", "trades", "avg_win / |avg_loss|", "higher", "7.3"),
    Metric("avg_win", "Average win", "fraction", "trades", "mean return of wins", "higher", "7.3"),
    Metric("avg_loss", "Average loss", "fraction", "trades", "mean return of losses", "higher", "7.3"),
    Metric("best_trade", "Best trade", "fraction", "trades", "highest return of a trade", "higher", "7.3"),
    Metric("worst_trade", "Worst trade", "fraction", "trades", "lowest return of a trade", "higher", "7.3"),
    Metric(
        "max_consecutive_wins",
        "Wins in a row",
        "count",
        "trades",
        "longest run of wins by exit; a trade that is neither ends it",
        "higher",
        "7.3",
    ),
    Metric(
        "max_consecutive_losses",
        "Losses in a row",
        "count",
        "trades",
        "longest run of losses by exit; a trade that is neither ends it",
        "lower",
        "7.3",
    ),
    Metric("avg_bars_held", "Average holding", "bars", "trades", "mean bars held", "none", "7.3"),
    Metric(
        "sqn",
        "System quality number",
        "ratio",
        "trades",
        "sqrt(trades) * mean(P&L) / std(P&L, ddof=1); none under 2 trades or without variation",
        "higher",
        "7.3",
    ),
)

_ACTIVITY = (
    Metric(
        "exposure",
        "Exposure",
        "fraction",
        "activity",
        "bars with a position after their open's fills / bars of the window",
        "none",
        "7.3",
    ),
    Metric(
        "turnover",
        "Turnover",
        "per year",
        "activity",
        "sum over fills of |quantity| * price * multiplier / mean equity / years; none when mean equity <= 0",
        "none",
        "7.3",
    ),
    Metric("fees_paid", "Fees paid", "currency", "activity", "sum over fills", "lower", "7.3"),
    Metric(
        "slippage_paid",
        "Slippage paid",
        "currency",
        "activity",
        "sum over fills, half spread included",
        "lower",
        "7.3",
    ),
)

_SCORES = (
    Metric(
        "esi",
        "Edge Stability Index",
        "score",
        "scores",
        "win rates of 4 equal chunks of the closed trades (oldest remainder dropped): "
        "clamp(1 - std(ddof=1) / mean, 0, 1); none under 16 trades or mean 0",
        "higher",
        "7.5",
    ),
    Metric(
        "esi_shuffled_median",
        "Edge Stability Index, shuffled",
        "score",
        "scores",
        "median esi of 499 shuffles of the same trades, fixed seed: what chance alone gives",
        "none",
        "7.5",
    ),
    Metric(
        "esi_band",
        "Edge stability",
        "band",
        "scores",
        "stable from 0.7, moderate from 0.5, else unstable",
        "none",
        "7.5",
    ),
    Metric(
        "pvs",
        "Prop Verification Score",
        "score",
        "scores",
        "0.30 min(1, win_rate / 0.5) + 0.30 min(1, profit_factor / 1.5) + 0.20 min(1, 0.1 / |max_drawdown|) "
        "+ 0.20 min(1, trades / 100); no losses, no drawdown: that term 1; none without trades",
        "higher",
        "7.5",
    ),
    Metric(
        "pvs_band",
        "Prop verification",
        "band",
        "scores",
        "insufficient under 30 trades; not ready unless profit_factor > 1 and total_return > 0; "
        "ready from 0.8, close from 0.6, else not ready",
        "none",
        "7.5",
    ),
)

CATALOG: tuple[Metric, ...] = (
    *_RESULT,
    *_RISK_ADJUSTED,
    *_RETURNS,
    *_DRAWDOWN,
    *_TRADES,
    *_ACTIVITY,
    *_SCORES,
)
BY_ID: dict[str, Metric] = {metric.id: metric for metric in CATALOG}
