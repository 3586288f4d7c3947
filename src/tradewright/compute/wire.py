"""How a worker process and the one that started it talk: short frames over two pipes."""

import struct
import threading
from enum import IntEnum
from typing import IO

_HEAD = struct.Struct("<BQ")


class Frame(IntEnum):
    """What a frame says. The first two go to the worker, the others come from it."""

    WORK = 1
    PIECE = 2
    READY = 3
    ALIVE = 4
    ANSWER = 5


class Wire:
    """Frames over a pair of pipes. Writing is safe from several threads, reading is for one."""

    def __init__(self, reading: IO[bytes], writing: IO[bytes]) -> None:
        self._reading, self._writing = reading, writing
        self._turn = threading.Lock()

    def write(self, kind: Frame, body: bytes = b"") -> None:
        """Send a frame.

        Raises
        ------
        OSError
            When nobody reads any more.
        """
        with self._turn:
            self._writing.write(_HEAD.pack(kind, len(body)))
            self._writing.write(body)
            self._writing.flush()

    def read(self) -> tuple[Frame, bytes]:
        """Wait for the next frame.

        Raises
        ------
        EOFError
            When the other end is closed, even in the middle of a frame.
        """
        kind, size = _HEAD.unpack(self._exactly(_HEAD.size))
        return Frame(kind), self._exactly(size)

    def close(self) -> None:
        """Close both pipes; what was not written yet is lost when nobody reads."""
        for pipe in (self._writing, self._reading):
            try:
                pipe.close()
            except OSError:  # the other end is gone, and with it the reason to flush
                continue

    def _exactly(self, size: int) -> bytes:
        data = self._reading.read(size)
        if len(data) < size:
            raise EOFError
        return data
