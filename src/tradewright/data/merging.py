"""Two stretches of one series into one, or the first bar on which they disagree."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import FIELDS, Bars
from tradewright.core.errors import DataError
from tradewright.core.steps import overlapping, short_steps, too_many

Rows = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]
Times = npt.NDArray[np.int64]
# Weeks that a holiday starts late are six days apart, 9:30 and 10:00 half an hour.
_SHORTEST = 0.5


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
    calendar gave follow the bars; a bar that the next one, of the other side, leaves too little room closes
    when that opens.

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
    _reject_inside(stored, time, order, closes)
    time = _sealed(time[order])
    cut = _cut_short(stored, time, order, closes)
    closes[:-1][cut] = time[1:][cut]
    notes = join_notes(stored.notes, given.notes, apart=not shared.any())
    made = Bars(
        time,
        columns,
        timeframe=stored.timeframe,
        instrument=given.instrument,
        notes=notes,
        close_time=_sealed(closes),
    )
    moved = np.concatenate((stored.time[rows[changed]], given.time[~shared], time[:-1][cut]))
    return Merged(made, int((~shared).sum()), int(changed.sum()), moved)


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
        fix="Let the new bars win with --replace (replace=True), or keep both: give them another --venue.",
        details={"time": at, "column": name, "stored": there, "given": here, "bars": int(anywhere.sum())},
    )


def _seams(stored: Bars, order: Rows) -> Flags:
    """Say between which neighbours a stored bar meets a new one."""
    new = order >= len(stored)
    return new[1:] != new[:-1]


def _cut_short(stored: Bars, time: Times, order: Rows, closes: Times) -> Flags:
    """Say which bars, but for the last, are not over when the next one, of the other side, opens."""
    return _seams(stored, order) & overlapping(time, stored.timeframe)[1:] & (closes[:-1] > time[1:])


def _reject_inside(stored: Bars, time: Times, order: Rows, closes: Times) -> None:
    """Refuse a stored and a new bar of which one lies inside the other, or one series between another."""
    seams, at = _seams(stored, order), time[order]
    close = seams & (np.diff(at) < _SHORTEST * stored.timeframe.ns) & (at[1:] < closes[:-1])
    short = short_steps(at, stored.timeframe)
    # A piece meets what is stored at both of its ends; at more places it lies between.
    if (seams & short).sum() > 2 and too_many(short):
        close = seams & short
    if not close.any():
        return
    row = int(np.argmax(close))
    pair = sorted((int(order[row]), int(order[row + 1])))
    there, here = (_iso(int(time[i])) for i in pair)
    raise DataError(
        "E_OVERLAP",
        f"{stored.symbol}: the new bar of {here} and the stored bar of {there} are less than "
        f"{stored.timeframe} apart; {int(close.sum()):,} bars are like this.",
        fix="Check zone and bar length of the new bars, or give them another --venue.",
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
