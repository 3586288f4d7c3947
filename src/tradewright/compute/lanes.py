"""Threads that take one piece after the other, and the one consumer who waits for their outcomes."""

import threading
from collections.abc import Callable, Generator, Sequence
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple

from tradewright.core.hooks import check_cancelled, installed

# The consumer looks up this often while nothing is finished.
POLL_S = 0.1
# Finished pieces that may wait for the consumer, for each lane, beside the one under way.
_AHEAD = 1

Act = Callable[[Any], Any]


class _Outcome(NamedTuple):
    """What became of a piece: a result, or what was raised."""

    position: int
    result: Any
    error: BaseException | None


class Lanes:
    """Deals pieces out, one thread for each of the acts. Good for one use.

    While it runs, the hooks inside a lane say "cancelled" as soon as nobody wants results any more, so
    that a long piece can stop early.
    """

    def __init__(self, pieces: Sequence[Any]) -> None:
        self._pieces = pieces
        self._numbers = iter(range(len(pieces)))
        self._taking = threading.Lock()
        self._slots = threading.Semaphore(0)
        self._done: SimpleQueue[_Outcome] = SimpleQueue()
        self._stopped = threading.Event()

    def cancelled(self) -> bool:
        """Say whether the rest is given up."""
        return self._stopped.is_set()

    def progress(self, done: int, total: int, message: str) -> None:
        """Ignore progress inside a piece: who waits for the pieces counts them."""

    def results(
        self, acts: Sequence[Act], watch: Callable[[], None], give_up: Callable[[], None]
    ) -> Generator[tuple[int, Any], None, None]:
        """Yield (position, result) as they come; leave no lane running, whatever happens.

        Parameters
        ----------
        acts
            What turns a piece into a result, one for each lane.
        watch
            Called before each result and about ten times a second while nothing comes; may raise.
        give_up
            Called at the end, after :meth:`cancelled` is true: makes acts that are under way return soon.
        """
        threads = [
            threading.Thread(target=self._lane, args=(act,), name=f"tradewright-{lane}", daemon=True)
            for lane, act in enumerate(acts)
        ]
        self._slots.release(len(acts) * (1 + _AHEAD) or 1)
        started: list[threading.Thread] = []
        try:
            for thread in threads:
                thread.start()
                started.append(thread)
            for _ in range(len(self._pieces)):
                outcome = self._next(watch)
                self._slots.release()
                if outcome.error is not None:
                    raise outcome.error
                yield outcome.position, outcome.result
        finally:
            self._stopped.set()
            self._slots.release(len(threads) or 1)
            give_up()
            for thread in started:
                thread.join()

    def _next(self, watch: Callable[[], None]) -> _Outcome:
        """Wait for an outcome, looking up now and then."""
        while True:
            check_cancelled()
            watch()
            try:
                return self._done.get(timeout=POLL_S)
            except Empty:
                continue

    def _lane(self, act: Act) -> None:
        """Take pieces until there are none, or nobody wants them."""
        with installed(self):
            while True:
                self._slots.acquire()
                with self._taking:
                    position = None if self._stopped.is_set() else next(self._numbers, None)
                if position is None:
                    return
                try:
                    outcome = _Outcome(position, act(self._pieces[position]), None)
                except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
                    outcome = _Outcome(position, None, error)
                self._done.put(outcome)
