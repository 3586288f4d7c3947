"""The metrics of quantstats, empyrical, backtesting.py and vectorbt, asked for as their users do.

Runs in the peers' environment only. Beside prices, the columns hold the equity and, one a row from the top
and NaN below, the trades. Where a package raises, it has no number: NaN.
"""

import empyrical
import numpy as np
import pandas as pd
import quantstats.stats as qs
import scipy.stats
import vectorbt as vbt
from answering import answer_all
from backtesting._stats import compute_stats
from vectorbt.base.array_wrapper import ArrayWrapper
from vectorbt.generic.drawdowns import Drawdowns
from vectorbt.portfolio.enums import trade_dt
from vectorbt.portfolio.trades import Trades

# What takes the returns and nothing else.
QUANTSTATS = [
    "comp",
    "exposure",
    "expected_return",
    "max_drawdown",
    "recovery_factor",
    "skew",
    "kurtosis",
    "value_at_risk",
    "conditional_value_at_risk",
    "risk_return_ratio",
    "ulcer_index",
    "win_rate",
    "avg_return",
    "avg_win",
    "avg_loss",
    "best",
    "worst",
    "consecutive_wins",
    "consecutive_losses",
    "payoff_ratio",
    "profit_ratio",
    "profit_factor",
    "kelly_criterion",
    "risk_of_ruin",
    "tail_ratio",
    "common_sense_ratio",
    "cpc_index",
    "outlier_win_ratio",
    "outlier_loss_ratio",
]
EMPYRICAL = [
    "cum_returns_final",
    "max_drawdown",
    "stability_of_timeseries",
    "tail_ratio",
    "value_at_risk",
    "conditional_value_at_risk",
]


def number(ask):
    try:
        value = ask()
    except (ValueError, ZeroDivisionError, IndexError, KeyError, np.linalg.LinAlgError):
        return float("nan")
    return seconds(value)


def seconds(value):
    """Return a float; durations as seconds."""
    if isinstance(value, pd.Timedelta):
        return value.total_seconds()
    return float("nan") if pd.isna(value) else float(value)


def index_of(bars):
    return pd.DatetimeIndex(pd.to_datetime(bars["time"]))


def returns_of(bars, points, first):
    """Returns by bar, or by UTC day when bars are shorter; the first one is over `first`."""
    series = pd.Series(points, index=index_of(bars))
    if len(series) > 1 and series.index.to_series().diff().min() < pd.Timedelta("1D"):
        series = series.groupby(series.index.normalize()).last()
    before = series.shift()
    before.iloc[0] = first
    returns = series / before - 1
    return returns.where(before > 0, 0.0)


def held_of(bars, options):
    if len(bars["close"]) < 2:
        return returns_of(bars, np.ones(1), 1.0)
    curve = bars["close"] / (bars["open"][1] * (1 + options["fee"]))
    curve[0] = 1.0
    return returns_of(bars, curve, 1.0)


def trades_of(bars):
    names = ("entry_bar", "exit_bar", "side", "quantity", "entry_price", "exit_price", "pnl", "return")
    table = pd.DataFrame({name: bars[name] for name in (*names, "fees", "still_open")}).dropna()
    return table[table["still_open"] == 0], table[table["still_open"] == 1]


def drawdowns_of(returns):
    """The table that the tearsheet's lines are read from."""
    return qs.drawdown_details(qs.to_drawdown_series(returns))


