"""The port behind which bars are kept: what every store can do, in the same words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from tradewright.core.bars import Bars
from tradewright.data.lineage import LineageEntry
from tradewright.data.series_key import SeriesKey


@dataclass(frozen=True, slots=True)
class Written:
    """What a write did.

    Attributes
    ----------
    version, checksum
        The series as it is now; `checksum` is that of the bars that a full read returns.
    added, changed
        Bars that were new, and bars whose values were replaced. Both 0 when all were there already.
    """

    version: int
    checksum: str
    added: int
    changed: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Bars without a break, or, as a gap, the bars that are not there; times are UTC nanoseconds.

    Attributes
    ----------
    first, last
        When the first and the last bar of the stretch open, or would.
    bars
        How many.
    """

    first: int
    last: int
    bars: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a store holds of a series.

    Attributes
    ----------
    version, checksum, bars, first, last
        The series as it is now.
    columns
        Names beside open, high, low, close and volume.
    ranges, gaps
        Where bars follow each other, and where none are though the bar length asks for some. Nights and
        weekends of a market that shuts are gaps too: a store knows no trading hours.
    gap_count
        How many gaps are none of those: where bars are missing at times at which every week has some.
    versions
        Numbers of the states that can still be read.
    bytes
        What the series takes, older states included.
    """

    key: SeriesKey
    version: int
    checksum: str
    bars: int
    first: int
    last: int
    columns: tuple[str, ...]
    ranges: tuple[Stretch, ...]
    gaps: tuple[Stretch, ...]
    gap_count: int
    versions: tuple[int, ...]
    bytes: int


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that `verify` found wrong: where, and what."""

    place: str
    problem: str


@dataclass(frozen=True, slots=True)
class Pruned:
    """What `prune` removed, or would.

    Attributes
    ----------
    pieces, bytes
        Files by name, and what they take.
    versions
        The states that go with them.
    pinned
        Older states that stay, because bars that are kept for results are theirs.
    """

    pieces: tuple[str, ...]
    bytes: int
    versions: tuple[int, ...]
    pinned: tuple[int, ...] = ()


class BarStore(Protocol):
    """A place where series are kept.

    A write is whole or not at all, whatever happens in its middle, and one writer at a time. Reading never
    waits for writing. Each write that changes something makes a new version.
    """

    def write(self, key: SeriesKey, bars: Bars, *, source: str, replace: bool = False) -> Written:
        """Put `bars` into the series, merged by time; what is there already is not written again.

        Parameters
        ----------
        source
            Where the bars come from, for lineage.
        replace
            Let given bars win over stored ones that disagree; the state before stays readable.

        Raises
        ------
        DataError
            ``E_OVERLAP`` when a given bar disagrees with a stored one, or opens inside one.
        InputError
            ``E_SERIES`` when symbol or timeframe of the bars are not those of the key.
        EnvironmentFaultError
            ``E_WRITE`` when it cannot be written, ``E_STORE_BUSY`` when another writer does not finish.
        """
        ...

    def read(
        self,
        key: SeriesKey,
        *,
        start: int | None = None,
        end: int | None = None,
        columns: Sequence[str] | None = None,
        version: int | None = None,
    ) -> Bars:
        """Return the bars that open in ``[start, end)``, UTC nanoseconds.

        Parameters
        ----------
        columns
            Which columns beside open, high, low, close and volume; None for all.
        version
            A state of the past, by number.

        Raises
        ------
        UnknownNameError
            ``E_SERIES`` when there is no such series, ``E_FIELD`` no such column.
        DataError
            ``E_STORE_BROKEN`` when it is damaged, ``E_STORE_FORMAT`` when a newer version wrote it,
            ``E_STORE_VERSION`` when that state is not there any more.
        """
        ...

    def coverage(self, key: SeriesKey) -> Coverage:
        """Return what is held of a series."""
        ...

    def series(self) -> list[SeriesKey]:
        """Return the keys of all series, in order."""
        ...

    def holds(self, key: SeriesKey) -> bool:
        """Say whether there is such a series, sound or damaged."""
        ...

    def lineage(self, key: SeriesKey) -> list[LineageEntry]:
        """Return every write to the series, the first one first."""
        ...

    def verify(self, key: SeriesKey) -> list[Fault]:
        """Read everything and return what is wrong: checksums, order, duplicates, missing pieces."""
        ...

    def prune(self, key: SeriesKey, *, apply: bool = False) -> Pruned:
        """Say what only older states and interrupted writes still take; remove it when `apply` is True.

        A state that bars kept for a result belong to stays.
        """
        ...

    def remove(self, key: SeriesKey) -> None:
        """Remove a series, sound or damaged, with all its states and its lineage.

        Raises
        ------
        UnknownNameError
            ``E_SERIES`` when there is no such series.
        EnvironmentFaultError
            ``E_WRITE`` when it cannot be removed, ``E_STORE_BUSY`` when a writer does not finish.
        """
        ...
