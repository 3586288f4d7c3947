"""Combining and aligning bars against a plain reading of engine.md 2.7, one bar and one date at a time."""

from bisect import bisect_right
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradewright.core.bars import Bars
from tradewright.core.calendar import Calendar
from tradewright.core.instrument import Instrument
from tradewright.core.resample import align, resample

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LENGTHS = {"15m": 15 * MINUTE, "30m": 30 * MINUTE, "1h": HOUR, "1d": DAY}
TARGETS = {
    "15m": ("30m", "45m", "1h", "4h", "1d", "1w"),
    "30m": ("2h", "8h", "1d", "1w", "1M"),
    "1h": ("3h", "4h", "5h", "12h", "1d", "3d", "1w", "1M"),
    "1d": ("2d", "1w", "2w", "1M", "3M"),
}
SHORT = {"30m": 30 * MINUTE, "45m": 45 * MINUTE, "1h": HOUR, "2h": 2 * HOUR, "3h": 3 * HOUR, "4h": 4 * HOUR}
SHORT |= {"5h": 5 * HOUR, "8h": 8 * HOUR, "12h": 12 * HOUR}
# Ordinary weeks, weeks in which New York, London, Helsinki change their clocks, year ends, a leap day.
STARTS = ["2024-03-08T20:15", "2024-03-29T22:30", "2024-10-25T13:00", "2024-11-01T21:00", "2023-12-29T00:00"]
STARTS += ["2024-02-26T00:00", "2024-02-26T05:00", "2024-07-01T00:00", "2024-06-30T21:00", "2024-04-29T04:00"]
CALENDARS = ["24/7", "24/5", "XNYS", "XHEL", "XLON", "XTKS"]


@st.composite
def gappy_bars(draw: st.DrawFn) -> tuple[Bars, str]:
    """Draw bars with gaps, off the grid, some days opening before the last one closed, and a target."""
    base = draw(st.sampled_from(sorted(LENGTHS)))
    length = LENGTHS[base]
    steps = [
        length,
        length,
        length,
        2 * length,
        5 * length,
        60 * HOUR,
        length + 7 * MINUTE,
        length - 5 * MINUTE if base == "1d" else length,
    ]
    start = datetime.fromisoformat(draw(st.sampled_from(STARTS))).replace(tzinfo=UTC)
    times = [start]
    for step in draw(st.lists(st.sampled_from(steps), max_size=120)):
        times.append(times[-1] + step)
    prices = (
        np.random.default_rng(draw(st.integers(0, 2**16))).integers(50, 150, (len(times), 4)).astype(float)
    )
    columns = {
        "open": prices[:, 0],
        "high": prices.max(axis=1),
        "low": prices.min(axis=1),
        "close": prices[:, 1],
        "volume": prices[:, 2],
        "adj_close": prices[:, 3],
    }
    instrument = Instrument("X", calendar=Calendar(draw(st.sampled_from(CALENDARS))))
    ns = [
        int((moment - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1)) * 1000
        for moment in times
    ]
    return Bars(ns, columns, timeframe=base, instrument=instrument), draw(st.sampled_from(TARGETS[base]))


# ------------------------------------------------------------------ the plain reading


def opened(bars: Bars, row: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(bars.time[row]) // 1000)


def day_begins(calendar: str, day: date) -> datetime:
    if calendar == "24/7":
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    if calendar == "24/5":
        before = day - DAY
        return datetime(
            before.year, before.month, before.day, 17, tzinfo=ZoneInfo("America/New_York")
        ).astimezone(UTC)
    zones = {
        "XNYS": "America/New_York",
        "XHEL": "Europe/Helsinki",
        "XLON": "Europe/London",
        "XTKS": "Asia/Tokyo",
    }
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zones[calendar])).astimezone(UTC)


def trading_date(calendar: str, moment: datetime) -> date:
    guess = moment.date() - 2 * DAY
    while day_begins(calendar, guess + DAY) <= moment:
        guess += DAY
    return guess


