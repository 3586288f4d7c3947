"""Reading delimited text where it lies: cells, numbers and times straight from bytes.

Compiled because it must keep up with a million rows, and because a frame library costs more time to
import than most files take to read. What these kernels are not sure of they leave to Python, cell by cell.
"""

import numpy as np
import numpy.typing as npt

from tradewright.kernels import kernel

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int32]
Marks = npt.NDArray[np.uint8]

# What `split_cells` may find wrong.
SOUND, RAGGED, OPEN_QUOTE = range(3)
# What a mark says of a cell.
READ, UNREAD = range(2)
# How a time was written.
NAIVE, AWARE, NO_TIME = range(3)

_TAB, _LF, _CR, _SPACE, _QUOTE, _PLUS, _MINUS, _POINT = 9, 10, 13, 32, 34, 43, 45, 46
_ZERO, _NINE, _COLON, _UPPER_E, _UPPER_T, _UPPER_Z, _LOWER_E = 48, 57, 58, 69, 84, 90, 101
_HASH, _SLASH = 35, 47

_EXACT_POWERS = np.array([10.0**power for power in range(23)])
_SURE_DIGITS = 19  # what a 64-bit integer holds
_SPLITTER = 134217729.0  # 2**27 + 1, Dekker
_DOUBT = 2.0**-40
_EXACT_INTEGER = 2**53
_UNUSABLE = 10_000  # an exponent beyond all floats


@kernel
def count_lines(text: Bytes, start: int) -> int:
    """Return an upper bound of the lines in `text` from `start` on."""
    lines = 1
    for place in range(start, text.size):
        lines += text[place] == _LF or text[place] == _CR
    return lines


@kernel
def _past_blanks(text: Bytes, place: int, delimiter: int) -> int:
    while place < text.size and (text[place] == _SPACE or text[place] == _TAB) and text[place] != delimiter:
        place += 1
    return place


@kernel
def _trimmed(text: Bytes, begin: int, end: int) -> tuple[int, int]:
    """Return where what stands between blanks begins and ends."""
    while end > begin and (text[end - 1] == _SPACE or text[end - 1] == _TAB):
        end -= 1
    while begin < end and (text[begin] == _SPACE or text[begin] == _TAB):
        begin += 1
    return begin, end


@kernel
def _closing_quote(text: Bytes, place: int) -> int:
    """Return where the quoted text that begins at `place` ends, or -1 when it never does."""
    while place < text.size:
        if text[place] == _QUOTE:
            if place + 1 >= text.size or text[place + 1] != _QUOTE:
                return place
            place += 1
        place += 1
    return -1


@kernel
def _end_of_cell(text: Bytes, place: int, delimiter: int) -> int:
    while place < text.size:
        letter = text[place]
        if letter in (delimiter, _LF, _CR):
            return place
        place += 1
    return place


@kernel
def _past_line_end(text: Bytes, place: int) -> int:
    if place < text.size and text[place] == _CR:
        place += 1
        return place + 1 if place < text.size and text[place] == _LF else place
    return place + 1


@kernel
def _end_of_line(text: Bytes, place: int) -> int:
    while place < text.size and text[place] != _LF and text[place] != _CR:
        place += 1
    return place


@kernel
def _is_comment(text: Bytes, place: int) -> bool:
    while place < text.size and text[place] == _SPACE:
        place += 1
    if place >= text.size:
        return False
    return text[place] == _HASH or (
        text[place] == _SLASH and place + 1 < text.size and text[place + 1] == _SLASH
    )


