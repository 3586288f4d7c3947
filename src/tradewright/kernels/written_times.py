"""Dates and clocks as people write them: 31/12/2024, 31.12.2024, Dec 31, 2024, 20241231; 9:30 PM, 0930.

Slower than :mod:`tradewright.kernels.delimited`, which reads ISO times, and used only where that fails.
"""

import numpy as np
import numpy.typing as npt

from tradewright.kernels import kernel
from tradewright.kernels.delimited import AWARE, NAIVE, NO_TIME, days_of, digits_at, zone_seconds

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int32]
Marks = npt.NDArray[np.uint8]
Times = npt.NDArray[np.int64]

# In which order day, month and year stand where the year does not come first with four digits.
UNKNOWN, DMY, MDY, YMD = range(4)

_SPACE, _PLUS, _COMMA, _MINUS, _POINT, _SLASH, _COLON, _UPPER_T, _UPPER_Z = 32, 43, 44, 45, 46, 47, 58, 84, 90
_ZERO, _NINE, _LOWER_A, _LOWER_M, _LOWER_P, _LOWER_Z = 48, 57, 97, 109, 112, 122
_MONTHS = np.frombuffer(b"janfebmaraprmayjunjulaugsepoctnovdec", np.uint8)
_SECOND = 1_000_000_000
_NONE = -(10**10)
_NO_ZONE = 86_400


@kernel
def _digits_from(text: Bytes, place: int, end: int) -> int:
    """Return how many digits stand in a row from `place` on."""
    begin = place
    while place < end and _ZERO <= text[place] <= _NINE:
        place += 1
    return place - begin


@kernel
def _month_named(text: Bytes, place: int) -> int:
    """Return the month that three letters begin the English name of, or -1."""
    for month in range(12):
        same = True
        for letter in range(3):
            same = same and (text[place + letter] | 32) == _MONTHS[3 * month + letter]
        if same:
            return month + 1
    return -1


@kernel
def _part(text: Bytes, place: int, end: int) -> tuple[int, int, int]:
    """Return one part of a date (of a month's name its number; -1: none), its digits (0: a name), its end."""
    digits = _digits_from(text, place, end)
    if digits > 0:
        return (digits_at(text, place, digits) if digits <= 4 else -1), digits, place + digits
    begin = place
    while place < end and _LOWER_A <= (text[place] | 32) <= _LOWER_Z:
        place += 1
    return (_month_named(text, begin) if 3 <= place - begin <= 9 else -1), 0, place


@kernel
def _past_separator(text: Bytes, place: int, end: int) -> int:
    """Return where the next part of a date begins: one sign further, or two for a sign and a blank."""
    if place < end and text[place] in (_MINUS, _SLASH, _POINT, _COMMA):
        place += 1
        return place + 1 if place < end and text[place] == _SPACE else place
    return place + 1 if place < end and text[place] == _SPACE else end


@kernel
def _parts(text: Bytes, begin: int, end: int) -> tuple[int, int, int, int, int, int, int]:
    """Return three parts of a date, the digits of each, and where they end."""
    first, first_digits, place = _part(text, begin, end)
    second, second_digits, place = _part(text, _past_separator(text, place, end), end)
    third, third_digits, place = _part(text, _past_separator(text, place, end), end)
    return first, second, third, first_digits, second_digits, third_digits, place


@kernel
def _full_year(year: int, digits: int, short: bool) -> int:
    """Return a year; of two digits, where those are allowed, the one from 1970 to 2069 (POSIX)."""
    if digits == 4:
        return year
    if digits != 2 or not short:
        return -1
    return year + 2000 if year < 70 else year + 1900


