"""Local clock time for whole arrays of UTC times and back, exact over daylight-saving changes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt

from tradewright.core.errors import DataError, InputError
from tradewright.core.timeframe import NS_PER_DAY, NS_PER_SECOND

Times = npt.NDArray[np.int64]
Rows = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]
Values = Sequence[npt.NDArray[np.float64]]

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


class Localized(NamedTuple):
    """Clock times read as UTC.

    Attributes
    ----------
    time
        int64 UTC nanoseconds.
    twice
        Which times stood in an hour that happened twice.
    unknown
        Which of those are of one of the two hours, nothing told which, and were read as the first.
    """

    time: Times
    twice: Flags
    unknown: Flags


def localize(local: Times, zone: str, values: Values = ()) -> Localized:
    """Read the clock times of a series as UTC, in the order they were written, oldest or newest first.

    An hour that happened twice is told apart by order, or by the rows beside it where it was written once.
    A midnight that never was is the first moment of its day, and one that came twice is too.

    Parameters
    ----------
    values
        What else stands in the rows, each as long as `local`: a row written twice is no second hour.

    Raises
    ------
    DataError
        ``E_TZ`` for another time that never was, or where order tells nothing; ``details["row"]`` counts
        from 0.
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
        return Localized(first, twice, twice)
    late, unknown = _tell_apart(_Written(local, first, second, values))
    return Localized(np.where(late, second, first), twice, unknown)


@dataclass(frozen=True)
class _Written:
    """The clock times of a series in the order they were written.

    Attributes
    ----------
    local
        Nanoseconds on the local clock.
    first, second
        UTC nanoseconds, were each row of the first or of the second of two such hours.
    values
        What else stands in the rows: rows that are alike in all of it are one row written twice.
    """

    local: Times
    first: Times
    second: Times
    values: Values

    @cached_property
    def direction(self) -> int:
        """1 where most rows are later than the one before, -1 where most are earlier."""
        steps = np.diff(self.local)
        return -1 if 2 * int((steps < 0).sum()) > steps.size else 1

    @cached_property
    def usual_step(self) -> int:
        """The commonest distance of two neighbours; 0 of a single row."""
        steps = np.abs(np.diff(self.first))
        spans, counts = np.unique(steps[steps > 0], return_counts=True)
        return int(spans[np.argmax(counts)]) if spans.size else 0

    def alike(self, some: Rows, others: Rows) -> Flags:
        """Say which of some rows hold the same as the others; of rows without values nothing is known."""
        same = np.full(some.size, bool(self.values))
        for column in self.values:
            one, other = column[some], column[others]
            same &= (one == other) | (np.isnan(one) & np.isnan(other))
        return same


def _tell_apart(written: _Written) -> tuple[Flags, Flags]:
    """Say which rows are of the second of two hours, and which of nobody knows which (read as the first).

    Within such an hour the clock going back starts the second. Where it does not go back, only one of the
    two was written: the one that lies a bar's length from all rows beside it. A midnight of daily bars is
    the first moment of its day.

    Raises
    ------
    DataError
        ``E_TZ`` where the clock goes back more than once; ``details["row"]`` counts from 0.
    """
    late, unknown = np.zeros(written.local.size, np.bool_), np.zeros(written.local.size, np.bool_)
    for run in _runs(written):
        passes = _passes(run, written)
        if passes[-1] > 1:
            raise _thrice(int(run[np.argmax(passes > 1)]), written)
        if passes[-1] == 1:
            late[run] = passes == 1
            continue
        evidence = _evidence(run, written)
        late[run] = evidence < 0
        days = written.usual_step >= NS_PER_DAY and not (written.local[run] % NS_PER_DAY).any()
        unknown[run] = evidence == 0 and not days
    return late, unknown


def _runs(written: _Written) -> list[Rows]:
    """Return the rows of each hour that happened twice, as far as they stand together, oldest first."""
    length = written.second - written.first
    rows = np.flatnonzero(length > 0)[:: written.direction]
    apart = np.abs(np.diff(rows)) != 1
    apart |= np.abs(np.diff(written.local[rows])) > length[rows][1:]
    return np.split(rows, np.flatnonzero(apart) + 1)


def _passes(run: Rows, written: _Written) -> Times:
    """Return how often the clock went back before each row."""
    steps = np.diff(written.local[run])
    back = (steps < 0) | ((steps == 0) & ~written.alike(run[:-1], run[1:]))
    passes = np.concatenate(([0], np.cumsum(back)))
    return np.zeros_like(passes) if passes[-1] == 1 and _copied(run, passes, written) else passes


def _copied(run: Rows, passes: Times, written: _Written) -> bool:
    """Say whether the second pass only repeats rows of the first; bars that are all alike tell nothing."""
    early, late = run[passes == 0], run[passes == 1]
    place = np.searchsorted(written.local[early], written.local[late])
    twins = early[np.minimum(place, early.size - 1)]
    same = (written.local[twins] == written.local[late]) & written.alike(twins, late)
    return bool(same.all()) and not bool(written.alike(run[:-1], run[1:]).all())


def _evidence(run: Rows, written: _Written) -> int:
    """Return 1 where all rows beside `run` lie one bar away from it in its first hour, -1 in its second.

    0 where neither is so, or bars are missing inside of it: some may be of the first, others of the second.
    """
    if (np.diff(np.unique(written.local[run])) != written.usual_step).any():
        return 0
    first_fits = second_fits = True
    for end, beside in ((run[0], run[0] - written.direction), (run[-1], run[-1] + written.direction)):
        if 0 <= beside < written.local.size:
            first_fits &= abs(int(written.first[end] - written.first[beside])) == written.usual_step
            second_fits &= abs(int(written.second[end] - written.first[beside])) == written.usual_step
    return first_fits - second_fits


def _thrice(row: int, written: _Written) -> DataError:
    clock = str(np.datetime64(int(written.local[row]), "ns"))[:19].replace("T", " ")
    return DataError(
        "E_TZ",
        f"the clock goes back before {clock} more often than it was put back.",
        fix="Remove rows that stand there again, or write the times with an offset.",
        details={"row": row, "value": clock},
    )


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
