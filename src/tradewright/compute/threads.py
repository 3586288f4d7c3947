"""Threads of this process: nothing is copied or sent, and compiled code runs on all of them at once."""

from collections.abc import Generator, Sequence
from functools import partial
from typing import Any

from tradewright.compute.executor import Executor, Work, usable_cpus
from tradewright.compute.lanes import Lanes


class ThreadExecutor(Executor):
    """Does pieces in threads. A strategy in plain Python gains nothing here: it needs processes.

    Parameters
    ----------
    workers
        Threads; None for as many as this process may use CPUs.
    """

    def __init__(self, workers: int | None = None) -> None:
        self.workers = workers or usable_cpus()
        self.url = f"threads:{self.workers}"
        self._prepared: tuple[Work, Any] | None = None

    def results(self, work: Work, pieces: Sequence[Any]) -> Generator[tuple[int, Any], None, None]:
        """Yield (position, result) as they come; giving up the rest waits for pieces under way."""
        run = partial(work.run, self._state(work))
        acts = [run] * min(self.workers, len(pieces))
        yield from Lanes(pieces).results(acts, watch=_nothing, give_up=_nothing)

    def close(self) -> None:
        """Let go of the state that was prepared last."""
        self._prepared = None

    def _state(self, work: Work) -> Any:
        """Return what `work` prepares, kept until other work comes."""
        kept = self._prepared
        if kept is None or kept[0] is not work:
            kept = self._prepared = (work, work.prepare(work.payload))
        return kept[1]


def _nothing() -> None:
    """Threads do not die alone and cannot be ended: there is nothing to watch or to stop."""