def ask_quantstats(bars, options):
    r, b = returns_of(bars, bars["equity"], options["cash"]), held_of(bars, options)
    rf, year = options["risk_free"], options["per_year"]
    monthly = {"aggregate": "ME"}
    yearly = {"aggregate": "YE"}
    asked = {
        "cagr": lambda: qs.cagr(r, rf, True, year),
        "rar": lambda: qs.rar(r, rf, periods=year),
        "calmar": lambda: qs.calmar(r, periods=year),
        "sharpe": lambda: qs.sharpe(r, rf, year),
        "smart_sharpe": lambda: qs.smart_sharpe(r, rf, year),
        "probabilistic_sharpe_ratio": lambda: qs.probabilistic_sharpe_ratio(r, rf, year),
        "sortino": lambda: qs.sortino(r, rf, year),
        "smart_sortino": lambda: qs.smart_sortino(r, rf, year),
        "adjusted_sortino": lambda: qs.adjusted_sortino(r, rf, year),
        "omega": lambda: qs.omega(r, rf, 0.0, year),
        "volatility": lambda: qs.volatility(r, year),
        "ulcer_performance_index": lambda: qs.ulcer_performance_index(r, rf),
        "serenity_index": lambda: qs.serenity_index(r, rf),
        "gain_to_pain_ratio": lambda: qs.gain_to_pain_ratio(r, rf),
        "Gain/Pain (1M)": lambda: qs.gain_to_pain_ratio(r, rf, "ME"),
        "Longest DD Days": lambda: drawdowns_of(r)["days"].agg("max"),
        "Avg. Drawdown": lambda: drawdowns_of(r)["max drawdown"].mean() / 100,
        "Avg. Drawdown Days": lambda: drawdowns_of(r)["days"].agg("mean"),
        "Expected Monthly": lambda: qs.expected_return(r, **monthly),
        "Expected Yearly": lambda: qs.expected_return(r, **yearly),
        "Best Month": lambda: qs.best(r, **monthly),
        "Worst Month": lambda: qs.worst(r, **monthly),
        "Best Year": lambda: qs.best(r, **yearly),
        "Worst Year": lambda: qs.worst(r, **yearly),
        "Avg. Up Month": lambda: qs.avg_win(r, **monthly),
        "Avg. Down Month": lambda: qs.avg_loss(r, **monthly),
        "Win Month": lambda: qs.win_rate(r, **monthly),
        "Win Quarter": lambda: qs.win_rate(r, aggregate="QE"),
        "Win Year": lambda: qs.win_rate(r, **yearly),
        "beta": lambda: qs.greeks(r, b, year)["beta"],
        "alpha": lambda: qs.greeks(r, b, year)["alpha"],
        "r_squared": lambda: qs.r_squared(r, b),
        "information_ratio": lambda: qs.information_ratio(r, b),
        "treynor_ratio": lambda: qs.treynor_ratio(r, b, year, rf),
    }
    asked |= {name: (lambda name=name: getattr(qs, name)(r)) for name in QUANTSTATS}
    return {name: number(ask) for name, ask in asked.items()}


def ask_empyrical(bars, options):
    r, b = returns_of(bars, bars["equity"], options["cash"]), held_of(bars, options)
    year = {"annualization": options["per_year"]}
    rf = (1 + options["risk_free"]) ** (1 / options["per_year"]) - 1
    ends = {"up_capture": b > 0, "down_capture": b < 0}
    captured = {
        name: lambda mask=mask: (
            empyrical.annual_return(r[mask], **year) / empyrical.annual_return(b[mask], **year)
        )
        for name, mask in {"capture": b.notna(), **ends}.items()
    }
    annual = ("annual_return", "cagr", "annual_volatility", "calmar_ratio", "downside_risk", "sortino_ratio")
    asked = {
        **{name: (lambda name=name: getattr(empyrical, name)(r, **year)) for name in annual},
        **captured,
        "up_down_capture": lambda: captured["up_capture"]() / captured["down_capture"](),
        "sharpe_ratio": lambda: empyrical.sharpe_ratio(r, rf, **year),
        "omega_ratio": lambda: empyrical.omega_ratio(r, rf),
        "skew": lambda: scipy.stats.skew(r),
        "kurtosis": lambda: scipy.stats.kurtosis(r),
        "alpha": lambda: empyrical.alpha(r, b, rf, **year),
        "beta": lambda: empyrical.beta(r, b, rf),
        "excess_sharpe": lambda: empyrical.excess_sharpe(r, b),
    }
    asked |= {name: (lambda name=name: getattr(empyrical, name)(r)) for name in EMPYRICAL}
    return {name: number(ask) for name, ask in asked.items()}


