"""The stages of an import in their order, from bytes to bars."""

from tradewright.core.bars import Bars
from tradewright.core.instrument import Instrument
from tradewright.core.spikes import spikes
from tradewright.core.steps import irregular_closes
from tradewright.core.timeframe import Timeframe
from tradewright.data.importers.checks import Series, in_order, possible, single
from tradewright.data.importers.decode import decode
from tradewright.data.importers.findings import Findings
from tradewright.data.importers.grid import on_grid, opened
from tradewright.data.importers.numbers import read_numbers
from tradewright.data.importers.options import ImportOptions
from tradewright.data.importers.rhythm import bar_length, gap_rows, in_range, split_rows
from tradewright.data.importers.sniff import sniff
from tradewright.data.importers.split import split
from tradewright.data.importers.symbols import choose, from_file_name
from tradewright.data.importers.times import read_clock


def import_bars(name: str, raw: bytes, options: ImportOptions | None = None) -> Bars:
    """Read bars from the bytes of a file.

    Parameters
    ----------
    name
        The file's name: it may say symbol and bar length, and messages name it.
    raw
        What lies on disk: text, plain or packed, or Parquet.

    Returns
    -------
    Bars
        Sorted, checked; what was noted or repaired is counted in ``notes``.

    Raises
    ------
    DataError
        Naming row, column, value and fix; nothing is ever read in part. With ``strict``, ``E_STRICT`` for
        the first repair that the file needs.
    """
    options = options or ImportOptions()
    return read_bars(raw, options, Findings(name, strict=options.strict))


def read_bars(raw: bytes, options: ImportOptions, findings: Findings) -> Bars:
    """Read bars as :func:`import_bars` does; `findings` tells what was learned, also after a rejection."""
    series, symbol, closes = _rows(raw, options, findings)
    named_symbol, named_timeframe = from_file_name(findings.source)
    series = single(on_grid(in_order(series, findings), findings), findings)
    series = possible(series, options.instrument.tick if options.instrument else 0.0, findings)
    timeframe = bar_length(series, options.timeframe, named_timeframe, findings)
    if closes:
        series = _from_closes(series, timeframe, options, findings)
    series = in_range(series, timeframe, findings)
    for code, rows in (
        ("W_GAP", gap_rows(series.time, timeframe) + 1),
        ("W_SPLIT", split_rows(series)),
        ("W_JUMP", spikes(*(series.columns[name] for name in ("high", "low", "close")))),
    ):
        findings.note(code, rows.size, series.lines[rows])
    instrument = options.instrument or Instrument(options.symbol or symbol or named_symbol)
    return _bars(series, timeframe, instrument, findings)


def _rows(raw: bytes, options: ImportOptions, findings: Findings) -> tuple[Series, str | None, bool]:
    """Read text into numbers; the text is let go on return."""
    text = decode(raw, findings)
    cells, symbol = choose(split(text, sniff(text, findings), findings), options.chosen, findings)
    cells, columns = read_numbers(cells, options, findings)
    clock = read_clock(cells, list(columns.values()), options, findings)
    return Series(clock.time, columns, cells.lines.copy()), symbol, clock.closes


def _from_closes(series: Series, timeframe: Timeframe, options: ImportOptions, findings: Findings) -> Series:
    """Label bars by their open instead of their close; what the caller said is no guess to refuse."""
    count = findings.repair if options.label is None else findings.note
    count("W_CLOSE_LABELLED", series.time.size, series.lines)
    return Series(opened(series.time, timeframe), series.columns, series.lines)


def _bars(series: Series, timeframe: Timeframe, instrument: Instrument, findings: Findings) -> Bars:
    for array in (series.time, *series.columns.values()):
        array.flags.writeable = False  # ours alone: sealed, bars share it instead of copying
    bars = Bars(
        series.time,
        series.columns,
        timeframe=timeframe,
        instrument=instrument,
        notes=findings.notes,
        close_time=irregular_closes(series.time, timeframe),
    )
    findings.notes = dict(bars.notes)
    if not findings.facts.symbols:
        findings.facts.symbols = {instrument.symbol: findings.facts.rows}
    return bars
