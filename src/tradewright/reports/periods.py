"""What each month, year and period of a run returned."""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from tradewright.core.calendar import Calendar
from tradewright.core.timeframe import Timeframe
from tradewright.metrics.passes import floats, return_pass
from tradewright.metrics.periods import day_ends
from tradewright.reports.material import ReportMaterial

Floats = npt.NDArray[np.float64]

MOST_BINS = 60
FEWEST_BINS = 12
_TAIL = 0.5  # percent of the returns, at each end, that may share a bin


@dataclass(frozen=True)
class Year:
    """One row of the month map: returns by month, 1 to 12, and of the whole; None where undefined."""

    year: int
    months: dict[int, float | None]
    total: float | None


@dataclass(frozen=True)
class Histogram:
    """How often returns fell where.

    Attributes
    ----------
    edges
        Fractions; one more than `counts`.
    counts
        Returns in each bin; the first and last also hold what lies beyond them when `open_ended`.
    unmoved
        Returns of exactly 0, which are in no bin.
    """

    edges: Floats
    counts: npt.NDArray[np.int64]
    unmoved: int
    open_ended: bool


def calendar_of(material: ReportMaterial) -> Calendar:
    """Return the calendar whose dates the run's days are (engine.md 7.1)."""
    return Calendar(material.manifest["series"]["instrument"]["calendar"])


def is_daily(material: ReportMaterial) -> bool:
    """Say whether returns are taken by trading date, because bars are shorter than a day."""
    return _timeframe(material).is_intraday


def years(material: ReportMaterial) -> list[Year]:
    """Return the month map: equity at a month's end over equity at the end of the one before.

    A bar counts on the trading date of its open, one of a day or longer on the last day that it covers;
    the first month starts from the initial cash.
    """
    dates = _dates(material).astype("datetime64[D]")
    months = dates.astype("datetime64[M]").astype(np.int64)  # since 1970-01
    ends = np.flatnonzero(np.append(np.diff(months) != 0, True))
    grown = _growth(material, ends)
    table: dict[int, dict[int, float | None]] = {}
    for month, value in zip(months[ends].tolist(), grown, strict=True):
        table.setdefault(1970 + month // 12, {})[month % 12 + 1] = value
    calendar_years = months[ends] // 12
    year_ends = ends[np.append(np.diff(calendar_years) != 0, True)]
    totals = _growth(material, year_ends)
    return [Year(year, row, total) for (year, row), total in zip(table.items(), totals, strict=True)]


def period_returns(material: ReportMaterial) -> Floats:
    """Return the returns that the metrics are of: by trading date under a day, else by bar.

    After ruin they are 0, as in the metrics; those that are no finite number are left out.
    """
    points = material.equity
    if is_daily(material):
        points = points[day_ends(material.time, calendar_of(material))]
    returns = np.empty(points.size, np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        return_pass(floats(points), _cash(material), 0.0, returns)
    return returns[np.isfinite(returns)]


def histogram(returns: Floats) -> Histogram | None:
    """Count `returns` in bins of equal width, by the rule of Freedman and Diaconis where it can be had.

    Where that asks for too many bins, the ends are open and hold the outermost half percent.
    """
    moved = returns[returns != 0]
    if moved.size < 2 or moved.min() == moved.max():
        return None
    quarter = float(np.subtract(*np.percentile(moved, [75, 25])))
    width = 2 * quarter / moved.size ** (1 / 3)
    low, high, open_ended = _reach(moved, width)
    wanted = np.ceil((high - low) / width) if width > 0 else MOST_BINS
    width = (high - low) / float(np.clip(wanted, FEWEST_BINS, MOST_BINS))
    # Zero is an edge, so that no bin holds both losses and gains.
    edges = np.arange(math.floor(low / width), math.ceil(high / width) + 1, dtype=np.float64) * width
    counts = np.histogram(np.clip(moved, edges[0], edges[-1]), bins=edges)[0]
    return Histogram(edges, counts.astype(np.int64), int(returns.size - moved.size), open_ended)


def _reach(moved: Floats, width: float) -> tuple[float, float, bool]:
    """Return from where to where the bins go, and whether some returns lie beyond."""
    low, high = float(moved.min()), float(moved.max())
    if width > 0 and high - low <= width * MOST_BINS:
        return low, high, False
    inner = np.percentile(moved, [_TAIL, 100 - _TAIL])
    return (float(inner[0]), float(inner[1]), True) if inner[0] < inner[1] else (low, high, False)


def _dates(material: ReportMaterial) -> npt.NDArray[np.int64]:
    """Return the trading date of each bar, of weeks and months that of their last day."""
    timeframe = _timeframe(material)
    if timeframe.unit == "M":  # any day of its last month
        before = timeframe.ns - Timeframe(1, "M").ns // 2
        return calendar_of(material).trading_days(material.time + before)
    day = Timeframe(1, "d")
    last = material.time + max(timeframe.ns - day.ns, 0)
    return calendar_of(material).bar_days(last, timeframe if timeframe.is_intraday else day)


def _timeframe(material: ReportMaterial) -> Timeframe:
    return Timeframe.parse(material.manifest["series"]["timeframe"])


def _cash(material: ReportMaterial) -> float:
    return float(material.document["run"]["rules"]["cash"])


def _growth(material: ReportMaterial, ends: npt.NDArray[np.int64]) -> list[float | None]:
    """Return of each step from the initial cash along `ends`; None from an account with nothing left."""
    points = np.concatenate(([_cash(material)], material.equity[ends]))
    return [
        float(after / before - 1) if before > 0 and np.isfinite(after) else None
        for before, after in pairwise(points)
    ]
