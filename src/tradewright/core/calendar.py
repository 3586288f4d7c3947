"""When an instrument trades: which date a bar belongs to, and how many periods a year has."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tradewright.core.errors import UnknownNameError
from tradewright.core.timeframe import NS_PER_DAY, Timeframe
from tradewright.core.zones import local_ns, utc_ns

_HOUR_NS = 3_600_000_000_000

# id -> (zone, nanoseconds added to local time before taking the date, periods a year)
_KNOWN: dict[str, tuple[str, int, float]] = {
    "24/7": ("UTC", 0, 365.25),
    "24/5": ("America/New_York", 7 * _HOUR_NS, 260.0),
    "XNYS": ("America/New_York", 0, 252.0),
    "XNAS": ("America/New_York", 0, 252.0),
    "XHEL": ("Europe/Helsinki", 0, 252.0),
    "XLON": ("Europe/London", 0, 252.0),
    "XTKS": ("Asia/Tokyo", 0, 252.0),
}


@dataclass(frozen=True, slots=True)
class Calendar:
    """A trading calendar, by id (engine.md 1.3).

    ``24/7`` trades always, its day is the UTC day. ``24/5`` ends its day at 17:00 New York.
    Exchange ids (``XNYS`` ...) use the exchange's local date.
    """

    id: str

    def __post_init__(self) -> None:
        """Refuse an id that is not known."""
        if self.id not in _KNOWN:
            raise UnknownNameError("E_CALENDAR", "calendar", self.id, _KNOWN)

    @property
    def zone(self) -> str:
        """IANA name of the zone whose date is the trading date."""
        return _KNOWN[self.id][0]

    @property
    def periods_per_year(self) -> float:
        """Trading days a year, used to annualise spans under one year (engine.md 7.1)."""
        return _KNOWN[self.id][2]

    @property
    def has_weekends(self) -> bool:
        """True when nothing trades on Saturdays and Sundays, so that a week ends with its Friday."""
        return self.id != "24/7"

    def trading_days(self, time: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the trading date of each UTC time, as whole days since 1970-01-01."""
        zone, shift, _ = _KNOWN[self.id]
        local = time if zone == "UTC" else local_ns(time, zone)
        return (local + shift) // NS_PER_DAY

    def bar_days(self, time: npt.NDArray[np.int64], timeframe: Timeframe) -> npt.NDArray[np.int64]:
        """Return the trading date of each bar by its open: that of the open, or of the middle of long bars.

        Data opens a daily bar at midnight UTC, which is the evening before in New York; the middle of a
        bar of a day or longer falls on the date that it is the bar of.
        """
        return self.trading_days(time if timeframe.is_intraday else time + timeframe.ns // 2)

    def day_start(self, days: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the UTC nanosecond at which each trading date begins; the inverse of `trading_days`."""
        zone, shift, _ = _KNOWN[self.id]
        local = days * NS_PER_DAY - shift
        return local if zone == "UTC" else utc_ns(local, zone)[0]
