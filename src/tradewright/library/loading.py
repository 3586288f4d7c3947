"""One way in for price data: a file, a stored series, or a sample."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Unpack

from tradewright.core.bars import Bars
from tradewright.core.errors import DataError, ParameterError, TradewrightError, nearest
from tradewright.core.instrument import Instrument
from tradewright.core.timeframe import Timeframe
from tradewright.core.window import Moment, instants, resolve_window
from tradewright.data import load as files
from tradewright.data.importers.options import Reading
from tradewright.data.samples import sample_symbols
from tradewright.data.series_key import SeriesKey
from tradewright.data.series_names import STORE, find, matches, short_names
from tradewright.library.runs.sources import remembered
from tradewright.library.stored import store

SAMPLE = "sample:"


def load(  # noqa: PLR0913 - keyword-only, each says one thing about the source
    source: str | Path,
    *,
    symbol: str | None = None,
    timeframe: Timeframe | str | None = None,
    timezone: str | None = None,
    instrument: Instrument | None = None,
    calendar: str | None = None,
    currency: str | None = None,
    start: Moment | None = None,
    end: Moment | None = None,
    **reading: Unpack[Reading],
) -> Bars:
    """Read one price series.

    Parameters
    ----------
    source
        Path of a price file; ``store:AAPL:1d`` for a stored series, see :func:`tradewright.import_files`;
        or ``sample:AAPL``, see :func:`tradewright.sample`. A stored series may be named by venue, symbol
        and bar length (``store:binance/BTC/USDT:1h``) or by any part that only one series has.
    symbol
        Which of several in the file; by default its only one, else what its name says (``AAPL_1d.csv.gz``).
    timeframe
        Bar length; by default that of the series, or the interval that most rows are apart. Bars that are
        finer and add up to it are combined, noted ``W_RESAMPLED``.
    timezone
        IANA name of the zone of times that name none; without it they are UTC, noted ``W_TZ_ASSUMED``.
    instrument
        What is traded, when lot, tick, multiplier ... matter.
    calendar, currency
        Hours of what is traded, such as ``XNYS`` (files know of none: ``24/7``), and what prices are in (by
        default what the instrument, or the symbol of a pair, says), where nothing else of it matters.
    start, end
        First and last day or time, both included. Of a stored series nothing else is read.
    **reading
        ``strict date_order decimal label``: how to read a file that can be read in more than one way, see
        :class:`~tradewright.data.importers.options.ImportOptions`. Stored series and samples have been read.

    Returns
    -------
    Bars
        ``notes`` counts what was noted or repaired on the way. Prices are as in the file; an adjusted
        close rides along as ``adj_close`` and is never used by itself.

    Raises
    ------
    DataError
        ``E_FILE`` when it cannot be read, and the codes of an import, naming row, column, value and fix.
    InputError
        ``E_SERIES`` when no stored series, or more than one, is called so; ``E_RANGE`` without bars.
    """
    length = Timeframe.parse(timeframe) if timeframe is not None else None
    said = files.Said(calendar, currency)
    if isinstance(source, str) and source.startswith(STORE):
        bars = _from_store(_series(source, symbol, length), length, instrument, said, instants(start, end))
    else:
        bars = _from_file(source, symbol, length, timezone, instrument, said, reading)
    asked = {"symbol": symbol, "timeframe": length, "timezone": timezone, "start": start, "end": end}
    return remembered(_between(bars, start, end), source, **asked, **asdict(said), **reading)


def _from_store(
    key: SeriesKey,
    length: Timeframe | None,
    instrument: Instrument | None,
    said: files.Said,
    span: tuple[int | None, int | None],
) -> Bars:
    bars = _traded_as(_read(key, length, span), instrument)
    return files.combined(files.said_of(bars, said), length)


def _from_file(  # noqa: PLR0913, PLR0917 - what a caller says of a file, passed on
    source: str | Path,
    symbol: str | None,
    length: Timeframe | None,
    timezone: str | None,
    instrument: Instrument | None,
    said: files.Said,
    reading: Reading,
) -> Bars:
    try:
        return files.load(
            source,
            symbol=symbol,
            timeframe=length,
            timezone=timezone,
            instrument=instrument,
            said=said,
            **reading,
        )
    except DataError as error:
        if error.code == "E_FILE" and isinstance(source, str):
            error.fix = _by_name(source, error.details.get("nearest", ())) or error.fix
        raise


def find_series(name: str, timeframe: Timeframe | str | None = None) -> SeriesKey:
    """Return the key of the stored series that `name` means.

    Parameters
    ----------
    name
        ``local/AAPL/1d``, or any shorter form that only one stored series has: ``AAPL:1d``, ``aapl``.
    timeframe
        Of several that differ in bar length, the one to take.

    Raises
    ------
    InputError
        ``E_SERIES`` when none, or more than one, is called so.
    """
    keys = store().series()
    return find(name, keys, None if timeframe is None else str(Timeframe.parse(timeframe)))


def _series(source: str, symbol: str | None, length: Timeframe | None) -> SeriesKey:
    key = find_series(source, length)
    if symbol is not None and symbol != key.symbol:
        fix = "Leave the symbol away."
        raise ParameterError("E_SYMBOL", f"'{source}' is {key.symbol}, not '{symbol}'.", fix=fix)
    return key


def _read(key: SeriesKey, length: Timeframe | None, span: tuple[int | None, int | None]) -> Bars:
    """Read what lies in the window, or all of it where longer bars or an error message need the rest."""
    first, last = span
    if length is not None and str(length) != key.timeframe:
        return store().read(key)
    bars = store().read(key, start=first, end=None if last is None else last + 1)
    return bars if len(bars) else store().read(key)


def _traded_as(bars: Bars, instrument: Instrument | None) -> Bars:
    if instrument is None:
        return bars
    if instrument.symbol != bars.symbol:
        fix = "Give the instrument of the series, or none."
        raise ParameterError(
            "E_SYMBOL", f"these bars are of {bars.symbol}, not {instrument.symbol}.", fix=fix
        )
    mine = bars.slice(0, len(bars))
    mine.instrument = instrument
    return mine


def _between(bars: Bars, start: Moment | None, end: Moment | None) -> Bars:
    if start is None and end is None:
        return bars
    first, stop = resolve_window(bars, start, end)
    return bars if (first, stop) == (0, len(bars)) else bars.slice(first, stop)


def _misspelt_scheme(text: str) -> list[str]:
    """Return what ``smple:GOOG`` may mean."""
    scheme, colon, name = text.partition(":")
    return [f"{near}{name}" for near in nearest(f"{scheme}{colon}", (STORE, SAMPLE))] if colon else []


def _by_name(text: str, near_files: Sequence[str]) -> str:
    """Say what a text that is no file may mean: a stored series or a sample of this name, or nearly."""
    try:
        keys = store().series()
    except TradewrightError:
        keys = []  # a store that cannot be read has its own error, when it is asked for
    short = short_names(keys)
    same = [f"{STORE}{short[key]}" for key in matches(text, keys)]
    same += [f"{SAMPLE}{name}" for name in sample_symbols() if name.casefold() == text.casefold()]
    if not same:
        same = _misspelt_scheme(text)
    if not same and not near_files:
        named = {key.symbol: f"{STORE}{short[key]}" for key in reversed(keys)}
        named |= {name: f"{SAMPLE}{name}" for name in sample_symbols() if name not in named}
        same = [named[name] for name in nearest(text, named)]
    return f"Did you mean {' or '.join(map(repr, same))}?" if same else ""