@kernel
def split_cells(
    text: Bytes,
    start: int,
    first_line: int,
    delimiter: int,
    cells: tuple[Places, Places, Places, Places, Places],
) -> tuple[int, int, int, int, int, int]:
    """Find every cell of every row, blanks and quotes around it left out; blank lines are passed over.

    Parameters
    ----------
    start, first_line
        Where the first row begins, and the number of its line.
    delimiter
        The byte between cells.
    cells
        Begin and end of each cell that is kept, both of shape ``(kept, rows)``, the line of each row, and
        the lines of the first comments, all filled in; and before the last, for each column of the text its
        place among those kept, or -1. Without room for comments no line is one.

    Returns
    -------
    tuple
        Rows found; what is wrong (``SOUND``, ``RAGGED``, ``OPEN_QUOTE``); the line of the first row that
        is wrong; how many cells it has; how many rows are ragged; how many lines are comments.
    """
    begins, ends, lines, slots, comments = cells
    width = slots.size
    place, line, row = start, first_line, 0
    fault, fault_line, fault_cells, ragged, commented = SOUND, 0, 0, 0, 0
    while place < text.size:
        if comments.size > 0 and _is_comment(text, place):
            if commented < comments.size:
                comments[commented] = line
            commented += 1
            place = _past_line_end(text, _end_of_line(text, place))
            line += 1
            continue
        place, found, inner_lines, written = _split_row(text, place, delimiter, (begins, ends, slots), row)
        if place < 0:
            return row, OPEN_QUOTE, line, found, ragged, commented
        if found == width and (width > 1 or written):
            lines[row] = line
            row += 1
        elif written or found > 1:
            if fault == SOUND:
                fault, fault_line, fault_cells = RAGGED, line, found
            ragged += 1
        line += 1 + inner_lines
    return row, fault, fault_line, fault_cells, ragged, commented


@kernel
def _split_row(
    text: Bytes, place: int, delimiter: int, cells: tuple[Places, Places, Places], row: int
) -> tuple[int, int, int, bool]:
    """Find the cells of one row.

    Return where the next row begins (-1 for an open quote), the cells found, the line ends inside quotes,
    and whether anything is written in the row.
    """
    begins, ends, slots = cells
    found, inner_lines, written = 0, 0, False
    while True:
        place = _past_blanks(text, place, delimiter)
        if place < text.size and text[place] == _QUOTE:
            begin, end = place + 1, _closing_quote(text, place + 1)
            place = _past_blanks(text, end + 1, delimiter)
            if end < 0 or _end_of_cell(text, place, delimiter) != place:
                return -1, found, inner_lines, True
            for inside in range(begin, end):
                inner_lines += text[inside] == _LF
            begin, end = _trimmed(text, begin, end)
            written = True
        else:
            begin = place
            place = _end_of_cell(text, place, delimiter)
            begin, end = _trimmed(text, begin, place)
            written = written or end > begin
        if found < slots.size and slots[found] >= 0:
            begins[slots[found], row], ends[slots[found], row] = begin, end
        found += 1
        if place >= text.size or text[place] != delimiter:
            return _past_line_end(text, place), found, inner_lines, written
        place += 1


@kernel
def _quotient(mantissa: np.uint64, power: float) -> float:
    """Return ``mantissa / power`` rounded once, or NaN where that is in doubt; `power` is exact.

    The first quotient is corrected by its exact remainder (Dekker 1971); the sum is right unless it lies
    so near the middle of two floats that the rounding of the correction could decide.
    """
    high = float(mantissa)
    whole = np.uint64(high)
    rest = float(mantissa - whole) if mantissa >= whole else -float(whole - mantissa)
    first = high / power
    scaled = _SPLITTER * first
    first_high = scaled - (scaled - first)
    first_low = first - first_high
    scaled = _SPLITTER * power
    power_high = scaled - (scaled - power)
    power_low = power - power_high
    product = first * power
    error = first_low * power_low - (
        ((product - first_high * power_high) - first_low * power_high) - first_high * power_low
    )
    second = (((high - product) - error) + rest) / power
    if first + second * (1.0 - _DOUBT) == first + second * (1.0 + _DOUBT):
        return first + second
    return np.nan


@kernel
def number_at(text: Bytes, begin: int, end: int) -> float:
    """Return the float nearest to the plain decimal in these bytes, or NaN for what Python should look at."""
    place, negative = begin, begin < end and text[begin] == _MINUS
    if place < end and (text[place] == _MINUS or text[place] == _PLUS):
        place += 1
    mantissa, digits, seen, exponent, point = np.uint64(0), 0, 0, 0, False
    while place < end:
        letter = text[place]
        if _ZERO <= letter <= _NINE:
            mantissa = mantissa * np.uint64(10) + np.uint64(letter - _ZERO)
            digits += digits > 0 or letter > _ZERO
            seen += 1
            exponent -= point
        elif letter == _POINT and not point:
            point = True
        else:
            break
        place += 1
    if seen == 0 or digits > _SURE_DIGITS:
        return np.nan
    if place < end:
        exponent += _exponent(text, place, end)
    value = _scaled(mantissa, exponent)
    return -value if negative else value


