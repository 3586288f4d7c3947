"""`python -m bench [w1 ... w9]`: the measurements, one after the other, on an otherwise quiet machine."""

import os
import platform
import sys
from pathlib import Path

from bench import (
    w1_single_run,
    w2_cold_start,
    w3_brackets,
    w4_portfolio,
    w5_events,
    w6_pairs,
    w7_stops_and_targets,
    w8_document,
    w9_executors,
)
from bench.environments import OURS, NotInstalled, interpreter, version
from bench.processes import EVERYONE, output

WORKLOADS = {
    "w1": w1_single_run.main,
    "w2": w2_cold_start.main,
    "w3": w3_brackets.main,
    "w4": w4_portfolio.main,
    "w5": w5_events.main,
    "w6": w6_pairs.main,
    "w7": w7_stops_and_targets.main,
    "w8": w8_document.main,
    "w9": w9_executors.main,
}


def main(asked: list[str]) -> None:
    """Print where we are, then each table that was asked for, or all."""
    if unknown := [name for name in asked if name not in WORKLOADS]:
        raise SystemExit(f"No workload {unknown[0]}; there are {', '.join(WORKLOADS)}.")
    load = os.getloadavg()[0]
    print(f"{platform.machine()}, {os.cpu_count()} CPUs, Python {platform.python_version()}, load {load:.1f}")
    if load > 1:
        print("The machine is busy: times will be too long.")
    print(", ".join(_named(name) for name in EVERYONE))
    output([str(Path(interpreter(OURS)).with_name("tradewright")), "warm"])
    for name in asked or WORKLOADS:
        WORKLOADS[name]()


def _named(contestant: str) -> str:
    try:
        return f"{contestant} {version(contestant)}"
    except NotInstalled:
        return f"{contestant} (not installed)"


if __name__ == "__main__":
    main(sys.argv[1:])
