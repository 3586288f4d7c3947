"""Processes of this machine, for what threads cannot do at once: strategies in plain Python."""

import threading
import weakref
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from tradewright.compute.executor import Executor, Work, usable_cpus
from tradewright.compute.lanes import Lanes
from tradewright.compute.sending import answered, packed
from tradewright.compute.worker_process import WorkerDiedError, WorkerProcess
from tradewright.core.errors import CancelledError, EnvironmentFaultError

# A worker shows life twice a second, so a minute of silence is no long piece but a process that is stuck.
TIMEOUT_S = 60.0


@dataclass(frozen=True, eq=False)
class _Sent:
    """Work, and its bytes."""

    work: Work
    data: bytes


class ProcessExecutor(Executor):
    """Does pieces in processes that are started once and kept until the executor is closed.

    Parameters
    ----------
    workers
        Processes; None for as many as this one may use CPUs.
    timeout_s
        Seconds without a sign of life after which a worker is ended and its piece is run again.
    """

    def __init__(self, workers: int | None = None, timeout_s: float = TIMEOUT_S) -> None:
        self.workers = workers or usable_cpus()
        self.url = f"processes:{self.workers}" + ("" if timeout_s == TIMEOUT_S else f"?timeout={timeout_s:g}")
        self._seats = [_Seat() for _ in range(self.workers)]
        self._timeout_s = timeout_s
        self._sent: _Sent | None = None
        weakref.finalize(self, _close, self._seats)

    def results(self, work: Work, pieces: Sequence[Any]) -> Generator[tuple[int, Any], None, None]:
        """Yield (position, result) as they come; processes that are busy when the rest is given up end."""
        sent = self._packed(work)
        seats = self._seats[: len(pieces)]
        lanes = Lanes(pieces)
        acts = [partial(seat.result, sent, lanes) for seat in seats]
        yield from lanes.results(acts, watch=self._watch, give_up=partial(_give_up, seats, sent))

    def close(self) -> None:
        """End the processes and forget the work."""
        self._sent = None
        _close(self._seats)

    def _packed(self, work: Work) -> _Sent:
        """Return the bytes of `work`, the same for the same work."""
        if self._sent is None or self._sent.work is not work:
            self._sent = _Sent(work, packed(work, "the work"))
        return self._sent

    def _watch(self) -> None:
        """End workers that are stuck; the piece is then run again by a new one."""
        for seat in self._seats:
            seat.end_when_silent(self._timeout_s)


class _Seat:
    """Where a worker process sits. When it dies, another takes its place.

    Runs of `results` at the same time share the seats, one piece after the other.
    """

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._process: WorkerProcess | None = None
        self._given: _Sent | None = None
        self._busy_with: _Sent | None = None
        self._closed = False

    def result(self, sent: _Sent, lanes: Lanes, piece: Any) -> Any:
        """Return the result of a piece, from whatever process survives it."""
        data = packed(piece, "a piece")
        deaths: list[str] = []
        with self._turn:
            while len(deaths) < Executor.ATTEMPTS:
                try:
                    return answered(self._ask(sent, lanes, data))
                except WorkerDiedError as died:
                    deaths.append(str(died))
        raise EnvironmentFaultError(
            "E_COMPUTE_DIED",
            f"a piece of work was given up after {len(deaths)} worker processes ended at it: "
            f"{', '.join(deaths)}.",
            fix="Signal 9 often means that memory ran out: use fewer workers, such as 'processes:1', or "
            "less memory; otherwise the strategy or a package crashes.",
            details={"deaths": deaths},
        )

    def end_when_silent(self, timeout_s: float) -> None:
        """End a process that is asked and has shown no life for `timeout_s`."""
        process = self._process
        if process is not None and self._busy_with is not None and process.silent_s > timeout_s:
            process.end(f"no sign of life for {timeout_s:g} s")

    def give_up(self, sent: _Sent) -> None:
        """End the process when it is busy with `sent`."""
        process = self._process
        if process is not None and self._busy_with is sent:
            process.end("not wanted any more")

    def close(self) -> None:
        """End the process, in a friendly way when it does nothing; no other takes its place."""
        self._closed = True
        if self._busy_with is not None:
            self.give_up(self._busy_with)
        with self._turn:
            if self._process is not None:
                self._process.close()
            self._process = self._given = None

    def _ask(self, sent: _Sent, lanes: Lanes, piece: bytes) -> bytes:
        """Have a piece done by the process that sits here, or by a new one."""
        process = self._process = self._process or WorkerProcess()
        # Busy is said before the look at whether anybody still wants it: so either this sees that it is
        # over, or whoever ends it sees that there is a process to end.
        self._busy_with = sent
        try:
            if lanes.cancelled() or self._closed:
                raise CancelledError("E_CANCELLED", "the work was given up, or its workers were closed.")
            if self._given is not sent:
                process.give(sent.data)
                self._given = sent
            return process.ask(piece)
        except (WorkerDiedError, EnvironmentFaultError):
            self._process = self._given = None
            raise
        finally:
            self._busy_with = None


def _give_up(seats: Sequence[_Seat], sent: _Sent) -> None:
    for seat in seats:
        seat.give_up(sent)


def _close(seats: Sequence[_Seat]) -> None:
    for seat in seats:
        seat.close()
