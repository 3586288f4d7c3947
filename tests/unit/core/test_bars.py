"""Bars: what they refuse, what they share, when they close."""

from typing import Any

import numpy as np
import pytest

from tradewright.core.bars import Bars
from tradewright.core.errors import DataError, InputError

DAY = 86_400_000_000_000
HOUR = DAY // 24


def columns(**changes: Any) -> dict[str, Any]:
    """Return three sound bars with some columns changed."""
    base: dict[str, Any] = {
        "open": [2.0, 3, 4],
        "high": [3.0, 4, 5],
        "low": [1.0, 2, 3],
        "close": [2.5, 3.5, 4.5],
    }
    return {**base, **changes}


def bars(time: Any = (0, DAY, 2 * DAY), timeframe: str = "1d", **changes: Any) -> Bars:
    return Bars(time, columns(**changes), timeframe=timeframe, instrument="X")


@pytest.mark.parametrize(
    ("changes", "code", "column"),
    [
        ({"high": [3.0, np.nan, 5]}, "E_NONFINITE", "high"),
        ({"close": [2.5, np.inf, 4.5]}, "E_NONFINITE", "close"),
        ({"low": [1.0, 0, 3]}, "E_PRICE", "low"),
        ({"low": [1.0, -2, 3]}, "E_PRICE", "low"),
        ({"volume": [1.0, -1, 3]}, "E_VOLUME", "volume"),
        ({"volume": [1.0, np.nan, 3]}, "E_NONFINITE", "volume"),
        ({"volume": [1.0, np.inf, 3]}, "E_NONFINITE", "volume"),
        ({"high": [3.0, 1.5, 5]}, "E_OHLC", "high"),
        ({"open": [2.0, 4.5, 4]}, "E_OHLC", "open"),
        ({"close": [2.0, 1.5, 4]}, "E_OHLC", "close"),
        ({"time": (0, 0, DAY)}, "E_TS_ORDER", "time"),
        ({"time": (DAY, 0, 2 * DAY)}, "E_TS_ORDER", "time"),
        ({"time": (0, DAY - 2 * HOUR, 2 * DAY)}, "E_INTERVAL", "time"),
        ({"timeframe": "1w"}, "E_INTERVAL", "time"),
        ({"timeframe": "2d"}, "E_INTERVAL", "time"),
        ({"timeframe": "1M", "time": (0, 27 * DAY, 90 * DAY)}, "E_INTERVAL", "time"),
    ],
)
def test_bars_that_cannot_be_are_refused_by_row_and_column(
    changes: dict[str, Any], code: str, column: str
) -> None:
    with pytest.raises(DataError, match="row 1") as caught:
        bars(**changes)
    assert caught.value.code == code
    assert caught.value.details["column"] == column


def test_bars_of_different_lengths_or_without_a_price_are_refused() -> None:
    with pytest.raises(DataError) as caught:
        bars(volume=[1.0, 2.0])
    assert caught.value.code == "E_ROW_WIDTH"
    with pytest.raises(DataError) as caught:
        Bars([0], {"open": [1.0]}, timeframe="1d", instrument="X")
    assert caught.value.details["missing"] == ["high", "low", "close"]


def test_bars_cannot_be_changed_and_copy_what_could_be() -> None:
    close = np.array([2.5, 3.5, 4.5])
    made = bars(close=close)
    close[0] = 99.0
    assert made.close[0] == 2.5
    with pytest.raises(ValueError, match="read-only"):
        made.close[0] = 1.0


def test_bars_share_read_only_columns() -> None:
    close = np.array([2.5, 3.5, 4.5])
    close.flags.writeable = False
    assert np.shares_memory(bars(close=close).close, close)


def test_bars_copy_a_read_only_view_of_what_could_be_changed() -> None:
    table = np.array([[2.5, 3.5, 4.5]])
    view = table[0]
    view.flags.writeable = False
    made = bars(close=view)
    checksum = made.checksum
    table[0, 0] = 2.0
    assert made.close[0] == 2.5
    assert bars(close=[2.5, 3.5, 4.5]).checksum == checksum


