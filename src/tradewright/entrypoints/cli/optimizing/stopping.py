"""Ctrl-C as a wish: the first ends the work with what it has, the second ends the program."""

import signal
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import FrameType

from tradewright.entrypoints.cli.terminal import say


@contextmanager
def stoppable(told: str) -> Generator[Callable[[], bool]]:
    """Give a function that says whether the user wants the work inside the block to end.

    Parameters
    ----------
    told
        What the user is told at the first Ctrl-C. The second is an exception, as it is elsewhere.
    """
    asked: list[int] = []

    def listen(number: int, frame: FrameType | None) -> None:
        if asked:
            signal.default_int_handler(number, frame)
        asked.append(number)
        say(told)

    before = signal.signal(signal.SIGINT, listen)
    try:
        yield lambda: bool(asked)
    finally:
        signal.signal(signal.SIGINT, before)
