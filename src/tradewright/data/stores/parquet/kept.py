"""Bars that are kept for results, each set under its checksum, so that a result can be had again.

::

    bars/
        kept/5f0c....npz     bars of a file, all of them
        kept/a91b....json    bars that a stored series has: its name, version and stretch

What a series has is not written twice; `prune` leaves the versions that are named here.
"""

import os
import string
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tradewright.core.bars import Bars
from tradewright.core.errors import DataError, InputError, TradewrightError, UnknownNameError
from tradewright.data.bar_store import Fault
from tradewright.data.lineage import now
from tradewright.data.series_key import SeriesKey
from tradewright.data.series_names import STORE, find
from tradewright.data.stores.parquet import archive, links
from tradewright.data.stores.parquet.files import PARTIAL, make_folder, writing
from tradewright.data.stores.parquet.folder import broken
from tradewright.data.stores.parquet.links import FOLDER, Link
from tradewright.data.stores.parquet.store import ParquetStore
from tradewright.data.stores.parquet.tables import has_own_closes

_HEX = frozenset(string.hexdigits)
_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Kept:
    """One set of kept bars.

    Attributes
    ----------
    checksum, symbol, timeframe, bars, first, last
        What it is; times are UTC nanoseconds.
    series
        The stored series that has the bars, with ``@`` and the version; empty for bars with a file of
        their own.
    source, at
        Where they came from, and when they were kept first (ISO 8601, UTC).
    idle_days
        Since a result last asked to keep them.
    bytes
        What the file takes.
    """

    checksum: str
    symbol: str
    timeframe: str
    bars: int
    first: int
    last: int
    series: str
    source: str
    at: str
    idle_days: float
    bytes: int


