"""The columns of a state, out of its files: as few bytes and copies as the question needs."""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import FIELDS
from tradewright.core.optional import optional
from tradewright.data.stores.parquet.files import reading
from tradewright.data.stores.parquet.folder import broken
from tradewright.data.stores.parquet.manifest import Manifest, Part
from tradewright.data.stores.parquet.tables import CLOSES, TIME, Arrays

# Decoding leaves the interpreter, so that two at a time use two processors.
_THREADS = 2
# Below this many bars threads cost more than they bring.
_MANY = 50_000
_RAMP = 16_384


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of a state by name, read-only; `verified` when every file was compared with its checksum."""

    arrays: Arrays
    verified: bool


def read_parts(
    folder: Path, state: Manifest, parts: Sequence[Part], names: Sequence[str], span: tuple[int, int]
) -> Columns:
    """Return time, the columns called `names`, and closes where the state has some.

    Every array is made once and filled part by part. A part that is read from end to end is compared with
    its checksum; one of which some rows are wanted, or nothing but times that are known, with its size.

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
    edges = {part.file: _read_edge(folder, part, wanted, span) for part in parts if _is_cut(part, span)}
    heights = [edges[part.file].height if part.file in edges else part.bars for part in parts]
    whole: Arrays = {
        name: np.empty(sum(heights), dtype=np.int64 if name in (TIME, CLOSES) else np.float64)
        for name in wanted
    }
    ends = np.cumsum(heights, dtype=np.int64).tolist()

    def fill(at: int) -> None:
        part = parts[at]
        rows = {name: array[ends[at] - heights[at] : ends[at]] for name, array in whole.items()}
        if part.file in edges:
            _copy(edges[part.file], rows)
        else:
            _fill(folder, part, rows)

    if sum(heights) < _MANY:
        for at in range(len(parts)):
            fill(at)
    else:
        with ThreadPoolExecutor(_THREADS) as pool:
            list(pool.map(fill, range(len(parts))))
    for array in whole.values():
        array.flags.writeable = False
    return Columns(whole, verified=not edges and len(wanted) > 1)


def _fill(folder: Path, part: Part, rows: Arrays) -> None:
    """Fill the rows of a whole part; times that are known are counted, not read."""
    if part.runs:
        _count(part, rows.pop(TIME))
    if not rows:
        _require_size(folder, part)
        return
    _require_same(folder, part)
    table = _read(folder, part, list(rows), None)
    if table.height != part.bars:
        raise broken(folder / part.file, "it does not hold the bars that were written")
    _copy(table, rows)


def _count(part: Part, times: npt.NDArray[np.int64]) -> None:
    """Write the times of runs, a stretch at a time: nothing as long as they are is made beside them."""
    ramp = part.step * np.arange(min(part.bars, _RAMP))
    at = 0
    for first, count in part.runs:
        for done in range(0, count, _RAMP):
            some = min(_RAMP, count - done)
            np.add(ramp[:some], first + done * part.step, out=times[at + done : at + done + some])
        at += count


def _read_edge(folder: Path, part: Part, wanted: Sequence[str], span: tuple[int, int]) -> Any:
    _require_size(folder, part)
    return _read(folder, part, wanted, span)


def _require_size(folder: Path, part: Part) -> None:
    path = folder / part.file
    with reading(path):
        size = path.stat().st_size
    if size != part.bytes:
        raise broken(path, f"it has {size:,} bytes instead of {part.bytes:,}")


def _require_same(folder: Path, part: Part) -> None:
    _require_size(folder, part)
    path = folder / part.file
    with reading(path), path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != part.sha256:
        raise broken(path, "it is not what was written: its checksum differs")


def _read(folder: Path, part: Part, wanted: Sequence[str], span: tuple[int, int] | None) -> Any:
    """Return the columns of one file that it has, as a polars frame; of a `span`, only those rows."""
    polars: Any = optional("polars")
    path = folder / part.file
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
    if [name for name in (TIME, *FIELDS) if name in wanted and name not in has]:
        raise broken(path, "it does not hold the bars that were written")
    return table


def _copy(table: Any, rows: Arrays) -> None:
    """Copy columns piece by piece: joining the pieces first would copy them twice."""
    for name, target in rows.items():
        if name not in table.columns:
            target[:] = np.nan
            continue
        column = table[name].to_physical() if name in (TIME, CLOSES) else table[name]
        at = 0
        for piece in column.get_chunks():
            target[at : at + len(piece)] = piece.to_numpy()
            at += len(piece)


def _is_cut(part: Part, span: tuple[int, int]) -> bool:
    return part.first < span[0] or part.last >= span[1]
