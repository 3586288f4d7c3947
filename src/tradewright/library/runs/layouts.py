"""How the tables of a run lie in its folder: Parquet where others read them, plain arrays where only we do.

Plain arrays are what ``numpy.savez`` writes, one file for each table and in it one array for each column;
texts are ASCII. NumPy is loaded by the time a run has ended, and what writes Parquet would take longer to
load than many a backtest takes to run. Neither is loaded with this module: a list of runs reads no table.
"""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tradewright.core.optional import optional
from tradewright.library.tables import is_time

TABLES = ("trades", "equity", "fills")


class TornError(ValueError):
    """A table that is not what was written."""


@dataclass(frozen=True, slots=True)
class Layout:
    """One way to write the tables of a run.

    Attributes
    ----------
    format
        The number in ``run.json`` that says so.
    suffix
        What the files of the tables end in.
    pack
        Makes a file of a table: of a polars frame for Parquet, of named arrays otherwise.
    unpack
        Makes named arrays of a file, times as int64 UTC nanoseconds; raises :class:`TornError`.
    """

    format: int
    suffix: str
    pack: Callable[[Any], bytes]
    unpack: Callable[[bytes], dict[str, Any]]

    def file(self, table: str) -> str:
        """Return the name of the file that holds a table."""
        return f"{table}{self.suffix}"

    @property
    def files(self) -> frozenset[str]:
        """The names of the files that hold tables."""
        return frozenset(map(self.file, TABLES))


def parquet_of(frame: Any) -> bytes:
    """Return a polars frame as a Parquet file."""
    target = io.BytesIO()
    frame.write_parquet(target, compression="zstd")
    return target.getvalue()


def _from_parquet(content: bytes) -> dict[str, Any]:
    polars: Any = optional("polars")
    try:
        frame: Any = polars.read_parquet(io.BytesIO(content))
    except (OSError, polars.exceptions.PolarsError) as torn:
        raise TornError(str(torn)) from torn
    return {name: _array(name, frame[name], polars.String) for name in frame.columns}


def _array(name: str, series: Any, text: Any) -> Any:
    if is_time(name):
        return series.to_physical().to_numpy()
    if series.dtype == text:
        numpy: Any = optional("numpy")
        return numpy.array(series.to_list(), dtype=numpy.str_)
    return series.to_numpy()


def _arrays_of(columns: Mapping[str, Any]) -> bytes:
    numpy: Any = optional("numpy")
    target = io.BytesIO()
    # Text as NumPy holds it takes four bytes a letter.
    numpy.savez(target, **{name: _text(column, "U", numpy.bytes_) for name, column in columns.items()})
    return target.getvalue()


def _from_arrays(content: bytes) -> dict[str, Any]:
    numpy: Any = optional("numpy")
    try:
        with numpy.load(io.BytesIO(content), allow_pickle=False) as file:
            found = {name: _text(file[name], "S", numpy.str_) for name in file.files}
    except (optional("zipfile").BadZipFile, OSError, EOFError, RuntimeError, ValueError, TypeError) as torn:
        raise TornError(str(torn)) from torn
    for array in found.values():
        array.flags.writeable = False  # read once, shown often
    return found


def _text(column: Any, kind: str, wanted: type) -> Any:
    return column.astype(wanted) if column.dtype.kind == kind else column


PARQUET = Layout(2, ".parquet", parquet_of, _from_parquet)
ARRAYS = Layout(3, ".npz", _arrays_of, _from_arrays)
LAYOUTS = {layout.format: layout for layout in (PARQUET, ARRAYS)}
NEWEST = max(LAYOUTS)
