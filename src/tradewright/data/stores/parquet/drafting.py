"""The next state of a series: merge, and write the files of the years that changed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace as dataclass_replace
from pathlib import Path

import numpy as np

from tradewright.core.bars import Bars
from tradewright.core.errors import InputError
from tradewright.core.hooks import check_cancelled
from tradewright.data.lineage import LineageEntry, now, package
from tradewright.data.merging import Merged, join_notes, merge
from tradewright.data.series_key import SeriesKey
from tradewright.data.stores.parquet.columns import read_parts
from tradewright.data.stores.parquet.folder import SeriesFolder
from tradewright.data.stores.parquet.manifest import Manifest, Part, plain_instrument
from tradewright.data.stores.parquet.tables import (
    ALWAYS,
    CLOSES,
    TIME,
    by_year,
    check_names,
    has_own_closes,
    write_part,
)

# Files of a year: few enough to be read as fast as one, enough for appending a little often.
_PARTS = 8


@dataclass(frozen=True, slots=True)
class Origin:
    """Where given bars come from, and whether they win over stored ones."""

    source: str
    replace: bool


def require_fit(key: SeriesKey, bars: Bars) -> None:
    """Refuse bars of another symbol or length than the series has.

    Raises
    ------
    InputError
        ``E_SERIES``.
    DataError
        ``E_COLUMN`` for a column with a name of our own.
    """
    own = (bars.symbol, str(bars.timeframe))
    if own != (key.symbol, key.timeframe):
        raise InputError(
            "E_SERIES",
            f"bars of {own[0]} {own[1]} do not belong into the series {key}.",
            fix="Write them under their own symbol and timeframe.",
            details={"series": str(key), "symbol": own[0], "timeframe": own[1]},
        )
    check_names(bars)


def draft(folder: SeriesFolder, before: Manifest | None, bars: Bars, origin: Origin) -> Manifest:
    """Write the files of the next state; return it without its checksum, or `before` when nothing changes.

    Raises
    ------
    DataError
        ``E_OVERLAP`` when bars disagree; nothing is written then.
    """
    old = _by_year(before)
    merged = None if before is None else _appended(folder.path, before, bars, origin)
    if merged is None:
        merged = _merged(folder.path, before, bars, _near(old, bars), replace=origin.replace)
    elif before is not None:
        return _with_tail(folder, before, bars, merged, origin)
    if before is not None and not merged.added and not merged.changed:
        return before
    own_closes = has_own_closes(merged.bars)
    anew = set[int]()
    if before is not None and own_closes and not before.closes:
        # Closes of their own for some bars ask for closes of all.
        anew = set(old)
        merged = _merged(folder.path, before, bars, anew, replace=origin.replace)
    number = _next(folder)
    closes = own_closes or (before is not None and before.closes)
    moved = anew | {year for year, _ in by_year(merged.moved)}
    for year, rows in by_year(merged.bars.time):
        if year in moved:
            check_cancelled()
            old[year] = [write_part(folder.path, (number, year), merged.bars.slice(*rows), closes=closes)]
    parts = tuple(part for year in sorted(old) for part in old[year])
    return _state(
        before, bars, merged, parts, closes=closes, entry=_entry(number, before, bars, merged, parts, origin)
    )


def _appended(folder: Path, before: Manifest, bars: Bars, origin: Origin) -> Merged | None:
    """Merge with the end of what is stored; None when more comes of it than bars after the last one."""
    last = before.entry.last
    if before.closes or int(bars.time[-1]) <= last or not set(bars.columns) <= set(before.columns):
        return None
    full = Counter(_year(part) for part in before.parts)
    if any(full[year] >= _PARTS for year, _ in by_year(bars.time)):
        return None
    # Two bars more: a bar that is shorter than others shows beside its neighbours.
    since = min(int(bars.time[0]), last) - 2 * bars.timeframe.ns
    stored = _stored(folder, before, before.parts, bars, (since, ALWAYS[1]))
    merged = merge(stored, bars, replace=origin.replace)
    later = not merged.changed and int(merged.moved.min()) > last
    return merged if later and not has_own_closes(merged.bars) else None


def _with_tail(
    folder: SeriesFolder, before: Manifest, bars: Bars, merged: Merged, origin: Origin
) -> Manifest:
    """Write the bars after the last one into files of their own, beside those of their years."""
    number = _next(folder)
    added = merged.bars.slice(len(merged.bars) - merged.added, len(merged.bars))
    tail = [
        write_part(folder.path, (number, year), added.slice(*rows), closes=False)
        for year, rows in by_year(added.time)
    ]
    parts = (*before.parts, *tail)
    entry = _entry(number, before, bars, merged, parts, origin)
    return _state(before, bars, merged, parts, closes=False, entry=entry)


def _merged(folder: Path, before: Manifest | None, bars: Bars, years: set[int], *, replace: bool) -> Merged:
    """Merge with the stored bars of `years`."""
    if before is None:
        return Merged(bars, len(bars), 0, bars.time)
    parts = [part for part in before.parts if _year(part) in years]
    return merge(_stored(folder, before, parts, bars, ALWAYS), bars, replace=replace)


def _stored(folder: Path, before: Manifest, parts: Sequence[Part], bars: Bars, span: tuple[int, int]) -> Bars:
    """Return the stored bars of `parts` that open in the span, as what the new `bars` are."""
    near = [part for part in parts if part.last >= span[0]]
    arrays = dict(read_parts(folder, before, near, before.columns, span).arrays)
    time, closes = arrays.pop(TIME), arrays.pop(CLOSES, None)
    return Bars(time, arrays, timeframe=bars.timeframe, instrument=bars.instrument, close_time=closes)


def _by_year(before: Manifest | None) -> dict[int, list[Part]]:
    years: dict[int, list[Part]] = {}
    for part in () if before is None else before.parts:
        years.setdefault(_year(part), []).append(part)
    return years


def _next(folder: SeriesFolder) -> int:
    return max(folder.numbers(), default=0) + 1


def _near(years: dict[int, list[Part]], bars: Bars) -> set[int]:
    """Return the stored years that the bars touch, or stand next to."""
    first, last = int(bars.time[0]) - bars.timeframe.ns, int(bars.time[-1]) + bars.timeframe.ns
    given = {year for year, _ in by_year(bars.time)}
    beside = {y for y, parts in years.items() if parts[-1].last >= first and parts[0].first <= last}
    return given & set(years) | beside


def _state(
    before: Manifest | None,
    bars: Bars,
    merged: Merged,
    parts: tuple[Part, ...],
    *,
    closes: bool,
    entry: LineageEntry,
) -> Manifest:
    columns = tuple(dict.fromkeys((*(before.columns if before else ()), *bars.columns)))
    state = Manifest(entry.version, columns, closes, plain_instrument(bars.instrument), parts, entry)
    if before is None or merged.changed or int(merged.moved.min()) <= before.entry.last:
        return state
    same = (before.columns, before.closes, before.instrument) == (columns, closes, state.instrument)
    return dataclass_replace(state, extends=before.extends) if same else state


def _entry(
    number: int, before: Manifest | None, bars: Bars, merged: Merged, parts: tuple[Part, ...], origin: Origin
) -> LineageEntry:
    known = {} if before is None else before.entry.series_notes
    return LineageEntry(
        version=number,
        source=origin.source.encode("utf-8", "backslashreplace").decode("utf-8"),
        at=now(),
        rows=len(bars),
        added=merged.added,
        changed=merged.changed,
        given=bars.checksum,
        checksum="",
        bars=sum(part.bars for part in parts),
        first=parts[0].first,
        last=parts[-1].last,
        notes=dict(bars.notes),
        series_notes=join_notes(known, bars.notes, apart=merged.added == len(bars)),
        package=package(),
    )


def _year(part: Part) -> int:
    return int(np.datetime64(part.first, "ns").astype("datetime64[Y]").astype(np.int64)) + 1970
