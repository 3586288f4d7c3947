"""Real daily prices that come with the `demo` extra: good for a first look, too old for a last one."""

from pathlib import Path

from tradewright.core.bars import Bars
from tradewright.core.errors import UnknownNameError
from tradewright.core.instrument import Instrument
from tradewright.core.optional import optional
from tradewright.core.timeframe import Timeframe
from tradewright.data.importers.importer import import_bars
from tradewright.data.importers.options import ImportOptions

_SYMBOLS = ("AAPL", "FB", "GOOG", "IBM", "MSFT")


def sample_symbols() -> tuple[str, ...]:
    """Return the symbols that :func:`sample` knows."""
    return _SYMBOLS


def sample(symbol: str) -> Bars:
    """Return daily bars of a US stock, 2000-03 (or its listing) to 2013-03, unadjusted.

    The prices come from the package ``bokeh_sampledata``. Days are dated at midnight UTC; ``adj_close``
    rides along.

    Raises
    ------
    UnknownNameError
        ``E_SYMBOL`` when there is no such sample.
    EnvironmentFaultError
        ``E_EXTRA`` when the ``demo`` extra is not installed.
    """
    wanted = symbol.strip().upper()
    if wanted not in _SYMBOLS:
        raise UnknownNameError("E_SYMBOL", "sample", symbol, _SYMBOLS)
    package = optional("bokeh_sampledata", "demo")
    path = Path(str(package.__file__)).parent / "_data" / "stocks.csv.gz"
    instrument = Instrument(wanted, venue="sample", asset_class="stock", currency="USD")
    options = ImportOptions(instrument=instrument, timeframe=Timeframe(1, "d"), timezone="UTC")
    return import_bars(f"sample:{wanted}", path.read_bytes(), options)
