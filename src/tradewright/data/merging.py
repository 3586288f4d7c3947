"""Two stretches of one series into one, or the first bar on which they disagree."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import FIELDS, Bars
from tradewright.core.errors import DataError

Rows = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]
# A day with a change to summer time has 23 hours, February 28 days.
_SHORTEST = 0.9


@dataclass(frozen=True, slots=True)
class Merged:
    """All bars of both; how many were new or got other values, and when those open (UTC nanoseconds)."""

    bars: Bars
    added: int
    changed: int
    moved: npt.NDArray[np.int64]


def merge(stored: Bars, given: Bars, *, replace: bool) -> Merged:
    """Put `given` into `stored` by time.

    An optional column that one side lacks, or where it has no value, agrees with the other. Closes that a
    calendar gave follow the bars.

    Raises
    ------
    DataError
        ``E_OVERLAP`` when a bar disagrees and `replace` is False, or a given bar opens inside a stored one.
    """
    if not len(stored):
        return Merged(given, len(given), 0, given.time)
    place = np.searchsorted(stored.time, given.time)
    shared = stored.time[np.minimum(place, len(stored) - 1)] == given.time
    rows = place[shared]
    differs = _differences(stored, given, rows, shared)
    if not replace:
        _reject(stored, given, rows, shared, differs)
    time = np.concatenate((stored.time, given.time[~shared]))
    order = np.argsort(time, kind="stable")
    columns: dict[str, npt.NDArray[np.float64]] = {}
    changed = np.zeros(rows.size, dtype=np.bool_)
    for name in dict.fromkeys((*stored.columns, *given.columns)):
        old, new = _column(stored, name).copy(), _column(given, name)
        other = differs[name] | (np.isnan(old[rows]) & ~np.isnan(new[shared]))
        old[rows[other]] = new[shared][other]
        changed |= other
        columns[name] = _sealed(np.concatenate((old, new[~shared]))[order])
    closes = np.concatenate((stored.close_time, given.close_time[~shared]))[order]
    _reject_inside(stored, time, order)
    notes = join_notes(stored.notes, given.notes, apart=not shared.any())
    made = Bars(
        _sealed(time[order]), columns, timeframe=stored.timeframe, instrument=given.instrument, notes=notes
    )
    moved = np.concatenate((stored.time[rows[changed]], given.time[~shared]))
    return Merged(made.closing_at(closes), int((~shared).sum()), int(changed.sum()), moved)


def _differences(stored: Bars, given: Bars, rows: Rows, shared: Flags) -> dict[str, Flags]:
    found: dict[str, Flags] = {}
    for name in dict.fromkeys((*stored.columns, *given.columns)):
        old, new = _column(stored, name)[rows], _column(given, name)[shared]
        absent = np.isnan(old) & np.isnan(new) if name in FIELDS else np.isnan(old) | np.isnan(new)
        found[name] = (old != new) & ~absent
    return found


def _reject(stored: Bars, given: Bars, rows: Rows, shared: Flags, differs: dict[str, Flags]) -> None:
    anywhere = np.logical_or.reduce(list(differs.values()))
    if not anywhere.any():
        return
    row = int(np.argmax(anywhere))
    name = next(name for name, flags in differs.items() if flags[row])
    there, here = float(stored.columns[name][rows[row]]), float(given.columns[name][shared][row])
    at = _iso(int(stored.time[rows[row]]))
    raise DataError(
        "E_OVERLAP",
        f"{given.symbol} {at}: {name} is {there!r} in the store and {here!r} in the new bars; "
        f"{int(anywhere.sum()):,} of {rows.size:,} bars that both have disagree.",
        fix="Keep one of them: replace the stored bars, or store the new ones under another venue.",
        details={"time": at, "column": name, "stored": there, "given": here, "bars": int(anywhere.sum())},
    )


def _reject_inside(stored: Bars, time: npt.NDArray[np.int64], order: Rows) -> None:
    """Refuse neighbours, one stored and one new, that are closer together than a bar is long."""
    new = order >= len(stored)
    close = (np.diff(time[order]) < _SHORTEST * stored.timeframe.ns) & (new[1:] != new[:-1])
    if not close.any():
        return
    row = int(np.argmax(close))
    pair = sorted((int(order[row]), int(order[row + 1])))
    there, here = (_iso(int(time[i])) for i in pair)
    raise DataError(
        "E_OVERLAP",
        f"{stored.symbol}: the new bar of {here} and the stored bar of {there} are less than "
        f"{stored.timeframe} apart; {int(close.sum()):,} bars are like this.",
        fix="Check zone and bar length of the new bars, or store them under another venue.",
        details={"time": here, "stored": there, "bars": int(close.sum())},
    )


def _column(bars: Bars, name: str) -> npt.NDArray[np.float64]:
    return bars.columns[name] if name in bars.columns else np.full(len(bars), np.nan)


def join_notes(stored: Mapping[str, int], given: Mapping[str, int], *, apart: bool) -> dict[str, int]:
    """Return the notes of two stretches as one: added up when they are `apart`, else the larger of each."""
    join = int.__add__ if apart else max
    return {name: join(stored.get(name, 0), given.get(name, 0)) for name in dict.fromkeys((*stored, *given))}


def _sealed(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    array.flags.writeable = False
    return array


def _iso(ns: int) -> str:
    return str(np.datetime64(ns, "ns"))[:19]
