"""Eighth stage: the bar length, whether the rows keep to it, gaps, jumps, and times that cannot be."""

import time as clock

import numpy as np
import numpy.typing as npt

from tradewright.core.errors import DataError
from tradewright.core.frames import modal_timeframe
from tradewright.core.resample import adds_up
from tradewright.core.steps import short_steps, spaced_otherwise, too_many
from tradewright.core.timeframe import NS_PER_DAY, NS_PER_SECOND, Timeframe
from tradewright.data.importers.checks import Series
from tradewright.data.importers.findings import Findings, Issue

Times = npt.NDArray[np.int64]

_WEEK_NS = 7 * NS_PER_DAY
_YEAR_1971 = int(np.datetime64("1971-01-01", "ns").astype(np.int64))
_LONG_RUN = 20
# A break that comes in a quarter of all weeks is when the market is shut, not a gap.
_REGULAR = 0.25
_DAILY = Timeframe(1, "d")
_HOLIDAYS = 3
_SPLITS = np.array([1.5, 2, 3, 4, 5, 6, 7, 8, 10, 15, 20, 25, 30, 40, 50, 100])
_SPLIT_TOLERANCE = 0.03


def bar_length(
    series: Series, wanted: Timeframe | None, named: Timeframe | None, findings: Findings
) -> Timeframe:
    """Return the bar length of the rows: the modal interval, or as said where that is no part of it.

    Parameters
    ----------
    wanted
        What the caller asks for: taken where rows are that close together, unless they are finer bars
        that add up to it.
    named
        What the file's name says: it decides for a single row, and is noted when it disagrees.

    Raises
    ------
    DataError
        ``E_INTERVAL`` when it cannot be told, no rows are as close as asked, or many are closer.
    """
    timeframe = _modal(series, wanted or named, findings)
    if wanted is not None and (timeframe == wanted or not adds_up(timeframe, wanted)):
        _check_asked(series, timeframe, wanted, findings)
        timeframe = wanted
    if named not in (None, timeframe):
        findings.note("W_NAME_TIMEFRAME")
    _check_steps(series, timeframe, wanted is not None, findings)
    return timeframe


def _check_asked(series: Series, usual: Timeframe, wanted: Timeframe, findings: Findings) -> None:
    """Refuse a bar length that the rows contradict; rows missing here and there are gaps, not that."""
    if usual.ns < wanted.ns or not (spaced_otherwise(series.time, wanted) or _coarser(series.time, wanted)):
        return
    problem = f"no two rows are {wanted} apart"
    fix = "Check the times, or give finer data."
    if usual != wanted:
        problem = f"most rows are {usual} apart, none {wanted}"
        fix = f"Leave the timeframe away to read {usual} bars, or give finer data."
    findings.reject(Issue("E_INTERVAL", problem, fix, more={"timeframe": str(wanted), "modal": str(usual)}))


def _coarser(time: Times, wanted: Timeframe) -> bool:
    """Say whether few rows contradict a bar length: all one longer step apart, or days where it is shorter.

    Two rows some hours or a week-end apart may be bars with a gap between them.
    """
    steps = np.diff(time)
    if steps.size == 0 or steps.min() <= wanted.longest_ns:
        return False
    return bool(wanted.is_intraday and not (steps % NS_PER_DAY).any()) or (
        steps.size > 1 and bool((steps == steps[0]).all())
    )


def _modal(series: Series, said: Timeframe | None, findings: Findings) -> Timeframe:
    if said is not None and series.time.size < 2:
        return said
    try:
        return modal_timeframe(series.time)
    except DataError as error:
        if said is not None:
            return said
        findings.reject(Issue(error.code, error.message.rstrip("."), error.fix, more=error.details))


def _check_steps(series: Series, timeframe: Timeframe, given: bool, findings: Findings) -> None:
    steps = np.diff(series.time)
    short = short_steps(series.time, timeframe)
    if too_many(short):
        row = int(np.argmax(short)) + 1
        problem = f"{int(short.sum())} of {series.time.size} rows are less than one {timeframe} bar apart"
        fix = "Leave the timeframe away, or give one that the rows add up to."
        if not given:
            fix = "Keep one interval in a file, or say timeframe= where rows are only missing."
        findings.reject(
            Issue("E_INTERVAL", problem, fix, row=int(series.lines[row]), more={"timeframe": str(timeframe)})
        )
    findings.note("W_INTERVAL", int(short.sum()), series.lines[1:][short])
    row = None if given or timeframe.is_calendar else _long_run(steps, timeframe.ns)
    if row is not None:
        seconds = steps[row] / NS_PER_SECOND
        problem = f"from here on rows are {seconds:g} seconds apart, elsewhere {timeframe}"
        fix = "Keep one interval in a file, or say timeframe= to take the rest as gaps."
        findings.reject(Issue("E_INTERVAL", problem, fix, row=int(series.lines[row])))


