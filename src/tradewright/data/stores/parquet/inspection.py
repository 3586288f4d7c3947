"""Looking at what is there: gaps, and damage."""

import hashlib
from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import Bars
from tradewright.core.errors import DataError
from tradewright.core.timeframe import Timeframe
from tradewright.data.bar_store import Fault, Stretch
from tradewright.data.stores.parquet.folder import SeriesFolder
from tradewright.data.stores.parquet.manifest import Manifest, Part

Times = npt.NDArray[np.int64]
_CHUNK = 1 << 20


def stretches(
    time: Times, closes: Times, timeframe: Timeframe
) -> tuple[tuple[Stretch, ...], tuple[Stretch, ...]]:
    """Return where bars follow each other, and the gaps between: half a bar's length or more without one."""
    length = timeframe.ns
    empty = time[1:] - closes[:-1]
    at = np.flatnonzero(2 * empty >= length)
    starts, ends = np.append(0, at + 1), np.append(at, len(time) - 1)
    ranges = zip(time[starts], time[ends], ends - starts + 1, strict=True)
    missing = np.maximum(1, np.rint(empty[at] / length).astype(np.int64))
    gaps = zip(closes[at], np.maximum(closes[at], time[at + 1] - length), missing, strict=True)
    return tuple(_stretch(*r) for r in ranges), tuple(_stretch(*g) for g in gaps)


def _stretch(first: np.int64, last: np.int64, bars: np.int64) -> Stretch:
    return Stretch(int(first), int(last), int(bars))


def faults(folder: SeriesFolder, assemble: Callable[[Manifest], Bars]) -> list[Fault]:
    """Return everything that is wrong with a series, in all its states.

    Parameters
    ----------
    assemble
        Reads a state whole, in order and without duplicates, or raises.
    """
    found = [*_lost_states(folder)]
    damaged: dict[str, list[Fault]] = {}
    for number in folder.numbers():
        state = folder.state(number)
        if state is None:
            found.append(Fault(folder.state_file(number).name, "is not whole"))
            continue
        for part in state.parts:
            if part.file not in damaged:
                damaged[part.file] = list(_part_faults(folder, part))
        if not any(damaged[part.file] for part in state.parts):
            found += _state_faults(state, assemble)
    return found + [fault for faults in damaged.values() for fault in faults]


def _lost_states(folder: SeriesFolder) -> Iterator[Fault]:
    """Tell states newer than all that are left: the journal is never ahead of them, unless one was lost."""
    newest = max(folder.numbers(), default=0)
    for entry in folder.journal():
        if entry.version > newest:
            yield Fault(folder.state_file(entry.version).name, "is missing")


def _part_faults(folder: SeriesFolder, part: Part) -> Iterator[Fault]:
    path = folder.path / part.file
    try:
        size, sha = path.stat().st_size, hashlib.sha256()
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                sha.update(chunk)
    except FileNotFoundError:
        yield Fault(part.file, "is missing")
        return
    except OSError as unreadable:
        yield Fault(part.file, f"cannot be read ({unreadable.strerror or unreadable})")
        return
    if size != part.bytes:
        yield Fault(part.file, f"has {size:,} bytes instead of {part.bytes:,}")
    elif sha.hexdigest() != part.sha256:
        yield Fault(part.file, "is not what was written: its checksum differs")


def _state_faults(state: Manifest, assemble: Callable[[Manifest], Bars]) -> Iterator[Fault]:
    place = f"version {state.version}"
    try:
        bars = assemble(state)
    except (DataError, OSError) as damage:
        yield Fault(place, str(getattr(damage, "message", damage)))
        return
    if bars.checksum != state.entry.checksum:
        yield Fault(place, "holds other bars than were written: the checksum differs")
