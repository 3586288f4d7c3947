"""Bars into a file that other tools read, and that an import reads back to the same bars."""

import gzip
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import numpy as np

from tradewright.core.bars import Bars
from tradewright.core.errors import DataError, EnvironmentFaultError, InputError
from tradewright.core.optional import optional
from tradewright.data.stores.parquet.files import PARTIAL, put

_TIME = "timestamp"
# What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def export_bars(bars: Bars, path: str | Path, *, overwrite: bool = False) -> Path:
    """Write bars into a ``.csv``, ``.csv.gz`` or ``.parquet`` file, whole or not at all.

    Columns are ``timestamp`` (bar open, UTC), the prices, volume, and what else the bars have. Numbers have
    all their digits; an empty cell is a value that is not known. Closes that a calendar gave are not written.

    Parameters
    ----------
    path
        The file; ``AAPL_1d.csv`` says symbol and bar length to whoever imports it.
    overwrite
        Replace a file that is there.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        ``E_EXPORT_KIND`` for another kind of file, ``E_EXPORT_EXISTS`` for a file that is there.
    DataError
        ``E_COLUMN`` when a column has a name that a spreadsheet would run as a formula.
    EnvironmentFaultError
        ``E_WRITE`` when it cannot be written.
    """
    path = Path(path).expanduser()
    write = _writer(path)
    if write is not _write_parquet:
        _reject_formulas(bars)
    if path.exists() and not overwrite:
        raise InputError(
            "E_EXPORT_EXISTS",
            f"'{path}' is there already.",
            fix="Choose another name, or allow it to be replaced with --overwrite.",
            details={"path": str(path)},
        )
    try:
        put(path, lambda file: write(bars, file), aside=f".{os.getpid()}{PARTIAL}")
    except OSError as refused:
        raise EnvironmentFaultError(
            "E_WRITE",
            f"cannot write '{path}': {refused.strerror or refused}.",
            fix="Free some space, or choose a folder that is there and writable.",
            details={"path": str(path)},
            retryable=True,
        ) from refused
    return path


def _writer(path: Path) -> Callable[[Bars, IO[bytes]], None]:
    for suffix, write in _KINDS.items():
        if path.name.casefold().endswith(suffix):
            return write
    raise InputError(
        "E_EXPORT_KIND",
        f"'{path.name}' is not a kind of file that bars are written to.",
        fix=f"End its name with {' or '.join(_KINDS)}.",
        details={"path": str(path), "choices": list(_KINDS)},
    )


def _reject_formulas(bars: Bars) -> None:
    for name in bars.extra:
        if name.startswith(_FORMULA):
            raise DataError(
                "E_COLUMN",
                f"{bars.symbol}: a spreadsheet would run the column name '{name}' as a formula.",
                fix="Export to .parquet, or rename the column.",
                details={"column": name},
            )


def _write_csv(bars: Bars, file: IO[bytes]) -> None:
    table = _frame(bars).fill_nan(None)
    seconds = not np.any(bars.time % 1_000_000_000)
    table.write_csv(file, datetime_format="%Y-%m-%dT%H:%M:%SZ" if seconds else "%Y-%m-%dT%H:%M:%S%.9fZ")


def _write_packed_csv(bars: Bars, file: IO[bytes]) -> None:
    with gzip.GzipFile(fileobj=file, mode="wb", mtime=0) as packed:
        _write_csv(bars, packed)  # pyright: ignore[reportArgumentType] - a binary file in all but its type


def _write_parquet(bars: Bars, file: IO[bytes]) -> None:
    _frame(bars).write_parquet(file, compression="zstd")


def _frame(bars: Bars) -> Any:
    polars: Any = optional("polars")
    table = polars.DataFrame({_TIME: bars.time, **bars.columns})
    return table.with_columns(polars.col(_TIME).cast(polars.Datetime("ns", "UTC")))


_KINDS: dict[str, Callable[[Bars, IO[bytes]], None]] = {
    ".csv": _write_csv,
    ".csv.gz": _write_packed_csv,
    ".parquet": _write_parquet,
}
