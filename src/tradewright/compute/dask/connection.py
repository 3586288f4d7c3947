"""The line to a Dask scheduler: questions that can be cancelled, and errors in our words."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Generator
from concurrent.futures import CancelledError as FutureGoneError
from concurrent.futures import Future, wait
from contextlib import contextmanager
from typing import Any, cast

from distributed import Client
from distributed.client import ClosedClientError
from distributed.comm import core
from distributed.scheduler import KilledWorker
from distributed.security import Security

from tradewright.compute.lanes import POLL_S
from tradewright.core.errors import EnvironmentFaultError, TradewrightError
from tradewright.core.hooks import check_cancelled

_connect = cast("Any", core).connect
# A scheduler that is there answers at once.
_CONNECT_S = 30.0
_GONE = (FutureGoneError, asyncio.CancelledError, core.CommClosedError, ClosedClientError, OSError)


class Connection:
    """A client of the scheduler at `address`.

    Parameters
    ----------
    timeout_s
        Seconds to wait for the first answer, at most half a minute.
    files
        Paths of the certificates ``ca``, ``cert`` and ``key``; what is missing is as Dask is configured.
    """

    def __init__(self, address: str, timeout_s: float, files: dict[str, str]) -> None:
        self.address = address
        self.patience_s = min(timeout_s, _CONNECT_S)
        try:
            security = _security(files)
            _greet(address, security, self.patience_s)
            self.client: Any = Client(
                address, timeout=self.patience_s, security=security, set_as_default=False
            )
        except TradewrightError:
            raise
        except Exception as refused:
            raise self._fault(
                "E_COMPUTE_CONNECT",
                f"no Dask scheduler answers at '{address}' within {self.patience_s:g} s"
                + (f": {refused}." if str(refused) else "."),
                "Start one with 'dask scheduler', or check host, port and certificates.",
            ) from refused

    def begin(self, question: Callable[[], Awaitable[Any]]) -> "Future[Any]":
        """Ask in the client's own event loop, and return at once."""
        return asyncio.run_coroutine_threadsafe(_asked(question), self.client.loop.asyncio_loop)

    def answer(self, question: Callable[[], Awaitable[Any]], watch: Callable[[], None]) -> Any:
        """Ask, and wait for the answer; the hooks and `watch` are called meanwhile and may raise.

        Raises
        ------
        EnvironmentFaultError
            ``E_COMPUTE_LOST``, ``E_COMPUTE_DIED`` or ``E_COMPUTE_WORKER``.
        """
        asked = self.begin(question)
        try:
            while not wait([asked], POLL_S).done:
                check_cancelled()
                watch()
            with self.in_our_words():
                return asked.result()
        finally:
            asked.cancel()

    @contextmanager
    def in_our_words(self) -> Generator[None]:
        """Raise what an error of Dask's means here; others are raised as they are."""
        try:
            yield
        except (Exception, asyncio.CancelledError) as raised:
            told = self._told(raised)
            if told is None:
                raise
            raise told from raised

    def close(self) -> None:
        """Leave the scheduler."""
        self.client.close(timeout=self.patience_s)

    def _told(self, raised: BaseException) -> EnvironmentFaultError | None:
        """Return what an error of Dask's means here, None for one that is not Dask's."""
        if isinstance(raised, KilledWorker):
            return self._fault(
                "E_COMPUTE_DIED",
                f"a piece of work was given up: several workers of '{self.address}' died at it, the last at "
                f"'{raised.last_worker.address}'.",
                "Give the workers more memory, or use less; the log of the worker says more.",
            )
        if isinstance(raised, ImportError):
            return self._fault(
                "E_COMPUTE_WORKER",
                f"a worker of '{self.address}' lacks a package: {raised}.",
                "Install on all workers what is installed here, in the same versions.",
            )
        if isinstance(raised, _GONE):
            return self._fault(
                "E_COMPUTE_LOST",
                f"the connection to the scheduler at '{self.address}' was lost: {raised}.",
                "Look whether it still runs, then start again.",
            )
        return None

    def _fault(self, code: str, message: str, fix: str) -> EnvironmentFaultError:
        return EnvironmentFaultError(
            code, message, fix=fix, details={"address": self.address}, retryable=True
        )


def _security(files: dict[str, str]) -> Security:
    """Return who we are to a scheduler that wants to know."""
    named = {"ca": "tls_ca_file", "cert": "tls_client_cert", "key": "tls_client_key"}
    given: dict[str, Any] = {named[name]: path for name, path in files.items()}
    return Security(require_encryption=True, **given) if given else Security()


def _greet(address: str, security: Security, seconds: float) -> None:
    """Shake hands once. A client waits for ever for one that takes the call and says nothing."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="tradewright-greeting", daemon=True)
    thread.start()
    greeting = asyncio.run_coroutine_threadsafe(_shake_hands(address, security, seconds), loop)
    try:
        while not wait([greeting], POLL_S).done:
            check_cancelled()
        greeting.result()
    finally:
        asyncio.run_coroutine_threadsafe(_settled(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _shake_hands(address: str, security: Any, seconds: float) -> None:
    arguments = security.get_connection_args("client")
    comm: Any = await asyncio.wait_for(_connect(address, timeout=seconds, **arguments), seconds)
    await comm.close()


async def _settled() -> None:
    """End what still runs in this loop."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for other in others:
        other.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def _asked(question: Callable[[], Awaitable[Any]]) -> Any:
    return await question()
