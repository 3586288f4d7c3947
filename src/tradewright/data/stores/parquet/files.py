"""Files that are whole or not there, on disk before anybody is told, and faults of the disk in our words."""

import os
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from tradewright.core.errors import EnvironmentFaultError

PARTIAL = ".partial"


@contextmanager
def writing(place: Path) -> Generator[None]:
    """Turn what the operating system refuses inside the block into ``E_WRITE``.

    Raises
    ------
    EnvironmentFaultError
        ``E_WRITE``.
    """
    try:
        yield
    except OSError as refused:
        raise EnvironmentFaultError(
            "E_WRITE",
            f"cannot write to the store at '{place}': {_reason(place, refused)}.",
            fix="Free some space, make the folder writable, or choose another with TRADEWRIGHT_HOME; nothing "
            "that was stored is lost.",
            details={"path": str(place)},
            retryable=True,
        ) from refused


def _reason(place: Path, refused: OSError) -> str:
    """Say which file stands where a folder must be, if that is it."""
    said = refused.strerror or str(refused)
    with suppress(PermissionError):
        there = next(part for part in (place, *place.parents) if part.exists())
        return said if there.is_dir() else f"'{there}' is not a folder"
    return said


@contextmanager
def reading(place: Path) -> Generator[None]:
    """Turn what the operating system refuses inside the block into ``E_READ``; what is not there passes.

    Raises
    ------
    EnvironmentFaultError
        ``E_READ``.
    """
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as refused:
        raise EnvironmentFaultError(
            "E_READ",
            f"cannot read '{place}': {refused.strerror or refused}.",
            fix="Check that you may read it and that the disk works.",
            details={"path": str(place)},
        ) from refused


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, each on disk before the next."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    flush_folder(folder.parent)


def put(path: Path, content: bytes | Callable[[IO[bytes]], object], *, aside: str = PARTIAL) -> None:
    """Write a file aside, flush it, and put it in place: it is there whole, or as it was.

    Parameters
    ----------
    content
        What to write, or who writes it.
    aside
        What to add to the name of the file while it is written; of its own where writers are not alone.
    """
    beside = path.with_name(path.name + aside)
    try:
        with beside.open("wb") as file:
            if callable(content):
                content(file)
            else:
                file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        # A disk that is full stays usable only when half a file does not stay on it.
        beside.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def append(path: Path, text: str) -> None:
    """Add whole lines to a file; a line that a crash cut short before is ended first."""
    with path.open("ab+") as file:
        if file.seek(0, os.SEEK_END):
            file.seek(-1, os.SEEK_END)
            text = text if file.read(1) == b"\n" else "\n" + text
        file.write(text.encode("utf-8"))
        file.flush()
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
