"""Work dealt to the workers of a Dask cluster."""

import time
import uuid
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from queue import Empty, SimpleQueue
from typing import Any
from urllib.parse import urlencode

from tradewright.compute.dask.connection import Connection
from tradewright.compute.dask.delivery import Delivery, done
from tradewright.compute.dask.pulse import Pulse, no_workers
from tradewright.compute.executor import Executor, Work
from tradewright.compute.lanes import POLL_S
from tradewright.compute.processes import TIMEOUT_S
from tradewright.compute.sending import answered, packed
from tradewright.core.hooks import check_cancelled

# Pieces on their way for each thread of the cluster: one under way, the others to hide the journey.
_AHEAD = 3
_LEAVING_S = 5.0
_RECOUNT_S = 2.0


@dataclass(eq=False)
class _Delivered:
    """Work that stands on the workers under a token."""

    work: Work
    token: str
    users: int = 0


class DaskExecutor(Executor):
    """Does pieces on a cluster that somebody else runs.

    Work is delivered as a plugin of the workers, so that one that joins later gets it too and one that
    dies takes nothing along. Pieces of a dead worker are done by others, as often as the scheduler's
    ``allowed-failures`` says.

    Parameters
    ----------
    address
        The scheduler's, such as ``tcp://host:8786``.
    timeout_s
        Seconds without a result after which a scheduler or a worker that shows no life is given up.
    files
        Certificates, see :class:`tradewright.compute.dask.connection.Connection`.
    """

    def __init__(self, address: str, timeout_s: float, files: dict[str, str]) -> None:
        options = files if timeout_s == TIMEOUT_S else {"timeout": f"{timeout_s:g}", **files}
        self.url = address + (f"?{urlencode(options)}" if options else "")
        self._timeout_s = timeout_s
        self._connection = Connection(address, timeout_s, files)
        self._delivered: list[_Delivered] = []
        self._identity = partial(self._connection.client.scheduler.identity, n_workers=0)
        self._counted, self._counted_at = self._connection.begin(self._identity), time.monotonic()
        try:
            self.workers = self._threads()
        except BaseException:
            self._connection.close()
            raise

    def results(self, work: Work, pieces: Sequence[Any]) -> Generator[tuple[int, Any], None, None]:
        """Yield (position, result) as they come; giving up the rest takes the work back from the workers."""
        if not len(pieces):
            return
        pulse = Pulse(self._connection, self._timeout_s)
        delivered = self._deliver(work, pulse)
        delivered.users += 1
        run = _Run(self._connection, delivered.token, pieces)
        try:
            run.submit(self.workers * _AHEAD)
            while run.under_way:
                for position, data in run.finished(pulse):
                    yield position, answered(data)
                self._recount()
                run.submit(self.workers * _AHEAD)
        finally:
            delivered.users -= 1
            if run.under_way:
                run.cancel()
                self._take_back()

    def close(self) -> None:
        """Take all work back from the workers and leave the scheduler, which goes on without us."""
        for delivered in self._delivered:
            delivered.users = 0
        leaving = self._take_back()
        deadline = time.monotonic() + _LEAVING_S
        while not all(left.done() for left in leaving) and time.monotonic() < deadline:
            time.sleep(0.01)
        self._connection.close()

    def _threads(self) -> int:
        """Return how many threads the cluster has, once it has any."""
        deadline = time.monotonic() + self._connection.patience_s
        pulse = Pulse(self._connection, self._timeout_s)
        while not (threads := self._connection.answer(self._identity, pulse.watch)["total_threads"]):
            if time.monotonic() > deadline:
                raise no_workers(self._connection.address, self._connection.patience_s)
            check_cancelled()
            time.sleep(POLL_S)
        return threads

    def _recount(self) -> None:
        """Take note of workers that joined or left, now and then and without waiting."""
        if self._counted.done() and not self._counted.exception():
            self.workers = max(1, self._counted.result()["total_threads"])
        if time.monotonic() - self._counted_at > _RECOUNT_S:
            self._counted_at = time.monotonic()
            self._counted = self._connection.begin(self._identity)

    def _deliver(self, work: Work, pulse: Pulse) -> _Delivered:
        """Return where `work` stands, after bringing it there when it is new."""
        for delivered in self._delivered:
            if delivered.work is work:
                return delivered
        self._take_back()
        token = f"tradewright-{uuid.uuid4().hex}"
        delivery = Delivery(token, packed(work, "the work"))
        plugin = partial(self._connection.client.register_plugin, delivery, name=token)
        delivered = _Delivered(work, token)
        self._delivered.append(delivered)
        try:
            self._connection.answer(plugin, pulse.watch)
        except BaseException:
            self._take_back()
            raise
        pulse.felt()
        return delivered

    def _take_back(self) -> list[Any]:
        """Take work that no run uses from the workers; return what has to happen for that."""
        client = self._connection.client
        unused = [one for one in self._delivered if not one.users]
        self._delivered = [one for one in self._delivered if one.users]
        if client.status != "running":
            return []
        return [self._connection.begin(partial(client.unregister_worker_plugin, one.token)) for one in unused]


class _Run:
    """The pieces of one call of `results`: which are on their way, and which are back."""

    def __init__(self, connection: Connection, token: str, pieces: Sequence[Any]) -> None:
        self._connection, self._token, self._pieces = connection, token, pieces
        self._name = f"{token}-{uuid.uuid4().hex[:8]}"
        self._numbers = iter(range(len(pieces)))
        self._back: SimpleQueue[Any] = SimpleQueue()
        self.under_way: dict[Any, int] = {}

    def submit(self, most: int) -> None:
        """Send pieces until `most` are under way."""
        for position in islice(self._numbers, max(0, most - len(self.under_way))):
            piece = packed(self._pieces[position], "a piece")
            key = f"{self._name}-{position}"
            with self._connection.in_our_words():
                future = self._connection.client.submit(done, self._token, piece, key=key, pure=False)
            self.under_way[future] = position
            future.add_done_callback(self._back.put)

    def finished(self, pulse: Pulse) -> list[tuple[int, bytes]]:
        """Wait for the next pieces that are back: (position, packed answer)."""
        batch = [self._next(pulse)]
        while not self._back.empty():
            batch.append(self._back.get())
        answers = self._connection.answer(partial(self._connection.client.gather, batch), pulse.watch)
        pulse.felt()
        return [(self.under_way.pop(future), data) for future, data in zip(batch, answers, strict=True)]

    def cancel(self) -> None:
        """Give up what is under way."""
        client = self._connection.client
        if client.status == "running":
            self._connection.begin(partial(client.cancel, list(self.under_way), force=True))

    def _next(self, pulse: Pulse) -> Any:
        """Wait until a piece is back, looking up now and then."""
        while True:
            check_cancelled()
            try:
                return self._back.get(timeout=POLL_S)
            except Empty:
                pulse.watch()