def period_of(target: str, day: date) -> tuple[date, date]:
    """Return the first day of the period that holds `day`, and of the one after."""
    if target.endswith("M"):
        months = int(target[:-1])
        first = (day.year * 12 + day.month - 1) // months * months
        after = first + months
        return date(first // 12, first % 12 + 1, 1), date(after // 12, after % 12 + 1, 1)
    if target.endswith("w"):
        length, origin = 7 * int(target[:-1]), date(1969, 12, 29)
    else:
        length, origin = int(target[:-1]), date(1970, 1, 1)
    first = origin + (day - origin) // timedelta(days=length) * timedelta(days=length)
    return first, first + timedelta(days=length)


def bin_of(calendar: str, target: str, moment: datetime) -> tuple[datetime, datetime]:
    day = trading_date(calendar, moment)
    if target in SHORT:
        begin = day_begins(calendar, day)
        while begin + SHORT[target] <= moment:
            begin += SHORT[target]
        return begin, min(begin + SHORT[target], day_begins(calendar, day + DAY))
    if calendar == "24/7":
        first, after = period_of(target, day)
        return day_begins(calendar, first), day_begins(calendar, after)
    while day.weekday() >= 5:
        day += DAY
    first, after = period_of(target, day)
    while first.weekday() >= 5:
        first += DAY
    last = after - DAY
    while last.weekday() >= 5:
        last -= DAY
    return day_begins(calendar, first), day_begins(calendar, last + DAY)


def plain_resample(bars: Bars, target: str) -> list[tuple[datetime, datetime, list[int]]]:
    """Return each whole bin: where it opens and closes, and the rows in it."""
    calendar, length = bars.instrument.calendar.id, LENGTHS[str(bars.timeframe)]
    bins: list[tuple[datetime, datetime, list[int]]] = []
    for row in range(len(bars)):
        moment = opened(bars, row) if row == 0 else max(opened(bars, row), opened(bars, row - 1) + length)
        if length == DAY:
            moment += DAY / 2
        begin, end = bin_of(calendar, target, moment)
        if not bins or bins[-1][0] != begin:
            bins.append((begin, end, []))
        bins[-1][2].append(row)
    begin = bins[0][0]
    entered = opened(bars, 0) + DAY / 2 < begin + DAY if length == DAY else opened(bars, 0) <= begin
    whole = bins if entered else bins[1:]
    return [one for one in whole if one[1] <= opened(bars, len(bars) - 1) + length]


def as_ns(moment: datetime) -> int:
    return int((moment - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1)) * 1000


# ------------------------------------------------------------------ the properties


@given(gappy_bars())
def test_resample_equals_the_plain_reading(drawn: tuple[Bars, str]) -> None:
    bars, target = drawn
    made = resample(bars, target)
    wanted = plain_resample(bars, target)
    assert made.time.tolist() == [as_ns(begin) for begin, _, _ in wanted]
    assert made.close_time.tolist() == [as_ns(end) for _, end, _ in wanted]
    pick: dict[str, Callable[[np.ndarray], float]] = {
        "open": lambda part: part[0],
        "high": max,
        "low": min,
        "close": lambda part: part[-1],
        "volume": sum,
        "adj_close": lambda part: part[-1],
    }
    for name, combine in pick.items():
        assert made.columns[name].tolist() == [combine(bars.columns[name][rows]) for _, _, rows in wanted], (
            name
        )


@given(gappy_bars())
def test_align_shows_a_value_from_the_first_base_bar_that_closes_at_or_after_it(
    drawn: tuple[Bars, str],
) -> None:
    bars, target = drawn
    higher = resample(bars, target)
    seen = align(bars, higher, higher.close)
    closes = higher.close_time.tolist()
    for row, close in enumerate(bars.close_time.tolist()):
        known = bisect_right(closes, close)
        assert np.isnan(seen[row]) if known == 0 else seen[row] == higher.close[known - 1]


@given(gappy_bars(), st.data())
def test_resample_and_align_of_a_prefix_is_the_prefix_of_the_whole(
    drawn: tuple[Bars, str], data: st.DataObject
) -> None:
    bars, target = drawn
    cut = data.draw(st.integers(1, len(bars)))
    prefix = bars.slice(0, cut)
    for name in ("open", "high", "low", "close", "volume"):
        whole, part = resample(bars, target), resample(prefix, target)
        seen = align(bars, whole, whole.columns[name])[:cut]
        np.testing.assert_array_equal(align(prefix, part, part.columns[name]), seen)


@given(gappy_bars())
def test_resample_never_uses_a_bar_that_closes_after_the_bar_that_first_shows_it(
    drawn: tuple[Bars, str],
) -> None:
    bars, target = drawn
    higher = resample(bars, target)
    numbered = Bars(
        bars.time,
        {name: np.full(len(bars), 1.0) for name in ("open", "high", "low", "close")}
        | {"row": np.arange(len(bars), dtype=float)},
        timeframe=bars.timeframe,
        instrument=bars.instrument,
    )
    last_row_used = align(bars, higher, resample(numbered, target).columns["row"])
    known = ~np.isnan(last_row_used)
    assert (last_row_used[known] <= np.arange(len(bars))[known]).all()


@pytest.mark.parametrize("calendar", CALENDARS)
def test_reference_trading_date_agrees_with_the_calendar(calendar: str) -> None:
    moments = [datetime(2024, 3, 7, tzinfo=UTC) + k * 37 * MINUTE for k in range(400)]
    ns = np.array([as_ns(moment) for moment in moments])
    days = [(trading_date(calendar, moment) - date(1970, 1, 1)).days for moment in moments]
    np.testing.assert_array_equal(Calendar(calendar).trading_days(ns), days)
