"""A run on disk: written whole or not at all."""

import errno
import hashlib
import json
import os
import shutil
import stat
import tempfile
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from tradewright.core.canonical import digest
from tradewright.core.errors import EnvironmentFaultError, InputError
from tradewright.library.runs.exchange import exchange
from tradewright.library.runs.layouts import LAYOUTS, PARQUET, TABLES, Layout

RUN_FILE, MANIFEST_FILE, ORIGIN_FILE = "run.json", "manifest.json", "origin.json"
# Beside its tables.
PAPERS = frozenset({RUN_FILE, MANIFEST_FILE, ORIGIN_FILE})
_OURS = PAPERS.union(*(layout.files for layout in LAYOUTS.values()))

_ATTEMPTS = 20
_PREFIX = 32
_TAKEN = {errno.ENOTEMPTY, errno.EEXIST, errno.EACCES}


class RunTables(Protocol):
    """The tables of a run: polars frames to be written as Parquet, named arrays to be written as arrays."""

    @property
    def trades(self) -> Any:
        """Closed trades."""
        ...

    @property
    def equity(self) -> Any:
        """Equity and drawdown by bar."""
        ...

    @property
    def fills(self) -> Any:
        """Every fill."""
        ...


@dataclass(frozen=True, slots=True)
class RunRecord:
    """Everything that goes into a run's folder: what ``--json`` prints but for the trades, and the rest.

    Attributes
    ----------
    layout
        How `tables` are written; they are what it packs.
    """

    summary: dict[str, Any]
    manifest: dict[str, Any]
    origin: dict[str, Any]
    tables: RunTables
    layout: Layout = PARQUET


def files_of(layout: Layout) -> frozenset[str]:
    """Return the names of all files of a run whose tables are written so."""
    return PAPERS | layout.files


def write_run(folder: Path, record: RunRecord, *, overwrite: bool, durable: bool = True) -> Path:
    """Write a run into `folder`.

    Parameters
    ----------
    durable
        Wait until the disk has it, so that a run that is visible is also whole after a power cut. Without,
        a power cut soon after may leave a damaged run, which its checksums show.

    Raises
    ------
    InputError
        ``E_RUN_EXISTS`` when the folder holds something that is not to be replaced.
    EnvironmentFaultError
        ``E_WRITE`` when it cannot be written.
    """
    require_free(folder, overwrite=overwrite)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        prefix = f".{folder.name[:_PREFIX]}-"
        with tempfile.TemporaryDirectory(
            prefix=prefix, dir=folder.parent, ignore_cleanup_errors=True
        ) as draft:
            _write_files(Path(draft) / "new", record, durable=durable)
            _put_in_place(Path(draft) / "new", folder, overwrite=overwrite)
    except OSError as refused:
        raise EnvironmentFaultError(
            "E_WRITE",
            f"cannot write the run to '{folder}': {refused.strerror}.",
            fix="Choose a folder you may write to with --out, or free some space.",
            details={"path": str(folder)},
        ) from refused
    return folder


def _put_in_place(new: Path, folder: Path, *, overwrite: bool) -> None:
    """Move `new` to `folder`; what stands there and may be replaced goes where `new` was."""
    for attempt in range(_ATTEMPTS):
        try:
            new.rename(folder)
        except OSError as taken:
            if taken.errno not in _TAKEN or attempt + 1 == _ATTEMPTS:
                raise
        else:
            return
        # Something stands there: by now, perhaps, what another writer put there in between.
        require_free(folder, overwrite=overwrite)
        with suppress(FileNotFoundError):
            if overwrite and (exchange(new, folder) or _replace(new, folder)):
                return


def _replace(new: Path, folder: Path) -> bool:
    """Put `new` in the place of `folder` in two steps; False when another writer was quicker.

    Whatever happens in between, the old run is beside its place, and not where drafts are removed.
    """
    old = folder.with_name(f".{folder.name[:_PREFIX]}-{uuid.uuid4().hex}.old")
    try:
        folder.rename(old)
        new.rename(folder)
    except BaseException as failed:
        _put_back(old, folder)
        if isinstance(failed, OSError) and failed.errno in _TAKEN:
            return False
        raise
    shutil.rmtree(old, ignore_errors=True)
    return True


def _put_back(old: Path, folder: Path) -> None:
    try:
        old.rename(folder)
    except FileNotFoundError:
        return  # it never left
    except OSError as taken:
        if taken.errno not in _TAKEN:
            raise
        shutil.rmtree(old, ignore_errors=True)  # a whole run stands there: ours, or a newer one


def require_free(folder: Path, *, overwrite: bool) -> None:
    """Refuse a place that holds anything but, when overwriting, a run and nothing else.

    Raises
    ------
    InputError
        ``E_RUN_EXISTS``.
    EnvironmentFaultError
        ``E_WRITE`` for a name that no folder can have, or a place that may not be looked at.
    """
    standing = _standing(folder)
    if standing is None:
        return
    mode, names = standing
    strangers = sorted(names - _OURS)
    if stat.S_ISLNK(mode):
        what, fix = "is a link", "Name the folder itself."
    elif not stat.S_ISDIR(mode):
        what, fix = "is a file", "Choose another folder."
    elif strangers:
        what, fix = f"holds {', '.join(strangers[:5])}, which no run wrote", "Choose another folder."
    elif not names or overwrite:
        return
    else:
        what, fix = "already holds a run", "Choose another folder, or say overwrite (--overwrite)."
    raise InputError("E_RUN_EXISTS", f"'{folder}' {what}.", fix=fix, details={"path": str(folder)})


def _standing(folder: Path) -> tuple[int, set[str]] | None:
    """Return the mode of what stands at `folder`, asked once, and the names in it; None when nothing does.

    Another writer may move it away at any moment: what has gone in between is nothing.
    """
    try:
        mode = folder.lstat().st_mode
        return mode, {path.name for path in folder.iterdir()} if stat.S_ISDIR(mode) else set()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as refused:
        raise EnvironmentFaultError(
            "E_WRITE",
            f"cannot write the run to '{folder}': {refused.strerror}.",
            fix="Choose a folder you may write to.",
            details={"path": str(folder)},
        ) from refused


def _write_files(draft: Path, record: RunRecord, *, durable: bool) -> None:
    draft.mkdir()
    files = {MANIFEST_FILE: json_of(record.manifest), ORIGIN_FILE: json_of(record.origin)}
    layout = record.layout
    files |= {layout.file(name): layout.pack(getattr(record.tables, name)) for name in TABLES}
    hashes = {name: content_hash(content) for name, content in files.items()}
    parts = record.summary | {"files": hashes}
    files[RUN_FILE] = json_of({"format": layout.format, "checksum": digest(parts), **parts})
    for name, content in files.items():
        with (draft / name).open("wb") as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())


def json_of(value: dict[str, Any]) -> bytes:
    """Return plain data as readable JSON."""
    return (json.dumps(value, indent=2, allow_nan=False) + "\n").encode()


def content_hash(content: bytes) -> str:
    """Return the SHA-256, in hex, of a file's content."""
    return hashlib.sha256(content).hexdigest()
