"""Where bars came from: one line of JSON for each write, kept for good."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class LineageEntry:
    """One write to a series.

    Attributes
    ----------
    version
        Number of the series' state that this write made, from 1.
    source
        Where the bars came from, in the writer's words: a file name, a feed.
    at
        When, ISO 8601, UTC.
    rows, added, changed
        Bars given, bars that were new, bars whose values were replaced.
    given
        Checksum of the bars that were given.
    checksum, bars, first, last
        The series after the write: its checksum, how many bars, when the first and the last open
        (UTC nanoseconds).
    notes, series_notes
        What reading the given bars noted or repaired, code -> count; and the same of the whole series.
    package
        Version of Tradewright that wrote.
    """

    version: int
    source: str
    at: str
    rows: int
    added: int
    changed: int
    given: str
    checksum: str
    bars: int
    first: int
    last: int
    notes: dict[str, int]
    series_notes: dict[str, int]
    package: str

    def to_dict(self) -> dict[str, Any]:
        """Return the entry as plain data."""
        return asdict(self)

    def to_line(self) -> str:
        """Return the entry as one line of JSON, with its line end."""
        return json.dumps(self.to_dict(), ensure_ascii=False, separators=(",", ":")) + "\n"

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Return the entry that :meth:`to_dict` described; fields of later versions are passed over.

        Raises
        ------
        KeyError
            When a field is missing.
        """
        return cls(**{name: values[name] for name in cls.__slots__})


def read_lines(text: str) -> list[LineageEntry]:
    """Return the entries in a journal; a line that a crash cut short is passed over."""
    entries: list[LineageEntry] = []
    for line in text.split("\n"):
        try:
            entries.append(LineageEntry.from_dict(json.loads(line)))
        except (ValueError, KeyError, TypeError):
            # Half a line: its write is told by the state that it made.
            continue
    return entries


def now() -> str:
    """Return the time of a write, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def package() -> str:
    """Return the version of Tradewright that writes."""
    return version("tradewright")
