"""One way in for price data: a file, or a series by name."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Unpack

from tradewright.core.bars import Bars
from tradewright.core.calendar import Calendar
from tradewright.core.errors import DataError, InputError, ParameterError, nearest
from tradewright.core.instrument import Instrument
from tradewright.core.resample import resample
from tradewright.core.timeframe import Timeframe
from tradewright.data.importers.importer import import_bars
from tradewright.data.importers.options import ImportOptions, Reading
from tradewright.data.samples import sample

_SAMPLE = "sample:"
_DATA_SUFFIXES = (".csv", ".csv.gz", ".txt", ".tsv", ".json", ".parquet", ".zip", ".gz")


@dataclass(frozen=True, slots=True)
class Said:
    """What a caller says of an instrument without naming all of it; None for what its source says.

    Attributes
    ----------
    calendar
        Id of its days and hours.
    currency
        What its prices are in.
    """

    calendar: str | None = None
    currency: str | None = None


NOTHING = Said()


def said_of(bars: Bars, said: Said) -> Bars:
    """Return `bars` with what was said of their instrument.

    Raises
    ------
    UnknownNameError
        For an unknown calendar.
    """
    known: dict[str, Any] = {} if said.calendar is None else {"calendar": Calendar(said.calendar)}
    if said.currency is not None:
        known |= {"currency": said.currency.strip().upper(), "currency_assumed": False}
    if not known:
        return bars
    mine = bars.slice(0, len(bars))
    mine.instrument = replace(bars.instrument, **known)
    return mine


def load(
    source: str | Path,
    *,
    symbol: str | None = None,
    timeframe: Timeframe | str | None = None,
    timezone: str | None = None,
    instrument: Instrument | None = None,
    said: Said = NOTHING,
    **reading: Unpack[Reading],
) -> Bars:
    """Read one price series.

    Parameters
    ----------
    source
        Path of a text file, plain, gzip or zip, or of a Parquet file: ``timestamp,open,high,low,close[,
        volume]`` in any order and under the usual names, or a layout that is known without them
        (docs/concepts/importing.md). Or ``sample:AAPL``, see :func:`tradewright.data.samples.sample`.
    symbol
        Which of several symbols in the file; by default its only one, else what the file's name says
        (``AAPL_1d.csv.gz``).
    timeframe
        Bar length; by default the interval that most rows are apart. Rows that are finer and add up to
        it are combined, noted ``W_RESAMPLED``.
    timezone
        IANA name of the zone of times that name none; without it they are UTC, noted ``W_TZ_ASSUMED``.
    instrument
        What is traded, when lot, tick, multiplier ... matter.
    said
        Hours and currency of what is traded, known before rows are combined to days.
    **reading
        How to read a file that can be read in more than one way: ``strict date_order decimal label``,
        see :class:`~tradewright.data.importers.options.ImportOptions`.

    Returns
    -------
    Bars
        ``notes`` counts what was noted or repaired on the way. Prices are as in the file; an adjusted
        close rides along as ``adj_close`` and is never used by itself.

    Raises
    ------
    DataError
        ``E_FILE`` when it cannot be read, and the codes of an import, naming row, column, value and fix.
    """
    wanted = Timeframe.parse(timeframe) if timeframe is not None else None
    if isinstance(source, str) and source.startswith(_SAMPLE):
        return combined(said_of(_sample(source.removeprefix(_SAMPLE), symbol), said), wanted)
    path = _path(source)
    bars = import_bars(
        path.name, read_file(path), ImportOptions(symbol, wanted, timezone, instrument, **reading)
    )
    return combined(said_of(bars, said), wanted)


def _path(source: object) -> Path:
    if isinstance(source, str | Path):
        return Path(source).expanduser()
    raise InputError(
        "E_FILE",
        f"load got a {type(source).__name__}, not the path of a file.",
        fix="Pass a path such as 'AAPL_1d.csv', or 'sample:AAPL'.",
        details={"type": type(source).__name__},
    )


def _sample(name: str, symbol: str | None) -> Bars:
    bars = sample(name)
    if symbol is not None and symbol != bars.symbol:
        raise ParameterError(
            "E_SYMBOL", f"'{_SAMPLE}{name}' is not '{symbol}'.", fix="Leave the symbol away."
        )
    return bars


def combined(bars: Bars, timeframe: Timeframe | None) -> Bars:
    """Return `bars` at the bar length that was asked for, if any.

    Raises
    ------
    DataError
        ``E_INTERVAL`` when they hold no whole bar of it.
    """
    if timeframe is None or timeframe == bars.timeframe:
        return bars
    made = resample(bars, timeframe)
    if not len(made):
        raise DataError(
            "E_INTERVAL",
            f"{bars.symbol}: {len(bars)} bars of {bars.timeframe} hold no whole bar of {timeframe}.",
            fix="Ask for a shorter timeframe, or give more data.",
            details={"timeframe": str(timeframe), "rows": len(bars)},
        )
    made.notes["W_RESAMPLED"] = 1
    return made


def read_file(path: Path) -> bytes:
    """Return what lies on disk.

    Raises
    ------
    DataError
        ``E_FILE`` when it cannot be read, naming the nearest file.
    """
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise _error(path, "is no file: a pipe or a device", "Write what comes out of it to a file.")
        return path.read_bytes()
    except FileNotFoundError:
        raise _no_file(path) from None
    except IsADirectoryError:
        raise _error(path, "is a folder, not a file", _some_of(path)) from None
    except (OSError, ValueError) as fault:
        raise _error(path, f"cannot be read ({fault})", "Check the path and its permissions.") from fault


def _no_file(path: Path) -> DataError:
    folder = path.parent
    if not folder.is_dir():
        return _error(path, f"does not exist, nor does its folder {folder}", "Check the path.")
    near = nearest(path.name, _data_files(folder))
    fix = f"Did you mean '{folder / near[0]}'?" if near else _some_of(folder)
    return _error(path, "does not exist", fix, near)


def _some_of(folder: Path) -> str:
    names = _data_files(folder)[:5]
    return f"In {folder} there is {', '.join(names)}." if names else f"There is no price file in {folder}."


def _data_files(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir() if entry.name.casefold().endswith(_DATA_SUFFIXES))


def _error(path: Path, problem: str, fix: str, near: list[str] | None = None) -> DataError:
    return DataError(
        "E_FILE", f"{path} {problem}.", fix=fix, details={"path": str(path), "nearest": near or []}
    )
