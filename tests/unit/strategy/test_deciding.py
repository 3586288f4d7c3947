"""From a compiled document to signals: filters, sessions, higher timeframes, warm-up."""

import numpy as np
import pytest

from tests.documents import block, document, entering, on, price, walking_bars, when
from tradewright.core.bars import Bars
from tradewright.core.errors import DataError, DocumentError, InputError
from tradewright.core.resample import align, resample
from tradewright.core.sessions import in_session
from tradewright.core.timeframe import NS_PER_DAY
from tradewright.strategy.document_strategy import DocumentStrategy

UP = when(price("close"), ">", price("open"))
DOWN = when(price("close"), "<", price("open"))
BUSY = when(price("volume"), ">", 500)


def signals(raw, bars, direction=None, tolerance=1e-11):
    return DocumentStrategy.read(raw, None, direction).signals(bars, tolerance)


def test_filter_holds_back_entries_of_both_sides_and_no_exit():
    bars = walking_bars(300)
    raw = document(block(UP), block(DOWN, role="longExit"), block(BUSY, role="filter"))

    found = signals(raw, bars, "both")
    up, busy = bars.close > bars.open, bars.volume > 500

    assert np.array_equal(found.long_entry, up & busy)
    assert np.array_equal(found.short_entry, ~up & busy)
    assert np.array_equal(found.long_exit, ~up)
    assert np.array_equal(found.short_exit, up)


def test_same_condition_for_entry_and_filter_is_not_spoilt_by_the_other():
    bars = walking_bars(300)
    raw = document(block(UP), block(UP, role="longExit"), block(BUSY, role="filter"))

    found = signals(raw, bars)

    assert np.array_equal(found.long_exit, bars.close > bars.open)
    assert found.long_entry.sum() < found.long_exit.sum()


def test_roles_without_blocks_never_fire():
    found = signals(entering(UP), walking_bars(10))

    assert (found.long_exit, found.short_entry, found.short_exit) == (None, None, None)


def test_session_holds_back_entries_by_the_close_in_its_city():
    bars = walking_bars(24 * 200)
    raw = document(block(UP), block(DOWN, role="longExit"), marketContext={"session": "London"})

    found = signals(raw, bars)

    inside = in_session(bars.close_time, "London")
    assert 0 < inside.sum() < inside.size
    assert np.array_equal(found.long_entry, (bars.close > bars.open) & inside)
    assert np.array_equal(found.long_exit, bars.close < bars.open)


def test_session_on_daily_bars_is_refused():
    with pytest.raises(InputError, match="E_SESSION: the session 'London' cannot be told apart on 1d bars"):
        signals(entering(UP, marketContext={"session": "London"}), walking_bars(10, "1d", NS_PER_DAY))


def test_higher_timeframe_is_seen_only_once_it_has_closed():
    bars = walking_bars(24 * 30)
    raw = entering(when(price("close"), ">", {"price": "high", "timeframe": "1d", "shift": 1}))
    days = resample(bars, "1d")
    shifted = np.concatenate(([np.nan], days.high[:-1]))

    found = signals(raw, bars).long_entry

    assert np.array_equal(found, bars.close > align(bars, days, shifted))
    assert not found[:47].any()
    for k in (46, 47, 48, 49, 100, 333):
        assert np.array_equal(signals(raw, bars.slice(0, k)).long_entry, found[:k])


def test_own_timeframe_written_out_changes_nothing():
    bars = walking_bars(100)

    plain, written = (
        signals(entering(on("rsi", "<", 45, **more)), bars) for more in ({}, {"timeframe": "1h"})
    )

    assert np.array_equal(plain.long_entry, written.long_entry)


def test_lower_timeframe_is_refused():
    with pytest.raises(InputError, match="E_TIMEFRAME"):
        signals(entering(on("rsi", "<", 45, timeframe="5m")), walking_bars(100))


