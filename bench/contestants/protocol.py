"""How each contestant is asked: `<script> warm <bars>` or `<script> cold <csv>`; one JSON line out.

Runs in every environment, so it needs numpy and nothing of ours.
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

MINUTE = 60_000_000_000
BUDGET_S = 3.0
# So small that ten thousand trades leave enough for whole shares, the only ones that one contestant knows.
FEE = 1e-5


def walk(n: int) -> dict[str, Any]:
    """Return `n` one-minute bars of a seeded random walk as arrays."""
    random = np.random.default_rng(1)
    close = 100 * np.exp(np.cumsum(random.normal(0, 1e-4, n)))
    opening = np.concatenate([[100.0], close[:-1]])
    reach = np.abs(random.normal(0, 5e-5, (2, n)))
    return {
        "time": np.datetime64("2020-01-01", "ns").astype(np.int64) + MINUTE * np.arange(n),
        "open": opening,
        "high": np.maximum(opening, close) * (1 + reach[0]),
        "low": np.minimum(opening, close) * (1 - reach[1]),
        "close": close,
        "volume": np.full(n, 1.0),
    }


def write_csv(path: str, n: int) -> None:
    """Write the walk as a file that every contestant reads."""
    bars = walk(n)
    stamps = bars["time"].astype("datetime64[ns]").astype("datetime64[s]")
    names = ("open", "high", "low", "close", "volume")
    with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123 - a plain file in every Python
        file.write("timestamp,open,high,low,close,volume\n")
        for i, stamp in enumerate(stamps):
            file.write(f"{stamp}," + ",".join(f"{bars[name][i]:.6f}" for name in names) + "\n")


def answer(prepare: Callable[[dict[str, Any]], Callable[[], int]], cold: Callable[[str], object]) -> None:
    """Measure what the command line asks for.

    Parameters
    ----------
    prepare
        From bar arrays to a function that runs once, metrics included, and returns the trade count.
    cold
        Reads a file, runs, prints.
    """
    task, what = sys.argv[1:3]
    if task == "cold":
        cold(what)
        return
    run = prepare(walk(int(what)))
    started = time.perf_counter()
    trades = run()  # the first run may compile
    first = time.perf_counter() - started
    best, spent = first, 0.0
    while spent < BUDGET_S:
        started = time.perf_counter()
        run()
        took = time.perf_counter() - started
        best, spent = min(best, took), spent + took
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"best_s": best, "first_s": first, "peak_mb": peak_mb, "trades": trades}))
