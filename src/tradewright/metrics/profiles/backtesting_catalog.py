"""backtesting.py, number by number: name, formula, our nearest metric, difference."""

NOTES = """\
- It is given the equity of every bar, the closed trades and the closes. It starts from the equity of the
  first bar, not from the initial cash: what the first bar made or lost is not seen.
- `d` are returns between the last equities of UTC days (of weeks, months, years when bars are as long).
  `A` is 365 days a year when bars fall on weekends, else 252 (52, 12, 1). `g` is the geometric mean of
  d, 0 when an equity is 0 or less.
- A trade counts as won above 0 exactly; ours above 1e-11 of its notional. Open trades are not seen.
- Durations here are in seconds; the package rounds them up to whole units (days, hours, minutes) of the
  spacing of bars, and counts from bar open to bar open.
"""
ROWS = (
    ("Duration", "last bar's open - first bar's open", "", "one bar less than the window"),
    (
        "Exposure Time [%]",
        "bars from entry to exit of closed trades, both counted / bars",
        "exposure",
        "counts the exit's bar, and no open trade",
    ),
    ("Equity Final [$]", "equity of the last bar", "final_equity", "the same"),
    ("Equity Peak [$]", "max equity", "", ""),
    ("Commissions [$]", "fees of closed trades", "fees_paid", "ours includes the entries of open trades"),
    ("Return [%]", "last equity / first - 1", "total_return", "from the first bar's equity"),
    ("Return (Ann.) [%]", "(1 + g)^A - 1", "cagr", "by count of days"),
    (
        "Volatility (Ann.) [%]",
        "sqrt((var(d) + (1 + g)^2)^A - (1 + g)^(2A))",
        "volatility",
        "compounded; ours is std * sqrt(periods). Its digits cancel when var(d) is under some 1e-7",
    ),
    (
        "Sharpe Ratio",
        "(Return (Ann.) - rf) / Volatility (Ann.)",
        "sharpe",
        "geometric over compounded; ours is mean over deviation",
    ),
    (
        "Sortino Ratio",
        "(Return (Ann.) - rf) / (sqrt(mean(min(d, 0)^2)) * sqrt(A))",
        "sortino",
        "geometric; its target is 0, not rf",
    ),
    (
        "CAGR [%]",
        "(last equity / first) ^ (365.25 days / Duration) - 1",
        "cagr",
        "one bar less; also under 30 days",
    ),
    ("Calmar Ratio", "Return (Ann.) / |Max. Drawdown|", "calmar", "not from its CAGR"),
    (
        "Buy & Hold Return [%]",
        "last close / first close - 1",
        "buy_and_hold_return",
        "no fee, from a close. The package itself starts after the indicators' warm-up, which it alone knows",
    ),
    ("Alpha [%]", "Return - rf - Beta * (Buy & Hold Return - rf)", "alpha", "of the whole run, not per year"),
    ("Beta", "cov / var of log returns by bar", "beta", "log returns, bars, no fee"),
    ("Max. Drawdown [%]", "min of equity / peak - 1", "max_drawdown", "the first peak is the first equity"),
    (
        "Avg. Drawdown [%]",
        "mean over drawdowns of the deepest point; one that starts on the last bar is left out",
        "avg_drawdown",
        "when that is the only one, the mean of all depths",
    ),
    (
        "Max. Drawdown Duration",
        "longest time from peak to recovery or end",
        "max_drawdown_duration",
        "rounded up. Without a drawdown that lasts, the package puts a depth here: no number",
    ),
    ("Avg. Drawdown Duration", "mean of those times", "", "see Max. Drawdown Duration"),
    ("# Trades", "closed trades", "trades", "the same"),
    ("Win Rate [%]", "share of trades with P&L > 0", "win_rate", "without ties"),
    ("Best Trade [%]", "max return of a trade", "best_trade", "the same"),
    ("Worst Trade [%]", "min return of a trade", "worst_trade", "the same"),
    (
        "Avg. Trade [%]",
        "geometric mean of trade returns; 0 when one is -100 % or less",
        "expectancy",
        "ours is arithmetic",
    ),
    (
        "Profit Factor",
        "sum of returns > 0 / |sum of returns < 0|",
        "profit_factor",
        "of returns, not of money: small trades weigh as much as large",
    ),
    ("Expectancy [%]", "mean return of trades", "expectancy", "the same"),
    ("SQN", "sqrt(n) * mean(P&L) / std(P&L, ddof=1)", "sqn", "the same"),
    ("Kelly Criterion", "W - (1 - W) / (mean win / |mean loss|), W the win rate", "", ""),
    ("Max. Trade Duration", "longest time from entry bar to exit bar", "", "rounded up"),
    ("Avg. Trade Duration", "mean of those times", "avg_bars_held", "time, not bars; rounded up"),
)
