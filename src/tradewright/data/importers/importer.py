"""The stages of an import in their order, from bytes to bars."""

from dataclasses import dataclass

from tradewright.core.bars import Bars
from tradewright.core.errors import ParameterError
from tradewright.core.instrument import Instrument
from tradewright.core.spikes import spikes
from tradewright.core.steps import irregular_closes
from tradewright.core.timeframe import Timeframe
from tradewright.data.importers.checks import Series, in_order, possible
from tradewright.data.importers.decode import decode
from tradewright.data.importers.findings import Findings
from tradewright.data.importers.numbers import read_numbers
from tradewright.data.importers.rhythm import bar_length, count_gaps, count_splits, in_range
from tradewright.data.importers.sniff import sniff
from tradewright.data.importers.split import split
from tradewright.data.importers.symbols import choose, from_file_name
from tradewright.data.importers.times import read_time_column


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the caller says about a file; None leaves it to the file.

    Attributes
    ----------
    symbol
        Which symbol of several, or what a file without a column of symbols holds.
    timeframe
        Bar length.
    timezone
        The zone of times that name none.
    instrument
        What is traded, beyond its symbol.
    """

    symbol: str | None = None
    timeframe: Timeframe | None = None
    timezone: str | None = None
    instrument: Instrument | None = None

    def __post_init__(self) -> None:
        """Refuse a symbol that is not the instrument's."""
        if self.symbol and self.instrument and self.symbol != self.instrument.symbol:
            raise ParameterError(
                "E_SYMBOL",
                f"symbol '{self.symbol}' is not that of the instrument, '{self.instrument.symbol}'.",
                fix="Give one of them.",
                details={"symbol": self.symbol, "instrument": self.instrument.symbol},
            )

    @property
    def chosen(self) -> str | None:
        """The symbol that was asked for."""
        return self.symbol or (self.instrument.symbol if self.instrument else None)


def import_bars(name: str, raw: bytes, options: ImportOptions | None = None) -> Bars:
    """Read bars from the bytes of a file.

    Parameters
    ----------
    name
        The file's name: it may say symbol and bar length, and messages name it.
    raw
        What lies on disk: CSV, plain or packed.

    Returns
    -------
    Bars
        Sorted, checked; what was noted or repaired is counted in ``notes``.

    Raises
    ------
    DataError
        Naming row, column, value and fix; nothing is ever read in part.
    """
    options = options or ImportOptions()
    findings = Findings(name)
    series, symbol = _rows(raw, options, findings)
    named_symbol, named_timeframe = from_file_name(name)
    series = possible(in_order(series, findings), findings)
    timeframe = bar_length(series, options.timeframe, named_timeframe, findings)
    series = in_range(series, timeframe, findings)
    findings.note("W_GAP", count_gaps(series.time, timeframe))
    findings.note("W_SPLIT", count_splits(series))
    findings.note("W_JUMP", spikes(*(series.columns[name] for name in ("high", "low", "close"))).size)
    for array in (series.time, *series.columns.values()):
        array.flags.writeable = False  # ours alone: sealed, bars share it instead of copying
    return Bars(
        series.time,
        series.columns,
        timeframe=timeframe,
        instrument=options.instrument or Instrument(options.symbol or symbol or named_symbol),
        notes=findings.notes,
        close_time=irregular_closes(series.time, timeframe),
    )


def _rows(raw: bytes, options: ImportOptions, findings: Findings) -> tuple[Series, str | None]:
    """Read text into numbers; the text is let go on return."""
    text = decode(raw, findings)
    cells, symbol = choose(split(text, sniff(text, findings), findings), options.chosen, findings)
    cells, columns = read_numbers(cells, findings)
    return Series(read_time_column(cells, options.timezone, findings), columns, cells.lines.copy()), symbol
