"""Trading sessions: the business hours of a city, on that city's own clock."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tradewright.core.errors import UnknownNameError
from tradewright.core.zones import time_of_day

_HOUR_NS = 3_600_000_000_000


@dataclass(frozen=True, slots=True)
class _Session:
    zone: str
    start_hour: int
    end_hour: int


# The business hours that retail foreign-exchange calendars (BabyPips, "Forex Trading Sessions") agree on, in
# local time all year round; those calendars' UTC tables move with daylight saving, the local hours do not.
_SESSIONS = {
    "London": _Session("Europe/London", 8, 17),
    "New York": _Session("America/New_York", 8, 17),
    "Tokyo": _Session("Asia/Tokyo", 9, 18),
    "Sydney": _Session("Australia/Sydney", 7, 16),
}
_OVERLAPS = {
    "London-New York overlap": ("London", "New York"),
    "Tokyo-London overlap": ("Tokyo", "London"),
}


def session_names() -> tuple[str, ...]:
    """Return the sessions there are."""
    return (*_SESSIONS, *_OVERLAPS)


def in_session(close_time: npt.NDArray[np.int64], name: str) -> npt.NDArray[np.bool_]:
    """Say for each bar close whether it falls into a session, daylight saving included.

    Parameters
    ----------
    close_time
        int64 UTC nanoseconds, in any order.
    name
        One of :func:`session_names`; capitals, blanks, ``-`` and ``_`` do not matter.

    Returns
    -------
    ndarray
        bool, True from the session's first hour (included) to its last (excluded): what is decided at a
        close is filled after it. Every day of the week counts; a market that is shut has no bars.

    Raises
    ------
    UnknownNameError
        ``E_SESSION``.
    """
    known = _resolved(name)
    if known in _OVERLAPS:
        first, second = _OVERLAPS[known]
        return in_session(close_time, first) & in_session(close_time, second)
    session = _SESSIONS[known]
    clock = time_of_day(close_time, session.zone)
    return (clock >= session.start_hour * _HOUR_NS) & (clock < session.end_hour * _HOUR_NS)


def _resolved(name: str) -> str:
    by_plain = {_plain(known): known for known in session_names()}
    found = by_plain.get(_plain(name)) or by_plain.get(_plain(name) + "overlap")
    if found is None:
        raise UnknownNameError("E_SESSION", "session", name, session_names())
    return found


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
