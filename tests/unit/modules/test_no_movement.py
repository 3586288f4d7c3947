"""What rounding alone must not turn into a signal."""

import numpy as np
import pytest

from tests.contract.module_bars import bars_of
from tradewright.modules import registry

LINE = bars_of({"close": np.arange(1, 61) * 1.1})
# A tenth summed again and again comes out a little off each time, yet the price stands still.
STILL = bars_of({"close": np.where(np.arange(60) % 2, 0.1 + 0.2, 0.3)})


@pytest.mark.parametrize("lengths", [(2, 4, 2), (5, 9, 4), (12, 26, 9)])
def test_macd_of_a_straight_line_never_leaves_its_signal(lengths: tuple[int, int, int]) -> None:
    params = dict(zip(("fast", "slow", "signal"), lengths, strict=True))
    histogram = registry.compute("macd", LINE, params)["histogram"]
    assert (histogram[registry.get("macd").warmup(registry.parameters("macd", params)) :] == 0).all()


@pytest.mark.parametrize(
    ("module_id", "output", "value"),
    [
        ("rsi", "rsi", 50.0),
        ("macd", "macd", 0.0),
        ("roc", "roc", 0.0),
        ("momentum_indicator", "momentum", 0.0),
        ("zscore", "zscore", 0.0),
        ("stochastic", "k", 50.0),
        ("atr", "atr", 0.0),
        ("adx", "adx", 0.0),
        ("adx", "plus_di", 0.0),
        ("standard_deviation", "standard_deviation", 0.0),
    ],
)
def test_price_apart_by_rounding_only_has_not_moved(module_id: str, output: str, value: float) -> None:
    column = registry.compute(module_id, STILL, {})[output]
    assert (column[registry.get(module_id).warmup(registry.parameters(module_id, {})) :] == value).all()
