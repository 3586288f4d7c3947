"""What an import would make of a file, for somebody to look at before anything is stored."""

from dataclasses import asdict, dataclass
from math import isnan
from typing import Any

import numpy as np

from tradewright.core.bars import FIELDS, Bars
from tradewright.core.errors import TradewrightError
from tradewright.data.importers.findings import Findings
from tradewright.data.importers.importer import read_bars
from tradewright.data.importers.notes import IMPORT_NOTES
from tradewright.data.importers.options import ImportOptions
from tradewright.data.importers.rhythm import gap_rows

_ROWS = 5
_GAPS = 5


@dataclass(frozen=True, slots=True)
class Note:
    """Something noted or repaired.

    Attributes
    ----------
    code, count, message
        As in a result's warnings.
    repaired
        True for a repair, which ``strict`` would reject.
    lines
        The first lines of the file where it is, where lines can be named.
    """

    code: str
    count: int
    message: str
    repaired: bool
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """Bars that are missing between two others; times are ISO 8601, UTC."""

    after: str
    before: str
    bars: int


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """A file as an import reads it. What a rejection left unknown is empty.

    Attributes
    ----------
    file
        Its name.
    encoding, compression
        ``UTF-8``, ``UTF-8 with byte order mark`` or ``UTF-16``; ``gzip``, ``zip`` or empty.
    layout
        In words: ``generic``, ``Yahoo``, ``MetaTrader`` ...
    delimiter, header
        What stands between cells, and whether the first row names columns.
    time_format, timezone
        How times are written, and the zone they were read in.
    columns
        The file's columns that are read, in order, and what each means.
    ignored
        Columns that are not read, by name.
    symbols
        Every symbol in the file with its rows.
    symbol, timeframe
        Of the series that would be stored.
    rows_read, rows_kept, rows_dropped
        Rows of the file, bars made of them, and the difference.
    first_time, last_time
        When the first and the last bar open, ISO 8601, UTC.
    notes
        What was noted or repaired.
    rejection
        The error as plain data, or None.
    first_rows, last_rows
        Bars as they would be stored, up to five at either end.
    gap_count, gaps
        Places where bars are missing, and the largest few.
    """

    file: str
    encoding: str = ""
    compression: str = ""
    layout: str = ""
    delimiter: str = ""
    header: bool = True
    time_format: str = ""
    timezone: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    ignored: tuple[str, ...] = ()
    symbols: tuple[tuple[str, int], ...] = ()
    symbol: str = ""
    timeframe: str = ""
    rows_read: int = 0
    rows_kept: int = 0
    rows_dropped: int = 0
    first_time: str = ""
    last_time: str = ""
    notes: tuple[Note, ...] = ()
    rejection: dict[str, Any] | None = None
    first_rows: tuple[dict[str, Any], ...] = ()
    last_rows: tuple[dict[str, Any], ...] = ()
    gap_count: int = 0
    gaps: tuple[Gap, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether the file can be imported."""
        return self.rejection is None

    def to_dict(self) -> dict[str, Any]:
        """Return the preview as plain data."""
        return {
            **asdict(self),
            "columns": dict(self.columns),
            "symbols": dict(self.symbols),
            "accepted": self.accepted,
        }


def preview(name: str, raw: bytes, options: ImportOptions | None = None) -> ImportPreview:
    """Read a file as an import would, and say what was understood; a file that is wrong raises nothing.

    Parameters
    ----------
    name
        The file's name: it may say symbol and bar length, and messages name it.
    raw
        What lies on disk.
    """
    return examined(name, raw, options)[0]


def examined(
    name: str, raw: bytes, options: ImportOptions | None = None
) -> tuple[ImportPreview, Bars | TradewrightError]:
    """Return the preview of a file, and what an import of it comes to: bars, or why there are none."""
    options = options or ImportOptions()
    findings = Findings(name, strict=options.strict)
    try:
        bars = read_bars(raw, options, findings)
    except TradewrightError as error:
        return ImportPreview(name, **_read(findings), rejection=error.to_dict()), error
    return ImportPreview(name, **_read(findings), **_made(bars, findings)), bars


def _read(findings: Findings) -> dict[str, Any]:
    facts = findings.facts
    return {
        "encoding": facts.encoding,
        "compression": facts.compression,
        "layout": facts.layout,
        "delimiter": facts.delimiter,
        "header": facts.header,
        "time_format": facts.time_format,
        "timezone": facts.timezone,
        "columns": tuple(facts.columns.items()),
        "ignored": facts.ignored,
        "symbols": tuple(facts.symbols.items()),
        "rows_read": facts.rows,
        "notes": tuple(_note(code, count, findings) for code, count in findings.notes.items()),
    }


def _note(code: str, count: int, findings: Findings) -> Note:
    names = ", ".join(findings.facts.ignored) if code == "W_COLUMN_IGNORED" else ""
    message = IMPORT_NOTES[code].format(n=f"{count:,} ({names})" if names else f"{count:,}")
    message = message.rstrip(".") + "."
    return Note(code, count, message, code in findings.repaired, findings.lines.get(code, ()))


def _made(bars: Bars, findings: Findings) -> dict[str, Any]:
    shown = min(_ROWS, len(bars))
    gaps = gap_rows(bars.time, bars.timeframe)
    spans = np.diff(bars.time)[gaps]
    largest = np.sort(gaps[np.argsort(-spans, kind="stable")[:_GAPS]])
    return {
        "symbol": bars.symbol,
        "timeframe": str(bars.timeframe),
        "rows_kept": len(bars),
        "rows_dropped": findings.facts.rows - len(bars),
        "first_time": _iso(bars, 0),
        "last_time": _iso(bars, -1),
        "first_rows": tuple(_row(bars, row) for row in range(shown)),
        "last_rows": tuple(_row(bars, row) for row in range(len(bars) - shown, len(bars))),
        "gap_count": int(gaps.size),
        "gaps": tuple(_gap(bars, int(row)) for row in largest),
    }


def _gap(bars: Bars, row: int) -> Gap:
    missing = round(int(bars.time[row + 1] - bars.time[row]) / bars.timeframe.ns) - 1
    return Gap(_iso(bars, row), _iso(bars, row + 1), max(1, missing))


def _row(bars: Bars, row: int) -> dict[str, Any]:
    names = (*FIELDS, *bars.extra)
    values = {name: float(bars.columns[name][row]) for name in names}
    return {
        "time": _iso(bars, row),
        **{name: None if isnan(value) else value for name, value in values.items()},
    }


def _iso(bars: Bars, row: int) -> str:
    return str(np.datetime64(int(bars.time[row]), "ns"))[:19] + "Z"
