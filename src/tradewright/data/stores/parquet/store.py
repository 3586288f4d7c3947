"""The local store: Parquet files in a folder."""

import json
import os
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace as changed
from pathlib import Path, PurePosixPath
from typing import Any, TypedDict, TypeVar

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import FIELDS, Bars
from tradewright.core.errors import DataError, UnknownNameError
from tradewright.core.instrument import Instrument
from tradewright.core.steps import plain_closes
from tradewright.core.timeframe import Timeframe
from tradewright.data.bar_store import Coverage, Fault, Pruned, Written
from tradewright.data.importers.rhythm import gap_rows
from tradewright.data.lineage import LineageEntry
from tradewright.data.series_key import SeriesKey
from tradewright.data.stores.parquet.columns import read_parts
from tradewright.data.stores.parquet.drafting import Origin, draft, require_fit
from tradewright.data.stores.parquet.files import make_folder, put, reading, writing
from tradewright.data.stores.parquet.folder import LOCK, SeriesFolder, broken, missing
from tradewright.data.stores.parquet.inspection import faults, stretches
from tradewright.data.stores.parquet.leftovers import REMOVED, sweep
from tradewright.data.stores.parquet.links import pinned
from tradewright.data.stores.parquet.lock import locked
from tradewright.data.stores.parquet.manifest import FORMAT, Manifest, Part, require_format
from tradewright.data.stores.parquet.tables import ALWAYS, CLOSES, TIME

_STORE_FILE = "store.json"
_ATTEMPTS = 5
Found = TypeVar("Found")


class Facts(TypedDict):
    """What bars are, beside their columns."""

    timeframe: Timeframe
    instrument: Instrument
    notes: dict[str, int]
    close_time: npt.NDArray[np.int64] | None


