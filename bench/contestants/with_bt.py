"""bt: a stack of algos that is called at each bar; it knows closes and fills at them."""

import bt
import pandas as pd
from protocol import CASH, FAST, RATE, SLOW, UNITS, Outcome, answer, cannot
from sweeps import SHOWN_PAIRS, every_pair, one_by_one


class Cross(bt.Algo):
    """W5 and W6: buy when the fast average has come above the slow one, leave when it is below."""

    def __init__(self, fast, slow, *, all_in=False):
        super().__init__()
        self.fast, self.slow = fast, slow
        self.all_in = all_in
        self.was_below = False

    def __call__(self, target):
        """Look at the two averages of this bar; before they are known, no comparison holds."""
        fast, slow = self.fast.at[target.now], self.slow.at[target.now]
        if fast > slow:
            if self.was_below:
                close = target.universe["GBM"].at[target.now]
                target.transact(target.capital / (close * (1 + RATE)) if self.all_in else UNITS, child="GBM")
            self.was_below = False
        elif fast <= slow:
            if not self.was_below and "GBM" in target.children:
                target.close("GBM")
            self.was_below = True
        return True


def portfolio(universe):
    time = next(iter(universe.values()))["time"]
    closes = pd.DataFrame(
        {symbol: bars["close"] for symbol, bars in universe.items()}, index=pd.to_datetime(time)
    )

    def run():
        algos = [
            bt.algos.RunMonthly(),
            bt.algos.SelectAll(),
            bt.algos.WeighEqually(),
            bt.algos.Rebalance(),
        ]
        found = finished(bt.Strategy("equal", algos), closes)
        return Outcome(float(found.value), len(found.get_transactions()))

    return run


def events(arrays):
    trade = crosses(arrays)
    return lambda: trade(FAST, SLOW)


def sweep_pairs(series):
    trade = crosses(series.bars, all_in=True)
    return one_by_one(every_pair(series.size), SHOWN_PAIRS, 10, trade)


def crosses(arrays, **options):
    """Return a function of two windows that runs once."""
    closes = pd.DataFrame({"GBM": arrays["close"]}, index=pd.to_datetime(arrays["time"]))

    def run(*periods):
        fast, slow = (closes["GBM"].rolling(n).mean() for n in periods)
        found = finished(bt.Strategy("cross", [Cross(fast, slow, **options)]), closes)
        return Outcome(float(found.value), int((found.get_transactions()["quantity"] < 0).sum()))

    return run


def finished(strategy, closes):
    test = bt.Backtest(
        strategy,
        closes,
        initial_capital=CASH,
        commissions=lambda quantity, price: abs(quantity) * price * RATE,
        integer_positions=False,
        progress_bar=False,
    )
    test.run()
    return test.strategy


CLOSES_ONLY = cannot("no stop or target inside a bar: it knows closes only")

if __name__ == "__main__":
    answer(
        {
            "brackets": CLOSES_ONLY,
            "portfolio": portfolio,
            "events": events,
            "events_brackets": CLOSES_ONLY,
            "sweep_pairs": sweep_pairs,
            "sweep_brackets": CLOSES_ONLY,
        }
    )