def test_bars_share_views_of_what_nobody_can_change() -> None:
    packed = np.frombuffer(np.array([2.5, 3.5, 4.5]).tobytes())
    table = np.array([[2.5, 3.5, 4.5]])
    table.flags.writeable = False
    changeable = np.frombuffer(bytearray(packed.tobytes()))
    changeable.flags.writeable = False
    assert np.shares_memory(bars(close=packed).close, packed)
    assert np.shares_memory(bars(close=table[0]).close, table)
    assert not np.shares_memory(bars(close=changeable).close, changeable)


@pytest.mark.parametrize(
    ("time", "timeframe"),
    [
        ((0, DAY - HOUR, 2 * DAY), "1d"),
        ((0, 7 * DAY - HOUR, 14 * DAY), "1w"),
        ((0, 28 * DAY, 59 * DAY), "1M"),
        ((0, 5 * DAY, 6 * DAY), "1h"),
    ],
)
def test_bars_with_a_clock_change_a_short_month_or_gaps_do_not_overlap(time: Any, timeframe: str) -> None:
    assert bars(time=time, timeframe=timeframe).time.tolist() == list(time)


def test_bars_that_say_when_they_close_may_be_shorter_than_their_timeframe() -> None:
    times = np.array([0, 4 * HOUR, 7 * HOUR])
    made = Bars(times, columns(), timeframe="4h", instrument="X", close_time=times + 3 * HOUR)
    assert made.close_time.tolist() == [3 * HOUR, 7 * HOUR, 10 * HOUR]
    with pytest.raises(DataError, match="opens before the 4h bar before it has closed"):
        bars(time=times, timeframe="4h")


def test_bars_without_volume_have_zero_volume() -> None:
    assert bars().volume.tolist() == [0, 0, 0]


def test_column_by_name_and_its_absence() -> None:
    made = bars(adj_close=[1.0, 2, 3])
    assert made.extra == ("adj_close",)
    assert made.column("adj_close").tolist() == [1, 2, 3]
    with pytest.raises(InputError, match="It has open") as caught:
        made.column("clse")
    assert caught.value.code == "E_FIELD"


def test_checksum_depends_on_every_value_and_on_the_timeframe() -> None:
    sums = {bars().checksum, bars(close=[2.5, 3.5, 4.25]).checksum, bars(volume=[1.0, 0, 0]).checksum}
    sums |= {
        bars(time=(0, DAY, 3 * DAY)).checksum,
        bars(timeframe="12h").checksum,
        bars(x=[0.0, 0, 0]).checksum,
    }
    assert len(sums) == 6
    assert bars().checksum == bars(volume=[0.0, 0, 0]).checksum


def test_slice_is_a_view_with_the_same_closes() -> None:
    made = bars().closing_at([DAY - 5, 2 * DAY - 5, 3 * DAY - 5])
    part = made.slice(1, 3)
    assert len(part) == 2
    assert np.shares_memory(part.close, made.close)
    assert part.close_time.tolist() == [2 * DAY - 5, 3 * DAY - 5]


def test_close_time_is_the_open_plus_the_bar_length() -> None:
    assert bars(timeframe="1h").close_time.tolist() == [DAY // 24, DAY + DAY // 24, 2 * DAY + DAY // 24]


def test_close_time_of_months_follows_the_calendar() -> None:
    starts = np.array(["2023-12", "2024-01", "2024-02"], "datetime64[M]")
    made = bars(time=starts.astype("datetime64[ns]").astype(np.int64), timeframe="1M")
    assert made.close_time.tolist() == (starts + 1).astype("datetime64[ns]").astype(np.int64).tolist()


@pytest.mark.parametrize("closes", [[0, 2 * DAY, 3 * DAY], [DAY, DAY, 3 * DAY]])
def test_closes_that_cannot_be_are_refused(closes: list[int]) -> None:
    with pytest.raises(DataError) as caught:
        bars().closing_at(closes)
    assert caught.value.code == "E_TS_ORDER"


def test_bars_say_what_they_are() -> None:
    assert repr(bars()) == "Bars(X 1d, 3 bars, 1970-01-01T00:00 to 1970-01-03T00:00 UTC)"
    assert repr(bars().slice(0, 0)) == "Bars(X 1d, empty)"