@kernel
def _day(text: Bytes, begin: int, end: int, order: int, short: bool) -> tuple[int, int]:
    """Return days since 1970 (far below 0 when there is no date), and where the date ends."""
    run = _digits_from(text, begin, end)
    if run in (8, 12, 14):
        year, month, day = (
            digits_at(text, begin, 4),
            digits_at(text, begin + 4, 2),
            digits_at(text, begin + 6, 2),
        )
        return days_of(year, month, day), begin + 8
    first, second, third, ones, twos, threes, place = _parts(text, begin, end)
    if min(first, second, third) < 0 or (ones > 0 and threes == 0):
        return _NONE, place
    if ones == 4 or (order == YMD and ones > 0 and twos > 0):
        year = _full_year(first, ones, short)
        return (days_of(year, second, third) if threes <= 2 else _NONE), place
    year = _full_year(third, threes, short)
    if ones == 0:
        return (days_of(year, first, second) if 0 < twos <= 2 else _NONE), place
    if twos == 0 or order == DMY:
        return (days_of(year, second, first) if ones <= 2 and twos <= 2 else _NONE), place
    return (days_of(year, first, second) if order == MDY and ones <= 2 and twos <= 2 else _NONE), place


@kernel
def _fraction(text: Bytes, place: int, end: int) -> tuple[int, int]:
    """Return nanoseconds behind a point, and where they end."""
    value, unit = 0, 100_000_000
    while place < end and _ZERO <= text[place] <= _NINE and unit > 0:
        value += (text[place] - _ZERO) * unit
        unit //= 10
        place += 1
    return value, place


@kernel
def _half_day(text: Bytes, place: int, end: int, hours: int) -> tuple[int, int]:
    """Return the hour of 24 that AM or PM makes of `hours` (-1 for none), and where that ends."""
    at = place + 1 if place < end and text[place] == _SPACE else place
    if end - at < 2 or (text[at + 1] | 32) != _LOWER_M or (text[at] | 32) not in (_LOWER_A, _LOWER_P):
        return hours, place
    late = (text[at] | 32) == _LOWER_P
    return (hours % 12 + 12 * late if 1 <= hours <= 12 else -1), at + 2


@kernel
def _clock(text: Bytes, place: int, end: int) -> tuple[int, int]:
    """Return nanoseconds of ``H:MM[:SS[.f]][ PM]``, ``HHMM`` or ``HHMMSS`` (-1: none), and where it ends."""
    run = _digits_from(text, place, end)
    seconds, fraction = 0, 0
    if run in (4, 6):
        hours, minutes = digits_at(text, place, 2), digits_at(text, place + 2, 2)
        seconds = digits_at(text, place + 4, 2) if run == 6 else 0
        place += run
    elif run in (1, 2) and place + run < end and text[place + run] == _COLON:
        hours, minutes = digits_at(text, place, run), digits_at(text, place + run + 1, 2)
        place += run + 3
        if place + 2 < end and text[place] == _COLON:
            seconds = digits_at(text, place + 1, 2)
            place += 3
            if place < end and text[place] == _POINT:
                fraction, place = _fraction(text, place + 1, end)
    else:
        return -1, place
    hours, place = _half_day(text, place, end, hours)
    if not (0 <= hours <= 23 and 0 <= minutes <= 59 and 0 <= seconds <= 59) or place > end:
        return -1, place
    return ((hours * 60 + minutes) * 60 + seconds) * _SECOND + fraction, place


@kernel
def _zone(text: Bytes, place: int, end: int) -> int:
    """Return seconds of ``Z``, ``UTC``, ``GMT``, ``+02:00`` or ``GMT+0200``, or a day when it is none."""
    if place < end and text[place] == _SPACE:
        place += 1
    if end - place >= 3:
        first, second, third = text[place], text[place + 1], text[place + 2]
        if (first == 85 and second == 84 and third == 67) or (first == 71 and second == 77 and third == 84):
            place += 3
            if place == end:
                return 0
            return zone_seconds(text, place, end) if text[place] != _UPPER_Z else _NO_ZONE
    return zone_seconds(text, place, end) if place < end else _NO_ZONE


