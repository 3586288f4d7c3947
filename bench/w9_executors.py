"""W9: the document of W8 on threads, on processes, and on a Dask scheduler with one and with two workers."""

import tempfile
from pathlib import Path
from typing import Any

from bench.contestants.sweeps import SHOWN_RULES
from bench.environments import OURS
from bench.processes import measured_or_why_not
from bench.sweeping import Line, show
from tests.clusters import cluster

BARS, SIZE = 50_000, 1_000_000
TITLE = f"""W9  ours: {SIZE:,} combinations of the document of W8, {BARS:,} bars, by executor
  Scheduler and workers are processes of this machine, started before and stopped after; a worker has one
  thread. Processes are started in each run. Memory is that of the process that asks."""
HERE = ("threads:1", "threads:2", "processes:2")
WORKERS = (1, 2)


def main() -> None:
    """Measure and print."""
    lines = [Line(url, BARS, _on(url)) for url in HERE]
    for workers in WORKERS:
        with tempfile.TemporaryDirectory() as folder, cluster(Path(folder), workers) as found:
            lines.append(Line(f"dask, workers: {workers}", BARS, _on(found.address)))
    show(TITLE, lines, SHOWN_RULES, "/ first")


def _on(url: str) -> dict[str, Any]:
    return measured_or_why_not(OURS, "sweep_rules", f"{BARS}x{SIZE}", TRADEWRIGHT_COMPUTE_URL=url)


if __name__ == "__main__":
    main()
