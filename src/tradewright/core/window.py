"""From what a user says about dates to a range of bars."""

from datetime import UTC, date, datetime

import numpy as np

from tradewright.core.bars import Bars
from tradewright.core.errors import InputError
from tradewright.core.instants import Instant, parse_instant
from tradewright.core.timeframe import NS_PER_DAY

Moment = str | date | datetime


def resolve_window(bars: Bars, start: Moment | None = None, end: Moment | None = None) -> tuple[int, int]:
    """Return which bars lie between two moments.

    Parameters
    ----------
    start
        The first bar opens at or after it; None is the first bar.
    end
        The last bar opens at or before it; a day without a time means all of that day; None is the last.
        Text is ISO 8601, or a date or datetime; what names no zone is UTC.

    Returns
    -------
    tuple
        ``(i, j)``: bars ``i`` to ``j - 1``.

    Raises
    ------
    InputError
        ``E_DATE`` for what is no date, ``E_RANGE`` when `start` is after `end` or no bar lies between.
    """
    first, last = instants(start, end)
    i = 0 if first is None else int(np.searchsorted(bars.time, first, side="left"))
    j = len(bars) if last is None else int(np.searchsorted(bars.time, last, side="right"))
    if i >= j:
        raise _empty(bars, start, end)
    return i, j


def instants(start: Moment | None, end: Moment | None) -> tuple[int | None, int | None]:
    """Return the first and the last nanosecond (UTC, both included) of a window; None where it is open.

    Raises
    ------
    InputError
        ``E_DATE`` for what is no date, ``E_RANGE`` when `start` is after `end`.
    """
    first = None if start is None else _ns(start).ns
    last = None if end is None else _last_ns(end)
    if first is not None and last is not None and first > last:
        raise InputError(
            "E_RANGE",
            f"start {start} is after end {end}.",
            fix="Swap them.",
            details={"start": str(start), "end": str(end)},
        )
    return first, last


def _ns(moment: object) -> Instant:
    if isinstance(moment, str | date):
        return parse_instant(moment if isinstance(moment, str) else moment.isoformat())
    raise InputError(
        "E_DATE",
        f"{moment!r} is a {type(moment).__name__}, not a date.",
        fix="Give text such as '2024-03-31' or '2024-03-31T16:00', a date or a datetime.",
        details={"value": str(moment), "type": type(moment).__name__},
    )


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
