"""Times as numbers counted from 1970, in whatever unit their size gives away."""

import numpy as np
import numpy.typing as npt

from tradewright.core.errors import InputError
from tradewright.core.instants import epoch_unit_ns, parse_instant
from tradewright.core.timeframe import NS_PER_SECOND
from tradewright.data.importers.dates import DATE_FIX, Times, all_compact, orders_of, reject_at
from tradewright.data.importers.findings import Findings, Issue
from tradewright.data.importers.options import DateOrder
from tradewright.data.importers.split import Cells, Column
from tradewright.kernels.delimited import UNREAD, read_floats, read_integers

_JUMP = 100.0  # neighbouring epochs that differ this much are not in the same unit
# Days since 1899-12-30 from 1954 to 2119; as seconds they would all lie in one day of 1970.
_DAY_NUMBERS = (20_000, 80_000)
_UNITS = {10**9: "seconds", 10**6: "milliseconds", 10**3: "microseconds", 1: "nanoseconds"}
_SIGNS_OF_DATES = "-/:T"


def is_epoch(column: Column, order: DateOrder | None) -> bool:
    """Say whether a column counts from 1970: numbers, and not dates such as 20240331 or 202403311600.

    Digits that are dates with years of two, such as 2403311600, are those in the order that was said; where
    none was said they are no count, and :mod:`tradewright.data.importers.dates` asks.
    """
    text = column.cell(0)
    if not text.lstrip("-").replace(".", "", 1).isdecimal():
        return False
    if text.count(".") == 0 and all_compact(column):
        return False
    orders = orders_of(column)
    if order in orders or (order is None and orders):
        return False
    try:
        return not parse_instant(text).date_only
    except InputError:
        return True


def read(column: Column, cells: Cells, findings: Findings) -> Times:
    """Read numbers counted from 1970; their size tells the unit.

    Raises
    ------
    DataError
        ``E_DATE``, or ``E_TS_MIXED`` where units differ or a date stands between.
    """
    out, marks = np.empty(column.begins.size, np.int64), np.empty(column.begins.size, np.uint8)
    fractions = None
    if read_integers(column.text, column.begins, column.ends, out, marks):
        fractions = _with_fractions(column, out, cells, findings)
    least, most = float(np.abs(out).min()), float(np.abs(out).max())
    if most + 1.0 > _JUMP * (least + 1.0):
        _reject_mixed_units(column, out, cells, findings)
    if _DAY_NUMBERS[0] <= least <= most < _DAY_NUMBERS[1]:
        day = np.datetime64("1899-12-30") + int(out[0])
        problem = f"looks like a spreadsheet's number of the day {day}"
        fix = "Give the column a format of dates in the spreadsheet, such as 2024-03-31, and export it again."
        reject_at(0, Issue("E_DATE", problem, fix), column, cells, findings)
    unit = epoch_unit_ns(most)
    findings.facts.time_format = f"epoch {_UNITS[unit]}"
    out *= unit
    return out if fractions is None else out + np.round(fractions * unit).astype(np.int64)


def _with_fractions(column: Column, out: Times, cells: Cells, findings: Findings) -> npt.NDArray[np.float64]:
    """Fill `out` with whole numbers and return what is behind the point."""
    values, marks = np.empty(out.size), np.empty(out.size, np.uint8)
    read_floats(column.text, column.begins, column.ends, values, marks)
    broken = (marks == UNREAD) | ~(np.abs(values) < 2**63)
    if broken.any():
        row = int(np.argmax(broken))
        issue = Issue("E_DATE", "is not a time that can be read", DATE_FIX)
        if any(sign in column.cell(row)[1:] for sign in _SIGNS_OF_DATES):
            problem = "is a date where the rows before are numbers"
            issue = Issue("E_TS_MIXED", problem, "Write all times in the same way.")
        reject_at(row, issue, column, cells, findings)
    out[:] = np.floor(values)
    return values - np.floor(values)


def _reject_mixed_units(column: Column, out: Times, cells: Cells, findings: Findings) -> None:
    size = np.abs(out).astype(np.float64) + 1.0
    ratio = np.maximum(size[1:] / size[:-1], size[:-1] / size[1:])
    apart = (ratio > _JUMP) & (np.maximum(size[1:], size[:-1]) >= NS_PER_SECOND)
    if apart.any():
        row = int(np.argmax(apart)) + 1
        problem = "is in another unit than the row before"
        fix = "Write all times in one unit: seconds, milliseconds, microseconds or nanoseconds."
        reject_at(row, Issue("E_TS_MIXED", problem, fix), column, cells, findings)
