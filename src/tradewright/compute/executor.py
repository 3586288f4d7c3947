"""The port behind which work is dealt out: what every executor can do, in the same words."""

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, ClassVar, Self


@dataclass(frozen=True, eq=False)
class Work:
    """What is done to every piece. All three can be pickled unless only threads are to be used.

    Attributes
    ----------
    prepare
        Turns the payload into a state, once in each worker process; threads share one state.
    run
        Turns (state, piece) into a result. Runs in several threads at once, on one state. A call of
        ``core.hooks.check_cancelled`` inside stops a piece that nobody waits for any more.
    payload
        Whatever all pieces need; sent to each worker process once, however many pieces it gets.
    """

    prepare: Callable[[Any], Any]
    run: Callable[[Any, Any], Any]
    payload: Any


class Executor(ABC):
    """Does work piece by piece. Closes itself at the end of a ``with`` block.

    Attributes
    ----------
    url
        What :func:`tradewright.compute.by_url.executor_at` made it from, with the number of workers.
    workers
        Pieces done at the same time.
    """

    url: str
    workers: int
    # Attempts at a piece whose worker died; a piece that kills every worker must come to an end.
    ATTEMPTS: ClassVar[int] = 3

    @abstractmethod
    def results(self, work: Work, pieces: Sequence[Any]) -> Iterator[tuple[int, Any]]:
        """Yield (position in `pieces`, result) as pieces are finished, in any order.

        Few pieces are under way at a time, so that results do not pile up while the caller is busy.
        Closing the iterator gives up the rest. The same `work` again is not sent again.

        Raises
        ------
        CancelledError
            ``E_CANCELLED`` within a fifth of a second after the hooks say so.
        InputError
            ``E_COMPUTE_SEND`` for work or a piece that cannot be sent to another process.
        EnvironmentFaultError
            ``E_COMPUTE_...`` when workers cannot be started or reached, or die at the same piece again
            and again. Whatever `prepare` or `run` raise is raised as it is.
        """

    def close(self) -> None:
        """End all workers that were started here. Closing twice does nothing."""
        return

    def __enter__(self) -> Self:
        """Return the executor itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close, whatever happened."""
        self.close()


def usable_cpus() -> int:
    """Return how many CPUs this process may run on."""
    allowed: Callable[[int], set[int]] | None = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1
