"""A strategy of your own: a class with typed parameters and one vectorised method."""

import tradewright as tw


class Cross(tw.Strategy):
    """Long while a fast average is above a slow one."""

    class Params(tw.StrategyParams):
        """Bars in each average."""

        fast: int = 20
        slow: int = 50

    def signals(self, bars: tw.Bars, p: Params) -> tw.Signals:
        """Decide at every close."""
        fast = tw.indicator("sma", bars, period=p.fast)
        slow = tw.indicator("sma", bars, period=p.slow)
        return tw.Signals(long_entry=tw.crosses_above(fast, slow), long_exit=tw.crosses_below(fast, slow))
