"""Numbers as people and spreadsheets write them: groups of thousands, decimal commas, currency signs.

Slower than :mod:`tradewright.kernels.delimited`, which reads plain numbers, and used only where that fails.
"""

import numpy as np
import numpy.typing as npt

from tradewright.kernels import kernel
from tradewright.kernels.delimited import READ, UNREAD, number_at

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int32]
Marks = npt.NDArray[np.uint8]

# Beside READ and UNREAD, what a mark says of a cell.
EMPTY = 2
# What reading a cell had to repair; they add up.
THOUSANDS, DECIMAL_COMMA, CURRENCY = 1, 2, 4
# Apostrophes: one, as in 110'160, which quotes 32nds too; or as only thousands have them.
ONE_APOSTROPHE, THOUSANDS_APOSTROPHE = 8, 16

_SPACE, _DOLLAR, _APOSTROPHE, _PLUS, _COMMA, _MINUS, _POINT = 32, 36, 39, 43, 44, 45, 46
_ZERO, _NINE, _UPPER_E, _LOWER_E = 48, 57, 69, 101
_LONGEST = 64
_BY_APOSTROPHE = 2
_EITHER_POINT, _EITHER_COMMA = 1, 2


@kernel
def _currency_at(text: Bytes, place: int, end: int) -> int:
    """Return how many bytes the currency sign at `place` takes; 0 when there is none."""
    first = text[place]
    if first == _DOLLAR:
        return 1
    if first == 0xC2 and end - place >= 2 and 0xA2 <= text[place + 1] <= 0xA5:
        return 2  # cent, pound, currency, yen
    if first == 0xE2 and end - place >= 3:
        second, third = text[place + 1], text[place + 2]
        if (second == 0x82 and third >= 0xA0) or (second == 0x83 and third <= 0x8F):
            return 3  # U+20A0 to U+20CF
    return 0


@kernel
def _blank_at(text: Bytes, place: int, end: int) -> int:
    """Return how many bytes the blank at `place` takes, no-break and narrow ones too; 0: there is none."""
    first = text[place]
    if first == _SPACE:
        return 1
    if first == 0xC2 and end - place >= 2 and text[place + 1] == 0xA0:
        return 2
    if first == 0xE2 and end - place >= 3 and text[place + 1] == 0x80:
        third = text[place + 2]
        return 3 if 0x80 <= third <= 0x8A or third == 0xAF else 0
    return 0


@kernel
def _apostrophe_at(text: Bytes, place: int, end: int) -> int:
    if text[place] == _APOSTROPHE:
        return 1
    curly = end - place >= 3 and text[place] == 0xE2 and text[place + 1] == 0x80 and text[place + 2] == 0x99
    return 3 if curly else 0


@kernel
def _past_front(text: Bytes, place: int, stop: int) -> tuple[int, bool, int]:
    """Return where the digits begin, whether a minus stands before them, and ``CURRENCY`` or 0."""
    minus, signed, flags = False, False, 0
    while place < stop:
        length = _blank_at(text, place, stop)
        if text[place] in (_MINUS, _PLUS) and not signed:
            minus, signed, length = text[place] == _MINUS, True, 1
        elif length == 0 and flags == 0:
            length = _currency_at(text, place, stop)
            flags = CURRENCY if length > 0 else 0
        if length == 0:
            break
        place += length
    return place, minus, flags


@kernel
def _last_length(text: Bytes, place: int, stop: int, flags: int) -> tuple[int, int]:
    """Return how many bytes the blank or currency sign before `stop` takes, and ``CURRENCY`` if seen."""
    for size in range(1, 4):
        if stop - size < place:
            break
        if _blank_at(text, stop - size, stop) == size:
            return size, flags
        if flags == 0 and _currency_at(text, stop - size, stop) == size:
            return size, CURRENCY
    return 0, flags


@kernel
def _core(text: Bytes, begin: int, end: int) -> tuple[int, int, bool, int]:
    """Return where the digits begin and end, whether a minus stands before, and ``CURRENCY`` or 0."""
    place, minus, flags = _past_front(text, begin, end)
    stop, length = end, 1
    while stop > place and length > 0:
        length, flags = _last_length(text, place, stop, flags)
        stop -= length
    return place, stop, minus, flags


@kernel
def _separator_at(text: Bytes, place: int, end: int, decimal: int) -> int:
    """Return the kind (times 4) and length of what may stand between thousands; 0 when it is nothing such."""
    other = _POINT if decimal == _COMMA else _COMMA
    if text[place] == other:
        return 5
    length = _apostrophe_at(text, place, end)
    if length > 0:
        return 8 + length
    length = _blank_at(text, place, end)
    return 12 + length if length > 0 else 0


@kernel
def _whole_part(text: Bytes, place: int, end: int, decimal: int, out: Bytes) -> tuple[int, int, int]:
    """Copy the digits before decimals; return where they end (-1: no number), how many, and the repair.

    Groups have three digits; between commas also two, but for the last, as in 12,34,567.
    """
    size, digits, separator, first, inner, groups = 0, 0, 0, 0, 0, 0
    while place < end and size < out.size - 1:
        if _ZERO <= text[place] <= _NINE:
            out[size] = text[place]
            size, digits, place = size + 1, digits + 1, place + 1
            continue
        kind = _separator_at(text, place, end, decimal)
        if kind == 0:
            break
        if separator == 0:
            first = digits
            if digits == 0 or digits > 3 or out[0] == _ZERO:
                return -1, 0, 0
        else:
            pair = digits == 2 and first < 3 and text[place] == _COMMA
            if kind != separator or not (digits == 3 or pair) or inner not in (0, digits):
                return -1, 0, 0
            inner = digits
        separator, digits, groups, place = kind, 0, groups + 1, place + (kind & 3)
    if separator != 0 and digits != 3:
        return -1, 0, 0
    return place, size, _grouped(separator, groups, place < end)


