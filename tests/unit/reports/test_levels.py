"""Candles that stand for several bars lose no extreme; detail is where trades are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.reports.runs import finished, material
from tradewright.reports.levels import Room, bars_each, candles, detail, overview, spans_around

SMALL = Room(all_bars=50, points=20, detail_bars=60, context=3, longest=40)


@pytest.fixture(scope="module")
def drawn():
    return material(finished())


def test_every_bar_has_a_candle_where_there_is_room():
    assert bars_each(50, SMALL) == 1
    assert candles(50, SMALL) == "1 candle = 1 bar"


@given(st.integers(51, 10_000))
def test_candles_never_outnumber_their_room(n):
    each = bars_each(n, SMALL)
    assert -(-n // each) <= SMALL.points
    assert candles(n, SMALL) == f"downsampled: 1 candle = {each} bars"


def test_overview_of_single_bars_is_the_curves_themselves(drawn):
    columns = overview(drawn, 1)
    assert columns["equity"].tobytes() == drawn.equity.tobytes()
    assert columns["drawdown"].tobytes() == drawn.drawdown.tobytes()
    assert columns["high"].tobytes() == drawn.bars.high.tobytes()
    assert "equity_low" not in columns


@pytest.mark.parametrize("each", [2, 7, 100_000])
def test_overview_keeps_open_extremes_and_close_of_each_stretch(drawn, each):
    columns, bars, n = overview(drawn, each), drawn.bars, drawn.time.size
    for i, start in enumerate(range(0, n, each)):
        part = slice(start, start + each)
        assert columns["open"][i] == bars.open[start]
        assert columns["high"][i] == bars.high[part].max()
        assert columns["low"][i] == bars.low[part].min()
        assert columns["close"][i] == bars.close[part][-1]
        assert columns["equity"][i] == drawn.equity[part][-1]
        assert columns["equity_low"][i] == drawn.equity[part].min()
        assert columns["equity_high"][i] == drawn.equity[part].max()
        assert columns["drawdown"][i] == drawn.drawdown[part].min()
        assert columns["benchmark"][i] == drawn.benchmark[part][-1]
        assert columns["time"][i] == drawn.time[start] / 1e9


def test_detail_has_the_bars_around_trades_one_by_one(drawn):
    entry, exit_ = np.array([10, 100]), np.array([12, 104])
    spans = spans_around(entry, exit_, np.array([1.0, 2.0]), drawn.time.size, SMALL)
    assert spans.starts.tolist() == [7, 97]
    assert spans.stops.tolist() == [16, 108]
    columns = detail(drawn, spans)
    rows = [*range(7, 16), *range(97, 108)]
    assert columns["close"].tolist() == drawn.bars.close[rows].tolist()
    assert columns["equity"].tolist() == drawn.equity[rows].tolist()


def test_detail_takes_the_heaviest_trades_as_long_as_there_is_room():
    entry = np.array([100, 200, 300, 400, 500])
    weight = np.array([5.0, 1.0, 4.0, 3.0, np.nan])
    spans = spans_around(entry, entry + 13, weight, 1_000, SMALL)  # 20 bars each, 60 in all
    assert spans.starts.tolist() == [97, 297, 397]
    assert (spans.bars, spans.trades) == (60, 3)


def test_detail_of_trades_that_overlap_takes_room_once():
    entry = np.array([100, 101, 102])
    spans = spans_around(entry, entry + 10, np.ones(3), 1_000, SMALL)
    assert (spans.starts.tolist(), spans.stops.tolist(), spans.trades) == ([97], [116], 3)


def test_detail_leaves_out_trades_that_the_overview_shows_well_enough():
    spans = spans_around(np.array([0]), np.array([500]), np.ones(1), 1_000, SMALL)
    assert (spans.bars, spans.trades) == (0, 0)


def test_detail_ends_with_the_window():
    spans = spans_around(np.array([1]), np.array([18]), np.ones(1), 20, SMALL)
    assert (spans.starts.tolist(), spans.stops.tolist()) == ([0], [20])


def test_detail_counts_every_trade_that_lies_in_it_whole():
    entry, exit_ = np.array([100, 105, 108, 400]), np.array([110, 107, 150, 401])
    spans = spans_around(entry, exit_, np.array([9.0, 1.0, 5.0, 0.0]), 1_000, Room(detail_bars=17, context=3))
    assert (spans.starts.tolist(), spans.stops.tolist()) == ([97], [114])
    assert spans.trades == 2  # the second by the way; the third goes on beyond


def test_room_gets_tighter_until_nothing_is_left_to_give():
    room, steps = Room(), 0
    while (less := room.tighter()) is not None:
        assert (less.points, less.detail_bars) < (room.points + 1, room.detail_bars + 1)
        room, steps = less, steps + 1
    assert room.detail_bars == 0
    assert room.points >= room.fewest
    assert steps < 15
