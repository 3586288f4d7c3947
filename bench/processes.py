"""Starting contestants: which script, what it answered, how long it took."""

import json
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.environments import BACKTESTING, OURS, PEERS, VECTORBT, NotInstalled, interpreter

HERE = Path(__file__).resolve().parent / "contestants"
# W1 and W2 are promises, held beside two; W3 to W7 are comparisons with everyone.
CONTESTANTS = (OURS, VECTORBT, BACKTESTING)
EVERYONE = (OURS, *PEERS)
# A contestant ends its own run long before; this is for one that hangs while it prepares.
PATIENCE_S = 330


def script(contestant: str) -> list[str]:
    """Return the command that `contestant` answers to."""
    return [interpreter(contestant), "-W", "ignore", str(HERE / f"with_{contestant}.py")]


def output(command: list[str], **settings: str) -> str:
    """Run `command` with further environment variables and return what it printed."""
    quiet = os.environ | {"TQDM_DISABLE": "1"} | settings
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=quiet, timeout=PATIENCE_S)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr[-2_000:]}")
    return done.stdout


def measured(contestant: str, task: str, size: str, **settings: str) -> dict[str, Any]:
    """Let `contestant` measure itself on a task of the protocol, in a process of its own."""
    return json.loads(output([*script(contestant), task, size], **settings).splitlines()[-1])


def measured_or_why_not(contestant: str, task: str, size: str, **settings: str) -> dict[str, Any]:
    """Return what `measured` does, or the ``reason`` that there is nothing to measure."""
    try:
        return measured(contestant, task, size, **settings)
    except NotInstalled as missing:
        return {"reason": str(missing)}
    except subprocess.TimeoutExpired:
        return {"reason": f"no answer within {PATIENCE_S} s"}
    except RuntimeError as failure:
        return {"reason": f"failed: {str(failure).strip().splitlines()[-1]}"}


def wall(command: list[str], times: int = 5) -> float:
    """Return the shortest wall time of whole processes, in seconds, after one that fills caches."""
    output(command)
    return min(_timed(lambda: output(command)) for _ in range(times))


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
