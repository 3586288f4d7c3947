"""The bars that this installation keeps."""

from tradewright.core.bars import Bars
from tradewright.data.stores.parquet.kept import KeptBars
from tradewright.data.stores.parquet.store import ParquetStore
from tradewright.library.defaults import home


def store() -> ParquetStore:
    """Return the local store, in the folder ``bars`` of ``TRADEWRIGHT_HOME``."""
    return ParquetStore(home() / "bars")


def kept_bars() -> KeptBars:
    """Return the bars that are kept for results."""
    return KeptBars(store())


def keep(bars: Bars, source: str) -> str:
    """Keep `bars` exactly as they are, so that a result can be had again when their file is gone.

    Bars that are kept already are not written again, nor are those that a stored series has: of them it is
    written down which version they are, and that version stays.

    Parameters
    ----------
    source
        Where they come from: a file, or ``store:...`` as :func:`tradewright.load` reads it.

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
    return kept_bars().keep(bars, source)


def recall(checksum: str) -> Bars:
    """Return the bars that :func:`keep` kept under `checksum`; its first digits are enough.

    Raises
    ------
    UnknownNameError
        ``E_SERIES`` when none, or more than one, are kept under it.
    DataError
        ``E_STORE_BROKEN`` when they are damaged.
    """
    return kept_bars().recall(checksum)
