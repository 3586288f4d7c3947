"""backtesting.py: its own strategy class; its statistics are part of every run."""

import pandas as pd
from backtesting import Backtest, Strategy
from backtesting.lib import crossover
from protocol import FEE, answer


def sma(values, n):
    return pd.Series(values).rolling(n).mean()


class Cross(Strategy):
    """SMA 20 over 50."""

    def init(self):
        """Prepare the two averages."""
        self.fast = self.I(sma, self.data.Close, 20)
        self.slow = self.I(sma, self.data.Close, 50)

    def next(self):
        """Buy and leave on crosses."""
        if crossover(self.fast, self.slow):
            self.buy()
        elif crossover(self.slow, self.fast):
            self.position.close()


def trade(frame):
    return Backtest(frame, Cross, cash=1_000_000, commission=FEE).run()


def prepare(arrays):
    names = ("open", "high", "low", "close", "volume")
    frame = pd.DataFrame({name.title(): arrays[name] for name in names}, index=pd.to_datetime(arrays["time"]))
    return lambda: int(trade(frame)["# Trades"])


def cold(path):
    frame = pd.read_csv(path, index_col=0, parse_dates=True)
    print(trade(frame.rename(columns=str.title)))


if __name__ == "__main__":
    answer(prepare, cold)
