"""How long a bar is: fixed spans (`1m` .. `1d`) and calendar spans (`1w`, `1M`)."""

import re
from dataclasses import dataclass
from typing import Self

from tradewright.core.errors import InputError, nearest

NS_PER_SECOND = 1_000_000_000
NS_PER_DAY = 86_400 * NS_PER_SECOND

_CLOCK_CHANGE_NS = 3_600 * NS_PER_SECOND

_UNIT_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800, "M": 2_629_800}
_WORDS = {
    "minute": "1m",
    "hour": "1h",
    "hourly": "1h",
    "day": "1d",
    "daily": "1d",
    "week": "1w",
    "weekly": "1w",
    "month": "1M",
    "monthly": "1M",
}
COMMON = ("1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "1w", "1M")


@dataclass(frozen=True, slots=True, order=False)
class Timeframe:
    """A bar length as ccxt writes it: ``1m 5m 1h 1d 1w 1M``.

    Attributes
    ----------
    count
        How many units one bar spans.
    unit
        One of ``s m h d w M``; ``M`` is a calendar month.
    """

    count: int
    unit: str

    @classmethod
    def parse(cls, text: "str | Timeframe") -> "Timeframe":
        """Read a timeframe.

        Raises
        ------
        InputError
            ``E_TIMEFRAME`` for anything that is not ``<count><unit>``.
        """
        if isinstance(text, Timeframe):
            return text
        word = _WORDS.get(text.strip().casefold(), text.strip())
        match = re.fullmatch(r"([1-9]\d{0,3})([smhdwM])", word)
        if match is None:
            near = nearest(text, COMMON)
            raise InputError(
                "E_TIMEFRAME",
                f"'{text}' is not a timeframe.",
                fix=(f"Did you mean '{near[0]}'? " if near else "") + f"Use one of {' '.join(COMMON)}.",
                details={"value": text, "choices": list(COMMON)},
            )
        return cls(int(match[1]), match[2])

    @classmethod
    def from_ns(cls, span: int) -> Self | None:
        """Return the timeframe whose bars are `span` nanoseconds apart, or None when none is.

        Spans of 28 to 31 days are one month, of 89 to 92 days three.
        """
        for months, shortest, longest in ((1, 28, 31), (3, 89, 92)):
            if shortest * NS_PER_DAY <= span <= longest * NS_PER_DAY:
                return cls(months, "M")
        seconds, rest = divmod(span, NS_PER_SECOND)
        if rest or seconds <= 0:
            return None
        for unit in ("w", "d", "h", "m", "s"):
            count, remainder = divmod(seconds, _UNIT_SECONDS[unit])
            if count and not remainder and (unit != "w" or count == 1):
                return cls(count, unit)
        return None

    @property
    def ns(self) -> int:
        """Length in nanoseconds; for months the mean length (30.4375 days)."""
        return self.count * _UNIT_SECONDS[self.unit] * NS_PER_SECOND

    @property
    def shortest_ns(self) -> int:
        """Least nanoseconds between two bars: a day may lose an hour to summer time, a month has 28 days."""
        if self.unit == "M":
            return self.count * 28 * NS_PER_DAY - _CLOCK_CHANGE_NS
        return self.ns - _CLOCK_CHANGE_NS if self.unit in "dw" else self.ns

    @property
    def longest_ns(self) -> int:
        """Most nanoseconds between two bars with none missing: 25 hours for a day, 31 days for a month."""
        if self.unit == "M":
            return self.count * 31 * NS_PER_DAY + _CLOCK_CHANGE_NS
        return self.ns + _CLOCK_CHANGE_NS if self.unit in "dw" else self.ns

    @property
    def is_calendar(self) -> bool:
        """True for weeks and months, whose closes follow the calendar."""
        return self.unit in "wM"

    @property
    def is_intraday(self) -> bool:
        """True when a bar is shorter than a day."""
        return self.ns < NS_PER_DAY

    def __str__(self) -> str:
        """Return it as ccxt writes it."""
        return f"{self.count}{self.unit}"
