"""Trading sessions: the business hours of a city on its own clock, and the days that a calendar schedules."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tradewright.core.errors import DataError, UnknownNameError
from tradewright.core.zones import time_of_day

Times = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_HOUR_NS = 3_600_000_000_000


@dataclass(frozen=True, slots=True)
class _CityHours:
    zone: str
    start_hour: int
    end_hour: int


# The business hours that retail foreign-exchange calendars (BabyPips, "Forex Trading Sessions") agree on, in
# local time all year round; those calendars' UTC tables move with daylight saving, the local hours do not.
_SESSIONS = {
    "London": _CityHours("Europe/London", 8, 17),
    "New York": _CityHours("America/New_York", 8, 17),
    "Tokyo": _CityHours("Asia/Tokyo", 9, 18),
    "Sydney": _CityHours("Australia/Sydney", 7, 16),
}
_OVERLAPS = {
    "London-New York overlap": ("London", "New York"),
    "Tokyo-London overlap": ("Tokyo", "London"),
}


class SessionEnds(NamedTuple):
    """Where a series reaches the ends of its sessions.

    Attributes
    ----------
    reached
        bool, one per bar: True at a bar that opens before the scheduled end of a session and closes at or
        after it.
    missed
        int64 UTC nanoseconds: the ends, from the first bar's open to the last bar's close, that no bar
        reached. A session that is not over at the last close is not among them.
    """

    reached: Flags
    missed: Times


@dataclass(frozen=True, slots=True, eq=False)
class Sessions:
    """The scheduled sessions of a calendar (engine.md 3.8); `tradewright.data.sessions` builds them.

    Attributes
    ----------
    open, close
        int64 UTC nanoseconds, shape ``(sessions,)``, in order and without overlap: a session runs from its
        open, included, to its close, excluded. Breaks within a day are no ends.

    Raises
    ------
    DataError
        ``E_SESSIONS`` when a session does not close after it opens, or opens before the one before it
        closes; ``details["row"]`` counts from 0.
    """

    open: Times
    close: Times

    def __post_init__(self) -> None:
        """Refuse sessions that are not in order."""
        if self.open.shape != self.close.shape or self.open.ndim != 1:
            raise DataError(
                "E_SESSIONS",
                f"{self.open.size} opens and {self.close.size} closes make no sessions.",
                fix="Give one open and one close for each session.",
            )
        late = self.close <= self.open
        late[1:] |= self.open[1:] < self.close[:-1]
        if late.any():
            row = int(np.argmax(late))
            raise DataError(
                "E_SESSIONS",
                f"session {row} is out of order: it opens at {_shown(self.open[row])} and closes at "
                f"{_shown(self.close[row])}.",
                fix="A session closes after it opens, and opens when the one before it has closed.",
                details={"row": row},
            )

    def __len__(self) -> int:
        """Return the number of sessions."""
        return int(self.open.size)

    def ends(self, time: Times, close_time: Times) -> SessionEnds:
        """Say at which bars a session ends, by the schedule alone.

        The next bar's time plays no part: where the bar that should have reached an end is missing, no bar
        is flagged for that session.

        Parameters
        ----------
        time, close_time
            int64 UTC nanoseconds, shape ``(n,)``: opens, increasing, and closes of the bars.
        """
        reached = np.zeros(time.size, np.bool_)
        if not time.size or not len(self):
            return SessionEnds(reached, np.zeros(0, np.int64))
        # The session of a bar is the first that is not over when the bar opens.
        session = np.searchsorted(self.close, time, side="right")
        inside = session < len(self)
        reached[inside] = close_time[inside] >= self.close[session[inside]]
        due = (self.close > time[0]) & (self.close <= close_time[-1])
        due[session[reached]] = False
        return SessionEnds(reached, self.close[due])


def session_names() -> tuple[str, ...]:
    """Return the sessions there are."""
    return (*_SESSIONS, *_OVERLAPS)


def in_session(close_time: Times, name: str) -> Flags:
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


def _shown(moment: np.int64) -> str:
    return str(np.datetime64(int(moment), "ns"))[:16]
