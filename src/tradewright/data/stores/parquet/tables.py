"""Bars as Parquet, one file a year, and back."""

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import Bars
from tradewright.core.errors import DataError
from tradewright.core.optional import optional
from tradewright.core.steps import plain_closes
from tradewright.data.stores.parquet.files import make_folder, put
from tradewright.data.stores.parquet.manifest import Part

TIME, CLOSES = "timestamp", "closes_at"
ALWAYS = (-(2**63), 2**63 - 1)
# Rows that a range read can pass over at once; fewer cost more to decode.
_ROW_GROUP = 131_072
# Decodes a fifth faster than 3 and is smaller; above it only writing gets slower.
_LEVEL = 6
# Bars for each run that make it quicker to count times than to read them, and runs that a state can name
# before it is slow to read itself: a market that shuts each night has 260 a year.
_RUN_WORTH, _RUNS = 64, 400

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
        file=name,
        bars=len(bars),
        first=int(bars.time[0]),
        last=int(bars.time[-1]),
        bytes=len(raw),
        sha256=hashlib.sha256(raw).hexdigest(),
        step=bars.timeframe.ns,
        runs=_runs(bars),
    )


def _runs(bars: Bars) -> tuple[tuple[int, int], ...]:
    """Return where bars follow each other at their length, unless that is hardly anywhere."""
    starts = np.flatnonzero(np.diff(bars.time, prepend=bars.time[0] - 1) != bars.timeframe.ns)
    if starts.size > min(_RUNS, len(bars) // _RUN_WORTH):
        return ()
    counts = np.diff(starts, append=len(bars))
    return tuple(zip(bars.time[starts].tolist(), counts.tolist(), strict=True))


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
