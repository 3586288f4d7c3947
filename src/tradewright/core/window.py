"""From what a user says about dates to a range of bars."""

import re
from datetime import UTC, date, datetime

import numpy as np

from tradewright.core.bars import Bars
from tradewright.core.errors import InputError
from tradewright.core.instants import Instant, parse_instant
from tradewright.core.timeframe import NS_PER_DAY

Moment = str | date | datetime

_UNITS_NS = {"w": 7 * NS_PER_DAY, "d": NS_PER_DAY, "h": NS_PER_DAY // 24}
_MONTHS = {"y": 12, "mo": 1}
_PART = re.compile(r"(\d{1,5})\s*(y|mo|w|d|h)", re.IGNORECASE)


def resolve_window(bars: Bars, start: Moment | None = None, end: Moment | None = None) -> tuple[int, int]:
    """Return which bars lie between two moments.

    Parameters
    ----------
    start
        The first bar opens at or after it; None is the first bar.
    end
        The last bar opens at or before it; a day without a time means all of that day; None is the last.
        Text is ISO 8601; what names no zone is UTC.

    Returns
    -------
    tuple
        ``(i, j)``: bars ``i`` to ``j - 1``.

    Raises
    ------
    InputError
        ``E_DATE`` for text that is no date, ``E_RANGE`` when `start` is after `end` or no bar lies between.
    """
    first = 0 if start is None else _ns(start).ns
    last = None if end is None else _last_ns(end)
    if start is not None and last is not None and first > last:
        raise InputError(
            "E_RANGE",
            f"start {start} is after end {end}.",
            fix="Swap them.",
            details={"start": str(start), "end": str(end)},
        )
    i = 0 if start is None else int(np.searchsorted(bars.time, first, side="left"))
    j = len(bars) if last is None else int(np.searchsorted(bars.time, last, side="right"))
    if i >= j:
        raise _empty(bars, start, end)
    return i, j


def span_start(bars: Bars, text: str) -> int:
    """Return the UTC nanosecond that lies a span before the close of the last bar.

    Parameters
    ----------
    text
        ``2mo``, ``90d``, ``6w``, ``1y``, ``12h``, or several: ``1y 6mo``. Months and years by calendar; a
        day that a month lacks becomes its last.

    Raises
    ------
    InputError
        ``E_SPAN`` for text that is no span, or without bars to count back from.
    """
    parts = [(int(count), unit.lower()) for count, unit in _PART.findall(text)]
    if not parts or _PART.sub("", text).strip(" ,") or not any(count for count, _ in parts):
        raise InputError(
            "E_SPAN",
            f"'{text}' is not a span of time.",
            fix="Write it as 2mo, 90d, 6w or 1y.",
            details={"value": text},
        )
    if not len(bars):
        raise InputError("E_SPAN", f"{bars.symbol} has no bars to count '{text}' back from.")
    months = sum(count * _MONTHS[unit] for count, unit in parts if unit in _MONTHS)
    fixed = sum(count * _UNITS_NS[unit] for count, unit in parts if unit in _UNITS_NS)
    return _months_before(int(bars.close_time[-1]), months) - fixed


def _months_before(ns: int, months: int) -> int:
    moment = np.datetime64(ns, "ns")
    month = moment.astype("datetime64[M]")
    into_month = moment - month.astype("datetime64[ns]")
    target = month - months
    day = into_month // np.timedelta64(1, "D")
    days_there = int(((target + 1).astype("datetime64[D]") - target.astype("datetime64[D]")).astype(np.int64))
    surplus = max(0, int(day) - (days_there - 1)) * NS_PER_DAY
    start = target.astype("datetime64[ns]").astype(np.int64)
    return int(start + into_month.astype("timedelta64[ns]").astype(np.int64) - surplus)


def _ns(moment: Moment) -> Instant:
    return parse_instant(moment if isinstance(moment, str) else moment.isoformat())


def _last_ns(moment: Moment) -> int:
    instant = _ns(moment)
    return instant.ns + NS_PER_DAY - 1 if instant.date_only else instant.ns


def _empty(bars: Bars, start: Moment | None, end: Moment | None) -> InputError:
    asked = " ".join(
        f"{word} {moment}" for word, moment in (("from", start), ("to", end)) if moment is not None
    )
    if not len(bars):
        return InputError("E_RANGE", f"{bars.symbol} has no bars at all.")
    own = [
        datetime.fromtimestamp(int(ns) // 10**9, UTC).isoformat()[:16] for ns in (bars.time[0], bars.time[-1])
    ]
    return InputError(
        "E_RANGE",
        f"no bar of {bars.symbol} lies in the window {asked}.",
        fix=f"Its bars open from {own[0]} to {own[1]} UTC.",
        details={"first": own[0], "last": own[1]},
    )
