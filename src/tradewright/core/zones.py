"""Local clock time for whole arrays of UTC times, exact over daylight-saving changes."""

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt

from tradewright.core.errors import InputError
from tradewright.core.timeframe import NS_PER_DAY, NS_PER_SECOND

_STEP_S = 7 * 86_400


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


def local_ns(time: npt.NDArray[np.int64], zone: str) -> npt.NDArray[np.int64]:
    """Shift UTC nanoseconds to the local clock of `zone` (same shape, int64)."""
    if time.size == 0:
        return time.copy()
    first, last = int(time.min()) // NS_PER_SECOND, int(time.max()) // NS_PER_SECOND
    starts, offsets = _offsets(zone, first // _STEP_S * _STEP_S, (last // _STEP_S + 1) * _STEP_S)
    return time + offsets[np.searchsorted(starts, time, side="right") - 1]


@lru_cache(maxsize=64)
def _offsets(zone: str, first_s: int, last_s: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
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
    offset = datetime.fromtimestamp(second, UTC).astimezone(info).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())


def time_of_day(time: npt.NDArray[np.int64], zone: str) -> npt.NDArray[np.int64]:
    """Return nanoseconds since local midnight for each UTC time."""
    return local_ns(time, zone) % NS_PER_DAY
