"""Sixth stage: the time column as UTC nanoseconds."""

from typing import NoReturn

import numpy as np
import numpy.typing as npt

from tradewright.core.errors import DataError, InputError
from tradewright.core.instants import epoch_unit_ns, parse_instant
from tradewright.core.timeframe import NS_PER_SECOND
from tradewright.core.zones import localize, zone_info
from tradewright.data.importers.findings import Findings, Issue
from tradewright.data.importers.sniff import TIME
from tradewright.data.importers.split import Cells, Column
from tradewright.kernels.delimited import (
    AWARE,
    NAIVE,
    NO_TIME,
    UNREAD,
    read_floats,
    read_integers,
    read_times,
)

Times = npt.NDArray[np.int64]
Marks = npt.NDArray[np.uint8]

_DATE_FIX = "Write times as 2024-03-31, 2024-03-31T16:00, 2024-03-31T16:00+02:00, or as epoch seconds."
_JUMP = 100.0  # neighbouring epochs that differ this much are not in the same unit


def read_time_column(cells: Cells, timezone: str | None, findings: Findings) -> Times:
    """Read the time of each row.

    Parameters
    ----------
    timezone
        The zone of times that name none; None reads them as UTC and notes ``W_TZ_ASSUMED``.

    Raises
    ------
    DataError
        ``E_DATE``, ``E_TS_MIXED`` or ``E_TZ``.
    """
    if timezone is not None:
        zone_info(timezone)
    column = cells.column(TIME)
    if _is_epoch(column.cell(0)):
        return _epochs(column, cells, findings)
    time, marks = _iso(column, cells, findings)
    mixed = marks != marks[0]
    if mixed.any():
        row = int(np.argmax(mixed))
        problem = "differs from the rows before in naming a zone or not"
        _reject(
            Issue("E_TS_MIXED", problem, "Write all times with an offset, or none."),
            row,
            column,
            cells,
            findings,
        )
    if marks[0] == AWARE:
        return time
    if timezone is None:
        findings.note("W_TZ_ASSUMED")
        return time
    return _localized(time, timezone, column, cells, findings)


def _is_epoch(text: str) -> bool:
    """Say whether a cell counts from 1970: a number, and not a date such as 20240331."""
    if not text.lstrip("-").replace(".", "", 1).isdecimal():
        return False
    try:
        return not parse_instant(text).date_only
    except InputError:
        return True


def _iso(column: Column, cells: Cells, findings: Findings) -> tuple[Times, Marks]:
    out, marks = np.empty(column.begins.size, np.int64), np.empty(column.begins.size, np.uint8)
    if read_times(column.text, column.begins, column.ends, out, marks):
        for row in np.flatnonzero(marks == NO_TIME):
            try:
                instant = parse_instant(column.cell(int(row)))
            except InputError:
                _reject(
                    Issue("E_DATE", "is not a date that can be read", _DATE_FIX),
                    int(row),
                    column,
                    cells,
                    findings,
                )
            out[row], marks[row] = instant.ns, NAIVE if instant.naive else AWARE
    return out, marks


def _epochs(column: Column, cells: Cells, findings: Findings) -> Times:
    """Read numbers counted from 1970; their size tells the unit."""
    out, marks = np.empty(column.begins.size, np.int64), np.empty(column.begins.size, np.uint8)
    fractions = np.zeros(out.size)
    if read_integers(column.text, column.begins, column.ends, out, marks):
        fractions = _with_fractions(column, out, cells, findings)
    _reject_mixed_units(column, out, cells, findings)
    unit = epoch_unit_ns(float(np.abs(out).max()))
    return out * unit + np.round(fractions * unit).astype(np.int64)


def _with_fractions(column: Column, out: Times, cells: Cells, findings: Findings) -> npt.NDArray[np.float64]:
    """Fill `out` with whole numbers and return what is behind the point."""
    values, marks = np.empty(out.size), np.empty(out.size, np.uint8)
    read_floats(column.text, column.begins, column.ends, values, marks)
    broken = (marks == UNREAD) | ~(np.abs(values) < 2**63)
    if broken.any():
        row = int(np.argmax(broken))
        _reject(Issue("E_DATE", "is not a time that can be read", _DATE_FIX), row, column, cells, findings)
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
        _reject(Issue("E_TS_MIXED", problem, fix), row, column, cells, findings)


def _localized(time: Times, timezone: str, column: Column, cells: Cells, findings: Findings) -> Times:
    """Read clock times; a file written backwards is read from its end, because order tells repeated hours."""
    backwards = time.size > 1 and bool((np.diff(time) <= 0).all())
    try:
        utc, twice = localize(time[::-1] if backwards else time, timezone)
    except DataError as error:
        row = int(error.details["row"])
        row = time.size - 1 - row if backwards else row
        _reject(Issue("E_TZ", f"never was in {timezone}", error.fix), row, column, cells, findings)
    findings.note("W_TZ_AMBIGUOUS", twice)
    return utc[::-1] if backwards else utc


def _reject(issue: Issue, row: int, column: Column, cells: Cells, findings: Findings) -> NoReturn:
    findings.reject(
        Issue(
            issue.code,
            issue.problem,
            issue.fix,
            row=int(cells.lines[row]),
            column=column.name,
            value=column.cell(row),
        )
    )
