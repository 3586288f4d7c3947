"""Times as dates with or without a clock: ISO first, then as people write them."""

import re
from dataclasses import dataclass, replace
from typing import NoReturn

import numpy as np
import numpy.typing as npt

from tradewright.core.errors import InputError
from tradewright.core.instants import parse_instant
from tradewright.core.timeframe import NS_PER_DAY, NS_PER_SECOND
from tradewright.core.zones import zone_info
from tradewright.data.importers.findings import Findings, Issue
from tradewright.data.importers.options import DateOrder, ImportOptions
from tradewright.data.importers.split import Cells, Column
from tradewright.kernels.delimited import AWARE, NAIVE, NO_TIME, UNREAD, read_integers, read_times
from tradewright.kernels.written_times import (
    DMY,
    MDY,
    UNKNOWN,
    YMD,
    order_votes,
    read_clocks,
    read_written_times,
)

Times = npt.NDArray[np.int64]
Marks = npt.NDArray[np.uint8]

DATE_FIX = "Write times as 2024-03-31, 2024-03-31T16:00, 2024-03-31T16:00+02:00, or as epoch seconds."
CLOCK_FIX = "Write times of day as 16:00, 16:00:30 or 4:00 PM."
_ORDERS = {None: UNKNOWN, "dmy": DMY, "mdy": MDY, "ymd": YMD}
_IN_WORDS = {UNKNOWN: "date", DMY: "day, month, year", MDY: "month, day, year", YMD: "year, month, day"}
_COMPACT = (12, 14)
# Digits of a date whose year has two, alone and with hours and minutes, and seconds.
_SHORT = (6, 10, 12)
_SHORT_ORDERS: tuple[DateOrder, ...] = ("dmy", "mdy", "ymd")
_FIRST = 16
_PIVOT = 70  # years of two digits are 1970 to 2069 (POSIX)
_HOUR_DIGITS = 2
_ZONED = re.compile(r"(.*\d)\s+([A-Za-z_]+(?:/[\w+-]+)+)", re.ASCII)
_LETTERS = re.compile(r".*:\d\d\S*\s?[A-Z]{2,5}")
_MONTH = re.compile(r"(\d{4})-(\d\d)|([A-Za-z]{3,9})[ -](\d{4})", re.ASCII)
_MONTH_NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_SHORT_YEAR = re.compile(r"\d\d?[-/. ](\d\d?|[A-Za-z]{3,9})[-/. ]\d\d(\D.*)?")


@dataclass(frozen=True, slots=True)
class Stamps:
    """Nanoseconds of each row, and whether its text named an offset (``AWARE``) or not (``NAIVE``).

    `zone` is the one that every row names in words.
    """

    time: Times
    marks: Marks
    zone: str | None = None


def reject_at(row: int, issue: Issue, column: Column, cells: Cells, findings: Findings) -> NoReturn:
    """Raise `issue` for what stands in a row of a column."""
    line = int(cells.lines[row])
    findings.reject(replace(issue, row=line, column=column.name, value=column.cell(row)))


def all_compact(column: Column) -> bool:
    """Say whether every cell is a date with a clock in digits only, such as 202403311600."""
    width = column.ends - column.begins
    if int(width[0]) not in _COMPACT or (width != width[0]).any():
        return False
    out, marks = np.empty(width.size, np.int64), np.empty(width.size, np.uint8)
    return not read_written_times(column.text, (column.begins, column.ends), UNKNOWN, False, out, marks)


