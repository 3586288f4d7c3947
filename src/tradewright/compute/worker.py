"""What runs in a worker process: wait for work and pieces on one pipe, answer on the other."""

import os
import signal
import threading
from functools import partial
from pathlib import Path
from typing import Any

from tradewright.compute.sending import answer, unpacked
from tradewright.compute.wire import Frame, Wire

# Signs of life while a piece is under way.
ALIVE_S = 0.5


def serve() -> None:
    """Answer pieces until the other end closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started us decides when it is over
    wire = _own_pipes()
    busy = threading.Event()
    threading.Thread(target=_show_life, args=(wire, busy), daemon=True).start()
    desk = Desk()
    try:
        wire.write(Frame.READY)
        while True:
            kind, body = wire.read()
            if kind == Frame.WORK:
                desk = Desk(body)
                continue
            busy.set()
            reply = answer(partial(desk.result, body))
            busy.clear()
            wire.write(Frame.ANSWER, reply)
    except (EOFError, OSError):  # the one who wants answers is gone
        return


class Desk:
    """The work that a process holds, prepared when the first piece comes.

    Parameters
    ----------
    work
        A packed ``Work``.
    """

    def __init__(self, work: bytes = b"") -> None:
        self._sent = work
        self._ready: tuple[Any, Any] | None = None
        self._turn = threading.Lock()

    def result(self, piece: bytes) -> Any:
        """Return what the work makes of a packed piece; safe from several threads."""
        with self._turn:
            if self._ready is None:
                work = unpacked(self._sent)
                self._ready = (work.run, work.prepare(work.payload))
                self._sent = b""
        run, state = self._ready
        return run(state, unpacked(piece))


def _own_pipes() -> Wire:
    """Take both standard pipes for frames, and let whatever is printed go to standard error."""
    reading, writing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    return Wire(reading, writing)


def _show_life(wire: Wire, busy: threading.Event) -> None:
    """Say every now and then that the piece is being worked at; end when nobody listens."""
    beat = threading.Event()
    while busy.wait():
        try:
            wire.write(Frame.ALIVE)
        except OSError:  # orphaned in the middle of a piece: nobody will take the answer
            os._exit(1)
        beat.wait(ALIVE_S)
