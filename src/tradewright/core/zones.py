"""Local clock time for whole arrays of UTC times and back, exact over daylight-saving changes."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt

from tradewright.core.errors import DataError, InputError
from tradewright.core.timeframe import NS_PER_DAY, NS_PER_SECOND

Times = npt.NDArray[np.int64]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# No zone of the tz database has changed its offset twice within this span (least: 6.96 days).
_STEP_S = 6 * 86_400


def zone_info(name: str) -> ZoneInfo:
    """Return the zone called `name`.

    Raises
    ------
    InputError
        ``E_TZ`` when the tz database has no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise InputError(
            "E_TZ",
            f"unknown time zone '{name}'.",
            fix="Use an IANA name such as 'UTC', 'America/New_York' or 'Europe/Helsinki'.",
            details={"value": name},
        ) from unknown


def local_ns(time: Times, zone: str) -> Times:
    """Shift UTC nanoseconds to the local clock of `zone` (same shape, int64)."""
    if time.size == 0:
        return time.copy()
    starts, offsets = _offsets_between(zone, time)
    return time + offsets[np.searchsorted(starts, time, side="right") - 1]


def time_of_day(time: Times, zone: str) -> Times:
    """Return nanoseconds since local midnight for each UTC time."""
    return local_ns(time, zone) % NS_PER_DAY


def utc_ns(local: Times, zone: str) -> tuple[Times, Times]:
    """Read local clock times of `zone` as UTC, both ways that PEP 495 knows.

    Returns
    -------
    tuple
        The readings with ``fold=0`` and ``fold=1``, int64 UTC nanoseconds. They are equal but where the
        clock was changed: the second is later for an hour that happened twice, earlier for one that
        never did.
    """
    if local.size == 0:
        return local.copy(), local.copy()
    starts, offsets = _offsets_between(zone, local)
    before, after = offsets[:-1], offsets[1:]
    first = np.searchsorted(starts[1:] + np.maximum(before, after), local, side="right")
    second = np.searchsorted(starts[1:] + np.minimum(before, after), local, side="right")
    return local - offsets[first], local - offsets[second]


def localize(local: Times, zone: str) -> tuple[Times, int]:
    """Read the clock times of a series, in the order they were written, as UTC.

    An hour that happened twice is told apart by order: within it, the clock going back starts the second
    pass. A midnight that never was is the first moment of its day.

    Returns
    -------
    tuple
        int64 UTC nanoseconds, and how many times stood in an hour that happened twice.

    Raises
    ------
    DataError
        ``E_TZ`` for another time that never was; ``details["row"]`` counts from 0.
    """
    first, second = utc_ns(local, zone)
    skipped = (second < first) & (local % NS_PER_DAY != 0)
    if skipped.any():
        row = int(np.argmax(skipped))
        clock = str(np.datetime64(int(local[row]), "ns"))[:19].replace("T", " ")
        raise DataError(
            "E_TZ",
            f"{clock} never was in {zone}: the clock was put forward over it.",
            fix="Give the zone that the times are written in.",
            details={"row": row, "value": clock, "timezone": zone},
        )
    twice = second > first
    if not twice.any():
        return first, 0
    back = np.diff(local, prepend=local[:1] - 1) <= 0
    passes = np.cumsum(back)
    enters = twice & ~np.concatenate(([False], twice[:-1]))
    at_entry = passes[np.maximum.accumulate(np.where(enters, np.arange(local.size), 0))]
    return np.where(twice & (passes > at_entry), second, first), int(twice.sum())


def _offsets_between(zone: str, times: Times) -> tuple[Times, Times]:
    """Return the offset changes of `zone` around `times`, with a step to spare on either side."""
    first, last = int(times.min()) // NS_PER_SECOND, int(times.max()) // NS_PER_SECOND
    return _offsets(zone, (first // _STEP_S - 1) * _STEP_S, (last // _STEP_S + 2) * _STEP_S)


@lru_cache(maxsize=64)
def _offsets(zone: str, first_s: int, last_s: int) -> tuple[Times, Times]:
    """Return when each UTC offset of `zone` begins, and the offsets, in nanoseconds."""
    info = zone_info(zone)
    starts, offsets = [first_s], [_offset_s(info, first_s)]
    for left in range(first_s, last_s, _STEP_S):
        low, high = left, left + _STEP_S
        after = _offset_s(info, high)
        if after == offsets[-1]:
            continue
        before = offsets[-1]
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if _offset_s(info, middle) == before else (low, middle)
        starts.append(high)
        offsets.append(after)
    return np.array(starts, np.int64) * NS_PER_SECOND, np.array(offsets, np.int64) * NS_PER_SECOND


def _offset_s(info: ZoneInfo, second: int) -> int:
    offset = (_EPOCH + timedelta(seconds=second)).astimezone(info).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())