class ParquetStore:
    """Bars as zstd-compressed Parquet under `root`; see :class:`tradewright.data.bar_store.BarStore`.

    Parameters
    ----------
    root
        The folder; made by the first write.
    patience_s
        How long a write waits for another one to the same series.
    """

    def __init__(self, root: Path, *, patience_s: float = 60.0) -> None:
        self.root = root
        self.patience_s = patience_s

    def write(self, key: SeriesKey, bars: Bars, *, source: str, replace: bool = False) -> Written:
        """Put `bars` into the series; see :meth:`BarStore.write`."""
        require_fit(key, bars)
        folder = self._folder(key)
        with writing(folder.path):
            self.found()
            make_folder(folder.path)
            with locked(folder.path / LOCK, self.patience_s):
                return self._write(folder, key, bars, source=source, replace=replace)

    def found(self) -> None:
        """Write down the format before anything else; of two first writers, one.

        Raises
        ------
        DataError
            ``E_STORE_FORMAT`` when a newer version wrote the store.
        """
        self._require_format()
        path = self.root / _STORE_FILE
        if path.is_file():
            return
        make_folder(self.root)
        with locked(self.root / LOCK, self.patience_s):
            if not path.is_file():
                put(path, json.dumps({"format": FORMAT}).encode("utf-8") + b"\n")

    def _write(
        self, folder: SeriesFolder, key: SeriesKey, bars: Bars, *, source: str, replace: bool
    ) -> Written:
        now = folder.current()
        if now is None and not len(bars):
            raise DataError("E_EMPTY", f"there are no bars of {key} to store.")
        if now is not None and (not len(bars) or now.entry.checksum == bars.checksum):
            return Written(now.version, now.entry.checksum, 0, 0)
        try:
            made = draft(folder, now, bars, Origin(source, replace=replace))
            if made is now:
                return Written(made.version, made.entry.checksum, 0, 0)
            state = _sealed(folder, key, made)
            folder.commit(state)
        except FileNotFoundError as gone:
            raise missing(folder.path, gone) from gone
        except BaseException:
            # What a full disk took makes room for others.
            folder.tidy(None, None)
            raise
        folder.tidy(state, now)
        return Written(state.version, state.entry.checksum, state.entry.added, state.entry.changed)

    def read(
        self,
        key: SeriesKey,
        *,
        start: int | None = None,
        end: int | None = None,
        columns: Sequence[str] | None = None,
        version: int | None = None,
    ) -> Bars:
        """Return the bars that open in ``[start, end)``; see :meth:`BarStore.read`."""
        folder = self._folder(key)
        span = (ALWAYS[0] if start is None else start, ALWAYS[1] if end is None else end)

        def get(state: Manifest) -> Bars:
            if version is None or version == state.version:
                return _assembled(folder, key, state, span, columns)
            return self._past(folder, key, version, span, columns)

        return self._tried(key, folder, get)

    def _tried(self, key: SeriesKey, folder: SeriesFolder, get: Callable[[Manifest], Found]) -> Found:
        """Return what `get` makes of the newest state, or of a newer one that came in between."""
        for attempt in range(_ATTEMPTS):
            state = self._current(key, folder)
            try:
                return get(state)
            except FileNotFoundError as gone:
                # A writer that finished in between took the files of older states away.
                if attempt + 1 == _ATTEMPTS or self._current(key, folder).version == state.version:
                    raise missing(folder.path, gone) from gone
        raise AssertionError

    def coverage(self, key: SeriesKey) -> Coverage:
        """Return what is held of a series; see :meth:`BarStore.coverage`."""
        folder = self._folder(key)
        length = Timeframe.parse(key.timeframe)

        def get(state: Manifest) -> Coverage:
            arrays = read_parts(folder.path, state, state.parts, (), ALWAYS).arrays
            closes = arrays[CLOSES] if state.closes else plain_closes(arrays[TIME], length)
            ranges, gaps = stretches(arrays[TIME], closes, length)
            return Coverage(
                key=key,
                version=state.version,
                checksum=state.entry.checksum,
                bars=state.entry.bars,
                first=state.entry.first,
                last=state.entry.last,
                columns=tuple(name for name in state.columns if name not in FIELDS),
                ranges=ranges,
                gaps=gaps,
                gap_count=gap_rows(arrays[TIME], length).size,
                versions=tuple(sorted(folder.readable())),
                bytes=sum(piece.stat().st_size for piece in folder.pieces()),
            )

        return self._tried(key, folder, get)

    def series(self) -> list[SeriesKey]:
        """Return the keys of all series; see :meth:`BarStore.series`."""
        self._require_format()
        with suppress(FileNotFoundError), reading(self.root):
            os.scandir(self.root).close()  # a search says nothing of a folder that it may not look into
        found = self.root.glob("owner=*/venue=*/symbol=*/timeframe=*")
        keys = (SeriesKey.from_folder(PurePosixPath(*path.parts[-4:])) for path in found)
        return sorted(key for key in keys if key is not None and self._folder(key).exists())

    def holds(self, key: SeriesKey) -> bool:
        """Say whether there is such a series; see :meth:`BarStore.holds`."""
        return self._folder(key).exists()

    def state(self, key: SeriesKey) -> Manifest | None:
        """Return the newest state of a series, or None where there is no such series."""
        return self._folder(key).current()

    def has_version(self, key: SeriesKey, version: int) -> bool:
        """Say whether a state of a series can still be read."""
        folder = self._folder(key)
        return folder.state_file(version).is_file() or version in folder.readable()

    def lineage(self, key: SeriesKey) -> list[LineageEntry]:
        """Return every write to the series; see :meth:`BarStore.lineage`."""
        folder = self._folder(key)
        self._current(key, folder)
        return folder.lineage()

    def verify(self, key: SeriesKey) -> list[Fault]:
        """Read everything and return what is wrong; see :meth:`BarStore.verify`."""
        folder = self._folder(key)
        if not folder.exists():
            raise self._unknown(key)
        return faults(folder, lambda state: _assembled(folder, key, state, ALWAYS, None, checking=True))

    def prune(self, key: SeriesKey, *, apply: bool = False) -> Pruned:
        """Remove what the newest state does not need; see :meth:`BarStore.prune`."""
        folder = self._folder(key)
        self._current(key, folder)
        if not apply:
            return self._pruned(key, folder, apply=False)
        with writing(folder.path), locked(folder.path / LOCK, self.patience_s):
            return self._pruned(key, folder, apply=True)

    def remove(self, key: SeriesKey) -> None:
        """Remove a series, sound or damaged, with all its states; see :meth:`BarStore.remove`."""
        folder = self._folder(key)
        if not folder.exists():
            raise self._unknown(key)
        # Out of sight in one step: a crash in between leaves nothing that looks like a series.
        gone = folder.path.with_name(f"{folder.path.name}{REMOVED}")
        with writing(folder.path):
            with locked(folder.path / LOCK, self.patience_s):
                if gone.exists():
                    shutil.rmtree(gone)
                folder.path.rename(gone)
            shutil.rmtree(gone)

    def sweep(self, *, apply: bool = False) -> int:
        """Return the bytes of what crashes left beside the series; remove it when `apply` is True."""
        self._require_format()
        return sweep(self.root, apply=apply)

    def _pruned(self, key: SeriesKey, folder: SeriesFolder, *, apply: bool) -> Pruned:
        newest = self._current(key, folder)
        staying = folder.covering(newest, pinned(self.root, key))
        pieces = folder.unneeded(staying)
        result = Pruned(
            pieces=tuple(piece.relative_to(folder.path).as_posix() for piece in pieces),
            bytes=sum(piece.stat().st_size for piece in pieces),
            versions=tuple(sorted(v for v in folder.readable() if not any(s.covers(v) for s in staying))),
            pinned=tuple(sorted(state.version for state in staying if state is not newest)),
        )
        if apply:
            folder.catch_up(folder.states())
            folder.remove(pieces)
        return result

    def _past(
        self,
        folder: SeriesFolder,
        key: SeriesKey,
        version: int,
        span: tuple[int, int],
        columns: Sequence[str] | None,
    ) -> Bars:
        readable = folder.readable()
        past = readable.get(version)
        if past is None:
            raise DataError(
                "E_STORE_VERSION",
                f"version {version} of {key} is not in the store any more.",
                fix=f"It has {', '.join(map(str, sorted(readable)))}.",
                details={"series": str(key), "version": version},
            )
        inside = (max(span[0], past.entry.first), min(span[1], past.entry.last + 1))
        bars = _assembled(folder, key, past.state, inside, columns)
        bars.notes = dict(past.entry.series_notes)
        return bars

    def _folder(self, key: SeriesKey) -> SeriesFolder:
        self._require_format()
        return SeriesFolder(self.root / key.folder())

    def _require_format(self) -> None:
        path = self.root / _STORE_FILE
        try:
            text = path.read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError):
            return
        try:
            found: Any = json.loads(text)["format"]
        except (ValueError, KeyError, TypeError) as torn:
            raise broken(path, "it does not say which format the store has") from torn
        require_format(found, str(path))

    def _current(self, key: SeriesKey, folder: SeriesFolder) -> Manifest:
        state = folder.current()
        if state is None:
            raise self._unknown(key)
        return state

    def _unknown(self, key: SeriesKey) -> UnknownNameError:
        return UnknownNameError("E_SERIES", "series", str(key), [str(k) for k in self.series()])


