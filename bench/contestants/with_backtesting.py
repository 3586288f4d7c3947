"""backtesting.py: its own strategy class; its statistics are part of every run."""

import pandas as pd
from backtesting import Backtest, Strategy
from backtesting.lib import FractionalBacktest, crossover
from protocol import CASH, FAST, FEE, RATE, SLOW, STOP, TARGET, UNITS, Outcome, answer, cannot
from series import NAMES
from sweeps import SHOWN_BRACKETS, SHOWN_PAIRS, every_bracket, every_pair, one_by_one


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
    """The cross of W3 and W5 to W7, as parameters of the class say."""

    leaves = True
    attached = False
    all_in = False
    n_fast, n_slow = FAST, SLOW
    stop, target = STOP, TARGET

    def init(self):
        """Prepare the two averages."""
        self.fast = self.I(sma, self.data.Close, self.n_fast)
        self.slow = self.I(sma, self.data.Close, self.n_slow)

    def next(self):
        """Buy the cross; the levels are of the close, which is the next open here."""
        fast, slow = self.fast, self.slow
        if fast[-1] > slow[-1] and fast[-2] <= slow[-2] and not self.position:
            close = self.data.Close[-1]
            levels = {"sl": close * (1 - self.stop), "tp": close * (1 + self.target)} if self.attached else {}
            size = {} if self.all_in else {"size": UNITS}
            self.buy(**size, **levels)
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


def sweep_pairs(series):
    test = FractionalBacktest(framed(series.bars), Events, cash=CASH, commission=RATE)

    def run(fast, slow):
        return outcome(test.run(all_in=True, n_fast=fast, n_slow=slow))

    return one_by_one(every_pair(series.size), SHOWN_PAIRS, 20, run)


def sweep_brackets(series):
    test = Backtest(framed(series.bars), Events, cash=CASH, commission=RATE)

    def run(stop, target):
        return outcome(test.run(leaves=False, attached=True, stop=stop / 100, target=target / 100))

    return one_by_one(every_bracket(), SHOWN_BRACKETS, 10, run)


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
            "sweep_pairs": sweep_pairs,
            "sweep_brackets": sweep_brackets,
        },
        cold,
    )
