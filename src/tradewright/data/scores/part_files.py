"""A part as a file: Parquet whose name carries its checksum, so that what is torn or altered shows."""

import hashlib
import io
import re
from pathlib import Path
from typing import Any, NamedTuple

from tradewright.core.errors import EnvironmentFaultError
from tradewright.core.optional import optional
from tradewright.data.scores.part import Part, frame_of, part_of
from tradewright.data.stores.parquet.files import put

_NAME = re.compile(r"piece-(\d{8,})-([0-9a-f]{32})\.parquet")
# Scores hardly compress; a higher level only takes time.
_LEVEL = 1


class PartFile(NamedTuple):
    """A part on disk that was whole when it was looked at."""

    path: Path
    piece: int
    rows: int
    fallbacks: int


def piece_of(name: str) -> int | None:
    """Return the number of the piece whose part has that file name; None for any other file."""
    found = _NAME.fullmatch(name)
    return None if found is None else int(found[1])


def write_part(folder: Path, piece: int, part: Part, sweep: str) -> PartFile:
    """Write a part: when this returns it survives a power cut, before that it is not there.

    Parameters
    ----------
    sweep
        What tells the sweep, and how it was cut into pieces, from all others.
    """
    facts = {
        "tradewright.sweep": sweep,
        "tradewright.piece": str(piece),
        "tradewright.rows": str(part.numbers.size),
        "tradewright.fallbacks": str(part.fallbacks),
    }
    content = io.BytesIO()
    frame_of(part).write_parquet(content, compression="zstd", compression_level=_LEVEL, metadata=facts)
    raw = content.getvalue()
    path = folder / f"piece-{piece:08d}-{_checksum(raw)}.parquet"
    put(path, raw)
    return PartFile(path, piece, part.numbers.size, part.fallbacks)


def look_at(path: Path, sweep: str) -> PartFile | None:
    """Return what a file holds; None when it is not whole, or of another sweep or piece than it says.

    Raises
    ------
    EnvironmentFaultError
        ``E_READ`` when it cannot be read.
    """
    polars: Any = optional("polars")
    raw = _whole(path)
    if raw is None:
        return None
    facts: dict[str, str] = polars.read_parquet_metadata(io.BytesIO(raw))
    piece = piece_of(path.name)
    if facts.get("tradewright.sweep") != sweep or facts.get("tradewright.piece") != str(piece):
        return None
    rows, fallbacks = (int(facts[f"tradewright.{name}"]) for name in ("rows", "fallbacks"))
    return PartFile(path, int(facts["tradewright.piece"]), rows, fallbacks)


def read_part(file: PartFile) -> Part | None:
    """Return the part in a file; None when it is not whole any more.

    Raises
    ------
    EnvironmentFaultError
        ``E_READ`` when it cannot be read.
    """
    polars: Any = optional("polars")
    raw = _whole(file.path)
    return None if raw is None else part_of(polars.read_parquet(io.BytesIO(raw)), file.fallbacks)


def _whole(path: Path) -> bytes | None:
    """Return the content of a file if it has the checksum of its name.

    Nothing decodes a file before: what is altered may be anything.
    """
    found = _NAME.fullmatch(path.name)
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as refused:
        raise EnvironmentFaultError(
            "E_READ",
            f"cannot read '{path}': {refused.strerror or refused}.",
            fix="Check that you may read it and that the disk works.",
            details={"path": str(path)},
        ) from refused
    return raw if found is not None and _checksum(raw) == found[2] else None


def _checksum(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()[:32]
