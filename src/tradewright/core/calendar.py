"""When an instrument trades: which date a bar belongs to, and how many periods a year has."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tradewright.core.errors import UnknownNameError
from tradewright.core.timeframe import NS_PER_DAY, Timeframe
from tradewright.core.zones import local_ns, utc_ns

_HOUR_NS = 3_600_000_000_000

# Exchanges by ISO 10383 code, and the zone of their clock: those whose sessions run from Monday to Friday
# and begin and end on one local date. Their hours and holidays are looked up where they are needed only.
_EXCHANGES = {
    "BVMF": "America/Sao_Paulo",
    "XAMS": "Europe/Amsterdam",
    "XASX": "Australia/Sydney",
    "XBDA": "Atlantic/Bermuda",
    "XBKK": "Asia/Bangkok",
    "XBOM": "Asia/Kolkata",
    "XBRA": "Europe/Bratislava",
    "XBRU": "Europe/Brussels",
    "XBUD": "Europe/Budapest",
    "XBUE": "America/Argentina/Buenos_Aires",
    "XCSE": "Europe/Copenhagen",
    "XDUB": "Europe/Dublin",
    "XETR": "Europe/Berlin",
    "XFRA": "Europe/Berlin",
    "XHEL": "Europe/Helsinki",
    "XHKG": "Asia/Hong_Kong",
    "XICE": "Atlantic/Reykjavik",
    "XIDX": "Asia/Jakarta",
    "XIST": "Europe/Istanbul",
    "XJSE": "Africa/Johannesburg",
    "XKAR": "Asia/Karachi",
    "XKLS": "Asia/Kuala_Lumpur",
    "XKRX": "Asia/Seoul",
    "XLIM": "America/Lima",
    "XLIS": "Europe/Lisbon",
    "XLIT": "Europe/Vilnius",
    "XLJU": "Europe/Ljubljana",
    "XLON": "Europe/London",
    "XLUX": "Europe/Luxembourg",
    "XMAD": "Europe/Madrid",
    "XMEX": "America/Mexico_City",
    "XMIL": "Europe/Rome",
    "XNAS": "America/New_York",
    "XNYS": "America/New_York",
    "XNZE": "Pacific/Auckland",
    "XOSL": "Europe/Oslo",
    "XPAR": "Europe/Paris",
    "XPHS": "Asia/Manila",
    "XPRA": "Europe/Prague",
    "XRIS": "Europe/Riga",
    "XSES": "Asia/Singapore",
    "XSGO": "America/Santiago",
    "XSHG": "Asia/Shanghai",
    "XSTO": "Europe/Stockholm",
    "XSWX": "Europe/Zurich",
    "XTAI": "Asia/Taipei",
    "XTAL": "Europe/Tallinn",
    "XTKS": "Asia/Tokyo",
    "XTSE": "America/Toronto",
    "XWAR": "Europe/Warsaw",
    "XWBO": "Europe/Vienna",
    "XZAG": "Europe/Zagreb",
}

# id -> (zone, nanoseconds added to local time before taking the date, periods a year)
_KNOWN: dict[str, tuple[str, int, float]] = {
    "24/7": ("UTC", 0, 365.25),
    "24/5": ("America/New_York", 7 * _HOUR_NS, 260.0),
    **{code: (zone, 0, 252.0) for code, zone in _EXCHANGES.items()},
}


def calendar_ids() -> tuple[str, ...]:
    """Return the ids that :class:`Calendar` takes."""
    return tuple(_KNOWN)


@dataclass(frozen=True, slots=True)
class Calendar:
    """A trading calendar, by id (engine.md 1.3).

    ``24/7`` trades always, its day is the UTC day. ``24/5`` ends its day at 17:00 New York.
    Exchange ids (``XNYS`` ...) use the exchange's local date; :func:`calendar_ids` lists them all.
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
    def is_exchange(self) -> bool:
        """True of an exchange, which has opening hours and holidays."""
        return self.id in _EXCHANGES

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