def ask_backtesting(bars, options):
    index = index_of(bars)
    closed, _ = trades_of(bars)
    entry, leave = (closed[name].to_numpy().astype(int) for name in ("entry_bar", "exit_bar"))
    table = pd.DataFrame(
        {
            "Size": closed["side"] * closed["quantity"],
            "EntryBar": entry,
            "ExitBar": leave,
            "PnL": closed["pnl"],
            "ReturnPct": closed["return"],
            "Duration": index[leave] - index[entry],
        }
    )
    frame = pd.DataFrame({"Close": bars["close"]}, index=index)
    stats = compute_stats(table, bars["equity"], frame, None, options["risk_free"])
    hidden = ("Start", "End", "_strategy", "_equity_curve", "_trades")
    answer = {name: seconds(value) for name, value in stats.items() if name not in hidden}
    longest = stats["Max. Drawdown Duration"]
    if not isinstance(longest, pd.Timedelta):  # then it is a depth, in the wrong place
        answer |= dict.fromkeys(("Max. Drawdown Duration", "Avg. Drawdown Duration"), float("nan"))
    return answer | {"Commissions [$]": float(closed["fees"].sum())}


def ask_vectorbt(bars, options):
    freq = pd.Timedelta(options["bar_ns"], "ns")
    index = index_of(bars)
    equity = pd.Series(bars["equity"], index=index)
    close = pd.Series(bars["close"], index=index)
    wrapper = ArrayWrapper(index, ["a"], 1, freq=freq)
    rf = (1 + options["risk_free"]) ** (options["bar_ns"] / (365 * 86_400 * 10**9)) - 1
    market = vbt.returns.accessors.ReturnsAccessor.from_value(close, init_value=close.iloc[0], freq=freq)
    account = vbt.returns.accessors.ReturnsSRAccessor.from_value(
        equity,
        init_value=options["cash"],
        freq=freq,
        benchmark_rets=market.obj,
        year_freq="365 days",
        defaults={"risk_free": rf},
    )
    closed, still_open = trades_of(bars)
    trades = Trades(wrapper, _records(pd.concat([closed, still_open])), close)
    depths = Drawdowns.from_ts(equity, wrapper_kwargs={"freq": freq})
    answer = {}
    for part in (trades, depths, account):
        answer |= {
            name: seconds(value)
            for name, value in part.stats(silence_warnings=True).items()
            if name not in ("Start", "End", "First Trade Start", "Last Trade End")
        }
    return answer | {"Total Trades": answer["Total Closed Trades"] + answer["Total Open Trades"]}


def _records(table):
    records = np.zeros(len(table), trade_dt)
    for ours, theirs in (("quantity", "size"), ("entry_bar", "entry_idx"), ("exit_bar", "exit_idx")):
        records[theirs] = table[ours]
    for name in ("entry_price", "exit_price", "pnl", "return"):
        records[name] = table[name]
    records["id"] = np.arange(len(table))
    records["direction"] = table["side"] < 0
    records["status"] = table["still_open"] == 0
    return records


def ask_portfolio(bars, options):
    """The whole way in vectorbt: from signals to the numbers of its portfolio."""
    index = index_of(bars)
    opens, closes = (pd.Series(bars[name], index=index) for name in ("open", "close"))
    fast, slow = (vbt.MA.run(closes, window) for window in (options["fast"], options["slow"]))
    portfolio = vbt.Portfolio.from_signals(
        closes,
        fast.ma_crossed_above(slow).vbt.signals.fshift(1),
        fast.ma_crossed_below(slow).vbt.signals.fshift(1),
        price=opens,
        size=np.inf,
        init_cash=options["cash"],
        fees=options["fee"],
        freq="1D",
    )
    numbers = {**portfolio.returns_stats(), **portfolio.stats()}
    return {name: seconds(value) for name, value in numbers.items() if name not in ("Start", "End")}


PEERS = {
    "quantstats": ask_quantstats,
    "empyrical": ask_empyrical,
    "backtesting.py": ask_backtesting,
    "vectorbt": ask_vectorbt,
    "portfolio": ask_portfolio,
}


if __name__ == "__main__":
    answer_all(lambda bars, options: PEERS[options["package"]](bars, options))
