"""What stands on a Dask worker: the work, delivered once to each, and the pieces done with it."""

import platform
import threading
from functools import partial
from importlib.metadata import version

from distributed import Worker
from distributed.diagnostics.plugin import WorkerPlugin

from tradewright.compute.sending import answer
from tradewright.compute.worker import Desk
from tradewright.core.errors import CancelledError, EnvironmentFaultError
from tradewright.core.hooks import installed

# What a result depends on, and must be the same everywhere.
_PACKAGES = ("tradewright", "numpy", "numba")


def versions() -> dict[str, str]:
    """Return the versions that have to agree between machines."""
    python = ".".join(platform.python_version_tuple()[:2])
    return {"python": python, **{name: version(name) for name in _PACKAGES}}


class _Wanted:
    """Hooks inside a piece: cancelled once the work was taken back."""

    def __init__(self) -> None:
        self.taken_back = threading.Event()

    def cancelled(self) -> bool:
        """Say whether nobody waits for results any more."""
        return self.taken_back.is_set()

    def progress(self, done: int, total: int, message: str) -> None:
        """Ignore progress inside a piece."""


# By token; a worker may hold the work of several callers.
_DESKS: dict[str, tuple[Desk, _Wanted, dict[str, str]]] = {}


class Delivery(WorkerPlugin):
    """Brings packed work to every worker there is and to each that comes later, and takes it away again.

    Only bytes are laid down here: this runs in the worker's event loop, which must go on saying that it
    lives. The first piece unpacks and prepares.
    """

    def __init__(self, token: str, work: bytes) -> None:
        self._token, self._work, self._versions = token, work, versions()

    def setup(self, worker: Worker) -> None:  # noqa: ARG002 - what Dask calls
        """Lay the work down."""
        _DESKS[self._token] = (Desk(self._work), _Wanted(), self._versions)
        self._work = b""

    def teardown(self, worker: Worker) -> None:  # noqa: ARG002 - what Dask calls
        """Take the work back; pieces under way learn that they are not wanted."""
        found = _DESKS.pop(self._token, None)
        if found:
            found[1].taken_back.set()


def done(token: str, piece: bytes) -> bytes:
    """Do a piece with the work delivered under `token`; the packed result or failure, never raises."""
    return answer(partial(_result, token, piece))


def _result(token: str, piece: bytes) -> object:
    if token not in _DESKS:
        raise CancelledError("E_CANCELLED", "the work was taken back.")
    desk, wanted, theirs = _DESKS[token]
    _agree(theirs)
    with installed(wanted):
        return desk.result(piece)


def _agree(theirs: dict[str, str]) -> None:
    """Refuse to compute with other versions than the caller's: results could differ."""
    ours = versions()
    other = [f"{name} {ours[name]} instead of {theirs[name]}" for name in ours if ours[name] != theirs[name]]
    if other:
        raise EnvironmentFaultError(
            "E_COMPUTE_VERSION",
            f"a worker on '{platform.node()}' has {', '.join(other)}.",
            fix="Install the same versions on all workers as here.",
            details={"worker": ours, "here": theirs},
        )
