"""Whether a cluster lives while no result comes: the scheduler answers, and workers report to it."""

import time
from concurrent.futures import Future
from functools import partial
from typing import Any

from tradewright.compute.dask.connection import Connection
from tradewright.core.errors import EnvironmentFaultError


class Pulse:
    """Takes two looks at the workers in each `timeout_s` without a result.

    A worker that did not report between the looks is stuck: it is taken off the scheduler, which has its
    pieces done by others. A worker that reports is only busy, however long. Clocks of other machines are
    not believed; what counts is whether a worker's last report changed.
    """

    def __init__(self, connection: Connection, timeout_s: float) -> None:
        self._connection, self._timeout_s = connection, timeout_s
        self.felt()

    def felt(self) -> None:
        """Begin to wait anew: something came."""
        self._since = time.monotonic()
        self._looks: list[Future[dict[str, Any]]] = []

    def watch(self) -> None:
        """Look, when it is time to.

        Raises
        ------
        EnvironmentFaultError
            ``E_COMPUTE_SILENT`` when the scheduler does not answer, ``E_COMPUTE_WORKERS`` when it has no
            workers.
        """
        quiet = time.monotonic() - self._since
        if quiet > self._timeout_s * (1 + len(self._looks)) / 2:
            if any(not look.done() for look in self._looks):
                raise self._silent()
            self._looks.append(self._connection.begin(self._connection.client.scheduler.identity))
        if len(self._looks) > 1 and self._looks[1].done():
            with self._connection.in_our_words():
                before, now = (look.result()["workers"] for look in self._looks)
            self._compare(before, now)

    def _compare(self, before: dict[str, Any], now: dict[str, Any]) -> None:
        """Take off workers that did not report between two looks."""
        if not now:
            raise no_workers(self._connection.address, self._timeout_s)
        scheduler = self._connection.client.scheduler
        for address in before.keys() & now.keys():
            if before[address]["last_seen"] == now[address]["last_seen"]:
                drop = partial(scheduler.unregister, address=address, stimulus_id="tradewright-silent")
                self._connection.begin(drop)
        self.felt()

    def _silent(self) -> EnvironmentFaultError:
        address = self._connection.address
        return EnvironmentFaultError(
            "E_COMPUTE_SILENT",
            f"the scheduler at '{address}' has not answered for {self._timeout_s / 2:g} s or longer.",
            fix="Look whether it still runs, then start again; or wait longer with '?timeout=600'.",
            details={"address": address},
            retryable=True,
        )


def no_workers(address: str, seconds: float) -> EnvironmentFaultError:
    """Return the error about a scheduler that is alone."""
    return EnvironmentFaultError(
        "E_COMPUTE_WORKERS",
        f"the scheduler at '{address}' had no worker that answers for {seconds:g} s.",
        fix=f"Start one with 'dask worker {address}', or compute in 'threads'.",
        details={"address": address},
        retryable=True,
    )
