"""Bars as Parquet, one file a year, and back."""

import hashlib
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import FIELDS, Bars
from tradewright.core.errors import DataError
from tradewright.core.optional import optional
from tradewright.core.steps import plain_closes
from tradewright.data.stores.parquet.files import make_folder, put, reading
from tradewright.data.stores.parquet.folder import broken
from tradewright.data.stores.parquet.manifest import Manifest, Part

TIME, CLOSES = "timestamp", "closes_at"
ALWAYS = (-(2**63), 2**63 - 1)
# Rows that a range read can pass over at once; fewer cost more to decode.
_ROW_GROUP = 131_072
# Decodes a fifth faster than 3 and is smaller; above it only writing gets slower.
_LEVEL = 6

Arrays = dict[str, npt.NDArray[Any]]


def by_year(time: npt.NDArray[np.int64]) -> Iterator[tuple[int, tuple[int, int]]]:
    """Yield each UTC year in which a bar opens, with the rows ``(i, j)`` that do: ``i`` to ``j - 1``."""
    years = time.astype("datetime64[ns]").astype("datetime64[Y]").astype(np.int64) + 1970
    starts = np.flatnonzero(np.diff(years, prepend=years[:1] - 1)).tolist()
    for start, stop in zip(starts, [*starts[1:], len(years)], strict=True):
        yield int(years[start]), (start, stop)


def write_part(folder: Path, place: tuple[int, int], bars: Bars, *, closes: bool) -> Part:
    """Write the bars of one year into the series' folder and return what describes the file.

    Parameters
    ----------
    place
        Version and year.
    closes
        Whether to write their closes too.
    """
    version, year = place
    polars: Any = optional("polars")
    columns: Arrays = {TIME: bars.time, **bars.columns}
    if closes:
        columns[CLOSES] = bars.close_time
    moments = [polars.col(n).cast(polars.Datetime("ns", "UTC")) for n in (TIME, CLOSES) if n in columns]
    content = io.BytesIO()
    polars.DataFrame(columns).with_columns(moments).write_parquet(
        content, compression="zstd", compression_level=_LEVEL, row_group_size=_ROW_GROUP
    )
    raw = content.getvalue()
    name = f"year={year}/{version:06d}.parquet"
    make_folder(folder / f"year={year}")
    put(folder / name, raw)
    return Part(
        name, len(bars), int(bars.time[0]), int(bars.time[-1]), len(raw), hashlib.sha256(raw).hexdigest()
    )


def check_names(bars: Bars) -> None:
    """Refuse optional columns that have the names of our own.

    Raises
    ------
    DataError
        ``E_COLUMN``.
    """
    taken = [name for name in (TIME, CLOSES) if name in bars.columns]
    if taken:
        raise DataError(
            "E_COLUMN",
            f"{bars.symbol}: a column called '{taken[0]}' cannot be stored beside the bars' own.",
            fix="Give the column another name.",
            details={"column": taken[0]},
        )


def has_own_closes(bars: Bars) -> bool:
    """Say whether a calendar or the next bar gave closes, rather than the bar length."""
    return not np.array_equal(plain_closes(bars.time, bars.timeframe), bars.close_time)


def read_parts(
    folder: Path, state: Manifest, parts: Sequence[Part], names: Sequence[str], span: tuple[int, int]
) -> Arrays:
    """Return time, the columns called `names`, and closes where the state has some, read-only.

    Every array is made once and filled part by part: beside the result only one year is in memory.

    Parameters
    ----------
    span
        Bars that open in ``[span[0], span[1])``.

    Raises
    ------
    DataError
        ``E_STORE_BROKEN`` for a part that is not as it was written.
    FileNotFoundError
        When a part is gone, for instance because a newer state took its place.
    """
    wanted = [TIME, *names, *([CLOSES] if state.closes else [])]
    edges = {part.file: read_part(folder, part, wanted, span) for part in parts if _is_cut(part, span)}
    length = sum(edges[part.file].height if part.file in edges else part.bars for part in parts)
    whole: Arrays = {
        name: np.empty(length, dtype=np.int64 if name in (TIME, CLOSES) else np.float64) for name in wanted
    }
    at = 0
    for part in parts:
        table = edges[part.file] if part.file in edges else read_part(folder, part, wanted, None)
        for name in wanted:
            _fill(whole[name][at : at + table.height], table, name)
        at += table.height
    for array in whole.values():
        array.flags.writeable = False
    return whole


def read_part(folder: Path, part: Part, wanted: Sequence[str], span: tuple[int, int] | None) -> Any:
    """Return the columns of one file that it has, as a polars frame; of a `span`, only those rows."""
    polars: Any = optional("polars")
    path = folder / part.file
    with reading(path):
        size = path.stat().st_size
    if size != part.bytes:
        raise broken(path, f"it has {size:,} bytes instead of {part.bytes:,}")
    try:
        lazy = polars.scan_parquet(path, glob=False, hive_partitioning=False)
        if span is not None:
            first, end = (polars.lit(ns).cast(polars.Datetime("ns", "UTC")) for ns in span)
            lazy = lazy.filter(polars.col(TIME) >= first, polars.col(TIME) < end)
        with reading(path):
            has = set(lazy.collect_schema().names())
            table = lazy.select([name for name in wanted if name in has]).collect()
    except polars.exceptions.PolarsError as unreadable:
        raise broken(path, "it is not the Parquet file that was written") from unreadable
    missing = [name for name in (TIME, *FIELDS) if name in wanted and name not in has]
    if missing or (span is None and table.height != part.bars):
        raise broken(path, "it does not hold the bars that were written")
    return table


def _fill(target: npt.NDArray[Any], table: Any, name: str) -> None:
    """Copy a column piece by piece: joining the pieces first would copy it twice."""
    if name not in table.columns:
        target[:] = np.nan
        return
    column = table[name].to_physical() if name in (TIME, CLOSES) else table[name]
    at = 0
    for piece in column.get_chunks():
        target[at : at + len(piece)] = piece.to_numpy()
        at += len(piece)


def _is_cut(part: Part, span: tuple[int, int]) -> bool:
    return part.first < span[0] or part.last >= span[1]
