"""backtrader: `next` at each bar, orders filled at the next open."""

import backtrader as bt
import pandas as pd
from protocol import CASH, FAST, RATE, SLOW, STOP, TARGET, UNITS, Outcome, answer
from series import NAMES
from sweeps import SHOWN_BRACKETS, SHOWN_PAIRS, every_bracket, every_pair, one_by_one

# An order beyond the cash at hand is refused whole, so the fee of the first purchase must be kept.
INVESTED = 0.998
# So is one that is beyond it by a rounding.
ALMOST = 1 - 1e-12


class Cross(bt.Strategy):
    """W3, W5 to W7: buy the cross, with or without a stop and a target, with or without leaving below."""

    params = (
        ("leaves", True),
        ("attached", False),
        ("all_in", False),
        ("fast", FAST),
        ("slow", SLOW),
        ("stop", STOP),
        ("target", TARGET),
    )

    def __init__(self):
        self.fast = bt.ind.SMA(self.data.close, period=self.p.fast)
        self.slow = bt.ind.SMA(self.data.close, period=self.p.slow)
        self.attached = []
        self.closed = 0

    def next(self):
        """Levels are of the close, which is the next open here."""
        fast, slow = self.fast, self.slow
        if fast[0] > slow[0] and fast[-1] <= slow[-1] and not self.position:
            close = self.data.close[0]
            if self.p.attached:
                self.attached = self.buy_bracket(
                    size=UNITS,
                    exectype=bt.Order.Market,
                    stopprice=close * (1 - self.p.stop),
                    limitprice=close * (1 + self.p.target),
                )
            else:
                most = self.broker.getcash() / (close * (1 + RATE)) * ALMOST
                self.buy(size=most if self.p.all_in else UNITS)
        elif self.p.leaves and fast[0] < slow[0] and self.position:
            for order in self.attached[1:]:
                self.cancel(order)
            self.close()

    def notify_trade(self, trade):
        """Count round trips."""
        self.closed += trade.isclosed


class EqualWeight(bt.Strategy):
    """W4: bring each symbol to its share on the first bar of each month, sales first."""

    def __init__(self):
        self.month = None
        self.filled = 0

    def next(self):
        """Rebalance where the month is not that of the bar before."""
        month = self.data.datetime.date(0).replace(day=1)
        if month == self.month:
            return
        self.month = month
        share = INVESTED / len(self.datas)
        for data in sorted(self.datas, key=self.worth, reverse=True):
            self.order_target_percent(data, target=share)

    def worth(self, data):
        """Return what the position in `data` is worth at this close."""
        return self.getposition(data).size * data.close[0]

    def notify_order(self, order):
        """Count fills."""
        self.filled += order.status == order.Completed


class Fractions(bt.CommInfoBase):
    """Sizes in fractions of a unit, as the other contestants have them."""

    params = (("commission", RATE), ("percabs", True), ("stocklike", True))

    def getsize(self, price, cash):
        """Return how many units `cash` buys."""
        return cash / price


def feed(arrays, name):
    frame = pd.DataFrame({name: arrays[name] for name in NAMES}, index=pd.to_datetime(arrays["time"]))
    return lambda: bt.feeds.PandasData(dataname=frame, name=name)


def events(**options):
    def prepare(arrays):
        return crosses(arrays, **options)

    return prepare


def crosses(arrays, **options):
    """Return a function of further options that runs once."""
    feeds = [feed(arrays, "GBM")]

    def run(**more):
        account, strategy = finished(feeds, Cross, **options, **more)
        return Outcome(account, strategy.closed)

    return run


def sweep_pairs(series):
    trade = crosses(series.bars, all_in=True)
    return one_by_one(
        every_pair(series.size), SHOWN_PAIRS, 10, lambda fast, slow: trade(fast=fast, slow=slow)
    )


def sweep_brackets(series):
    trade = crosses(series.bars, leaves=False, attached=True)

    def run(stop, target):
        return trade(stop=stop / 100, target=target / 100)

    return one_by_one(every_bracket(), SHOWN_BRACKETS, 5, run)


def portfolio(universe):
    feeds = [feed(arrays, symbol) for symbol, arrays in universe.items()]

    def run():
        account, strategy = finished(feeds, EqualWeight)
        return Outcome(account, strategy.filled)

    return run


def finished(feeds, strategy, **options):
    """Return the final value of the account and the strategy that traded."""
    cerebro = bt.Cerebro(stdstats=False)
    for make in feeds:
        cerebro.adddata(make())
    cerebro.addstrategy(strategy, **options)
    cerebro.broker.setcash(CASH)
    cerebro.broker.addcommissioninfo(Fractions())
    found = cerebro.run()[0]
    return float(cerebro.broker.getvalue()), found


if __name__ == "__main__":
    answer(
        {
            "brackets": events(leaves=False, attached=True),
            "portfolio": portfolio,
            "events": events(),
            "events_brackets": events(attached=True),
            "sweep_pairs": sweep_pairs,
            "sweep_brackets": sweep_brackets,
        }
    )
