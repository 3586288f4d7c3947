"""Reading a run's folder: what it says only as long as it is what was written."""

import json
import re
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from tradewright.core.canonical import digest
from tradewright.core.errors import DataError, InputError, nearest
from tradewright.library.runs.directory import (
    MANIFEST_FILE,
    ORIGIN_FILE,
    RUN_FILE,
    content_hash,
    files_of,
)
from tradewright.library.runs.layouts import LAYOUTS, NEWEST, Layout, TornError
from tradewright.library.runs.shape import COLUMNS, MANIFEST, RUN, misfit, origin_misfit

_AGAIN = "Run the backtest again."
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


def is_run(folder: Path) -> bool:
    """Say whether a run stands in `folder`; a name that no folder can have is none."""
    try:
        return (folder / RUN_FILE).is_file()
    except OSError:
        return False


class RunFolder:
    """A run's files; tables are read when they are asked for.

    Raises
    ------
    InputError
        ``E_RUN`` when there is no run at `path`.
    DataError
        ``E_RUN_BROKEN`` when a file is missing or cannot be read, ``E_RUN_FORMAT`` when another version
        wrote it, ``E_RUN_CHANGED`` when it is not what was written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.parent if path.name == RUN_FILE else path
        if not is_run(self.path):
            raise _no_run(self.path)
        place = self.path / RUN_FILE
        parts = _parsed(place, self._content(RUN_FILE))
        self._layout = _layout_of(place, parts.pop("format", None))
        checksum = parts.pop("checksum", None)
        if checksum != digest(parts):
            raise _changed(place)
        _require(place, misfit(parts, RUN))
        self._files: dict[str, str] = parts.pop("files")
        self.document: dict[str, Any] = parts
        self.manifest: dict[str, Any] = self._json(MANIFEST_FILE)
        _require(self.path / MANIFEST_FILE, misfit(self.manifest, MANIFEST))
        self._require_its_own()

    @cached_property
    def origin(self) -> dict[str, Any]:
        """What was asked for; empty where that is not known."""
        origin = self._json(ORIGIN_FILE)
        _require(self.path / ORIGIN_FILE, origin_misfit(origin))
        return origin

    def verify(self) -> None:
        """Read every file.

        Raises
        ------
        DataError
            ``E_RUN_BROKEN`` or ``E_RUN_CHANGED`` for the first that is not what was written.
        """
        for name in sorted(files_of(self._layout) - {RUN_FILE}):
            self._verified(name)

    def _require_its_own(self) -> None:
        """Refuse the result of one run under the name of another."""
        fingerprint = self.document["run"]["fingerprint"]
        if digest(self.manifest) != fingerprint:
            raise _changed(self.path / MANIFEST_FILE)
        if _FINGERPRINT.fullmatch(self.path.name) and self.path.name != fingerprint:
            text = f"'{self.path}' holds the run {fingerprint[:12]}, not the one that it is named after."
            raise DataError("E_RUN_CHANGED", text, fix=_AGAIN, details={"path": str(self.path)})

    def table(self, name: str) -> dict[str, Any]:
        """Return ``trades``, ``equity`` or ``fills`` as named arrays; times are int64 UTC nanoseconds."""
        path = self.path / self._layout.file(name)
        content = self._verified(path.name)
        try:
            columns = self._layout.unpack(content)
        except TornError as torn:
            raise _broken(path, "cannot be read") from torn
        _require(path, next((column for column in COLUMNS[name] if column not in columns), ""))
        return columns

    def _json(self, name: str) -> dict[str, Any]:
        return _parsed(self.path / name, self._verified(name))

    def _verified(self, name: str) -> bytes:
        content = self._content(name)
        if self._files.get(name) != content_hash(content):
            raise _changed(self.path / name)
        return content

    def _content(self, name: str) -> bytes:
        try:
            return (self.path / name).read_bytes()
        except FileNotFoundError as gone:
            raise _broken(self.path / name, "is missing") from gone
        except OSError as refused:
            raise _broken(self.path / name, f"cannot be read: {refused.strerror}") from refused


def _parsed(path: Path, content: bytes) -> dict[str, Any]:
    try:
        parts: Any = json.loads(content)
    except (ValueError, RecursionError) as torn:
        raise _broken(path, "is not what a run of Tradewright writes") from torn
    if not isinstance(parts, dict):
        raise _broken(path, "is not what a run of Tradewright writes")
    return cast("dict[str, Any]", parts)


def _layout_of(path: Path, written_as: object) -> Layout:
    if not isinstance(written_as, int) or isinstance(written_as, bool):
        raise _broken(path, "is not a run of Tradewright")
    if written_as not in LAYOUTS:
        raise DataError(
            "E_RUN_FORMAT",
            f"'{path}' has format {written_as}; this version reads formats {min(LAYOUTS)} to {NEWEST}.",
            fix="Open it with the version that wrote it, or run the backtest again.",
            details={"path": str(path), "format": written_as},
        )
    return LAYOUTS[written_as]


def _require(path: Path, lacking: str) -> None:
    if lacking:
        raise _broken(path, f"does not say what a run says: {lacking}")


def _broken(path: Path, how: str) -> DataError:
    return DataError("E_RUN_BROKEN", f"'{path}' {how}.", fix=_AGAIN, details={"path": str(path)})


def _changed(path: Path) -> DataError:
    text = f"'{path}' was changed after it was written; its numbers are not to be trusted."
    return DataError("E_RUN_CHANGED", text, fix=_AGAIN, details={"path": str(path)})


def _no_run(folder: Path) -> InputError:
    siblings = [path.parent.name for path in folder.parent.glob(f"*/{RUN_FILE}")]
    near = nearest(folder.name, siblings) or sorted(siblings)[:8]
    fix = (
        f"Runs beside it: {', '.join(near)}."
        if near
        else "Write one with: tradewright backtest ... --out DIR"
    )
    return InputError(
        "E_RUN", f"no run at '{folder}'.", fix=fix, details={"path": str(folder), "nearest": near}
    )
