"""Seventh stage: order, repeated rows, and prices that cannot be."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import LARGEST_PRICE
from tradewright.data.importers.findings import Findings, Issue
from tradewright.data.importers.sniff import PRICES, VOLUME

Floats = npt.NDArray[np.float64]
Times = npt.NDArray[np.int64]
Rows = npt.NDArray[np.bool_]

# What is left of a price after arithmetic in binary, relative: such a breach of high and low is no fault.
_ROUNDING = 1e-9


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
    """Sort by time and drop rows that repeat another, counted as ``W_UNSORTED`` and ``W_DUPLICATE``.

    Raises
    ------
    DataError
        ``E_TS_CONFLICT`` when one time has different values.
    """
    steps = np.diff(series.time)
    if (steps > 0).all():
        return series
    if (steps < 0).any():
        findings.note("W_UNSORTED", int((series.time < np.maximum.accumulate(series.time)).sum()))
        series = series.taken(np.argsort(series.time, kind="stable"))
    repeated = np.diff(series.time, prepend=series.time[0] - 1) == 0
    same = np.ones(int(repeated.sum()), np.bool_)
    rows = np.flatnonzero(repeated)
    for column in series.columns.values():
        same &= (column[rows] == column[rows - 1]) | (np.isnan(column[rows]) & np.isnan(column[rows - 1]))
    if not same.all():
        row = rows[np.argmin(same)]
        at = str(np.datetime64(int(series.time[row]), "ns"))[:19]
        problem = f"is also the time of row {series.lines[row - 1]}, which has other values"
        findings.reject(
            Issue(
                "E_TS_CONFLICT",
                problem,
                "Keep the row that is right.",
                row=int(series.lines[row]),
                column="timestamp",
                value=at,
                rows=int((~same).sum()),
            )
        )
    findings.note("W_DUPLICATE", rows.size)
    return series.taken(~repeated)


def possible(series: Series, findings: Findings) -> Series:
    """Check prices and volume; high and low are widened by what arithmetic in binary left (``W_OHLC``).

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
    top, bottom = np.maximum(columns["open"], columns["close"]), np.minimum(columns["open"], columns["close"])
    high, low = columns["high"], columns["low"]
    high_short, low_short = top - high, low - bottom
    limit = _ROUNDING * top
    _reject(series, "high", low - high > limit, ("E_OHLC", "is below the low"), findings)
    for name in ("open", "close"):
        outside = (columns[name] - high > limit) | (low - columns[name] > limit)
        _reject(series, name, outside, ("E_OHLC", "is outside the bar's high and low"), findings)
    findings.settle()
    widened = (high_short > 0) | (low_short > 0)
    if not widened.any():
        return series
    findings.note("W_OHLC", int(widened.sum()))
    columns = {**columns, "high": np.maximum(high, top), "low": np.minimum(low, bottom)}
    return Series(series.time, columns, series.lines)


def _reject(series: Series, name: str, bad: Rows, what: tuple[str, str], findings: Findings) -> None:
    if not bad.any():
        return
    row = int(np.argmax(bad))
    code, problem = what
    findings.add(
        Issue(
            code,
            problem,
            "Correct or remove the row.",
            row=int(series.lines[row]),
            column=name,
            value=f"{series.columns[name][row]:.15g}",
            rows=int(bad.sum()),
        )
    )
