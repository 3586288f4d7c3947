"""Code that fails for one combination of many: the error says which."""

import pytest

import tradewright as tw
from tradewright.core.errors import StrategyCodeError
from tradewright.library.warming import synthetic_bars

BARS = synthetic_bars(300)


class Arrays(tw.Strategy):
    class Params(tw.StrategyParams):
        period: int = 5
        width: float = 2.0

    def signals(self, bars, p):
        if p.period == 7:
            raise ValueError("seven")
        return tw.Signals(long_entry=bars.close > bars.open)


class Events(tw.EventStrategy):
    class Params(Arrays.Params):
        pass

    def on_bar(self, ctx):
        if self.p.period == 7 and ctx.i == 20:
            raise ValueError("seven")


class Older:
    def __init__(self, period, width=2.0):
        if period == 7:
            raise ValueError("seven")
        self.width = width

    def generate_signals(self, frame):
        return ["hold"] * len(frame)


@pytest.mark.parametrize("strategy", [Arrays, Events, Older])
def test_error_of_the_code_names_its_combination(strategy):
    grid = {"period": [5, 6, 7], "width": [1.5], "fee": [0.0, 0.001]}
    said = r"seven\. It was asked with period=7, width=1\.5\."
    with pytest.raises(StrategyCodeError, match=said) as caught:
        tw.sweep(strategy, BARS, grid=grid)
    assert caught.value.details["params"] == {"period": 7, "width": 1.5}


def test_constructor_may_refuse_values_together_that_no_combination_has():
    class Pair:
        def __init__(self, fast, slow):
            if fast >= slow:
                raise ValueError("fast is not below slow")

        def generate_signals(self, frame):
            return ["hold"] * len(frame)

    grid = {"fast": [5, 50], "slow": [20, 60]}
    assert tw.sweep(Pair, BARS, grid=grid, where="fast < slow").scored == 3
