"""The bars that this installation keeps."""

from tradewright.core.bars import Bars
from tradewright.core.errors import UnknownNameError
from tradewright.data.series_key import SeriesKey
from tradewright.data.stores.parquet.store import ParquetStore
from tradewright.library.defaults import home

# Bars that were kept for a result belong to nobody's series: each stands under its own checksum.
KEPT = "kept"
_SHORT = 16


def store() -> ParquetStore:
    """Return the local store, in the folder ``bars`` of ``TRADEWRIGHT_HOME``."""
    return ParquetStore(home() / "bars")


def keep(bars: Bars, source: str) -> str:
    """Keep `bars` exactly as they are, so that a result can be had again when their file is gone.

    Bars that are kept already are not written again, and never disagree with others of the same symbol.

    Parameters
    ----------
    source
        Where they come from, for lineage.

    Returns
    -------
    str
        Their checksum, for :func:`recall`.

    Raises
    ------
    DataError
        ``E_EMPTY`` when there are none.
    EnvironmentFaultError
        ``E_WRITE`` when they cannot be written.
    """
    key = SeriesKey(bars.symbol, str(bars.timeframe), bars.checksum[:_SHORT], KEPT)
    return store().write(key, bars, source=source).checksum


def recall(checksum: str) -> Bars:
    """Return the bars that :func:`keep` kept under `checksum`; its first digits are enough.

    Raises
    ------
    UnknownNameError
        ``E_SERIES`` when none, or more than one, are kept under it.
    DataError
        ``E_STORE_BROKEN`` when they are damaged.
    """
    kept = store()
    keys = [key for key in kept.series() if key.owner == KEPT]
    found = [key for key in keys if checksum and key.venue.startswith(checksum[:_SHORT])]
    if len(found) != 1:
        raise UnknownNameError("E_SERIES", "checksum of kept bars", checksum, [key.venue for key in keys])
    bars = kept.read(found[0])
    if not bars.checksum.startswith(checksum):
        raise UnknownNameError("E_SERIES", "checksum of kept bars", checksum, [bars.checksum])
    return bars