def short_dates(column: Column, order: DateOrder) -> Times | None:
    """Return dates in digits only with years of two, 310124 or 2401310930; None where a cell is none."""
    width = column.ends - column.begins
    digits = int(width[0])
    if digits not in _SHORT or (width != digits).any():
        return None
    out, marks = np.empty(width.size, np.int64), np.empty(width.size, np.uint8)
    if read_integers(column.text, column.begins, column.ends, out, marks):
        return None
    date, clock = np.divmod(out, 10 ** (digits - 6))
    clock *= 10 ** (12 - digits)
    parts = dict(zip(order, (date // 10_000, date // 100 % 100, date % 100), strict=True))
    months = (parts["y"] + np.where(parts["y"] < _PIVOT, 30, -70)) * 12 + parts["m"] - 1
    days = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + parts["d"] - 1
    exists = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) == months
    exists &= (out >= 0) & (parts["m"] >= 1) & (parts["m"] <= 12)
    exists &= (clock < 240_000) & (clock % 10_000 < 6_000) & (clock % 100 < 60)
    seconds = clock // 10_000 * 3_600 + clock // 100 % 100 * 60 + clock % 100
    return days * NS_PER_DAY + seconds * NS_PER_SECOND if exists.all() else None


def orders_of(column: Column) -> list[DateOrder]:
    """Return in which orders the digits of a column are dates with years of two, see :func:`short_dates`."""
    if all_compact(column):
        return []  # 201203111600 has a year of four
    few = Column(column.name, column.text, column.begins[:_FIRST], column.ends[:_FIRST])
    return [
        order
        for order in _SHORT_ORDERS
        if short_dates(few, order) is not None and short_dates(column, order) is not None
    ]


def read(column: Column, cells: Cells, options: ImportOptions, findings: Findings) -> Stamps:
    """Read dates and datetimes.

    Raises
    ------
    DataError
        ``E_DATE``, also when day and month cannot be told apart; ``E_TS_MIXED`` for a number between.
    """
    column, zone = _without_zone(column, cells, findings)
    for special in (_read_short, _read_months):
        time = special(column, cells, options, findings)
        if time is not None:
            return Stamps(time, np.full(time.size, NAIVE, np.uint8), zone)
    return replace(_read(column, cells, options, findings), zone=zone)


def _without_zone(column: Column, cells: Cells, findings: Findings) -> tuple[Column, str | None]:
    """Return the cells without the zone that ends each of them, as in 20240131 09:30:00 US/Eastern."""
    written = column.cell(0)
    found = _ZONED.fullmatch(written)
    if found is None:
        return column, None
    try:
        zone_info(found[2])
    except InputError:
        return column, None  # no zone at all: what it is instead is judged with the date
    tail = written[found.end(1) :]
    begins = np.maximum(column.ends - np.int32(len(tail)), column.begins)
    other = ~replace(column, begins=begins).holds(tail)
    if other.any():
        issue = Issue(
            "E_TS_MIXED", "differs from the rows before in its zone", "Write all times in one zone."
        )
        reject_at(int(np.argmax(other)), issue, column, cells, findings)
    return replace(column, ends=begins), found[2]


def _read_short(column: Column, cells: Cells, options: ImportOptions, findings: Findings) -> Times | None:
    """Read dates such as 310124 in the order that was said; such digits can be a count of seconds too."""
    orders = orders_of(column)
    if not orders:
        return None
    if options.date_order in orders:
        findings.facts.time_format = _IN_WORDS[_ORDERS[options.date_order]]
        return short_dates(column, options.date_order)
    said = " or ".join(f"date_order='{order}'" for order in orders)
    issue = Issue("E_DATE", "has a year of two digits", f"Say {said}, or write 2024-03-31.")
    if column.ends[0] - column.begins[0] > 6:
        problem = "could be a date with a year of two digits, or a count from 1970"
        issue = Issue("E_DATE", problem, f"Say {said} for a date; write a count in nanoseconds.")
    reject_at(0, issue, column, cells, findings)


def _read_months(column: Column, cells: Cells, _: ImportOptions, findings: Findings) -> Times | None:
    """Read months such as 2020-01 or Jan 2020, each as its first day."""
    if _MONTH.fullmatch(column.cell(0)) is None:
        return None
    out = np.empty(column.begins.size, np.int64)
    for row in range(out.size):
        found = _MONTH.fullmatch(column.cell(row))
        month = 0
        if found is not None:
            name = (found[3] or "").casefold()
            named = (place for place, full in enumerate(_MONTH_NAMES, 1) if full.startswith(name))
            month = next(named, 0) if name else int(found[2])
        if found is None or not 1 <= month <= 12:
            issue = Issue("E_DATE", "is not a month, as in the first row", DATE_FIX)
            reject_at(row, issue, column, cells, findings)
        out[row] = (int(found[1] or found[4]) - 1970) * 12 + month - 1
    findings.facts.time_format = "months"
    return out.astype("datetime64[M]").astype("datetime64[ns]").astype(np.int64)


def _read(column: Column, cells: Cells, options: ImportOptions, findings: Findings) -> Stamps:
    out, marks = np.empty(column.begins.size, np.int64), np.empty(column.begins.size, np.uint8)
    if not read_times(column.text, column.begins, column.ends, out, marks):
        findings.facts.time_format = "ISO 8601"
        return Stamps(out, marks)
    iso = marks != NO_TIME
    order = _order(column, iso, cells, options, findings)
    findings.facts.time_format = "ISO 8601" if iso.any() else _IN_WORDS[order]
    places, short = (column.begins, column.ends), options.date_order is not None
    if read_written_times(column.text, places, order, short, out, marks):
        for row in np.flatnonzero(marks == NO_TIME):
            _read_one(int(row), column, Stamps(out, marks), cells, findings)
    return Stamps(out, marks)


def _read_one(row: int, column: Column, stamps: Stamps, cells: Cells, findings: Findings) -> None:
    """Read what only Python knows, such as 2024-W05-1."""
    text = column.cell(row)
    try:
        instant = parse_instant(text)
    except InputError:
        issue = Issue("E_DATE", "is not a date that can be read", DATE_FIX)
        if _SHORT_YEAR.fullmatch(text):
            fix = "Say date_order='dmy', 'mdy' or 'ymd', or write years with four digits."
            issue = Issue("E_DATE", "has a year of two digits", fix)
        elif _LETTERS.fullmatch(text) and not text.endswith(("AM", "PM")):
            problem = "names its zone in letters that mean more than one"
            fix = "Write an offset such as -05:00, or leave the letters out and say timezone= (--tz)."
            issue = Issue("E_DATE", problem, fix)
        elif text.replace(".", "", 1).isdecimal() and len(text) >= 9:
            problem = "is a number where the rows before are dates"
            issue = Issue("E_TS_MIXED", problem, "Write all times in the same way.")
        reject_at(row, issue, column, cells, findings)
    stamps.time[row], stamps.marks[row] = instant.ns, NAIVE if instant.naive else AWARE


def _order(
    column: Column, iso: npt.NDArray[np.bool_], cells: Cells, options: ImportOptions, findings: Findings
) -> int:
    """Return the order of day, month and year where the year is last: as said, else as the column tells.

    A number above 12 is a day. Which countries write how is no evidence.

    Raises
    ------
    DataError
        ``E_DATE`` when both orders occur, or nothing tells which it is.
    """
    day_first, month_first, unclear, same = (
        int(row) for row in order_votes(column.text, column.begins, column.ends)
    )
    seen = [row for row in (day_first, month_first, unclear, same) if row >= 0]
    if seen and iso.any():
        row = max(min(seen), int(np.argmax(iso)))
        issue = Issue("E_DATE", "is written in another order than the rows before", DATE_FIX)
        reject_at(row, issue, column, cells, findings)
    if options.date_order is not None:
        return _ORDERS[options.date_order]
    if day_first >= 0 and month_first >= 0:
        row, other = max(day_first, month_first), min(day_first, month_first)
        problem = f"has day and month in another order than row {cells.lines[other]}"
        reject_at(row, Issue("E_DATE", problem, DATE_FIX), column, cells, findings)
    if unclear >= 0 and day_first < 0 and month_first < 0:
        problem = "could be day and month or month and day, and no other row tells which"
        fix = "Say date_order='dmy' or date_order='mdy', or write 2024-03-31."
        reject_at(unclear, Issue("E_DATE", problem, fix), column, cells, findings)
    return (DMY if day_first >= 0 else MDY) if seen else UNKNOWN


def read_halves(
    column: Column, clock: Column, cells: Cells, options: ImportOptions, findings: Findings
) -> Stamps:
    """Read a column of dates and one of times of day.

    Raises
    ------
    DataError
        ``E_DATE``, ``E_TS_MIXED``.
    """
    days = read(column, cells, options, findings)
    findings.facts.time_format += " and time of day, in two columns"
    timed = (days.time % NS_PER_DAY != 0) | (days.marks == AWARE)
    if timed.any():
        problem = "holds a time of day, and so does another column"
        issue = Issue("E_DATE", problem, "Keep one of them.")
        reject_at(int(np.argmax(timed)), issue, column, cells, findings)
    out, marks = np.empty(days.time.size, np.int64), np.empty(days.time.size, np.uint8)
    if int((clock.ends - clock.begins).max()) <= _HOUR_DIGITS:
        out = _read_hours(days.time, clock, cells, findings)
        return Stamps(days.time + out, days.marks, days.zone)
    width = _clock_digits(clock, cells, findings)
    if read_clocks(clock.text, clock.begins, clock.ends, width, out, marks):
        row = int(np.argmax(marks == NO_TIME))
        reject_at(row, Issue("E_DATE", "is not a time of day", CLOCK_FIX), clock, cells, findings)
    return Stamps(days.time + out, marks, days.zone)


def _clock_digits(clock: Column, cells: Cells, findings: Findings) -> int:
    """Return to how many digits times of day of digits alone are filled up: HHMM or HHMMSS."""
    width = clock.ends - clock.begins
    short = width <= _HOUR_DIGITS
    if short.any():
        begins = clock.begins[~short]
        if ((clock.text[begins + 1] == ord(":")) | (clock.text[begins + 2] == ord(":"))).any():
            row = int(np.argmax(short))
            reject_at(row, Issue("E_DATE", "is not a time of day", CLOCK_FIX), clock, cells, findings)
    return 6 if int(width.max()) > 4 else 4


def _read_hours(days: Times, clock: Column, cells: Cells, findings: Findings) -> Times:
    """Read times of day of two digits at most as hours, where they cannot be minutes.

    Only a number that is no number, 09, and a day whose 23 the next day's 0 follows tell that.
    """
    hours, marks = np.empty(days.size, np.int64), np.empty(days.size, np.uint8)
    read_integers(clock.text, clock.begins, clock.ends, hours, marks)
    wrong = (marks == UNREAD) | (hours < 0) | (hours > 23)
    if wrong.any():
        row = int(np.argmax(wrong))
        reject_at(row, Issue("E_DATE", "is not a time of day", CLOCK_FIX), clock, cells, findings)
    padded = (clock.ends - clock.begins == _HOUR_DIGITS).all() and bool((hours < 10).any())
    turns = (hours[:-1] - hours[1:] == 23) & (np.diff(days) == NS_PER_DAY)
    if not (padded or turns.any()):
        issue = Issue("E_DATE", "could be an hour or minutes past midnight", CLOCK_FIX)
        reject_at(0, issue, clock, cells, findings)
    return hours * (3_600 * NS_PER_SECOND)
