"""Seventh stage: order, repeated rows, and prices that cannot be."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import LARGEST_PRICE
from tradewright.data.importers.findings import Findings, Issue
from tradewright.data.importers.meanings import PRICES, VOLUME

Floats = npt.NDArray[np.float64]
Times = npt.NDArray[np.int64]
Rows = npt.NDArray[np.bool_]

# What is left of a price after arithmetic in binary, relative: such a breach of high and low is no fault.
_ROUNDING = 1e-9
# Decimals tell a tick up to here, and only where it is a small part of the price: 10, 11, 12 tell none.
_MOST_DECIMALS = 8
_COARSE = 0.01


@dataclass(frozen=True, slots=True)
class Series:
    """The numbers of a file, row by row.

    Attributes
    ----------
    time
        UTC nanoseconds.
    columns
        float64, by name.
    lines
        The line of the file that each row stands on.
    """

    time: Times
    columns: dict[str, Floats]
    lines: npt.NDArray[np.int32]

    def taken(self, rows: npt.NDArray[np.intp] | Rows) -> "Series":
        """Return some rows, in the order given."""
        columns = {name: column[rows] for name, column in self.columns.items()}
        return Series(self.time[rows], columns, self.lines[rows])


def in_order(series: Series, findings: Findings) -> Series:
    """Sort by time, counted as ``W_DESCENDING`` or ``W_UNSORTED``."""
    steps = np.diff(series.time)
    if (steps >= 0).all():
        return series
    if (steps <= 0).all():
        findings.repair("W_DESCENDING", series.time.size, series.lines[1:])
        return series.taken(np.arange(series.time.size)[::-1])
    late = series.time < np.maximum.accumulate(series.time)
    findings.repair("W_UNSORTED", int(late.sum()), series.lines[late])
    return series.taken(np.argsort(series.time, kind="stable"))


def single(series: Series, findings: Findings) -> Series:
    """Drop rows of a sorted series that repeat another, counted as ``W_DUPLICATE``.

    Raises
    ------
    DataError
        ``E_TS_CONFLICT`` when one time has different values.
    """
    repeated = np.diff(series.time, prepend=series.time[:1] - 1) == 0
    if not repeated.any():
        return series
    rows = np.flatnonzero(repeated)
    same = np.ones(rows.size, np.bool_)
    for column in series.columns.values():
        same &= (column[rows] == column[rows - 1]) | (np.isnan(column[rows]) & np.isnan(column[rows - 1]))
    if not same.all():
        row = rows[np.argmin(same)]
        at = str(np.datetime64(int(series.time[row]), "ns"))[:19]
        first, second = sorted((int(series.lines[row - 1]), int(series.lines[row])))
        problem = f"is also the time of row {first}, which has other values"
        issue = Issue("E_TS_CONFLICT", problem, _one_of_two(findings), second, "timestamp", at)
        findings.reject(replace(issue, rows=int((~same).sum())))
    findings.repair("W_DUPLICATE", rows.size, series.lines[rows])
    return series.taken(~repeated)


def _one_of_two(findings: Findings) -> str:
    """Return what to do about a time that stands twice: a clock put back may be why."""
    if "W_TZ_ONCE" in findings.notes:
        return "Write the rows in the order of time, or times with an offset: the clock was put back there."
    if "W_TZ_ASSUMED" in findings.notes:
        return "Keep the row that is right. Where a clock was put back, say timezone= (--tz) instead."
    return "Keep the row that is right."


def possible(series: Series, tick: float, findings: Findings) -> Series:
    """Check prices and volume; high and low that miss open or close by a tick are widened (``W_OHLC``).

    Parameters
    ----------
    tick
        Step of the prices; 0 to tell it from the decimals that the prices have.

    Raises
    ------
    DataError
        ``E_PRICE``, ``E_VOLUME`` or ``E_OHLC`` for the earliest row that is wrong.
    """
    columns = series.columns
    for name in PRICES:
        _reject(series, name, columns[name] <= 0, ("E_PRICE", "is not above 0"), findings)
        too_large = columns[name] > LARGEST_PRICE
        _reject(series, name, too_large, ("E_PRICE", "is above 1e15, which is no price"), findings)
    if VOLUME in columns:
        _reject(series, VOLUME, columns[VOLUME] < 0, ("E_VOLUME", "is negative"), findings)
    findings.settle()
    high, low = columns["high"], columns["low"]
    top, bottom = np.maximum(columns["open"], columns["close"]), np.minimum(columns["open"], columns["close"])
    breach = (top > high) | (bottom < low) | (high < low)
    if not breach.any():
        return series
    _reject_beyond(series, breach, _allowed(series, top, tick), findings)
    findings.repair("W_OHLC", int(breach.sum()), series.lines[breach])
    columns = {**columns, "high": np.maximum(high, top), "low": np.minimum(low, bottom)}
    return Series(series.time, columns, series.lines)


def _allowed(series: Series, top: Floats, tick: float) -> Floats:
    """Return how far off high and low may be: what binary arithmetic leaves, or a tick."""
    rounding = _ROUNDING * top
    if tick > 0:
        return np.maximum(rounding, tick * (1 + _ROUNDING))
    told = _tick_of(series) * (1 + _ROUNDING)
    return np.maximum(rounding, np.where(told <= _COARSE * top, told, 0.0))


def _tick_of(series: Series) -> float:
    """Return the step of prices that all have a few decimals; 0 when they have many."""
    for decimals in range(_MOST_DECIMALS + 1):
        scaled = [series.columns[name] * 10.0**decimals for name in PRICES]
        if all((np.abs(one - np.rint(one)) <= _ROUNDING * np.abs(one)).all() for one in scaled):
            return 10.0**-decimals
    return 0.0


def _reject_beyond(series: Series, breach: Rows, allowed: Floats, findings: Findings) -> None:
    columns = series.columns
    high, low = columns["high"], columns["low"]
    _reject(series, "high", breach & (low - high > allowed), ("E_OHLC", "is below the low"), findings)
    for name in ("open", "close"):
        outside = (columns[name] - high > allowed) | (low - columns[name] > allowed)
        _reject(series, name, outside, ("E_OHLC", "is outside the bar's high and low"), findings)
    findings.settle()


def _reject(series: Series, name: str, bad: Rows, what: tuple[str, str], findings: Findings) -> None:
    if not bad.any():
        return
    row = int(np.argmax(bad))
    code, problem = what
    fix = "Correct or remove the row."
    if code == "E_OHLC" and not findings.facts.header:
        fix = f"{fix} Or the columns stand in another order: write their names above them."
    findings.add(
        Issue(
            code,
            problem,
            fix,
            row=int(series.lines[row]),
            column=name,
            value=f"{series.columns[name][row]:.15g}",
            rows=int(bad.sum()),
        )
    )
