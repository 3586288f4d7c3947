"""The periods that returns are taken over, and how many of them a year has (engine.md 7.1)."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import Bars
from tradewright.core.calendar import Calendar
from tradewright.core.timeframe import NS_PER_DAY, NS_PER_SECOND
from tradewright.metrics.passes import Floats, Times, floats, times

YEAR_S = 31_557_600
DAYS_PER_YEAR = 365.25
_BISECTIONS = 18  # two days of seconds, halved until one second is left

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Periods:
    """How a window of bars divides into periods.

    Attributes
    ----------
    count
        Number of periods; each ends with a bar of the window.
    last_bars
        Index of the last bar of each period, or None when every bar is a period.
    years
        From the window's first bar open to its last bar close, in years of 365.25 days.
    per_year
        Periods a year, to annualise by: counted, or by calendar for a window under one year.
    """

    count: int
    last_bars: Indices | None
    years: float
    per_year: float

    @property
    def days(self) -> float:
        """Length of the window in days of 24 hours."""
        return self.years * DAYS_PER_YEAR

    def ends_of(self, column: Floats) -> Floats:
        """Return the value of a per-bar column at the end of each period, sealed for kernels."""
        picked = column if self.last_bars is None else column[self.last_bars]
        return floats(picked)


def divide(window: Bars) -> Periods:
    """Divide `window` into trading dates when its bars are shorter than a day, else into its bars."""
    last_bars = day_ends(window.time, window.instrument.calendar) if window.timeframe.is_intraday else None
    count = len(window) if last_bars is None else int(last_bars.size)
    years = span_ns(window) / NS_PER_SECOND / YEAR_S
    per_year = count / years if years >= 1 else _calendar_periods(window)
    return Periods(count, last_bars, years, per_year)


def span_ns(window: Bars) -> int:
    """Return the nanoseconds from the first bar's open to the last bar's close."""
    return int(window.slice(len(window) - 1, len(window)).close_time[0]) - int(window.time[0])


def _calendar_periods(window: Bars) -> float:
    if window.timeframe.ns > NS_PER_DAY:
        return DAYS_PER_YEAR * NS_PER_DAY / window.timeframe.ns
    return window.instrument.calendar.periods_per_year


def day_ends(time: Times, calendar: Calendar) -> Indices:
    """Return the index of the last bar of each trading date that has bars."""
    first, last = (int(day) for day in calendar.trading_days(time[[0, -1]]))
    after = np.append(np.searchsorted(time, _date_ends(calendar, first, last)), time.size)
    return after[np.diff(after, prepend=0) > 0] - 1


@lru_cache(maxsize=64)
def _date_ends(calendar: Calendar, first: int, last: int) -> Times:
    """Return the UTC time at which each trading date from `first` to ``last - 1`` is over.

    Found by bisection, to the second and for all dates at once: few questions to the calendar,
    whatever the number of bars. A date ends within a day of its UTC midnight in every zone.
    """
    dates = np.arange(first, last, dtype=np.int64)
    low = dates * NS_PER_DAY // NS_PER_SECOND
    high = low + 2 * NS_PER_DAY // NS_PER_SECOND
    for _ in range(_BISECTIONS):
        middle = (low + high) // 2
        over = calendar.trading_days(middle * NS_PER_SECOND) > dates
        high, low = np.where(over, middle, high), np.where(over, low, middle)
    return times(high * NS_PER_SECOND)
