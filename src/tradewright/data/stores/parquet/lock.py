"""One writer at a time, over threads and processes.

The lock belongs to the operating system, which frees it when its holder ends, however it ends: a lock that
is left behind cannot exist. The file names the holder for those who wait.
"""

import os
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tradewright.core.errors import EnvironmentFaultError
from tradewright.core.hooks import check_cancelled

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_PAUSE_S = 0.02


@contextmanager
def locked(path: Path, timeout_s: float) -> Generator[None]:
    """Hold the lock at `path` for the block; the file stays, for removing it would let two writers in.

    Raises
    ------
    EnvironmentFaultError
        ``E_STORE_BUSY`` when it is not free within `timeout_s` seconds.
    """
    until = time.monotonic() + timeout_s
    with path.open("a+b") as file:
        while not _take(file):
            check_cancelled()
            if time.monotonic() >= until:
                raise _busy(path, file)
            time.sleep(_PAUSE_S)
        try:
            _name_holder(file)
            yield
        finally:
            _release(file)


def _name_holder(file: IO[bytes]) -> None:
    file.truncate(0)
    file.write(f" process {os.getpid()}".encode())
    file.flush()


def _busy(path: Path, file: IO[bytes]) -> EnvironmentFaultError:
    file.seek(1)
    holder = file.read(64).decode("utf-8", "replace").strip()
    return EnvironmentFaultError(
        "E_STORE_BUSY",
        f"another writer ({holder or 'unknown'}) is at work on '{path.parent}'.",
        fix="Wait until it is done, or end it, and run this again.",
        details={"path": str(path.parent), "holder": holder},
        retryable=True,
    )


if sys.platform == "win32":

    def _take(file: IO[bytes]) -> bool:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _release(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:

    def _take(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _release(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
