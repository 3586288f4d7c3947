"""The next state of a series: merge, and write the files of the years that changed."""

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
from tradewright.data.stores.parquet.folder import SeriesFolder
from tradewright.data.stores.parquet.manifest import Manifest, Part
from tradewright.data.stores.parquet.tables import (
    ALWAYS,
    CLOSES,
    TIME,
    by_year,
    check_names,
    has_own_closes,
    read_parts,
    write_part,
)


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
    old = {} if before is None else {_year(part): part for part in before.parts}
    merged = _merged(folder.path, before, bars, _near(old, bars), replace=origin.replace)
    if before is not None and not merged.added and not merged.changed:
        return before
    own_closes = has_own_closes(merged.bars)
    anew = set[int]()
    if before is not None and own_closes and not before.closes:
        # Closes of their own for some bars ask for closes of all.
        anew = set(old)
        merged = _merged(folder.path, before, bars, anew, replace=origin.replace)
    number = max(folder.numbers(), default=0) + 1
    closes = own_closes or (before is not None and before.closes)
    moved = anew | {year for year, _ in by_year(merged.moved)}
    for year, rows in by_year(merged.bars.time):
        if year in moved:
            check_cancelled()
            old[year] = write_part(folder.path, (number, year), merged.bars.slice(*rows), closes=closes)
    parts = tuple(old[year] for year in sorted(old))
    return _state(
        before, bars, merged, parts, closes=closes, entry=_entry(number, before, bars, merged, parts, origin)
    )


def _merged(folder: Path, before: Manifest | None, bars: Bars, years: set[int], *, replace: bool) -> Merged:
    """Merge with the stored bars of `years`."""
    if before is None:
        return Merged(bars, len(bars), 0, bars.time)
    parts = [part for part in before.parts if _year(part) in years]
    arrays = read_parts(folder, before, parts, before.columns, ALWAYS)
    time, closes = arrays.pop(TIME), arrays.pop(CLOSES, None)
    stored = Bars(time, arrays, timeframe=bars.timeframe, instrument=bars.instrument, close_time=closes)
    return merge(stored, bars, replace=replace)


def _near(parts: dict[int, Part], bars: Bars) -> set[int]:
    """Return the stored years that the bars touch, or stand next to."""
    first, last = int(bars.time[0]) - bars.timeframe.ns, int(bars.time[-1]) + bars.timeframe.ns
    given = {year for year, _ in by_year(bars.time)}
    return given & set(parts) | {y for y, part in parts.items() if part.last >= first and part.first <= last}


def _state(
    before: Manifest | None,
    bars: Bars,
    merged: Merged,
    parts: tuple[Part, ...],
    *,
    closes: bool,
    entry: LineageEntry,
) -> Manifest:
    traded = bars.instrument
    columns = tuple(dict.fromkeys((*(before.columns if before else ()), *bars.columns)))
    fees = {"maker_fee": traded.maker_fee, "taker_fee": traded.taker_fee}
    state = Manifest(entry.version, columns, closes, traded.to_dict() | fees, parts, entry)
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