def _long_run(steps: Times, usual: int) -> int | None:
    """Return where rows begin to keep another interval, for many rows on end."""
    first = np.flatnonzero(np.diff(steps, prepend=-1) != 0)
    lengths = np.diff(np.append(first, steps.size))
    runs = first[(lengths >= _LONG_RUN) & (steps[first] != usual)]
    return int(runs[0]) if runs.size else None


def in_range(series: Series, timeframe: Timeframe, findings: Findings) -> Series:
    """Reject times that cannot be, and drop a last bar that is still open (``W_LAST_BAR_OPEN``).

    Raises
    ------
    DataError
        ``E_TS_RANGE`` before 1971 for bars shorter than a day, or in the future.
    """
    now = clock.time_ns()
    fix = "Check the unit and the zone of the times."
    for bad, problem in (
        ((series.time < _YEAR_1971) & timeframe.is_intraday, "lies before 1971"),
        (series.time > now, "lies in the future"),
    ):
        if bad.any():
            row = int(np.argmax(bad))
            at = str(np.datetime64(int(series.time[row]), "ns"))[:19]
            issue = Issue("E_TS_RANGE", problem, fix, int(series.lines[row]), "timestamp", at, int(bad.sum()))
            findings.reject(issue)
    if series.time.size > 1 and int(series.time[-1]) + timeframe.ns > now:
        findings.note("W_LAST_BAR_OPEN", 1, series.lines[-1:])
        return series.taken(np.arange(series.time.size - 1))
    return series


def gap_rows(time: Times, timeframe: Timeframe) -> npt.NDArray[np.intp]:
    """Return the rows after which bars are missing, besides the hours at which the market is shut every week.

    On daily bars of a five-day week up to three missing weekdays in a row are taken for holidays: without
    the exchange's calendar they cannot be told apart.
    """
    week = _open_weekdays(time) if timeframe == _DAILY else None
    if week is not None:
        return np.flatnonzero(_missing_days(time, week) > _HOLIDAYS)
    steps = np.diff(time)
    longest = 1.5 if timeframe.unit != "M" else 1.1
    gaps = np.flatnonzero(steps > longest * timeframe.ns)
    if gaps.size == 0:
        return gaps
    second_of_week, length = time[gaps] % _WEEK_NS // NS_PER_SECOND, steps[gaps] // NS_PER_SECOND
    breaks = length * (_WEEK_NS // NS_PER_SECOND) + second_of_week
    _, place, times_seen = np.unique(breaks, return_inverse=True, return_counts=True)
    weeks = (int(time[-1]) - int(time[0])) / _WEEK_NS
    regular = times_seen >= max(2.0, _REGULAR * weeks)
    return gaps[~regular[place]]


def _open_weekdays(time: Times) -> npt.NDArray[np.bool_] | None:
    """Return the weekdays that have bars, counted from Thursday, when two neighbours of the week never do."""
    if time.size < 2 or time[-1] - time[0] < 2 * _WEEK_NS:
        return None
    seen = np.zeros(7, np.bool_)
    seen[_nearest_day(time) % 7] = True
    shut_twice = ~seen & ~np.roll(seen, -1)
    return seen if seen.sum() == 5 and shut_twice.any() else None


def _missing_days(time: Times, week: npt.NDArray[np.bool_]) -> Times:
    """Return how many open weekdays lie between neighbouring bars."""
    weeks, weekday = np.divmod(_nearest_day(time), 7)
    before = np.concatenate(([0], np.cumsum(week)))
    return np.diff(weeks * before[7] + before[weekday]) - 1


def _nearest_day(time: Times) -> Times:
    """Return the date whose UTC midnight is nearest: steady over summer time, wherever the day begins."""
    return (time + NS_PER_DAY // 2) // NS_PER_DAY


def split_rows(series: Series) -> npt.NDArray[np.intp]:
    """Return the rows whose open stands to the close before as an unadjusted split, or a merger, puts it."""
    ratio = series.columns["close"][:-1] / series.columns["open"][1:]
    ratio = np.maximum(ratio, 1.0 / ratio)
    jumps = np.flatnonzero(ratio > _SPLITS[0] * (1 - _SPLIT_TOLERANCE))
    nearest = np.abs(ratio[jumps][:, None] / _SPLITS[None, :] - 1.0).min(axis=1, initial=np.inf)
    return jumps[nearest <= _SPLIT_TOLERANCE] + 1