@kernel
def _exponent(text: Bytes, place: int, end: int) -> int:
    """Return the number behind ``e``, or one too large to use when there is none."""
    if text[place] != _LOWER_E and text[place] != _UPPER_E:
        return _UNUSABLE
    place += 1
    sign = -1 if place < end and text[place] == _MINUS else 1
    if place < end and (text[place] == _MINUS or text[place] == _PLUS):
        place += 1
    power = digits_at(text, place, end - place) if 0 < end - place <= 3 else -1
    return sign * power if power >= 0 else _UNUSABLE


@kernel
def _scaled(mantissa: np.uint64, exponent: int) -> float:
    """Return ``mantissa * 10**exponent`` rounded once, or NaN where these few steps cannot promise that."""
    exact = mantissa <= np.uint64(_EXACT_INTEGER)
    if exponent == 0:
        return float(mantissa)
    if exponent > 22 or exponent < -22 or (exponent > 0 and not exact):
        return np.nan
    if exponent > 0:
        return float(mantissa) * _EXACT_POWERS[exponent]
    if exact:
        return float(mantissa) / _EXACT_POWERS[-exponent]
    return _quotient(mantissa, _EXACT_POWERS[-exponent])


@kernel
def digits_at(text: Bytes, begin: int, count: int) -> int:
    """Return the number that `count` digits write, or -1 when one of them is none."""
    value = 0
    for place in range(begin, begin + count):
        if place >= text.size or text[place] < _ZERO or text[place] > _NINE:
            return -1
        value = value * 10 + (text[place] - _ZERO)
    return value


@kernel
def read_floats(text: Bytes, begins: Places, ends: Places, out: npt.NDArray[np.float64], marks: Marks) -> int:
    """Read decimal numbers, each to the nearest float; return how many cells were left ``UNREAD``."""
    unread = 0
    for row in range(begins.size):
        value = number_at(text, begins[row], ends[row])
        out[row] = value
        marks[row] = UNREAD if np.isnan(value) else READ
        unread += np.isnan(value)
    return unread


@kernel
def read_integers(text: Bytes, begins: Places, ends: Places, out: npt.NDArray[np.int64], marks: Marks) -> int:
    """Read integers of up to 18 digits, or 19 below 2**63; return how many cells were left ``UNREAD``."""
    unread = 0
    for row in range(begins.size):
        begin, end = begins[row], ends[row]
        negative = begin < end and text[begin] == _MINUS
        begin += negative
        value = digits_at(text, begin, end - begin) if 0 < end - begin <= _SURE_DIGITS else -1
        marks[row] = UNREAD if value < 0 else READ
        unread += value < 0
        out[row] = -value if negative else value
    return unread


@kernel
def days_of(year: int, month: int, day: int) -> int:
    """Return days since 1970-01-01 of a Gregorian date, or a number below -10**9 when there is none."""
    length = 31
    if month in (4, 6, 9, 11):
        length = 30
    elif month == 2:
        length = 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    if month < 1 or month > 12 or day < 1 or day > length or year < 1678 or year > 2261:
        return -(10**10)
    # Hinnant, "chrono-compatible low-level date algorithms": years begin in March, eras are 400 years.
    shifted = year - (month <= 2)
    era = shifted // 400
    year_of_era = shifted - era * 400
    day_of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return era * 146097 + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - 719468