@kernel
def _past_gap(text: Bytes, place: int, end: int) -> int:
    """Return where the clock behind a date begins."""
    if place < end and text[place] == _UPPER_T:
        return place + 1
    while place < end and text[place] in (_SPACE, _COMMA):
        place += 1
    return place


@kernel
def _moment(text: Bytes, begin: int, end: int, order: int, short: bool) -> tuple[int, int]:
    """Return nanoseconds of a date with or without a clock, and how it was written."""
    days, place = _day(text, begin, end, order, short)
    if days < -(10**9) or place > end:
        return 0, NO_TIME
    midnight = days * 86_400 * _SECOND
    if place == end:
        return midnight, NAIVE
    at = _past_gap(text, place, end)
    if at == place and _digits_from(text, begin, end) not in (12, 14):
        return 0, NO_TIME
    clock, place = _clock(text, at, end)
    if clock < 0:
        return 0, NO_TIME
    if place == end:
        return midnight + clock, NAIVE
    offset = _zone(text, place, end)
    return midnight + clock - offset * _SECOND, NO_TIME if offset == _NO_ZONE else AWARE


@kernel
def read_written_times(
    text: Bytes,
    places: tuple[Places, Places],
    order: int,
    short_years: bool,
    out: Times,
    marks: Marks,
) -> int:
    """Read dates with or without a clock; each mark is ``NAIVE``, ``AWARE`` or ``NO_TIME``.

    Parameters
    ----------
    order
        ``DMY``, ``MDY``, ``YMD``; with ``UNKNOWN`` dates that need one are left.
    short_years
        Whether years may have two digits.

    Returns
    -------
    int
        How many are ``NO_TIME``.
    """
    begins, ends = places
    unread = 0
    for row in range(begins.size):
        out[row], marks[row] = _moment(text, begins[row], ends[row], order, short_years)
        unread += marks[row] == NO_TIME
    return unread


@kernel
def order_votes(text: Bytes, begins: Places, ends: Places) -> npt.NDArray[np.int64]:
    """Look for dates that tell whether the day or the month comes first; the year comes last in them.

    Returns
    -------
    numpy.ndarray
        The first row of each kind, -1 for none: the day comes first (31/12/2024), the month does
        (12/31/2024), it could be either (03/04/2024), and it makes no difference (05/05/2024).
    """
    first = np.full(4, -1, np.int64)
    for row in range(begins.size):
        one, two, three, ones, twos, threes, place = _parts(text, begins[row], ends[row])
        numbers = 0 < ones <= 2 and 0 < twos <= 2 and threes in (2, 4)
        if not numbers or min(one, two, three) < 0 or place > ends[row]:
            continue
        kind = 2
        if one == two:
            kind = 3
        elif one > 12 >= two:
            kind = 0
        elif two > 12 >= one:
            kind = 1
        if first[kind] < 0:
            first[kind] = row
    return first


@kernel
def read_clocks(text: Bytes, begins: Places, ends: Places, width: int, out: Times, marks: Marks) -> int:
    """Read times of day as :func:`read_written_times` does dates; bare ones have `width` digits in full."""
    unread = 0
    padded = np.empty(6, np.uint8)
    for row in range(begins.size):
        begin, end = begins[row], ends[row]
        run = _digits_from(text, begin, end)
        marks[row] = NAIVE
        if 0 < run == end - begin <= width:
            padded[:] = _ZERO
            for digit in range(run):
                padded[width - run + digit] = text[begin + digit]
            out[row], _ = _clock(padded, 0, width)
        else:
            out[row], place = _clock(text, begin, end)
            if out[row] >= 0 and place < end:
                offset = _zone(text, place, end)
                out[row] = -1 if offset == _NO_ZONE else out[row] - offset * _SECOND
                marks[row] = AWARE if offset != _NO_ZONE else NO_TIME
        if out[row] < 0 and marks[row] == NAIVE:
            marks[row] = NO_TIME
        unread += marks[row] == NO_TIME
    return unread
