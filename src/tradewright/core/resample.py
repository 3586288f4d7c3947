"""Higher timeframes without looking ahead (engine.md 2.7): making them, and reading them on base bars."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import Bars
from tradewright.core.calendar import Calendar
from tradewright.core.errors import InputError
from tradewright.core.timeframe import NS_PER_DAY, Timeframe

Floats = npt.NDArray[np.float64]
Times = npt.NDArray[np.int64]
Rows = npt.NDArray[np.intp]

# What adds up over bars; of other extra columns the last value stands.
_ADDED = frozenset({"volume", "quote_volume", "trades_count", "taker_buy_volume", "taker_buy_quote_volume"})
_MONDAY = 3  # 1970-01-01 was a Thursday: day -3 began its week


@dataclass(frozen=True, slots=True)
class _Bins:
    """The bins that hold bars: the row each begins at, and where each opens and closes, UTC ns."""

    first: Rows
    opens: Times
    closes: Times


def resample(bars: Bars, timeframe: Timeframe | str) -> Bars:
    """Combine `bars` into longer ones, as far as they are complete.

    Bins shorter than a day count from the start of the trading date and never reach over its end.
    Days are trading dates of the instrument's calendar, with its local daylight saving; weeks begin on
    Monday and months on the 1st. Where the calendar has no weekends, Saturday and Sunday belong to the
    Monday after them, and a week or month closes with its last weekday. A base bar of a day or longer
    belongs to the date that its middle falls on. A first bin that the data enters late is dropped, and
    so is a last one that the data has not reached the calendar close of.

    Parameters
    ----------
    timeframe
        A multiple of the length of `bars`; the same length returns `bars` as they are.

    Returns
    -------
    Bars
        ``time`` and ``close_time`` are those of the calendar. Volumes and counts are sums, other extra
        columns keep their last value.

    Raises
    ------
    InputError
        ``E_TIMEFRAME`` when the bars do not add up to `timeframe`.
    """
    target = Timeframe.parse(timeframe)
    if target == bars.timeframe:
        return bars
    _check_multiple(bars.timeframe, target)
    if not len(bars):
        empty = Bars(bars.time, bars.columns, timeframe=target, instrument=bars.instrument, notes=bars.notes)
        return empty.closing_at(bars.time)
    bins = _bins(bars, target)
    last = np.append(bins.first[1:], len(bars)) - 1
    whole = bins.closes <= bars.close_time[-1]
    whole[0] &= _entered_in_time(bars, bins)
    return Bars(
        bins.opens[whole],
        {name: _combined(name, column, bins.first, last)[whole] for name, column in bars.columns.items()},
        timeframe=target,
        instrument=bars.instrument,
        notes=bars.notes,
        close_time=bins.closes[whole],
    )


def align(base: Bars, higher: Bars, values: Floats) -> Floats:
    """Show a column of higher bars on base bars, each value from the moment it could be known.

    Parameters
    ----------
    values
        float64, one per higher bar.

    Returns
    -------
    ndarray
        float64, one per base bar: the value of the last higher bar whose calendar close is at or before
        the base bar's close; NaN before the first.

    Raises
    ------
    ValueError
        When `values` does not fit `higher`.
    """
    if values.shape != (len(higher),):
        raise ValueError(f"{values.size} values for {len(higher)} bars")
    known = np.searchsorted(higher.close_time, base.close_time, side="right")
    return np.concatenate(([np.nan], values))[known]


def adds_up(base: Timeframe, target: Timeframe) -> bool:
    """Say whether whole bars of `base` make bars of `target`; the same length does."""
    if base.unit == "M" and target.unit == "M":
        return target.count % base.count == 0
    if target.unit == "M":
        return NS_PER_DAY % base.ns == 0
    return base.unit != "M" and target.ns % base.ns == 0


def _check_multiple(base: Timeframe, target: Timeframe) -> None:
    if not adds_up(base, target):
        raise InputError(
            "E_TIMEFRAME",
            f"bars of {base} do not add up to {target}.",
            fix=f"Choose a whole multiple of {base}, such as {Timeframe(2 * base.count, base.unit)}.",
            details={"base": str(base), "value": str(target)},
        )


def _bins(bars: Bars, target: Timeframe) -> _Bins:
    calendar = bars.instrument.calendar
    # A bar that opens before the one before it closes counts from that close: its bin is still open then.
    moment = bars.time.copy()
    np.maximum(moment[1:], bars.close_time[:-1], out=moment[1:])
    days = calendar.bar_days(moment, bars.timeframe)
    if target.is_intraday:
        return _bins_within_day(calendar, days, moment, target.ns)
    if calendar.has_weekends:
        days = _weekday_from(days)
    number = _period(days, target)
    first = _changes(number)
    starts, ends = _first_day(number[first], target), _first_day(number[first] + 1, target)
    if calendar.has_weekends:
        starts, ends = _weekday_from(starts), _weekday_until(ends - 1) + 1
    return _Bins(first, calendar.day_start(starts), calendar.day_start(ends))


def _bins_within_day(calendar: Calendar, days: Times, moment: Times, span: int) -> _Bins:
    day = _changes(days)
    rows_a_day = np.diff(np.append(day, days.size))
    begins = np.repeat(calendar.day_start(days[day]), rows_a_day)
    ends = np.repeat(calendar.day_start(days[day] + 1), rows_a_day)
    opens = begins + (moment - begins) // span * span
    first = _changes(opens)
    return _Bins(first, opens[first], np.minimum(opens + span, ends)[first])


def _changes(number: Times) -> Rows:
    """Return the rows at which a column takes a new value, the first row included."""
    return np.flatnonzero(np.concatenate(([True], number[1:] != number[:-1])))


def _period(days: Times, target: Timeframe) -> Times:
    if target.unit == "M":
        return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) // target.count
    if target.unit == "w":
        return (days + _MONDAY) // (7 * target.count)
    return days // (target.ns // NS_PER_DAY)


def _first_day(periods: Times, target: Timeframe) -> Times:
    if target.unit == "M":
        return (periods * target.count).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    if target.unit == "w":
        return periods * 7 * target.count - _MONDAY
    return periods * (target.ns // NS_PER_DAY)


def _weekday_from(days: Times) -> Times:
    """Move Saturdays and Sundays to the Monday after."""
    weekday = (days + _MONDAY) % 7
    return days + np.where(weekday >= 5, 7 - weekday, 0)


def _weekday_until(days: Times) -> Times:
    """Move Saturdays and Sundays to the Friday before."""
    return days - np.maximum((days + _MONDAY) % 7 - 4, 0)


def _entered_in_time(bars: Bars, bins: _Bins) -> bool:
    """Say whether the data begins with its first bin."""
    if bars.timeframe.is_intraday:
        return bool(bars.time[0] <= bins.opens[0])
    return bool(bars.time[0] - bars.timeframe.ns // 2 < bins.opens[0])


def _combined(name: str, column: Floats, first: Rows, last: Rows) -> Floats:
    if name == "open":
        return column[first]
    if name == "high":
        return np.maximum.reduceat(column, first)
    if name == "low":
        return np.minimum.reduceat(column, first)
    return np.add.reduceat(column, first) if name in _ADDED else column[last]
