"""How long back: ``2mo``, ``90d``, ``1y``, counted from a moment."""

import re
from dataclasses import dataclass

import numpy as np

from tradewright.core.timeframe import NS_PER_DAY

_UNITS = {
    "h": "h", "hour": "h", "hours": "h",
    "d": "d", "day": "d", "days": "d",
    "w": "w", "wk": "w", "week": "w", "weeks": "w",
    "mo": "mo", "M": "mo", "month": "mo", "months": "mo",
    "y": "y", "yr": "y", "year": "y", "years": "y",
}  # fmt: skip
_UNIT_NS = {"h": NS_PER_DAY // 24, "d": NS_PER_DAY, "w": 7 * NS_PER_DAY}
_UNIT_MONTHS = {"mo": 1, "y": 12}
_FIRST_NS = -(2**63) + 1
_FIRST_MONTH = np.datetime64("1678-01", "M")


@dataclass(frozen=True, slots=True)
class Span:
    """A span of hours, days, weeks, or calendar months and years."""

    count: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> "Span | None":
        """Read a span, or return None for what is none."""
        match = re.fullmatch(r"\s*([1-9]\d{0,4})\s*([A-Za-z]+)\s*", text)
        unit = None if match is None else _UNITS.get(match[2], _UNITS.get(match[2].lower()))
        return None if match is None or unit is None else cls(int(match[1]), unit)

    def start_ns(self, end_ns: int) -> int:
        """Return the time this span before `end_ns`, both UTC nanoseconds.

        Months and years are the calendar's; a day that a month lacks becomes its last. A span that
        reaches back beyond 64-bit nanoseconds begins with them.
        """
        if self.unit in _UNIT_NS:
            return max(_FIRST_NS, end_ns - self.count * _UNIT_NS[self.unit])
        month = np.datetime64(end_ns, "ns").astype("datetime64[M]")
        start = month - self.count * _UNIT_MONTHS[self.unit]
        if start < _FIRST_MONTH:
            return _FIRST_NS
        into_month = end_ns - _month_ns(month)
        last_day = _month_ns(start + 1) - NS_PER_DAY
        return min(_month_ns(start) + into_month, last_day + into_month % NS_PER_DAY)

    def __str__(self) -> str:
        """Return the span as it is written."""
        return f"{self.count}{self.unit}"


def _month_ns(month: np.datetime64) -> int:
    return int(month.astype("datetime64[ns]").astype(np.int64))
