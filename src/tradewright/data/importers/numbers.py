"""Fifth stage: prices, volume and further columns as float64."""

import re
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from tradewright.data.importers.findings import Findings, Issue
from tradewright.data.importers.meanings import PRICES, TICK_VOLUME, VOLUME
from tradewright.data.importers.options import ImportOptions
from tradewright.data.importers.split import Cells, Column
from tradewright.data.importers.volumes import multiplied, pointed_thousands, without_dashes, without_units
from tradewright.kernels.delimited import UNREAD, read_floats
from tradewright.kernels.written_numbers import (
    CURRENCY,
    DECIMAL_COMMA,
    ONE_APOSTROPHE,
    THOUSANDS,
    THOUSANDS_APOSTROPHE,
    decimal_votes,
    read_written_floats,
)

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.bool_]
Marks = npt.NDArray[np.uint8]

_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity)", re.IGNORECASE)
_REPAIRS = (("W_THOUSANDS", THOUSANDS), ("W_DECIMAL_COMMA", DECIMAL_COMMA), ("W_CURRENCY", CURRENCY))
# So many rows tell the decimal sign; a number further down that contradicts it is rejected.
_SAMPLE = 4_096
_FIX = "Write numbers as 1234.5, without formulas or units."
_POINT_THOUSANDS = re.compile(r"\d{1,3}(\.\d{3}){2,}")
_POINT_FIX = "Say decimal=',' if points stand between thousands, also in the prices."
_UNCLEAR = "could be read with thousands or with decimals, and too little in the file tells which"
_POINT_CHOICE = "Say decimal=',' when the point separates thousands, or decimal='.'."
_WRITTEN_BY_MACHINES = ("Parquet", "JSON", "ccxt rows", "exchange klines")


@dataclass(slots=True)
class _Read:
    """One column as far as it is read: NaN where a cell is empty or could not be."""

    column: Column
    values: Floats
    unread: int


def read_numbers(cells: Cells, options: ImportOptions, findings: Findings) -> tuple[Cells, dict[str, Floats]]:
    """Read all columns of numbers; rows without any price are dropped and counted as ``W_ROW_EMPTY``.

    An empty volume is 0 (``W_VOLUME_EMPTY``), an empty cell of a further column is NaN.

    Raises
    ------
    DataError
        ``E_NUMBER`` or ``E_NONFINITE`` for the first row that is wrong; ``E_NO_ROWS`` when none is left.
    """
    volume = [VOLUME] if VOLUME in cells.names else []
    columns = [_plain(cells.column(name)) for name in (*PRICES, *volume, *cells.layout.extra)]
    if options.decimal == "," or any(read.unread for read in columns):
        _read_written(columns, cells, options, findings)
    if options.decimal is None and volume:
        _question_points(columns, cells, findings)
    read = {part.column.name: part.values for part in columns}
    empty = np.logical_and.reduce([np.isnan(read[name]) for name in PRICES])
    for name in PRICES:
        _reject_empty(name, np.isnan(read[name]) & ~empty, cells, findings)
    findings.settle()
    if volume:
        absent = np.isnan(read[VOLUME])
        lacking = absent & ~empty
        findings.repair("W_VOLUME_EMPTY", int(lacking.sum()), cells.lines[lacking])
        read[VOLUME][absent] = 0.0
        _take_ticks(read, findings)
    if not empty.any():
        return cells, read
    if empty.all():
        findings.reject(Issue("E_NO_ROWS", "no row has prices", "Give a file with prices under the header."))
    findings.repair("W_ROW_EMPTY", int(empty.sum()), cells.lines[empty])
    return cells.only(~empty), {name: column[~empty] for name, column in read.items()}


def _take_ticks(read: dict[str, Floats], findings: Findings) -> None:
    """Let ticks be the volume where a terminal wrote a real volume of 0 in every row."""
    ticks = read.get(TICK_VOLUME)
    if ticks is None or read[VOLUME].any() or not np.nan_to_num(ticks).any():
        return
    read[VOLUME] = np.nan_to_num(ticks)
    findings.note("W_VOLUME_TICKS")


def _question_points(columns: list[_Read], cells: Cells, findings: Findings) -> None:
    """Refuse or note a volume that has thousands behind each point as well as three decimals."""
    volume = next(read for read in columns if read.column.name == VOLUME)
    rows = pointed_thousands(volume.column, volume.values)
    if not rows.size or findings.facts.layout in _WRITTEN_BY_MACHINES:
        return
    plain = _votes([read for read in columns if read is not volume], min(_SAMPLE, cells.lines.size))
    if plain.points or plain.commas or cells.layout.delimiter == ",":
        findings.note("W_VOLUME_POINTS", rows.size, cells.lines[rows])
        return
    row = int(rows[0])
    line, value = int(cells.lines[row]), volume.column.cell(row)
    findings.reject(Issue("E_NUMBER", _UNCLEAR, _POINT_CHOICE, row=line, column=VOLUME, value=value))


def _plain(column: Column) -> _Read:
    values, marks = np.empty(column.begins.size), np.empty(column.begins.size, np.uint8)
    return _Read(column, values, read_floats(column.text, column.begins, column.ends, values, marks))


