"""Price files into the store: each whole or not at all, and each with a word about what was understood."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Unpack

from tradewright.core.bars import Bars
from tradewright.core.errors import DataError, InputError, TradewrightError
from tradewright.core.hooks import progress
from tradewright.core.instrument import Instrument
from tradewright.core.timeframe import Timeframe
from tradewright.core.zones import zone_info
from tradewright.data.bar_store import Written
from tradewright.data.importers.options import ImportOptions, Reading
from tradewright.data.importers.preview import ImportPreview, examined
from tradewright.data.load import combined, read_file
from tradewright.data.merging import merge
from tradewright.data.series_key import SHARED, SeriesKey
from tradewright.data.series_names import STORE, short_names
from tradewright.library.given.price_files import price_files
from tradewright.library.stored import store
from tradewright.research.cautions import notes_in_words
from tradewright.research.manifest import iso

Outcome = Literal["stored", "unchanged", "previewed", "failed"]
_YEAR = r"(?:19|20)\d\d"
_DAY = _YEAR + r"(?:[_-]?)(?:0[1-9]|1[0-2])(?:[_-]?)(?:0[1-9]|[12]\d|3[01])"
# AAPL_2020.csv, AAPL_2020_2024.csv, AAPL-2024-01-02.csv: which part of the series it is, not what is traded.
# A month is left where it is: ES_2024-03 is a contract.
_DATED = re.compile(rf"(?P<symbol>.*?[^\W\d_].*?)(?:[ _-](?:{_DAY}|{_YEAR})){{1,2}}")


class ImportArguments(Reading, total=False):
    """What a caller may say about the files; what is left out, the files say.

    Attributes
    ----------
    symbol
        What the prices are of; picks one out of a file with several.
    timeframe
        Bar length; finer rows that add up to it are combined.
    timezone
        IANA name of the zone of times that name none.
    venue, owner
        Under which the series stands; ``local`` and shared by default.
    source
        What lineage says the bars came from, instead of the file's path.
    replace
        Let the files win over stored bars that disagree; the state before stays readable.
    dry_run
        Read and compare everything, write nothing.
    strict, date_order, decimal, label
        How to read a file that can be read in more than one way; see
        :class:`tradewright.data.importers.options.ImportOptions`.
    """

    symbol: str | None
    timeframe: Timeframe | str | None
    timezone: str | None
    venue: str
    owner: str
    source: str | None
    replace: bool
    dry_run: bool


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """What became of one file.

    Attributes
    ----------
    path
        The file.
    outcome
        ``stored``; ``unchanged`` when all its bars were there; ``previewed`` in a dry run; ``failed``.
    key
        The series that its bars belong to; None when it could not be read that far.
    bars, first, last
        How many bars it holds, and when the first and the last open, UTC nanoseconds.
    added, changed
        Bars that were new, or would be, and bars whose stored values were replaced.
    notes
        What reading it noted or repaired, code -> count.
    preview
        How the file was understood: layout, columns, zone ...; None when it could not be opened.
    error
        Why it failed.
    """

    path: str
    outcome: Outcome
    key: SeriesKey | None = None
    bars: int = 0
    first: int = 0
    last: int = 0
    added: int = 0
    changed: int = 0
    notes: dict[str, int] = field(default_factory=dict[str, int])
    preview: ImportPreview | None = None
    error: TradewrightError | None = None

    @property
    def name(self) -> str:
        """What :func:`tradewright.load` and ``--data`` call the series now: ``store:AAPL:1d``."""
        return f"{STORE}{short_names(store().series()).get(self.key, self.key)}" if self.key else ""

    def to_dict(self) -> dict[str, Any]:
        """Return the outcome as plain data, times as ISO 8601."""
        told: dict[str, Any] = {"path": self.path, "outcome": self.outcome}
        told["series"] = None if self.key is None else str(self.key)
        told["understood"] = None if self.preview is None else self.preview.to_dict()
        if self.error is not None:
            return told | self.error.to_dict()
        told |= {name: getattr(self, name) for name in ("bars", "added", "changed")}
        told |= {"first": iso(self.first), "last": iso(self.last)}
        return told | {"warnings": [caution.to_dict() for caution in notes_in_words(self.notes)]}


def import_files(
    paths: str | Path | Iterable[str | Path],
    *,
    told: Callable[[ImportedFile], object] | None = None,
    **options: Unpack[ImportArguments],
) -> list[ImportedFile]:
    """Read price files into the store.

    Each file is taken whole or not at all; of several those that are right are kept. Files of one symbol and
    bar length become one series, whatever their order.

    Parameters
    ----------
    paths
        Files, folders (their price files, also those in folders inside), or patterns such as ``*.csv``.
    told
        Called with what became of each file, as soon as it is done.
    **options
        ``symbol timeframe timezone venue owner source replace dry_run``; see :class:`ImportArguments`.

    Returns
    -------
    list of ImportedFile
        One for each file, in order.

    Raises
    ------
    InputError
        When an option is wrong for any file.
    DataError
        ``E_FILE`` when a folder or pattern holds no price file.
    EnvironmentFaultError
        ``E_WRITE`` when the store cannot be written; files before that are kept.
    """
    _check(options)
    files = price_files([paths] if isinstance(paths, str | Path) else paths)
    done: list[ImportedFile] = []
    for path in files:
        progress(len(done), len(files), path.name)
        done.append(_one(path, options))
        if told is not None:
            told(done[-1])
    progress(len(files), len(files), "")
    return done


def _check(options: ImportArguments) -> None:
    """Refuse options that are wrong for every file before any is read."""
    reading = _reading(options)
    if reading.timezone is not None:
        zone_info(reading.timezone)
    symbol, owner = reading.symbol, options.get("owner", SHARED)
    SeriesKey("X" if symbol is None else symbol, "1d", _venue(options), owner)


def _one(path: Path, options: ImportArguments) -> ImportedFile:
    key, seen = None, None
    try:
        seen, made = examined(path.name, read_file(path), _reading(options))
        if isinstance(made, TradewrightError):
            raise made
        bars = _traded(combined(made, _reading(options).timeframe), path, options)
        key = SeriesKey.of(bars, owner=options.get("owner", SHARED))
        written = _write(key, bars, path, options)
    except (DataError, InputError) as error:
        return ImportedFile(str(path), "failed", key, preview=seen, error=error)
    outcome: Outcome = "stored" if written.added or written.changed else "unchanged"
    return ImportedFile(
        path=str(path),
        outcome="previewed" if options.get("dry_run") else outcome,
        key=key,
        bars=len(bars),
        first=int(bars.time[0]),
        last=int(bars.time[-1]),
        added=written.added,
        changed=written.changed,
        notes=dict(bars.notes),
        preview=seen,
    )


def _reading(options: ImportArguments) -> ImportOptions:
    length = options.get("timeframe")
    return ImportOptions(
        symbol=options.get("symbol"),
        timeframe=None if length is None else Timeframe.parse(length),
        timezone=options.get("timezone"),
        strict=options.get("strict", False),
        date_order=options.get("date_order"),
        decimal=options.get("decimal"),
        label=options.get("label"),
    )


def _venue(options: ImportArguments) -> str:
    return options.get("venue", Instrument("X").venue)


def _traded(read: Bars, path: Path, options: ImportArguments) -> Bars:
    """Return the bars under the venue that was given, and the symbol without a year behind it."""
    traded = replace(read.instrument, venue=_venue(options))
    dated = _DATED.fullmatch(traded.symbol)
    if options.get("symbol") is None and dated and path.name.startswith(traded.symbol):
        traded = replace(traded, symbol=dated["symbol"])
    bars = read.slice(0, len(read))
    bars.instrument = traded
    return bars


def _write(key: SeriesKey, bars: Bars, path: Path, options: ImportArguments) -> Written:
    wins = options.get("replace", False)
    if options.get("dry_run"):
        return _planned(key, bars, replaced=wins)
    source = options.get("source") or str(path.absolute())
    return store().write(key, bars, source=source, replace=wins)


def _planned(key: SeriesKey, bars: Bars, *, replaced: bool) -> Written:
    """Say what a write would do."""
    kept = store()
    if not kept.holds(key):
        return Written(0, bars.checksum, len(bars), 0)
    around = (int(bars.time[0]) - bars.timeframe.ns, int(bars.time[-1]) + bars.timeframe.ns + 1)
    merged = merge(kept.read(key, start=around[0], end=around[1]), bars, replace=replaced)
    return Written(0, "", merged.added, merged.changed)
