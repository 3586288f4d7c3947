"""Local clocks against zoneinfo, moment by moment, where clocks did unusual things."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tradewright.core.errors import DataError, InputError
from tradewright.core.zones import local_ns, localize, time_of_day, utc_ns

HOUR = 3_600_000_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Half-hour steps, a day left out (Apia), two changes in a week (Recife), changes at midnight (Beirut),
# summer time that stops for Ramadan (Casablanca), two hours at once (Troll), an old fraction (Amsterdam).
ZONES = ["Europe/Helsinki", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "America/Recife"]
ZONES += ["Asia/Beirut", "Africa/Casablanca", "Antarctica/Troll", "Europe/Amsterdam", "Asia/Kathmandu", "UTC"]
YEARS = st.integers(-60 * 365 * 86_400, 80 * 365 * 86_400)


def local_by_zoneinfo(second: int, zone: str) -> int:
    local = (EPOCH + timedelta(seconds=second)).astimezone(ZoneInfo(zone)).replace(tzinfo=UTC)
    return int((local - EPOCH).total_seconds())


def utc_by_zoneinfo(second: int, zone: str, fold: int) -> int:
    local = (EPOCH + timedelta(seconds=second)).replace(tzinfo=ZoneInfo(zone), fold=fold)
    return int((local.astimezone(UTC) - EPOCH).total_seconds())


def around_changes(zone: str, year: int) -> list[int]:
    """Return moments at and beside each change of offset in a year."""
    found: list[int] = []
    start = int(datetime(year, 1, 1, tzinfo=UTC).timestamp())
    offset = local_by_zoneinfo(start, zone) - start
    for second in range(start, start + 366 * 86_400, 1_800):
        now = local_by_zoneinfo(second, zone) - second
        if now != offset:
            found += [second + beside for beside in (-7_200, -3_601, -1_800, -1, 0, 1, 1_799, 3_600, 7_200)]
            offset = now
    return found


@pytest.mark.parametrize(
    ("zone", "year"),
    [
        ("Pacific/Apia", 2011),
        ("America/Recife", 2000),
        ("Australia/Lord_Howe", 2024),
        ("Africa/Casablanca", 2012),
        ("America/New_York", 2024),
    ],
)
def test_local_and_utc_beside_every_change_equal_zoneinfo(zone: str, year: int) -> None:
    seconds = around_changes(zone, year)
    assert len(seconds) >= 18
    time = np.array(seconds) * 10**9
    assert (local_ns(time, zone) // 10**9).tolist() == [local_by_zoneinfo(second, zone) for second in seconds]
    for fold, read in enumerate(utc_ns(time, zone)):
        assert (read // 10**9).tolist() == [utc_by_zoneinfo(second, zone, fold) for second in seconds]


@given(st.sampled_from(ZONES), st.lists(YEARS, min_size=1, max_size=20))
def test_local_and_utc_of_any_moments_equal_zoneinfo(zone: str, seconds: list[int]) -> None:
    time = np.array(seconds) * 10**9 + 7
    assert local_ns(time, zone).tolist() == [
        local_by_zoneinfo(second, zone) * 10**9 + 7 for second in seconds
    ]
    for fold, read in enumerate(utc_ns(time, zone)):
        assert read.tolist() == [utc_by_zoneinfo(second, zone, fold) * 10**9 + 7 for second in seconds]


@given(st.sampled_from(ZONES), st.integers(0, 2**31), st.integers(1, 400), st.sampled_from([300, 900]))
def test_localize_of_a_local_clock_gives_the_moments_back(
    zone: str, start: int, count: int, step: int
) -> None:
    first = start // step * step
    # A series that begins inside the second pass of an hour cannot say so unless it goes beyond it.
    assume(count * step > 7_200 or not (EPOCH + timedelta(seconds=first)).astimezone(ZoneInfo(zone)).fold)
    time = (first + step * np.arange(count)) * 10**9
    for written in (time, time[::-1]):
        read, twice, unknown = localize(local_ns(written, zone), zone)
        assert twice.all() or not unknown.any()
        if not unknown.any():
            np.testing.assert_array_equal(read, written)


def test_localize_repeated_hour_is_told_apart_by_order() -> None:
    local = np.array(["2023-11-05T00:30", "2023-11-05T01:00", "2023-11-05T01:30"], "datetime64[ns]")
    again = np.array(["2023-11-05T01:00", "2023-11-05T01:30", "2023-11-05T02:00"], "datetime64[ns]")
    read, twice, unknown = localize(np.concatenate([local, again]).astype(np.int64), "America/New_York")
    assert twice.sum() == 4
    assert not unknown.any()
    assert (np.diff(read) == HOUR // 2).all()


def test_localize_skipped_hour_is_rejected_with_row_and_clock() -> None:
    local = np.array(["2024-03-31T02:30", "2024-03-31T03:30"], "datetime64[ns]").astype(np.int64)
    with pytest.raises(DataError, match="2024-03-31 03:30:00 never was in Europe/Helsinki") as caught:
        localize(local, "Europe/Helsinki")
    assert caught.value.code == "E_TZ"
    assert caught.value.details["row"] == 1


def test_localize_skipped_midnight_is_the_first_moment_of_its_day() -> None:
    midnight = np.array(["2024-03-31T00:00"], "datetime64[ns]").astype(np.int64)
    read = localize(midnight, "Asia/Beirut").time
    assert local_ns(read, "Asia/Beirut")[0] == midnight[0] + HOUR
    assert local_ns(read - 1, "Asia/Beirut")[0] == midnight[0] - 1


def test_time_of_day_keeps_to_the_local_clock_over_daylight_saving() -> None:
    nine_in_london = np.array(["2024-01-15T09:00", "2024-07-15T08:00"], "datetime64[ns]").astype(np.int64)
    assert time_of_day(nine_in_london, "Europe/London").tolist() == [9 * HOUR, 9 * HOUR]


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc", "Europe"])
def test_zone_that_does_not_exist_is_an_input_error(name: str) -> None:
    with pytest.raises(InputError) as caught:
        local_ns(np.array([0]), name)
    assert caught.value.code == "E_TZ"


def test_no_times_stay_no_times() -> None:
    none = np.empty(0, np.int64)
    assert local_ns(none, "Europe/Paris").size == 0
    assert [read.size for read in utc_ns(none, "Europe/Paris")] == [0, 0]
    assert localize(none, "Europe/Paris").time.size == 0
