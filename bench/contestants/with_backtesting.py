"""backtesting.py: its own strategy class; its statistics are part of every run."""

import pandas as pd
from backtesting import Backtest, Strategy
from backtesting.lib import crossover
from protocol import CASH, FAST, FEE, RATE, SLOW, STOP, TARGET, UNITS, Outcome, answer, cannot
from series import NAMES


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


class Events(Strategy):
    """The cross of W3 and W5, as parameters of the class say."""

    leaves = True
    attached = False

    def init(self):
        """Prepare the two averages."""
        self.fast = self.I(sma, self.data.Close, FAST)
        self.slow = self.I(sma, self.data.Close, SLOW)

    def next(self):
        """Buy the cross; the levels are of the close, which is the next open here."""
        fast, slow = self.fast, self.slow
        if fast[-1] > slow[-1] and fast[-2] <= slow[-2] and not self.position:
            close = self.data.Close[-1]
            levels = {"sl": close * (1 - STOP), "tp": close * (1 + TARGET)} if self.attached else {}
            self.buy(size=UNITS, **levels)
        elif self.leaves and fast[-1] < slow[-1] and self.position:
            self.position.close()


def trade(frame):
    return Backtest(frame, Cross, cash=1_000_000, commission=FEE).run()


def framed(arrays):
    return pd.DataFrame({name.title(): arrays[name] for name in NAMES}, index=pd.to_datetime(arrays["time"]))


def single(arrays):
    frame = framed(arrays)
    return lambda: outcome(trade(frame))


def events(**options):
    def prepare(arrays):
        frame = framed(arrays)
        return lambda: outcome(Backtest(frame, Events, cash=CASH, commission=RATE).run(**options))

    return prepare


def outcome(statistics):
    return Outcome(float(statistics["Equity Final [$]"]), int(statistics["# Trades"]))


def cold(path):
    frame = pd.read_csv(path, index_col=0, parse_dates=True)
    print(trade(frame.rename(columns=str.title)))


if __name__ == "__main__":
    answer(
        {
            "single": single,
            "brackets": events(leaves=False, attached=True),
            "portfolio": cannot("one instrument a run"),
            "events": events(),
            "events_brackets": events(attached=True),
        },
        cold,
    )
