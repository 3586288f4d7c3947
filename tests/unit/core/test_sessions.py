"""Sessions on their own city's clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from tradewright.core.errors import UnknownNameError
from tradewright.core.sessions import in_session, session_names

HOURS = {
    "London": ("Europe/London", 8, 17),
    "New York": ("America/New_York", 8, 17),
    "Tokyo": ("Asia/Tokyo", 9, 18),
    "Sydney": ("Australia/Sydney", 7, 16),
}


def moments() -> list[datetime]:
    """Return every 20 minutes of ten days around each change of clocks in 2024, all cities."""
    starts = [
        datetime(2024, 3, 8, tzinfo=UTC),
        datetime(2024, 3, 28, tzinfo=UTC),
        datetime(2024, 10, 1, tzinfo=UTC),
    ]
    starts.append(datetime(2024, 10, 25, tzinfo=UTC))
    return [start + timedelta(minutes=20 * step) for start in starts for step in range(720)]


def as_ns(all_moments: list[datetime]) -> np.ndarray:
    return np.array([int(moment.timestamp()) * 10**9 for moment in all_moments])


@pytest.mark.parametrize("name", HOURS)
def test_session_follows_the_local_clock_over_daylight_saving(name: str) -> None:
    zone, start, end = HOURS[name]
    inside = [start <= moment.astimezone(ZoneInfo(zone)).hour < end for moment in moments()]
    np.testing.assert_array_equal(in_session(as_ns(moments()), name), inside)


def test_session_ends_are_first_included_and_last_excluded() -> None:
    closes = np.array(
        ["2024-07-01T07:00", "2024-07-01T06:59", "2024-07-01T15:59", "2024-07-01T16:00"], "M8[ns]"
    )
    assert in_session(closes.astype(np.int64), "London").tolist() == [True, False, True, False]


def test_overlap_is_when_both_cities_are_at_work() -> None:
    time = as_ns(moments())
    both = in_session(time, "London") & in_session(time, "New York")
    assert both.any()
    np.testing.assert_array_equal(in_session(time, "London-New York overlap"), both)


@pytest.mark.parametrize("written", ["london", "LONDON", " London "])
def test_session_name_in_any_capitals_is_known(written: str) -> None:
    time = as_ns(moments())
    np.testing.assert_array_equal(in_session(time, written), in_session(time, "London"))


def test_session_new_york_is_known_with_and_without_blank() -> None:
    time = as_ns(moments())
    np.testing.assert_array_equal(in_session(time, "new_york"), in_session(time, "NewYork"))


def test_unknown_session_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError) as caught:
        in_session(np.array([0]), "Londn")
    assert caught.value.code == "E_SESSION"
    assert caught.value.details["nearest"] == ["London"]


def test_every_session_has_hours_that_end() -> None:
    time = as_ns(moments())
    for name in session_names():
        share = in_session(time, name).mean()
        assert 0.0 < share < 0.5, name
