"""vectorbt: signals at the close, filled at the next open; the five metrics everyone reads."""

import numpy as np
import pandas as pd
import vectorbt as vbt
from protocol import FEE, answer


def trade(opens, closes):
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
    }


def prepare(arrays):
    index = pd.to_datetime(arrays["time"])
    opens, closes = (pd.Series(arrays[name], index=index) for name in ("open", "close"))
    return lambda: trade(opens, closes)["trades"]


def cold(path):
    frame = pd.read_csv(path, index_col=0, parse_dates=True)
    print(trade(frame["open"], frame["close"]))


if __name__ == "__main__":
    answer(prepare, cold)
