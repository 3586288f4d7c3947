"""vectorbt, with its Rust engine: signals at the close, filled at the next open."""

import numpy as np
import pandas as pd
import vectorbt as vbt
from protocol import CASH, FAST, FEE, RATE, SLOW, STOP, TARGET, UNITS, Outcome, answer, cannot
from series import NAMES, month_starts
from vectorbt_sweeps import sweep_brackets, sweep_pairs, sweep_rules


def trade(opens, closes):
    """Return the five metrics everyone reads."""
    fast, slow = vbt.MA.run(closes, 20), vbt.MA.run(closes, 50)
    portfolio = vbt.Portfolio.from_signals(
        closes,
        fast.ma_crossed_above(slow).vbt.signals.fshift(1),
        fast.ma_crossed_below(slow).vbt.signals.fshift(1),
        price=opens,
        size=np.inf,
        init_cash=1_000_000,
        fees=FEE,
        freq="1min",
    )
    return {
        "total_return": portfolio.total_return(),
        "sharpe": portfolio.sharpe_ratio(),
        "max_drawdown": portfolio.max_drawdown(),
        "win_rate": portfolio.trades.win_rate(),
        "trades": int(portfolio.trades.closed.count()),
        "equity": portfolio.final_value(),
    }


def single(arrays):
    index = pd.to_datetime(arrays["time"])
    opens, closes = (pd.Series(arrays[name], index=index) for name in ("open", "close"))

    def run():
        found = trade(opens, closes)
        return Outcome(found["equity"], found["trades"])

    return run


def cold(path):
    frame = pd.read_csv(path, index_col=0, parse_dates=True)
    print(trade(frame["open"], frame["close"]))


def brackets(arrays):
    """Prepare W3 with stop and target of the price of the fill; the default is the entry bar's close."""
    frame = pd.DataFrame({name: arrays[name] for name in NAMES}, index=pd.to_datetime(arrays["time"]))

    def run():
        fast, slow = vbt.MA.run(frame["close"], FAST), vbt.MA.run(frame["close"], SLOW)
        entries = fast.ma_crossed_above(slow).vbt.signals.fshift(1)
        portfolio = vbt.Portfolio.from_signals(
            frame["close"],
            entries,
            entries & False,
            price=frame["open"],
            open=frame["open"],
            high=frame["high"],
            low=frame["low"],
            sl_stop=STOP,
            tp_stop=TARGET,
            stop_entry_price="fillprice",
            size=UNITS,
            init_cash=CASH,
            fees=RATE,
            freq="1h",
        )
        return Outcome(float(portfolio.final_value()), int(portfolio.trades.closed.count()))

    return run


def portfolio(universe):
    time = next(iter(universe.values()))["time"]
    closes = pd.DataFrame(
        {symbol: bars["close"] for symbol, bars in universe.items()}, index=pd.to_datetime(time)
    )
    sizes = np.where(month_starts(time)[:, None], 1 / len(universe), np.nan)

    def run():
        account = vbt.Portfolio.from_orders(
            closes,
            np.broadcast_to(sizes, closes.shape),
            size_type="targetpercent",
            group_by=True,
            cash_sharing=True,
            call_seq="auto",
            fees=RATE,
            init_cash=CASH,
            freq="1D",
        )
        return Outcome(float(account.final_value()), int(account.orders.count()))

    return run


NO_CALLBACK = cannot("no Python callback per bar: from_order_func takes compiled functions only")

if __name__ == "__main__":
    answer(
        {
            "single": single,
            "brackets": brackets,
            "portfolio": portfolio,
            "events": NO_CALLBACK,
            "events_brackets": NO_CALLBACK,
            "sweep_pairs": sweep_pairs,
            "sweep_brackets": sweep_brackets,
            "sweep_rules": sweep_rules,
        },
        cold,
    )
