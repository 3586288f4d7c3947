"""When a portfolio decides (docs/concepts/portfolio.md P4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
import numpy.typing as npt

from tradewright.core.calendar import Calendar
from tradewright.core.errors import InputError, UnknownNameError
from tradewright.core.instants import parse_instant
from tradewright.core.sessions import Sessions
from tradewright.core.timeframe import NS_PER_DAY
from tradewright.engine.portfolio.panel import Panel

Times = npt.NDArray[np.int64]
Period = Literal["week", "month", "quarter", "year"]
Edge = Literal["start", "end"]

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_PERIODS = ("week", *_MONTHS)
RHYTHMS = ("bar", *(f"{period}_{edge}" for period in _PERIODS for edge in ("start", "end")))
# Day 0 was a Thursday.
_FIRST_MONDAY = 4


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Which rows of a panel decide.

    Attributes
    ----------
    every
        Every so many rows; 0 for another kind.
    period, edge
        The first or last row of each period; None for another kind.
    dates
        Days since 1970-01-01.
    """

    every: int = 0
    period: Period | None = None
    edge: Edge | None = None
    dates: tuple[int, ...] = ()

    @classmethod
    def read(cls, value: object) -> "Rhythm":
        """Read ``"bar"``, a number of rows, ``"month_start"`` and its kind, or dates, also as one text.

        Raises
        ------
        InputError
            ``E_RHYTHM`` for anything else, ``E_DATE`` for a list with what is no date.
        """
        if isinstance(value, Rhythm):
            return value
        if isinstance(value, str):
            return cls._of_text(value.strip().casefold())
        if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
            return cls(every=value)
        if isinstance(value, list | tuple) and value:
            listed = cast("Sequence[object]", value)
            return cls(dates=tuple(sorted(_day(str(date)) for date in listed)))
        raise InputError(
            "E_RHYTHM",
            f"{value!r} does not say when to decide.",
            fix=f"Give one of {', '.join(RHYTHMS)}, a number of bars, or a list of dates.",
            details={"value": str(cast("object", value)), "choices": list(RHYTHMS)},
        )

    @classmethod
    def _of_text(cls, text: str) -> "Rhythm":
        if text == "bar":
            return cls(every=1)
        if text.isdecimal() and int(text) >= 1:
            return cls(every=int(text))
        if text in RHYTHMS:
            period, _, edge = text.partition("_")
            return cls(period=cast("Period", period), edge=cast("Edge", edge))
        if text[:4].isdecimal() and "-" in text:
            return cls(dates=tuple(sorted(_day(part.strip()) for part in text.split(","))))
        raise UnknownNameError("E_RHYTHM", "rhythm", text, RHYTHMS)

    @property
    def needs_sessions(self) -> bool:
        """True when the calendar's schedule decides: at the ends of periods."""
        return self.edge == "end"


def decision_rows(panel: Panel, rhythm: Rhythm, start: int = 0, sessions: Sessions | None = None) -> Times:
    """Return the rows at whose close a portfolio decides.

    Parameters
    ----------
    panel
        The series; its calendar says which trading date a row belongs to.
    rhythm
        When to decide.
    start
        First row of the window.
    sessions
        The schedule of an exchange, for the ends of periods; it reaches past the panel's last row.

    Returns
    -------
    ndarray
        int64, increasing. What is decided at a row depends on the calendar and on rows up to it.
    """
    if rhythm.every:
        return np.arange(start, len(panel), rhythm.every)
    if start >= len(panel):
        return np.zeros(0, np.int64)
    days = panel.calendar.bar_days(panel.time[start:], panel.timeframe)
    if rhythm.dates:
        found = np.searchsorted(days, np.array(rhythm.dates, np.int64))
        return np.unique(found[found < days.size]) + start
    assert rhythm.period is not None  # noqa: S101 - the only kind left
    periods = _period_of(days, rhythm.period)
    if rhythm.edge == "start":
        return np.flatnonzero(np.diff(periods, prepend=periods[0] - 1)) + start
    crossed: Times = np.arange(int(periods[0]), int(periods[-1]) + 1)
    ends = _ends(crossed, rhythm.period, panel.calendar, sessions)
    found = np.searchsorted(panel.close_time[start:], ends)
    return np.unique(found[found < days.size]) + start


def _day(text: str) -> int:
    return parse_instant(text).ns // NS_PER_DAY


def _period_of(days: Times, period: Period) -> Times:
    """Return the number of the period that each day lies in, counted from 1970."""
    if period == "week":
        return (days - _FIRST_MONDAY) // 7
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months // _MONTHS[period]


def _last_days(periods: Times, period: Period) -> Times:
    """Return the last day of each period."""
    if period == "week":
        return _FIRST_MONDAY + 7 * periods + 6
    following = ((periods + 1) * _MONTHS[period]).astype("datetime64[M]")
    return following.astype("datetime64[D]").astype(np.int64) - 1


def _ends(periods: Times, period: Period, calendar: Calendar, sessions: Sessions | None) -> Times:
    """Return when the last trading date of each period ends, UTC nanoseconds."""
    days = _last_days(periods, period)
    if calendar.is_exchange and sessions is not None:
        dates = calendar.trading_days(sessions.open)
        last = np.searchsorted(dates, days, side="right") - 1
        held = (last >= 0) & (_period_of(dates[np.maximum(last, 0)], period) == periods)
        return sessions.close[last[held]]
    if calendar.has_weekends:
        weekday = (days - _FIRST_MONDAY) % 7
        days = days - np.maximum(weekday - 4, 0)
    return calendar.day_start(days + 1)
