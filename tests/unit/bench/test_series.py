import numpy as np
import pytest

from bench.contestants.series import hours, month_starts, universe


def test_hours_each_bar_opens_where_the_last_closed_within_its_extremes():
    bars = hours(2_000)

    assert (bars["open"][1:] == bars["close"][:-1]).all()
    assert (bars["high"] >= np.maximum(bars["open"], bars["close"])).all()
    assert (bars["low"] <= np.minimum(bars["open"], bars["close"])).all()
    assert (bars["low"] > 0).all()


def test_universe_of_more_symbols_has_the_same_first_ones_and_all_differ():
    few, many = universe(2, 300), universe(3, 300)

    assert (few["S001"]["close"] == many["S001"]["close"]).all()
    closes = [bars["close"] for bars in many.values()]
    assert not any((closes[i] == closes[i + 1]).all() for i in range(2))


@pytest.mark.parametrize("bars", [2_500, 5_000])
def test_universe_of_a_workload_does_not_end_on_a_rebalancing_day(bars: int):
    time = universe(1, bars)["S000"]["time"]

    assert not month_starts(time)[-1]


def test_month_starts_first_bar_and_first_day_present_of_each_month():
    days = ["2020-01-30", "2020-01-31", "2020-02-03", "2020-02-04", "2021-02-01"]
    time = np.array(days, dtype="datetime64[ns]").astype(np.int64)

    assert month_starts(time).tolist() == [True, False, True, False, True]
