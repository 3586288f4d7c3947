"""Bars in one file, as plain arrays: written in a moment and without any package but NumPy.

The file is what ``numpy.savez`` writes: ``time``, one ``column_<i>`` for each column, ``closes`` where a
calendar gave them, and ``about``, JSON as bytes, which says what the columns are called.
"""

import json
import zipfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import Bars
from tradewright.core.errors import DataError
from tradewright.core.steps import plain_closes
from tradewright.core.timeframe import Timeframe
from tradewright.data.lineage import now, package
from tradewright.data.stores.parquet.files import put, reading
from tradewright.data.stores.parquet.folder import broken
from tradewright.data.stores.parquet.manifest import (
    FORMAT,
    instrument_from,
    plain_instrument,
    require_format,
)

SUFFIX = ".npz"


@dataclass(frozen=True, slots=True)
class About:
    """What an archive says of its bars.

    Attributes
    ----------
    checksum, bars, first, last
        Of the bars; times are UTC nanoseconds.
    source, at, package
        Where they came from, when they were kept (ISO 8601, UTC), and by which version of Tradewright.
    """

    checksum: str
    timeframe: str
    instrument: dict[str, Any]
    columns: tuple[str, ...]
    notes: dict[str, int]
    bars: int
    first: int
    last: int
    source: str
    at: str
    package: str


def write_archive(path: Path, bars: Bars, source: str, *, aside: str) -> None:
    """Write bars into one file, whole or not at all."""
    about: dict[str, Any] = {
        "format": FORMAT,
        "checksum": bars.checksum,
        "timeframe": str(bars.timeframe),
        "instrument": plain_instrument(bars.instrument),
        "columns": list(bars.columns),
        "notes": bars.notes,
        "bars": len(bars),
        "first": int(bars.time[0]),
        "last": int(bars.time[-1]),
        "source": source.encode("utf-8", "backslashreplace").decode("utf-8"),
        "at": now(),
        "package": package(),
    }
    text = json.dumps(about, ensure_ascii=False).encode("utf-8")
    arrays: dict[str, npt.NDArray[Any]] = {"about": np.frombuffer(text, np.uint8), "time": bars.time}
    arrays |= {f"column_{i}": column for i, column in enumerate(bars.columns.values())}
    if not np.array_equal(plain_closes(bars.time, bars.timeframe), bars.close_time):
        arrays["closes"] = bars.close_time
    put(path, partial(np.savez, **arrays), aside=aside)


def read_archive(path: Path) -> Bars:
    """Return the bars in a file, as they were.

    Raises
    ------
    DataError
        ``E_STORE_BROKEN`` when it is not what was written, ``E_STORE_FORMAT`` when a newer version wrote it.
    FileNotFoundError
        When there is none.
    """
    found, about = _content(path, everything=True)
    try:
        closes = found.get("closes")
        bars = Bars(
            found["time"],
            {name: found[f"column_{i}"] for i, name in enumerate(about.columns)},
            timeframe=Timeframe.parse(about.timeframe),
            instrument=instrument_from(about.instrument),
            notes=about.notes,
            close_time=closes,
        )
    except KeyError as absent:
        raise broken(path, f"it lacks {absent}") from absent
    except DataError as invalid:
        raise broken(path, invalid.message.rstrip(".")) from invalid
    if bars.checksum != about.checksum:
        raise broken(path, "it holds other bars than were kept: the checksum differs")
    return bars


def read_about(path: Path) -> About:
    """Return what a file says of its bars, without reading them; see :func:`read_archive` for errors."""
    return _content(path, everything=False)[1]


def _content(path: Path, *, everything: bool) -> tuple[dict[str, npt.NDArray[Any]], About]:
    try:
        with reading(path), path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            said: dict[str, Any] = json.loads(bytes(file["about"]))
            require_format(said["format"], str(path))
            found = {name: file[name] for name in file.files} if everything else {}
            said["columns"] = tuple(said["columns"])
        about = About(**{name: said[name] for name in About.__slots__})
    except (zipfile.BadZipFile, EOFError, KeyError, ValueError, TypeError) as torn:
        raise broken(path, "it is not what was kept") from torn
    for array in found.values():
        array.flags.writeable = False
    return found, about
