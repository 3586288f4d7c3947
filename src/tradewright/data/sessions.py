"""The scheduled sessions that a series runs through, from its calendar."""

import warnings
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import Bars
from tradewright.core.calendar import Calendar
from tradewright.core.errors import InputError
from tradewright.core.optional import optional
from tradewright.core.sessions import Sessions

Times = npt.NDArray[np.int64]

# Since when an exchange has closed at the hours that `exchange_calendars` gives it; for most exchanges the
# package knows today's hours alone. New York has closed at 16:00 all along since it opens at 9:30
# (1985-09-30); in London the closing auction of 16:30 is of 2000; Tokyo's schedule in the package begins
# in 1997, with its change of hours of 2024-11-05.
_CLOSES_SINCE = {
    "XNYS": date(1985, 9, 30),
    "XNAS": date(1985, 9, 30),
    "XLON": date(2000, 6, 1),
    "XTKS": date(1997, 1, 1),
}
_MOST_CLOSE_SINCE = date(2005, 1, 1)
# A year that every schedule covers.
_ANY_YEAR = 2020


class _Limits(NamedTuple):
    """First and last date that a schedule covers."""

    first: date
    last: date


def sessions_of(bars: Bars) -> Sessions:
    """Return the scheduled sessions of a series' calendar, from its first bar to its last at least.

    A session of ``24/7`` is a UTC day, one of ``24/5`` ends at 17:00 New York from Monday to Friday (its
    holidays are not known), one of an exchange ends at the scheduled close, early closes and holidays
    included. A bar of a day or longer is a session of its own.

    ``sessions_of(bars).ends(bars.time, bars.close_time)`` then says at which bars a session ends, and which
    ends no bar reached.

    Schedules of exchanges are those of the package ``exchange_calendars``. They begin in 2005, or earlier
    where the closing time has been the same for longer: New York 1985, Tokyo 1997, London 2000.

    Parameters
    ----------
    bars
        Any series; its instrument names the calendar.

    Raises
    ------
    InputError
        ``E_CALENDAR_RANGE`` when the exchange has no schedule for dates of the series.
    EnvironmentFaultError
        ``E_EXTRA`` when ``exchange_calendars`` is not installed.
    """
    if not len(bars):
        return Sessions(np.zeros(0, np.int64), np.zeros(0, np.int64))
    if not bars.timeframe.is_intraday:
        return _one_a_bar(bars)
    calendar = bars.instrument.calendar
    if calendar.is_exchange:
        return _of_exchange(calendar, *_dates(bars))
    return _around_the_clock(calendar, bars)


def _one_a_bar(bars: Bars) -> Sessions:
    # A bar of a day that lost an hour to summer time may close after the next one opens.
    close = bars.close_time.copy()
    np.minimum(close[:-1], bars.time[1:], out=close[:-1])
    return Sessions(bars.time, close)


def _around_the_clock(calendar: Calendar, bars: Bars) -> Sessions:
    first, last = calendar.trading_days(_span(bars)).tolist()
    days: Times = np.arange(first, last + 1, dtype=np.int64)
    if calendar.has_weekends:
        # Day 0 was a Thursday.
        days = days[(days + 3) % 7 < 5]
    return Sessions(calendar.day_start(days), calendar.day_start(days + 1))


def _of_exchange(calendar: Calendar, first: date, last: date) -> Sessions:
    limits = _limits(calendar.id)
    if first < limits.first or last > limits.last:
        early = first < limits.first
        asked, bound = (first, limits.first) if early else (last, limits.last)
        raise InputError(
            "E_CALENDAR_RANGE",
            f"calendar {calendar.id} has no schedule for {asked}; its {'first' if early else 'last'} date "
            f"is {bound}.",
            fix=f"{'Start' if early else 'End'} the data at {bound}, or do without an exit at the session's "
            "end.",
            details={
                "calendar": calendar.id,
                "value": str(asked),
                "nearest": str(bound),
                "first": str(limits.first),
                "last": str(limits.last),
            },
        )
    return _schedule(calendar.id, first.year, last.year)


@lru_cache(maxsize=32)
def _schedule(exchange: str, first_year: int, last_year: int) -> Sessions:
    limits = _limits(exchange)
    begin, end = max(date(first_year, 1, 1), limits.first), min(date(last_year, 12, 31), limits.last)
    known = _from_package(exchange, begin, end)
    return Sessions(_ns(known.opens), _ns(known.closes))


@lru_cache(maxsize=64)
def _limits(exchange: str) -> _Limits:
    known = _from_package(exchange, date(_ANY_YEAR, 1, 1), date(_ANY_YEAR, 12, 31))
    first, last = known.bound_min(), known.bound_max()
    since = _CLOSES_SINCE.get(exchange, _MOST_CLOSE_SINCE)
    return _Limits(
        since if first is None else max(since, first.date()), date.max if last is None else last.date()
    )


def _from_package(exchange: str, first: date, last: date) -> Any:
    package: Any = optional("exchange_calendars")
    with warnings.catch_warnings():
        # exchange_calendars 4.13 uses what works in pandas 3.1 and will not in pandas 4.
        warnings.simplefilter("ignore", DeprecationWarning)
        return package.get_calendar(exchange, start=str(first), end=str(last))


def _ns(moments: Any) -> Times:
    """Return a pandas series of UTC times as nanoseconds, whatever their unit; read-only."""
    naive = moments.dt.tz_convert(None).to_numpy()
    found = naive.astype("datetime64[ns]").astype(np.int64)
    found.flags.writeable = False
    return found


def _dates(bars: Bars) -> tuple[date, date]:
    first, last = bars.instrument.calendar.trading_days(_span(bars)).astype("datetime64[D]").tolist()
    return first, last


def _span(bars: Bars) -> Times:
    """Return the first and the last nanosecond of a series."""
    return np.array([bars.time[0], bars.close_time[-1] - 1])