@kernel
def zone_seconds(text: Bytes, place: int, end: int) -> int:
    """Return the offset that ``Z``, ``+HH``, ``+HHMM`` or ``+HH:MM`` writes, or a day when it is none."""
    if end - place == 1 and text[place] == _UPPER_Z:
        return 0
    if text[place] != _PLUS and text[place] != _MINUS:
        return 86_400
    hours, minutes = digits_at(text, place + 1, 2), 0
    if end - place == 6 and text[place + 3] == _COLON:
        minutes = digits_at(text, place + 4, 2)
    elif end - place == 5:
        minutes = digits_at(text, place + 3, 2)
    elif end - place != 3:
        return 86_400
    if hours < 0 or hours > 23 or minutes < 0 or minutes > 59:
        return 86_400
    return (hours * 3_600 + minutes * 60) * (-1 if text[place] == _MINUS else 1)


@kernel
def _clock(text: Bytes, place: int, end: int) -> tuple[int, int]:
    """Return nanoseconds of ``HH:MM[:SS[.f]]`` behind a blank or T (or -1), and where reading stopped."""
    if text[place] != _SPACE and text[place] != _UPPER_T:
        return -1, place
    place += 1
    hours, minutes = digits_at(text, place, 2), digits_at(text, place + 3, 2)
    if end - place < 5 or text[place + 2] != _COLON or hours < 0 or hours > 23 or minutes < 0 or minutes > 59:
        return -1, place
    place += 5
    seconds, fraction = 0, 0
    if place < end and text[place] == _COLON:
        seconds = digits_at(text, place + 1, 2) if end - place >= 3 else -1
        if seconds < 0 or seconds > 59:
            return -1, place
        place += 3
        if place < end and text[place] == _POINT:
            place += 1
            unit = 100_000_000
            while place < end and _ZERO <= text[place] <= _NINE and unit > 0:
                fraction += (text[place] - _ZERO) * unit
                unit //= 10
                place += 1
    return ((hours * 60 + minutes) * 60 + seconds) * 1_000_000_000 + fraction, place


@kernel
def _time(text: Bytes, begin: int, end: int) -> tuple[int, int]:
    """Return nanoseconds of an ISO 8601 date or datetime, and how it was written."""
    if end - begin < 10 or text[begin + 4] != _MINUS or text[begin + 7] != _MINUS:
        return 0, NO_TIME
    days = days_of(digits_at(text, begin, 4), digits_at(text, begin + 5, 2), digits_at(text, begin + 8, 2))
    midnight, place = days * 86_400_000_000_000, begin + 10
    if days < -(10**9):
        return 0, NO_TIME
    if place == end:
        return midnight, NAIVE
    clock, place = _clock(text, place, end)
    if clock < 0 or place == end:
        return midnight + clock, NO_TIME if clock < 0 else NAIVE
    offset = zone_seconds(text, place, end)
    return midnight + clock - offset * 1_000_000_000, NO_TIME if offset == 86_400 else AWARE


@kernel
def read_times(text: Bytes, begins: Places, ends: Places, out: npt.NDArray[np.int64], marks: Marks) -> int:
    """Read ISO times; each mark is ``NAIVE``, ``AWARE`` or ``NO_TIME``, whose number is returned."""
    unread = 0
    for row in range(begins.size):
        value, written = _time(text, begins[row], ends[row])
        out[row] = value
        marks[row] = written
        unread += written == NO_TIME
    return unread


@kernel
def same_as(text: Bytes, begins: Places, ends: Places, wanted: Bytes) -> npt.NDArray[np.bool_]:
    """Say which cells hold exactly the bytes `wanted`."""
    same = np.zeros(begins.size, np.bool_)
    for row in range(begins.size):
        if ends[row] - begins[row] != wanted.size:
            continue
        equal = True
        for offset in range(wanted.size):
            if text[begins[row] + offset] != wanted[offset]:
                equal = False
                break
        same[row] = equal
    return same


@kernel
def differs_from_last(text: Bytes, begins: Places, ends: Places) -> npt.NDArray[np.bool_]:
    """Say which cells differ from the one in the row before; the first does."""
    differs = np.ones(begins.size, np.bool_)
    for row in range(1, begins.size):
        length = ends[row] - begins[row]
        if length != ends[row - 1] - begins[row - 1]:
            continue
        equal = True
        for offset in range(length):
            if text[begins[row] + offset] != text[begins[row - 1] + offset]:
                equal = False
                break
        differs[row] = not equal
    return differs
