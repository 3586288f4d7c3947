"""Dates as users write them, to ranges of bars."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest

from tests.factories import flat_bars
from tradewright.core.bars import Bars
from tradewright.core.errors import InputError
from tradewright.core.window import Moment, resolve_window

HOUR = 3_600_000_000_000


@pytest.fixture
def bars() -> Bars:
    """Sixty days from 2020-01-01."""
    return flat_bars(*range(1, 61))


def hourly(start: str, count: int) -> Bars:
    time = np.datetime64(start, "ns").astype(np.int64) + HOUR * np.arange(count)
    one = np.ones(count)
    columns = {"open": one, "high": one, "low": one, "close": one}
    return Bars(time, columns, timeframe="1h", instrument="X")


@pytest.mark.parametrize(
    ("start", "end", "window"),
    [
        (None, None, (0, 60)),
        ("2020-01-11", None, (10, 60)),
        (None, "2020-01-11", (0, 11)),
        ("2020-01-11", "2020-01-11", (10, 11)),
        ("2020-01-10T00:00:01", "2020-01-12T00:00", (10, 12)),
        ("20200111", "2020-01-12T23:59:59Z", (10, 12)),
        ("1999-01-01", "2030-01-01", (0, 60)),
        (date(2020, 1, 11), datetime(2020, 1, 12, tzinfo=UTC), (10, 12)),
        ("2020-01-11T02:00+02:00", "2020-01-11T02:00+02:00", (10, 11)),
        (datetime(2020, 1, 11, 2, tzinfo=timezone(timedelta(hours=2))), None, (10, 60)),
    ],
)
def test_window_of_days(
    bars: Bars, start: Moment | None, end: Moment | None, window: tuple[int, int]
) -> None:
    assert resolve_window(bars, start, end) == window


def test_window_ending_on_a_day_takes_all_of_it() -> None:
    bars = hourly("2020-01-01", 72)
    assert resolve_window(bars, "2020-01-02", "2020-01-02") == (24, 48)
    assert resolve_window(bars, "2020-01-02", "2020-01-02T00:00") == (24, 25)


def test_window_with_start_after_end_is_rejected(bars: Bars) -> None:
    with pytest.raises(InputError, match="start 2020-02-01 is after end 2020-01-01") as caught:
        resolve_window(bars, "2020-02-01", "2020-01-01")
    assert caught.value.code == "E_RANGE"


@pytest.mark.parametrize(
    ("start", "end"), [("2021-01-01", None), (None, "2019-12-31"), ("2020-01-02T01", "2020-01-02T02")]
)
def test_window_without_bars_names_the_range_of_the_series(
    bars: Bars, start: str | None, end: str | None
) -> None:
    with pytest.raises(InputError, match="2020-01-01T00:00 to 2020-02-29T00:00") as caught:
        resolve_window(bars, start, end)
    assert caught.value.code == "E_RANGE"


def test_window_of_no_bars_is_rejected(bars: Bars) -> None:
    with pytest.raises(InputError, match="no bars at all"):
        resolve_window(bars.slice(0, 0))


@pytest.mark.parametrize(
    "text", ["yesterday", "", "2020-13-01", "2020-02-30", "01/02/2020", "9999-01-01", "0001-01-01"]
)
def test_window_with_an_unreadable_date_is_rejected(bars: Bars, text: str) -> None:
    with pytest.raises(InputError) as caught:
        resolve_window(bars, text, None)
    assert caught.value.code == "E_DATE"
    assert caught.value.details["value"] == text


@pytest.mark.parametrize("moment", [20100101, 20100101.0, np.datetime64("2020-01-11"), True, ["2020-01-11"]])
def test_window_of_what_is_no_date_is_rejected(bars: Bars, moment: Any) -> None:
    for window in ((moment, None), (None, moment)):
        with pytest.raises(InputError, match="not a date") as caught:
            resolve_window(bars, *window)
        assert caught.value.code == "E_DATE"
