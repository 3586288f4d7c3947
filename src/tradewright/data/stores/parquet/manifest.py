"""One state of a series: which files it is made of. The file that holds this is the commit point."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from tradewright.core.calendar import Calendar
from tradewright.core.canonical import digest
from tradewright.core.errors import DataError
from tradewright.core.instrument import Instrument
from tradewright.data.lineage import LineageEntry

FORMAT = 1


class TornManifestError(ValueError):
    """A state that was not written to its end, or was damaged since; never leaves the store."""


@dataclass(frozen=True, slots=True)
class Part:
    """One Parquet file: the bars of one year.

    Attributes
    ----------
    file
        Its name, from the series' folder.
    bars, first, last
        How many, and when the first and the last open, UTC nanoseconds.
    bytes, sha256
        Size and checksum of the file.
    step, runs
        Where bars follow each other at the bar length, `step` nanoseconds: when the first opens, and how
        many. Empty where these are so many that the file is read as fast.
    """

    file: str
    bars: int
    first: int
    last: int
    bytes: int
    sha256: str
    step: int = 0
    runs: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """A state of a series.

    Attributes
    ----------
    extends
        The oldest version that is the beginning of this one: since then bars were only added at the end.
    columns
        Every column of the bars, in order.
    closes
        True when the files hold closes that a calendar gave.
    entry
        The write that made this state; it carries number, checksum, bars, first and last.
    """

    extends: int
    columns: tuple[str, ...]
    closes: bool
    instrument: dict[str, Any]
    parts: tuple[Part, ...]
    entry: LineageEntry

    @property
    def version(self) -> int:
        """Number of this state."""
        return self.entry.version

    def covers(self, version: int) -> bool:
        """Say whether a version is this state or its beginning."""
        return self.extends <= version <= self.version

    def traded(self) -> Instrument:
        """Return the instrument of the bars."""
        return instrument_from(self.instrument)

    def to_text(self) -> str:
        """Return the state as JSON, sealed so that damage shows."""
        body = asdict(self)
        return json.dumps({"format": FORMAT, "seal": digest(body), "state": body}, indent=1) + "\n"

    @classmethod
    def from_text(cls, text: str, where: str) -> Self:
        """Read what :meth:`to_text` wrote.

        Raises
        ------
        TornManifestError
            When it is not whole.
        DataError
            ``E_STORE_FORMAT`` when a newer version wrote it.
        """
        try:
            sealed = json.loads(text)
            require_format(sealed["format"], where)
            body: dict[str, Any] = sealed["state"]
            if digest(body) != sealed["seal"]:
                raise TornManifestError(where)
            parts = tuple(_part(part) for part in body["parts"])
            entry = LineageEntry.from_dict(body["entry"])
            read: dict[str, Any] = {"columns": tuple(body["columns"]), "parts": parts, "entry": entry}
            return cls(**(body | read))
        except (ValueError, KeyError, TypeError) as torn:
            raise TornManifestError(where) from torn


def _part(said: dict[str, Any]) -> Part:
    runs = tuple((int(first), int(count)) for first, count in said.get("runs", ()))
    facts: dict[str, Any] = said | {"runs": runs}
    return Part(**facts)


def plain_instrument(traded: Instrument) -> dict[str, Any]:
    """Return an instrument as plain data, its fees included."""
    return traded.to_dict() | {"maker_fee": traded.maker_fee, "taker_fee": traded.taker_fee}


def instrument_from(values: Mapping[str, Any]) -> Instrument:
    """Return the instrument that :func:`plain_instrument` described.

    USD stands for what nobody said, too, so it is taken from the symbol once more.
    """
    own: dict[str, Any] = {"calendar": Calendar(values["calendar"])}
    if values["currency"] == "USD":
        own["currency"] = ""
    return Instrument(**(dict(values) | own))


def require_format(found: object, where: str) -> None:
    """Refuse a format that this version does not know.

    Raises
    ------
    DataError
        ``E_STORE_FORMAT``.
    """
    if found != FORMAT:
        raise DataError(
            "E_STORE_FORMAT",
            f"'{where}' has format {found}; this version reads {FORMAT}.",
            fix="Use the version of Tradewright that wrote it, or a newer one.",
            details={"path": where, "format": found},
        )
