"""An SMA cross in backtesting.py, as its users write it. Runs in the peers' environment only.

Where it had to be told apart from its defaults, so that both mean the same:

- whole shares only: `FractionalBacktest` trades in units of 1e-8, so its sizes are floored to those;
- `crossover` wants the faster line strictly below one bar ago and misses a cross that paused at equality;
  the comparison here is at-or-below, then above;
- open trades are closed on the last bar only with `finalize_trades`; it stays off.
"""

import pandas as pd
from answering import answer_all
from backtesting import Strategy
from backtesting.lib import FractionalBacktest


def sma(values, n):
    return pd.Series(values).rolling(n).mean()


class Cross(Strategy):
    fast = 20
    slow = 50

    def init(self):
        self.quick = self.I(sma, self.data.Close, self.fast)
        self.calm = self.I(sma, self.data.Close, self.slow)

    def next(self):
        before, now = self.quick[-2] - self.calm[-2], self.quick[-1] - self.calm[-1]
        if before <= 0 < now:
            self.buy()
        elif before >= 0 > now:
            self.position.close()


def run(bars, options):
    columns = {name.title(): bars[name] for name in ("open", "high", "low", "close", "volume")}
    frame = pd.DataFrame(columns, index=pd.to_datetime(bars["time"]))
    test = FractionalBacktest(frame, Cross, cash=options["cash"], commission=options["fee"])
    stats = test.run(fast=options["fast"], slow=options["slow"])
    fields = ["EntryBar", "ExitBar", "Size", "EntryPrice", "ExitPrice", "PnL"]
    return {
        "trades": stats["_trades"][fields].to_numpy().tolist(),
        "equity": stats["_equity_curve"]["Equity"].tolist(),
    }


if __name__ == "__main__":
    answer_all(run)