def _sealed(folder: SeriesFolder, key: SeriesKey, made: Manifest) -> Manifest:
    """Read back what was written, so that nothing is committed that cannot be read."""
    whole = _assembled(folder, key, made, ALWAYS, None, checking=True)
    return changed(made, entry=changed(made.entry, checksum=whole.checksum))


def _assembled(
    folder: SeriesFolder,
    key: SeriesKey,
    state: Manifest,
    span: tuple[int, int],
    columns: Sequence[str] | None,
    *,
    checking: bool = False,
) -> Bars:
    names = _names(key, state, columns)
    parts: list[Part] = [part for part in state.parts if part.last >= span[0] and part.first < span[1]]
    found = read_parts(folder.path, state, parts, names, span)
    arrays = dict(found.arrays)
    time, closes = arrays.pop(TIME), arrays.pop(CLOSES, None)
    facts: Facts = {
        "timeframe": Timeframe.parse(key.timeframe),
        "instrument": state.traded(),
        "notes": state.entry.series_notes,
        "close_time": closes,
    }
    try:
        # What was compared with its checksum is what was checked when it was written.
        make = Bars.trusted if found.verified and not checking else Bars
        return make(time, arrays, **facts)
    except DataError as invalid:
        raise broken(folder.path, invalid.message.rstrip(".")) from invalid


def _names(key: SeriesKey, state: Manifest, columns: Sequence[str] | None) -> list[str]:
    if columns is None:
        return list(state.columns)
    for name in columns:
        if name not in state.columns:
            raise UnknownNameError("E_FIELD", "column", name, state.columns, where=str(key))
    return [name for name in state.columns if name in FIELDS or name in columns]
