"""How each contestant is asked: `<script> <task> <size>`; one JSON line out.

Runs in every environment, so it needs numpy and nothing of ours.
"""

import json
import os
import statistics
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from series import hours, universe, walk
from sweeps import Swept

# After the first run, measured runs go on for this long, or until there are so many; of slow ones there are
# to be a few, within a longer time.
BUDGET_S = 3.0
MOST_RUNS = 30
FEW_RUNS = 3
FEW_S = 20.0
# A first run may take this long; over the second limit it stays the only one.
LIMIT_S = 60.0
ONCE_S = 30.0
SWEEP_LIMIT_S = 290.0

# W1: so small that ten thousand trades leave enough for whole shares, the only ones that one of us knows.
FEE = 1e-5
# W3 to W5, W7. A fixed size, so that neither rounding nor an account that shrinks sets the contestants apart.
CASH = 1_000_000.0
RATE = 0.001
UNITS = 1_000
FAST, SLOW = 10, 50
STOP, TARGET = 0.02, 0.04


@dataclass(frozen=True)
class Outcome:
    """What a run came to: `equity` at the last close; `trades` that were closed, or orders filled in W4."""

    equity: float
    trades: int


class Unable(Exception):  # noqa: N818 - an answer, not a fault
    """A contestant cannot do the task; the message says why."""


@dataclass(frozen=True)
class Series:
    """What a sweep is asked: bars, and how large it is to be (windows, combinations)."""

    bars: dict[str, Any]
    size: int


Run = Callable[[], Outcome | Swept]


def cannot(why: str) -> Callable[[Any], Run]:
    """Return a task that is answered with the reason why it is not done."""

    def prepare(_: Any) -> Run:
        raise Unable(why)

    return prepare


def answer(tasks: dict[str, Callable[[Any], Run]], cold: Callable[[str], object] | None = None) -> None:
    """Measure what the command line asks for.

    Parameters
    ----------
    tasks
        By task, a function from the task's prices to a function that runs once. What the contestant wants
        its prices in is made by the first; everything from there to equity and trades belongs to the second.
    cold
        Reads a file, runs, prints.
    """
    task, size = sys.argv[1:3]
    if task == "cold" and cold is not None:
        cold(size)
        return
    try:
        limit = SWEEP_LIMIT_S if task.startswith("sweep") else LIMIT_S
        found = _measure(tasks[task](_prices(task, size)), limit)
    except Unable as reason:
        found = {"reason": str(reason)}
    print(json.dumps(found))


def _prices(task: str, size: str) -> Any:
    if task == "single":
        return walk(int(size))
    if task == "portfolio":
        symbols, bars = size.split("x")
        return universe(int(symbols), int(bars))
    if task.startswith("sweep"):
        bars, combinations = size.split("x")
        return Series(hours(int(bars)), int(combinations))
    return hours(int(size))


def _measure(run: Run, limit: float) -> dict[str, Any]:
    watch = threading.Timer(limit, _give_up, [limit])
    watch.daemon = True
    watch.start()
    first, outcome = _timed(run)  # the first run may compile
    watch.cancel()
    times: list[float] = []
    while first < ONCE_S and _goes_on(times):
        times.append(_timed(run)[0])
    times = times or [first]
    return {
        "first_s": first,
        "runs": len(times),
        "median_s": statistics.median(times),
        "best_s": min(times),
        "peak_mb": _peak_mb(),
        **asdict(outcome),
    }


def _goes_on(times: list[float]) -> bool:
    spent, runs = sum(times), len(times)
    return (spent < BUDGET_S and runs < MOST_RUNS) or (spent < FEW_S and runs < FEW_RUNS)


def _timed(run: Run) -> tuple[float, Outcome | Swept]:
    started = time.perf_counter()
    outcome = run()
    return time.perf_counter() - started, outcome


def _peak_mb() -> float:
    """Return the peak of this process alone; getrusage would include the one that started it."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def _give_up(limit: float) -> None:
    print(json.dumps({"reason": f"a run takes over {limit:.0f} s"}), flush=True)
    os._exit(0)