@kernel
def _grouped(separator: int, groups: int, decimals: bool) -> int:
    """Return what separators repair."""
    if separator == 0:
        return 0
    if separator >> 2 != _BY_APOSTROPHE:
        return THOUSANDS
    return THOUSANDS | (THOUSANDS_APOSTROPHE if groups > 1 or decimals else ONE_APOSTROPHE)


@kernel
def _plain(text: Bytes, place: int, end: int, decimal: int, out: Bytes) -> tuple[int, int]:
    """Copy a number without what is repaired; return its length (0: no number) and what was repaired."""
    place, size, flags = _whole_part(text, place, end, decimal, out)
    if place < 0:
        return 0, 0
    if place < end and text[place] == decimal:
        flags |= DECIMAL_COMMA if decimal == _COMMA else 0
        out[size] = _POINT
        size, place = size + 1, place + 1
    while place < end and size < out.size:
        letter = text[place]
        behind_e = size > 0 and out[size - 1] in (_UPPER_E, _LOWER_E)
        known = letter in (_UPPER_E, _LOWER_E) or (behind_e and letter in (_PLUS, _MINUS))
        if not known and not _ZERO <= letter <= _NINE:
            return 0, 0
        out[size] = letter
        size, place = size + 1, place + 1
    return (size, flags) if place == end else (0, 0)


@kernel
def _is_nothing(text: Bytes, begin: int, end: int) -> bool:
    """Say whether a cell is empty or says null, none, na or n/a."""
    size = end - begin
    if size == 0:
        return True
    if size > 4 or size == 1 or (text[begin] | 32) != 110:
        return False
    second, last = text[begin + 1] | 32, text[end - 1] | 32
    if size == 2:
        return second == 97
    if size == 3:
        return second == 47 and last == 97
    third = text[begin + 2] | 32
    return (second == 117 and third == 108 and last == 108) or (
        second == 111 and third == 110 and last == 101
    )


@kernel
def read_written_floats(
    text: Bytes,
    places: tuple[Places, Places],
    decimal: int,
    out: npt.NDArray[np.float64],
    marks: tuple[Marks, Marks],
) -> int:
    """Read numbers with separators of thousands and currency signs.

    Parameters
    ----------
    places
        Where each cell begins and ends.
    decimal
        The byte before the decimals; the other of point and comma stands between thousands then.
    out, marks
        Filled in: the numbers, NaN where a cell is empty; ``READ``, ``UNREAD`` or ``EMPTY``; and what was
        repaired.

    Returns
    -------
    int
        How many cells were left ``UNREAD``.
    """
    begins, ends = places
    read, repaired = marks
    buffer = np.empty(_LONGEST, np.uint8)
    unread = 0
    for row in range(begins.size):
        out[row], repaired[row] = np.nan, 0
        if _is_nothing(text, begins[row], ends[row]):
            read[row] = EMPTY
            continue
        place, stop, minus, currency = _core(text, begins[row], ends[row])
        size, flags = _plain(text, place, stop, decimal, buffer)
        value = number_at(buffer, 0, size) if size > 0 else np.nan
        if np.isnan(value):
            read[row] = UNREAD
            unread += 1
            continue
        read[row], out[row], repaired[row] = READ, -value if minus else value, flags | currency
    return unread


@kernel
def _vote(text: Bytes, place: int, stop: int) -> int:
    """Return which sign stands before decimals here, or 0 when nothing tells."""
    commas, points, last_comma, last_point = 0, 0, -1, -1
    for at in range(place, stop):
        letter = text[at]
        if letter == _COMMA:
            commas, last_comma = commas + 1, at
        elif letter == _POINT:
            points, last_point = points + 1, at
        elif letter in (_UPPER_E, _LOWER_E):
            stop = at
            break
        elif not (_ZERO <= letter <= _NINE or letter in (_SPACE, _APOSTROPHE) or letter >= 0x80):
            return 0
    if commas > 0 and points > 0:
        return _COMMA if last_comma > last_point else _POINT
    if commas > 1 or points > 1:
        return _POINT if commas > 1 else _COMMA
    if commas + points == 0:
        return 0
    last = max(last_comma, last_point)
    group = stop - last == 4 and 1 <= last - place <= 3 and text[place] != _ZERO
    if not group:
        return _COMMA if commas > 0 else _POINT
    return _EITHER_COMMA if commas > 0 else _EITHER_POINT


@kernel
def decimal_votes(text: Bytes, begins: Places, ends: Places) -> tuple[int, int, int, int, int]:
    """Count the cells that tell which sign stands before the decimals.

    Returns
    -------
    tuple
        Cells where only a point does; where only a comma does; where it could also stand between
        thousands, being a point (``1.234``) or a comma (``1,234``); the first row of the last (-1: none).
    """
    counts, first = np.zeros(128, np.int64), -1
    for row in range(begins.size):
        place, stop, _, _ = _core(text, begins[row], ends[row])
        vote = _vote(text, place, stop)
        counts[vote] += 1
        if vote == _EITHER_COMMA and first < 0:
            first = row
    return counts[_POINT], counts[_COMMA], counts[_EITHER_POINT], counts[_EITHER_COMMA], first