def _read_written(columns: list[_Read], cells: Cells, options: ImportOptions, findings: Findings) -> None:
    """Read what is no plain number: empty cells, and numbers as people write them."""
    scale = _shorten(columns, cells, findings)
    decimal = _decimal_sign(columns, cells, options, findings)
    repaired = np.zeros(cells.lines.size, np.uint8)
    quotes = np.zeros(cells.lines.size, np.bool_)
    for read in columns:
        if read.unread or decimal == ",":
            marks = _read_again(read, decimal, cells, findings)
            if read.column.name == VOLUME and scale is not None:
                read.values[:] = multiplied(read.values, scale)
            if read.column.name in PRICES:
                quotes |= (marks & ONE_APOSTROPHE) > 0
            repaired |= marks
    findings.settle()
    if quotes.any() and not (repaired & THOUSANDS_APOSTROPHE).any():
        _reject_quotes(columns, int(np.argmax(quotes)), cells, findings)
    for code, flag in _REPAIRS:
        rows = (repaired & flag) > 0
        count, lines = int(rows.sum()), cells.lines[rows]
        if flag == DECIMAL_COMMA and options.decimal is not None:
            findings.note(code, count, lines)  # said by the caller: no guess that strict could refuse
        else:
            findings.repair(code, count, lines)


def _shorten(columns: list[_Read], cells: Cells, findings: Findings) -> Floats | None:
    """Cut off dashes for nothing and, of volume, K, M and B; return what these stand for, row by row."""
    scale: Floats | None = None
    for read in columns:
        if not read.unread or read.column.name in PRICES:
            continue
        read.column = without_dashes(read.column)
        if read.column.name == VOLUME:
            read.column, scale = without_units(read.column)
            large = scale > 1
            findings.repair("W_VOLUME_UNITS", int(large.sum()), cells.lines[large])
    return scale


def _reject_quotes(columns: list[_Read], row: int, cells: Cells, findings: Findings) -> None:
    """Refuse 110'160 where no other cell shows that the apostrophe stands between thousands."""
    column = next(read.column for read in columns if "'" in read.column.cell(row).replace("\u2019", "'"))
    value = column.cell(row)
    whole, _, behind = value.replace("\u2019", "'").partition("'")
    problem = f"could be {whole}{behind}, or {whole} and a part in 32nds, and nothing in the file tells which"
    fix = "Write 32nds as decimals, 110.5 for 110'160; write thousands without the apostrophe."
    line = int(cells.lines[row])
    findings.reject(Issue("E_NUMBER", problem, fix, row=line, column=column.name, value=value))


def _read_again(read: _Read, decimal: str, cells: Cells, findings: Findings) -> Marks:
    column, (marks, repaired) = read.column, np.empty((2, read.values.size), np.uint8)
    places = (column.begins, column.ends)
    if not read_written_floats(column.text, places, ord(decimal), read.values, (marks, repaired)):
        return repaired
    for row in np.flatnonzero(marks == UNREAD):
        text = column.cell(int(row)).strip()
        value = float(text) if decimal == "." and _PLAIN.fullmatch(text) else np.nan
        if not np.isfinite(value):
            findings.add(_not_a_number(column.name, text, int(cells.lines[row]), decimal))
            break
        read.values[row] = value
    return repaired


def _decimal_sign(columns: list[_Read], cells: Cells, options: ImportOptions, findings: Findings) -> str:
    """Return what stands before decimals: as said, else what most cells tell that can be read one way only.

    They must be as many as the cells that could be read both ways: one slip of a key must not turn 2.345
    into 2345. A cell that contradicts the sign is no number.

    Raises
    ------
    DataError
        ``E_NUMBER`` when too little tells how to read ``1,234``.
    """
    if options.decimal is not None:
        return options.decimal
    votes = _Votes()
    for rows in sorted({min(_SAMPLE, cells.lines.size), cells.lines.size}):
        votes = _votes(columns, rows)
        if votes.commas > votes.points and votes.commas >= votes.either_point:
            return ","
        if votes.points and votes.points >= votes.either_comma:
            return "."
    if votes.unclear:
        row, column = min(votes.unclear, key=lambda one: one[0])
        value, line = column.cell(row), int(cells.lines[row])
        fix = "Say decimal='.' when the comma separates thousands, or decimal=','."
        findings.reject(Issue("E_NUMBER", _UNCLEAR, fix, row=line, column=column.name, value=value))
    return "."


@dataclass(slots=True)
class _Votes:
    """Cells that only a point or only a comma fits, that either fits, and the first of each column."""

    points: int = 0
    commas: int = 0
    either_point: int = 0
    either_comma: int = 0
    unclear: list[tuple[int, Column]] = field(default_factory=list[tuple[int, Column]])


def _votes(columns: list[_Read], rows: int) -> _Votes:
    """Count over the first rows."""
    votes = _Votes()
    for column in (read.column for read in columns):
        counted = decimal_votes(column.text, column.begins[:rows], column.ends[:rows])
        votes.points += counted[0]
        votes.commas += counted[1]
        votes.either_point += counted[2]
        votes.either_comma += counted[3]
        if counted[4] >= 0:
            votes.unclear.append((counted[4], column))
    return votes


def _not_a_number(column: str, text: str, line: int, decimal: str) -> Issue:
    if _NOT_FINITE.fullmatch(text) or (_PLAIN.fullmatch(text) and decimal == "."):
        fix = "Correct or remove the row."
        return Issue("E_NONFINITE", "is not a finite number", fix, row=line, column=column, value=text)
    problem = "is not a number" if decimal == "." else "is not a number with a decimal comma, as others are"
    fix = _POINT_FIX if decimal == "." and _POINT_THOUSANDS.match(text) else _FIX
    return Issue("E_NUMBER", problem, fix, row=line, column=column, value=text)


def _reject_empty(name: str, empty: Rows, cells: Cells, findings: Findings) -> None:
    if empty.any():
        row = int(np.argmax(empty))
        fix = "Complete or remove the row."
        line, rows = int(cells.lines[row]), int(empty.sum())
        findings.add(Issue("E_NONFINITE", "is empty", fix, row=line, column=name, rows=rows))
