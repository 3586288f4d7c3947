"""Axes that meet what the instrument brings itself: a row of the sweep is the single run that it says."""

from dataclasses import replace

import pytest

import tradewright as tw
from tradewright.library.warming import synthetic_bars

METRICS = ["total_return", "trades", "fees_paid"]


def costly_bars():
    bars = synthetic_bars(400)
    bars.instrument = replace(bars.instrument, taker_fee=0.002, maker_fee=0.001)
    return bars


@pytest.mark.parametrize(
    ("grid", "rules"),
    [
        ({"fee": [0.0, 0.01]}, {}),
        ({"rules.fee": [0.0, 0.01]}, {}),
        ({"maker_fee": [0.0, 0.01]}, {}),
        ({"fee": [0.0, 0.01]}, {"maker_fee": 0.003}),
        ({"fee": [0.0, 0.01]}, {"venue": "binance:usdm@vip1"}),
        ({"slippage": [0.0, 0.01]}, {}),
    ],
)
def test_fees_of_the_instrument_stand_beside_an_axis_as_beside_a_given_fee(grid, rules):
    bars = costly_bars()
    result = tw.sweep("ma_crossover", bars, grid=grid, metrics=METRICS, entry="limit:0.5% for 5", **rules)
    frame = result.to_pandas()
    assert len(frame) == 2
    for number, row in frame.iterrows():
        alone = tw.backtest("ma_crossover", bars, **result.params(number)).metrics
        assert alone["trades"] > 0
        for metric in METRICS:
            assert row[metric] == pytest.approx(alone[metric], rel=1e-9), metric
    assert frame["total_return"].nunique() == 2


def test_search_leaves_them_out_too():
    bars = costly_bars()
    space, limit = {"fee": [0.0, 0.01]}, "limit:0.5% for 5"
    result = tw.optimize(
        "ma_crossover", bars, space=space, objective="total_return", method="grid", entry=limit
    )
    alone = tw.backtest("ma_crossover", bars, **result.best.arguments).metrics
    assert result.best.metrics["total_return"] == pytest.approx(alone["total_return"], rel=1e-9)
