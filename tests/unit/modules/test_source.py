"""What the `source` parameter may name."""

import numpy as np
import pytest

from tests.contract.module_bars import bars_of
from tradewright.modules.source import SOURCES, source_of

BARS = bars_of({"open": [2.0], "high": [9.0], "low": [1.0], "close": [4.0], "volume": [7.0], "vwap": [3.5]})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("open", 2),
        ("high", 9),
        ("low", 1),
        ("close", 4),
        ("volume", 7),
        ("hl2", 5),
        ("hlc3", 14 / 3),
        ("ohlc4", 4),
        ("vwap", 3.5),
    ],
)
def test_source_of_reads_prices_their_means_and_extra_columns(name: str, value: float) -> None:
    assert source_of(BARS, name).tolist() == [pytest.approx(value)]


def test_every_source_offered_can_be_read() -> None:
    for name in SOURCES:
        assert source_of(BARS, name).shape == (1,)


def test_an_extra_column_goes_before_a_mean_of_the_same_name() -> None:
    own = bars_of({"close": np.array([4.0]), "hl2": np.array([77.0])})
    assert source_of(own, "hl2").tolist() == [77.0]
