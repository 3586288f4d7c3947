"""Starting contestants: which interpreter, which script, how long it took."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from tests.peers import environment

HERE = Path(__file__).resolve().parent / "contestants"
OURS, VECTORBT, BACKTESTING = "tradewright", "vectorbt", "backtesting"
CONTESTANTS = (OURS, VECTORBT, BACKTESTING)


@cache
def interpreter(contestant: str) -> str:
    """Return the Python that `contestant` is installed in."""
    return sys.executable if contestant == OURS else str(environment.python())


def script(contestant: str) -> list[str]:
    """Return the command that `contestant` answers to."""
    return [interpreter(contestant), "-W", "ignore", str(HERE / f"with_{contestant}.py")]


def output(command: list[str]) -> str:
    """Run `command` and return what it printed."""
    quiet = os.environ | {"TQDM_DISABLE": "1"}
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=quiet)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr[-2_000:]}")
    return done.stdout


def measured(contestant: str, bars: int) -> dict[str, Any]:
    """Let `contestant` measure itself, warm, on a walk of so many bars."""
    return json.loads(output([*script(contestant), "warm", str(bars)]).splitlines()[-1])


def wall(command: list[str], times: int = 5) -> float:
    """Return the shortest wall time of whole processes, in seconds, after one that fills caches."""
    output(command)
    return min(_timed(lambda: output(command)) for _ in range(times))


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
