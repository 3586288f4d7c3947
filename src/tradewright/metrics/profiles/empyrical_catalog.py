"""empyrical-reloaded, number by number: name, formula, our nearest metric, difference."""

NOTES = """\
- It is given the returns `r` of the run's periods: one a trading date when bars are shorter than a day,
  else one a bar, the first over the initial cash. `b` are those of buying and holding.
- `P` is 252 periods a year (52 for weekly bars, 12 for monthly), whatever the calendar; ours counts
  them. Years are `n / P`, not days on the calendar. `rf` is per period: `(1 + yearly) ^ (1 / P) - 1`.
- Drawdowns are of the periods' returns; ours are of every bar, with ties (2.2). Of trades it says
  nothing.
- `batting_average`, the share of periods with `r > b`, is left out: an account that is all in makes what
  the instrument makes, and rounding would decide who was ahead. So is what takes a numerical search
  (`gpd_risk_estimates`) or the order of equal values (`beta_fragility_heuristic`).
"""
ROWS = (
    ("cum_returns_final", "prod(1 + r) - 1", "total_return", "the same"),
    ("annual_return", "prod(1 + r) ^ (P / n) - 1", "cagr", "years by count of periods; also under 30 days"),
    ("cagr", "annual_return", "cagr", "see annual_return"),
    ("annual_volatility", "std(r, ddof=1) * sqrt(P)", "volatility", "P only"),
    ("sharpe_ratio", "mean(r - rf) / std(r - rf, ddof=1) * sqrt(P)", "sharpe", "P only"),
    ("sortino_ratio", "mean(r) * P / downside_risk", "sortino", "without rf: its target is 0 by default"),
    ("downside_risk", "sqrt(mean(min(r, 0)^2)) * sqrt(P)", "", "the divisor of the Sortino ratio"),
    (
        "omega_ratio",
        "sum(max(r - rf, 0)) / sum(max(rf - r, 0))",
        "omega",
        "ours is at 0, whatever the risk-free return",
    ),
    ("calmar_ratio", "annual_return / |max_drawdown|", "calmar", "from its annual_return and max_drawdown"),
    ("max_drawdown", "min of wealth / peak - 1, from 100", "max_drawdown", "blind within a period"),
    (
        "stability_of_timeseries",
        "R^2 of the line through cumulative log returns",
        "k_ratio",
        "fit only, no slope",
    ),
    ("skew", "m3 / m2^1.5", "skew", "the same"),
    ("kurtosis", "m4 / m2^2 - 3: 0 for a normal", "kurtosis", "ours is full: 3 for a normal"),
    ("tail_ratio", "|95 % quantile| / |5 % quantile|", "tail_ratio", "the same"),
    ("value_at_risk", "5 % quantile of r", "var_95", "the same"),
    (
        "conditional_value_at_risk",
        "mean of the floor((n - 1) * 0.05) + 1 lowest r",
        "cvar_95",
        "ours is the mean of all r up to the quantile: one r apart at most",
    ),
    ("alpha", "(1 + mean((r - rf) - beta (b - rf))) ^ P - 1", "alpha", "compounded; ours is arithmetic"),
    ("beta", "cov(r, b) / var(b)", "beta", "the same"),
    ("excess_sharpe", "mean(r - b) / std(r - b, ddof=1)", "", "not annualised"),
    ("capture", "annual_return of r / of b", "", ""),
    ("up_capture", "capture over the periods with b > 0", "", ""),
    ("down_capture", "capture over the periods with b < 0", "", ""),
    ("up_down_capture", "up_capture / down_capture", "", ""),
)