class KeptBars:
    """Bars under their checksums, in the folder ``kept`` of a store."""

    def __init__(self, store: ParquetStore) -> None:
        self.store = store
        self.folder = store.root / FOLDER

    def keep(self, bars: Bars, source: str) -> str:
        """Keep `bars` as they are, if they are not kept already; return their checksum.

        Raises
        ------
        DataError
            ``E_EMPTY`` when there are none.
        EnvironmentFaultError
            ``E_WRITE`` when they cannot be written.
        """
        if not len(bars):
            raise DataError("E_EMPTY", f"there are no bars of {bars.symbol} to keep.")
        name = bars.checksum
        if self._is_kept(name):
            return name
        link = self._link(bars, source)
        with writing(self.folder):
            self.store.found()
            make_folder(self.folder)
            if link is None:
                self._write(bars, source)
            else:
                link.write(self._link_file(name), aside=_aside())
                if not self._holds(link):  # replaced and pruned before the link stood there
                    self._write(bars, source)
        return name

    def recall(self, checksum: str) -> Bars:
        """Return the bars that were kept under `checksum`; its first digits are enough.

        Raises
        ------
        UnknownNameError
            ``E_SERIES`` when none, or more than one, are kept under it.
        DataError
            ``E_STORE_BROKEN`` when they are damaged, or the series that had them has them no more.
        """
        asked = checksum.casefold()
        names = self._names()
        found = [name for name in names if asked and name.startswith(asked)]
        if len(found) != 1:
            raise UnknownNameError("E_SERIES", "checksum of kept bars", checksum, [n[:16] for n in names])
        path = self._archive(found[0])
        if path.is_file():
            return archive.read_archive(path)
        return self._linked(Link.read(self._link_file(found[0])))

    def entries(self) -> list[Kept]:
        """Return what is kept, the bars that were used last first; what is damaged is left to `verify`."""
        found: list[Kept] = []
        for path in self._files():
            with suppress(DataError):
                found.append(_entry(path))
        return sorted(found, key=lambda kept: kept.idle_days)

    def size(self) -> tuple[int, int]:
        """Return how many sets are kept, and their bytes."""
        sizes = [path.stat().st_size for path in self._files()]
        return len(sizes), sum(sizes)

    def verify(self) -> list[Fault]:
        """Read everything and return what is wrong."""
        found: list[Fault] = []
        for path in self._files():
            try:
                self.recall(path.stem)
            except TradewrightError as damage:
                found.append(Fault(f"{FOLDER}/{path.name}", damage.message.rstrip(".")))
        return found

    def forget(self, checksums: Iterable[str]) -> None:
        """Remove kept bars: results of them can be had again only from where the bars came from."""
        with writing(self.folder):
            for name in checksums:
                self._archive(name).unlink(missing_ok=True)
                self._link_file(name).unlink(missing_ok=True)

    def detach(self, key: SeriesKey) -> list[str]:
        """Give bars that a series has for results files of their own, so that it can be removed.

        Returns
        -------
        list of str
            Checksums of those that the series, being damaged, has no more; they are forgotten.
        """
        lost: list[str] = []
        for link in [one for one in links.links(self.store.root) if one.series == str(key)]:
            try:
                bars = self._linked(link)
            except TradewrightError:
                lost.append(link.checksum)
            else:
                with writing(self.folder):
                    self._write(bars, link.source)
        self.forget(lost)
        return lost

    def _write(self, bars: Bars, source: str) -> None:
        archive.write_archive(self._archive(bars.checksum), bars, source, aside=_aside())
        self._link_file(bars.checksum).unlink(missing_ok=True)

    def _is_kept(self, name: str) -> bool:
        """Say whether bars are kept and still there, and note that they were asked for."""
        path = self._archive(name)
        if not path.is_file():
            path = self._link_file(name)
            if not path.is_file() or not self._holds(Link.read(path)):
                return False
        with suppress(
            OSError
        ):  # a home that is read-only has the bars, and no need to know when they were used
            os.utime(path)
        return True

    def _link(self, bars: Bars, source: str) -> Link | None:
        """Return a link to the stored series that has these very bars, notes and closes, if there is one."""
        for key in self._candidates(bars, source):
            state = self.store.state(key)
            if state is None:
                continue
            link = Link(
                checksum=bars.checksum,
                series=str(key),
                version=state.version,
                bars=len(bars),
                first=int(bars.time[0]),
                last=int(bars.time[-1]),
                source=source,
                at=now(),
            )
            plain = not state.closes and not has_own_closes(bars)
            if (
                plain
                and state.entry.series_notes == bars.notes
                and self._has(link, state.entry.checksum, source)
            ):
                return link
        return None

    def _candidates(self, bars: Bars, source: str) -> list[SeriesKey]:
        keys: list[SeriesKey] = []
        with suppress(InputError):  # a symbol that cannot name a series, or a source that names none now
            keys.append(SeriesKey.of(bars))
        with suppress(InputError):
            keys += [find(source, self.store.series())] if source.startswith(STORE) else []
        return list(dict.fromkeys(keys))

    def _has(self, link: Link, whole: str, source: str) -> bool:
        """Say whether the series has the bars: all of it by its checksum, a stretch by reading it."""
        if whole == link.checksum:
            return True
        try:
            return source.startswith(STORE) and self._read(link).checksum == link.checksum
        except TradewrightError:
            return False  # what cannot be read now cannot be had again from there

    def _holds(self, link: Link) -> bool:
        try:
            return self.store.has_version(link.key, link.version)
        except TradewrightError:
            return False

    def _read(self, link: Link) -> Bars:
        return self.store.read(link.key, start=link.first, end=link.last + 1, version=link.version)

    def _linked(self, link: Link) -> Bars:
        bars = self._read(link)
        if bars.checksum != link.checksum:
            raise broken(
                self._link_file(link.checksum), f"version {link.version} of {link.series} has other bars"
            )
        return bars

    def _names(self) -> list[str]:
        return sorted({path.stem for path in self._files()})

    def _files(self) -> list[Path]:
        kinds = {archive.SUFFIX, links.SUFFIX}
        inside = self.folder.iterdir() if self.folder.is_dir() else ()
        return sorted(path for path in inside if path.suffix in kinds and _HEX.issuperset(path.stem))

    def _archive(self, name: str) -> Path:
        return self.folder / f"{name}{archive.SUFFIX}"

    def _link_file(self, name: str) -> Path:
        return self.folder / f"{name}{links.SUFFIX}"


def _aside() -> str:
    """Name what is being written: writers of the same bars do not wait for each other, and the last stays."""
    return f".{os.getpid()}-{threading.get_ident()}{PARTIAL}"


def _entry(path: Path) -> Kept:
    facts = path.stat()
    idle_days = max(0.0, time.time() - facts.st_mtime) / _DAY_S
    if path.suffix == links.SUFFIX:
        link = Link.read(path)
        names = (link.key.symbol, link.key.timeframe, f"{link.series}@{link.version}")
        return _told(link, names, idle_days, facts.st_size)
    about = archive.read_about(path)
    return _told(about, (about.instrument["symbol"], about.timeframe, ""), idle_days, facts.st_size)


def _told(said: Link | archive.About, names: tuple[str, str, str], idle_days: float, size: int) -> Kept:
    symbol, timeframe, series = names
    return Kept(
        checksum=said.checksum,
        symbol=symbol,
        timeframe=timeframe,
        bars=said.bars,
        first=said.first,
        last=said.last,
        series=series,
        source=said.source,
        at=said.at,
        idle_days=idle_days,
        bytes=size,
    )
