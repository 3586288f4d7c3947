"""One moment from text or number: ISO dates and datetimes, and epochs of any usual unit."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tradewright.core.errors import InputError
from tradewright.core.zones import zone_info

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{8}")
_YEARS = range(1678, 2262)
_LAST_NS = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment as somebody wrote it.

    Attributes
    ----------
    ns
        UTC nanoseconds.
    naive
        True when the text named no zone.
    date_only
        True when the text named a day without a time.
    """

    ns: int
    naive: bool
    date_only: bool


def parse_instant(text: str, timezone: str = "UTC") -> Instant:
    """Read an ISO 8601 date or datetime, with or without an offset.

    Parameters
    ----------
    timezone
        The zone of a text that names none.

    Raises
    ------
    InputError
        ``E_DATE`` when it cannot be read, or lies outside 1678 to 2261; ``E_TZ`` for an unknown zone.
    """
    written = text.strip()
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as unreadable:
        raise _unreadable(text) from unreadable
    if moment.year not in _YEARS:
        raise _unreadable(text)
    naive = moment.tzinfo is None
    if naive:
        moment = moment.replace(tzinfo=zone_info(timezone))
    since = (moment.astimezone(UTC) - _EPOCH) // timedelta(microseconds=1)
    return Instant(since * 1_000, naive, _DATE.fullmatch(written) is not None)


def epoch_unit_ns(magnitude: float) -> int:
    """Return the nanoseconds in the unit of an epoch of this size: s, ms, us or ns.

    The unit is the largest in which the moment lies before 2262, the end of 64-bit nanoseconds. Only the
    first 107 days of 1970 can be mistaken for a larger unit.
    """
    size = abs(magnitude)
    for unit in (1_000_000_000, 1_000_000, 1_000):
        if size <= _LAST_NS / unit:
            return unit
    return 1


def _unreadable(text: str) -> InputError:
    return InputError(
        "E_DATE",
        f"'{text}' is not a date that can be read.",
        fix="Write it as 2024-03-31, 2024-03-31T16:00 or 2024-03-31T16:00+02:00.",
        details={"value": text},
    )