def test_tie_tolerance_decides_what_is_equal():
    bars = walking_bars(50)
    near = when(price("close"), ">", {"percent": 100 - 1e-8, "of": price("close")})

    assert not signals(entering(near), bars, tolerance=1e-9).long_entry.any()
    assert signals(entering(near), bars, tolerance=0.0).long_entry.all()


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (on("sma", ">", 1, period=10), 9),
        (on("sma", ">", 1, period=10, shift=3), 12),
        (on("sma", "crosses_above", {"module": "sma", "params": {"period": 30}}, period=10), 30),
        (on("sma", ">", 1, period=10, forLast=4), 12),
        (on("sma", ">", 1, period=10, withinLast=4), 9),
        (when(price("close"), "rising"), 1),
        ({"match": "any", "subConfirmations": [on("sma", ">", 1, period=n) for n in (9, 5, 7)]}, 4),
        ({"match": "all", "subConfirmations": [on("sma", ">", 1, period=n) for n in (9, 5, 7)]}, 8),
        ({"match": {"atLeast": 2}, "subConfirmations": [on("sma", ">", 1, period=n) for n in (9, 5, 7)]}, 6),
        (on("sma", ">", 1, period=2, timeframe="4h"), 7),
        (on("sma", ">", 1, period=5000), 4999),
        (on("sma", ">", 1, period=5000, timeframe="4h"), 19999),
        (when(price("close", timeframe="4h", shift=200), ">", 1), 803),
        (on("sma", ">", 1, period=4, timeframe="1w"), 671),
    ],
)
def test_warmup_is_the_first_bar_that_could_decide(condition, expected):
    bars = walking_bars(400)
    strategy = DocumentStrategy.read(entering(condition))

    assert strategy.warmup(bars) == expected
    assert not strategy.signals(bars, 1e-11).long_entry[:expected].any()


def test_timeframe_that_the_bars_do_not_add_up_to_is_told_with_its_place():
    strategy = DocumentStrategy.read(entering(on("sma", ">", 1, period=2, timeframe="15m")))

    with pytest.raises(DocumentError, match=r"decisionBlocks\[0\]\.subConfirmations\[0\]: bars of 1h do not"):
        strategy.warmup(walking_bars(50))


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        (on("relative_volume", ">", 2), "module 'relative_volume' needs volume, and"),
        (on("sma", ">", 2, source="volume"), "module 'sma' needs volume, and"),
        (when(price("volume"), ">", 2), "the document needs volume, and"),
        (when(price("close"), "<", price("volume", timeframe="4h")), "the document needs volume, and"),
    ],
)
def test_condition_on_the_volume_of_a_series_without_any_is_refused(condition, says):
    bars = walking_bars(50)
    silent = Bars(
        bars.time, {**bars.columns, "volume": np.zeros(50)}, timeframe="1h", instrument=bars.instrument
    )

    with pytest.raises(DataError, match=says) as caught:
        signals(entering(condition), silent)

    assert caught.value.code == "E_NO_VOLUME"
    signals(entering(condition), bars)
    signals(entering(UP), silent)


def test_warmup_waits_for_the_filter_and_takes_the_earlier_side():
    raw = document(
        block(on("sma", ">", 1, period=30)),
        block(on("sma", ">", 1, period=10), role="shortEntry"),
        block(on("sma", ">", 1, period=20), role="filter"),
    )

    assert DocumentStrategy.read(raw, None, "both").warmup(walking_bars(100)) == 19
    assert DocumentStrategy.read(raw, None, "long").warmup(walking_bars(100)) == 29


@pytest.mark.parametrize("n", [0, 1, 2])
def test_tiny_series_decide_without_failing(n):
    bars = walking_bars(3).slice(0, n)
    members = [
        on("rsi", "crosses_above", 30),
        when(price("close"), "rising", withinLast=3),
        when(price("low", shift=5), "between", [1, price("high")], forLast=2),
    ]

    assert signals(entering(*members), bars).long_entry.tolist() == [False] * n
