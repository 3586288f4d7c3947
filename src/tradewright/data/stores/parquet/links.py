"""Notes that a result needs bars of a stored series: which series, which version, which stretch."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from tradewright.data.series_key import SeriesKey
from tradewright.data.stores.parquet.files import put, reading
from tradewright.data.stores.parquet.folder import broken
from tradewright.data.stores.parquet.manifest import FORMAT, require_format

FOLDER = "kept"
SUFFIX = ".json"


@dataclass(frozen=True, slots=True)
class Link:
    """Bars that a stored series has.

    Attributes
    ----------
    checksum, bars, first, last
        Of the bars; times are UTC nanoseconds.
    series, version
        The series, as :meth:`SeriesKey.parse` reads it, and the state that has them.
    source, at
        Where they came from, and when this was written (ISO 8601, UTC).
    """

    checksum: str
    series: str
    version: int
    bars: int
    first: int
    last: int
    source: str
    at: str

    @property
    def key(self) -> SeriesKey:
        """The series."""
        return SeriesKey.parse(self.series)

    def write(self, path: Path, *, aside: str) -> None:
        """Write the link into a file of its own."""
        text = json.dumps({"format": FORMAT} | asdict(self), ensure_ascii=False)
        put(path, text.encode("utf-8", "backslashreplace") + b"\n", aside=aside)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read what :meth:`write` wrote.

        Raises
        ------
        DataError
            ``E_STORE_BROKEN`` when it is not whole, ``E_STORE_FORMAT`` when a newer version wrote it.
        """
        try:
            with reading(path):
                said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            require_format(said["format"], str(path))
            return cls(**{name: said[name] for name in cls.__slots__})
        except (ValueError, KeyError, TypeError) as torn:
            raise broken(path, "it is not what was kept") from torn


def links(root: Path) -> Iterator[Link]:
    """Yield every link under the root of a store."""
    for path in sorted((root / FOLDER).glob(f"*{SUFFIX}")):
        yield Link.read(path)


def pinned(root: Path, key: SeriesKey) -> set[int]:
    """Return the versions of a series that results need."""
    return {link.version for link in links(root) if link.series == str(key)}
