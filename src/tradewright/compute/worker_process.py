"""A worker process seen from the one that started it."""

import os
import subprocess
import sys
import time
from typing import IO, cast

from tradewright.compute.wire import Frame, Wire
from tradewright.core.errors import EnvironmentFaultError

# One thread each: the processes are the parallelism. Read by the libraries when they are imported.
_THREADS = (
    "NUMBA_NUM_THREADS",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "POLARS_MAX_THREADS",
)
# A fresh interpreter, not a fork and not a second run of the caller's script, which sets its threads
# before anything is imported and finds modules where the caller finds them.
_START = (
    f"import os, sys; os.environ.update(dict.fromkeys({_THREADS}, '1')); sys.path[:] = sys.argv[1:]; "
    "from tradewright.compute.worker import serve; serve()"
)
# How long a worker may take to see that its pipe is closed.
_LEAVING_S = 2.0


class WorkerDiedError(Exception):
    """The process ended before it answered; says how."""


class WorkerProcess:
    """A started worker. One thread talks to it; any thread may look at it and end it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - this interpreter
            [sys.executable, "-c", _START, *map(str, sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Ctrl-C in a terminal is for the caller alone, who then ends its workers.
            process_group=0 if os.name == "posix" else None,
        )
        self._wire = Wire(cast("IO[bytes]", self._process.stdout), cast("IO[bytes]", self._process.stdin))
        self._ready = False
        self._ended_because = ""
        self._heard = time.monotonic()

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def silent_s(self) -> float:
        """Seconds since the last sign of life, or since it was asked."""
        return time.monotonic() - self._heard

    def give(self, work: bytes) -> None:
        """Send the work that the pieces to come are for."""
        self._send(Frame.WORK, work)

    def ask(self, piece: bytes) -> bytes:
        """Return the answer to a piece.

        Raises
        ------
        WorkerDiedError
            When the process ends before.
        EnvironmentFaultError
            ``E_COMPUTE_START`` when it never came to life.
        """
        self._send(Frame.PIECE, piece)
        while True:
            try:
                kind, body = self._wire.read()
            except (EOFError, OSError, ValueError) as gone:
                raise self._end() from gone
            self._heard = time.monotonic()
            self._ready = True
            if kind == Frame.ANSWER:
                return body

    def end(self, because: str) -> None:
        """Kill the process, whatever it does; the thread that talks to it is told `because`."""
        self._ended_because = because
        self._process.kill()

    def close(self) -> None:
        """Let the process go, by force when it does not, and take its exit code."""
        self._wire.close()
        try:
            self._process.wait(_LEAVING_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _send(self, kind: Frame, body: bytes) -> None:
        """Write a frame to the worker."""
        self._heard = time.monotonic()
        try:
            self._wire.write(kind, body)
        except (OSError, ValueError) as gone:
            raise self._end() from gone

    def _end(self) -> Exception:
        """Make sure that the process is over, and return how it ended."""
        self._process.kill()
        self._wire.close()
        code = self._process.wait()
        if self._ended_because:
            return WorkerDiedError(self._ended_because)
        if not self._ready:
            return EnvironmentFaultError(
                "E_COMPUTE_START",
                f"a worker process cannot be started: '{sys.executable}' ended with {_how(code)}.",
                fix="What it said stands on standard error; or compute in threads.",
            )
        return WorkerDiedError(_how(code))


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
