"""Seams through which long work reports and is stopped.

The library runs with these no-op hooks; a service installs real ones. Work calls :func:`progress`
at natural pauses and :func:`check_cancelled` before each expensive step.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol

from tradewright.core.errors import CancelledError


class Hooks(Protocol):
    """What a face may listen to."""

    def progress(self, done: int, total: int, message: str) -> None:
        """Be told that `done` of `total` steps are behind us."""
        ...

    def cancelled(self) -> bool:
        """Say whether the user wants to stop."""
        ...


@dataclass(frozen=True)
class SilentHooks:
    """Nobody listens, nobody cancels."""

    def progress(self, done: int, total: int, message: str) -> None:
        """Ignore progress."""

    def cancelled(self) -> bool:
        """Return False, always."""
        return False


_SILENT = SilentHooks()
_current: ContextVar[Hooks] = ContextVar("tradewright_hooks", default=_SILENT)


@contextmanager
def installed(hooks: Hooks) -> Generator[None]:
    """Use `hooks` for everything that runs inside the ``with`` block."""
    token = _current.set(hooks)
    try:
        yield
    finally:
        _current.reset(token)


def progress(done: int, total: int, message: str) -> None:
    """Tell whoever listens how far the work is, and stop here when cancelled."""
    _current.get().progress(done, total, message)
    check_cancelled()


def check_cancelled() -> None:
    """Raise when the user asked to stop.

    Raises
    ------
    CancelledError
        ``E_CANCELLED``.
    """
    if _current.get().cancelled():
        raise CancelledError("E_CANCELLED", "cancelled on request.")
