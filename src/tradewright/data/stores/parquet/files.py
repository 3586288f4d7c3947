"""Files that are whole or not there, on disk before anybody is told, and faults of the disk in our words."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

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
            f"cannot write to the store at '{place}': {refused.strerror or refused}.",
            fix="Free some space or make the folder writable; nothing that was stored is lost.",
            details={"path": str(place)},
            retryable=True,
        ) from refused


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


def put(path: Path, content: bytes) -> None:
    """Write a file aside, flush it, and put it in place: it is there whole, or as it was."""
    aside = path.with_name(path.name + PARTIAL)
    try:
        with aside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError:
        # A disk that is full stays usable only when half a file does not stay on it.
        aside.unlink(missing_ok=True)
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
