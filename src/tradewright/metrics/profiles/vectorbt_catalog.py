"""vectorbt, number by number: name, formula, our nearest metric, difference."""

NOTES = """\
- It is given the equity of every bar, the initial cash, the closes and the trades. Returns `r` are of
  bars, also within the day; ours are of days then. The titles are those of `Portfolio.stats`,
  `returns_stats`, `trades.stats` and `drawdowns.stats`; `Max Gross Exposure [%]` is left out.
- `P` is 365 days / bar length: 365 for daily bars, also of a stock that trades on 252 days, so that its
  Sharpe ratios are 1.2 times as high as with 252. Years are `n / P`. `rf` is per bar.
- Drawdowns begin at the first bar's equity, not at the initial cash. `m` are returns of the closes, the
  first one 0, without a fee.
- A trade counts as won above 0 exactly; ours above 1e-11 of its notional. Durations here are in seconds:
  bars times bar length, gaps not counted.
"""
ROWS = (
    ("Start Value", "initial cash", "initial_cash", "the same"),
    ("End Value", "equity of the last bar", "final_equity", "the same"),
    ("Total Return [%]", "End Value / Start Value - 1", "total_return", "the same"),
    ("Benchmark Return [%]", "last close / first close - 1", "buy_and_hold_return", "no fee, from a close"),
    ("Total Fees Paid", "sum over fills", "fees_paid", "the same"),
    (
        "Max Drawdown [%]",
        "deepest (peak - equity) / peak",
        "max_drawdown",
        "positive; none without a drawdown",
    ),
    (
        "Avg Drawdown [%]",
        "mean of the deepest points of recovered drawdowns",
        "avg_drawdown",
        "positive; one that still lasts is left out",
    ),
    (
        "Max Drawdown Duration",
        "most bars under the peak * bar length",
        "max_drawdown_duration",
        "from the first bar under the peak; ours from the peak, in calendar time",
    ),
    ("Avg Drawdown Duration", "mean of those of recovered drawdowns", "", ""),
    ("Total Trades", "closed and open trades", "trades", "ours counts the closed ones"),
    ("Total Closed Trades", "closed trades", "trades", "the same"),
    ("Total Open Trades", "trades still open at the end", "open_trades", "the same"),
    ("Open Trade PnL", "sum of their P&L", "", ""),
    ("Win Rate [%]", "share of closed trades with P&L > 0", "win_rate", "without ties"),
    ("Max Win Streak", "longest run of trades with P&L > 0", "max_consecutive_wins", "without ties"),
    ("Max Loss Streak", "longest run of trades with P&L < 0", "max_consecutive_losses", "without ties"),
    ("Profit Factor", "sum of wins' P&L / |sum of losses' P&L|", "profit_factor", "the same"),
    ("Expectancy", "win rate * mean win - loss rate * |mean loss|", "expectancy", "money; ours is a return"),
    ("SQN", "sqrt(n) * mean(P&L) / std(P&L, ddof=1)", "sqn", "the same"),
    ("Best Trade [%]", "max return of a trade", "best_trade", "the same"),
    ("Worst Trade [%]", "min return of a trade", "worst_trade", "the same"),
    ("Avg Winning Trade [%]", "mean return of wins", "avg_win", "the same"),
    ("Avg Losing Trade [%]", "mean return of losses", "avg_loss", "the same"),
    ("Avg Winning Trade Duration", "mean bars held * bar length, of wins", "avg_bars_held", "wins; seconds"),
    (
        "Avg Losing Trade Duration",
        "mean bars held * bar length, of losses",
        "avg_bars_held",
        "losses; seconds",
    ),
    (
        "Annualized Return [%]",
        "prod(1 + r) ^ (P / n) - 1",
        "cagr",
        "years by count of bars; also under 30 days",
    ),
    ("Annualized Volatility [%]", "std(r, ddof=1) * sqrt(P)", "volatility", "bars, P"),
    ("Sharpe Ratio", "mean(r - rf) / std(r - rf, ddof=1) * sqrt(P)", "sharpe", "bars, P"),
    ("Calmar Ratio", "Annualized Return / deepest drawdown of r", "calmar", "from its own"),
    ("Omega Ratio", "sum(max(r - rf, 0)) / sum(max(rf - r, 0))", "omega", "bars; ours is at 0"),
    ("Sortino Ratio", "mean(r) * P / (sqrt(mean(min(r, 0)^2)) * sqrt(P))", "sortino", "bars, P, without rf"),
    ("Skew", "adjusted Fisher-Pearson G1 of r", "skew", "of the sample; ours is of the population"),
    ("Kurtosis", "adjusted excess G2 of r: 0 for a normal", "kurtosis", "ours is full, of the population"),
    ("Tail Ratio", "|95 % quantile| / |5 % quantile| of r", "tail_ratio", "bars"),
    (
        "Common Sense Ratio",
        "Tail Ratio * (1 + Annualized Return)",
        "",
        "quantstats means another thing by it",
    ),
    ("Value at Risk", "5 % quantile of r", "var_95", "bars"),
    ("Alpha", "(1 + mean((r - rf) - Beta (m - rf))) ^ P - 1", "alpha", "compounded; ours is arithmetic"),
    ("Beta", "cov(r, m) / var(m)", "beta", "bars, no fee"),
)
