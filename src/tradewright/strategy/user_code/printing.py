"""What a user's code prints, thread by thread: the streams of a process are common to all of its threads.

``contextlib.redirect_stdout`` is not made for threads: of two that overlap the later one puts back what the
earlier one had put there, and the process prints to the wrong stream ever after.
"""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from threading import Lock, local
from typing import Any, TextIO, cast

_STDOUT, _STDERR = "stdout", "stderr"


class _Printing(local):
    """Where this thread prints to, by the name of the stream; None is nowhere."""

    def __init__(self) -> None:
        self.to: dict[str, str | None] = {}


class _Stream:
    """Stands for a stream, and passes on what each thread prints to where that thread wants it.

    There is one for each stream as long as the process lives: ``print`` holds no reference of its own to
    ``sys.stdout``, and crashes when another thread lets go of it meanwhile.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def write(self, text: str) -> int:
        """Pass a text on."""
        to = _printing.to.get(self._name, self._name)
        if to is not None:
            _streams.usual(to).write(text)
        return len(text)

    def __getattr__(self, name: str) -> Any:
        """Return what the stream itself has."""
        return getattr(_streams.usual(self._name), name)


class _Streams:
    """Puts the stand-ins in place while any thread needs them."""

    def __init__(self) -> None:
        self._lock, self._inside = Lock(), 0
        self._usual: dict[str, TextIO] = {}

    def usual(self, name: str) -> TextIO:
        """Return the stream itself."""
        return self._usual.get(name) or getattr(sys, name)

    def enter(self) -> None:
        with self._lock:
            if not self._inside:
                for name, stream in _STANDING.items():
                    if getattr(sys, name) is not stream:
                        self._usual[name] = getattr(sys, name)
                    setattr(sys, name, cast("TextIO", stream))
            self._inside += 1

    def leave(self) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                for name, usual in self._usual.items():
                    setattr(sys, name, usual)


_STANDING = {name: _Stream(name) for name in (_STDOUT, _STDERR)}
_printing = _Printing()
_streams = _Streams()


@contextmanager
def beside_results() -> Generator[None]:
    """Send what this thread prints to standard error: standard output may be somebody's JSON."""
    with _printed({_STDOUT: _printing.to.get(_STDERR, _STDERR)}):
        yield


@contextmanager
def unheard() -> Generator[None]:
    """Leave out what this thread prints, to either stream."""
    with _printed({_STDOUT: None, _STDERR: None}):
        yield


@contextmanager
def _printed(to: dict[str, str | None]) -> Generator[None]:
    before = _printing.to
    _streams.enter()
    _printing.to = {**before, **to}
    try:
        yield
    finally:
        _printing.to = before
        _streams.leave()
