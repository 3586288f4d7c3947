"""Sixth stage: the time of each row as UTC nanoseconds."""

from dataclasses import dataclass

import numpy as np

from tradewright.core.errors import DataError
from tradewright.core.zones import Values, localize, zone_info
from tradewright.data.importers import dates, epochs
from tradewright.data.importers.dates import Stamps, Times, reject_at
from tradewright.data.importers.findings import Findings, Issue
from tradewright.data.importers.meanings import CLOCK, CLOSE_TIME, DATE, TIME
from tradewright.data.importers.options import ImportOptions
from tradewright.data.importers.split import Cells, Column
from tradewright.kernels.delimited import AWARE


@dataclass(frozen=True, slots=True)
class Clock:
    """When each row is, UTC nanoseconds, and whether that is when its bar closes."""

    time: Times
    closes: bool


def read_clock(cells: Cells, values: Values, options: ImportOptions, findings: Findings) -> Clock:
    """Read the time of each row.

    Times without a zone are in ``options.timezone``; without that they are read as UTC, ``W_TZ_ASSUMED``.

    Parameters
    ----------
    values
        The numbers of the rows: in an hour that happened twice, rows alike in all are one row.

    Raises
    ------
    DataError
        ``E_DATE``, ``E_TS_MIXED`` or ``E_TZ``.
    """
    if options.timezone is not None:
        zone_info(options.timezone)
    name = next(name for name in (TIME, DATE, CLOSE_TIME) if name in cells.names)
    closes = options.label == "close" or (name == CLOSE_TIME and options.label is None)
    column = cells.column(name)
    if name == DATE:
        stamps = dates.read_halves(column, cells.column(CLOCK), cells, options, findings)
    elif epochs.is_epoch(column, options.date_order):
        findings.facts.timezone = "UTC"
        return Clock(epochs.read(column, cells, findings), closes)
    else:
        stamps = dates.read(column, cells, options, findings)
    return Clock(_in_utc(stamps, column, cells, options.timezone, values, findings), closes)


def _in_utc(
    stamps: Stamps, column: Column, cells: Cells, timezone: str | None, values: Values, findings: Findings
) -> Times:
    mixed = stamps.marks != stamps.marks[0]
    if mixed.any():
        problem = "differs from the rows before in naming a zone or not"
        fix = "Write all times with an offset, or none."
        reject_at(int(np.argmax(mixed)), Issue("E_TS_MIXED", problem, fix), column, cells, findings)
    if stamps.marks[0] == AWARE:
        findings.facts.timezone = "as each time says"
        return stamps.time
    timezone = stamps.zone or timezone
    findings.facts.timezone = timezone or "UTC, assumed"
    if timezone is None:
        findings.note("W_TZ_ASSUMED")
        return stamps.time
    try:
        read = localize(stamps.time, timezone, values)
    except DataError as error:
        problem = "stands in an hour that the clock was put back over, which comes more than twice"
        if "timezone" in error.details:
            problem = f"never was in {timezone}"
        reject_at(int(error.details["row"]), Issue("E_TZ", problem, error.fix), column, cells, findings)
    findings.note("W_TZ_AMBIGUOUS", int((read.twice & ~read.unknown).sum()))
    findings.repair("W_TZ_ONCE", int(read.unknown.sum()), cells.lines[read.unknown])
    return read.time
