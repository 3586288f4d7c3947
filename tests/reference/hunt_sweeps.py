"""Hunt for sweeps that differ from runs: ``python -m tests.reference.hunt_sweeps --runs N --seed S``.

Runs from event to event are held against runs bar by bar, and the scores of drawn sweeps against single runs.
The first that differ are printed, runs made smaller before.
"""

import argparse
import re
import sys
from collections.abc import Callable

import numpy as np

from tests.drawn import BySeed, Drawn
from tests.reference.hunt import described
from tests.reference.smaller import smaller
from tests.swept.fills import compare as compare_fills
from tests.swept.fills import expressed, run_by, without_journal
from tests.swept.scores import compare as compare_scores
from tests.swept.subjects import Sweep, drawn_sweep


def wrong_run(run: Drawn) -> list[str]:
    """Where a run from event to event differs from bar by bar, or from itself without a journal."""
    found = compare_fills(run)
    if not found and without_journal(run).tobytes() != expressed(run).totals.tobytes():
        found = ["journal: the run adds up otherwise without one"]
    return found


def _kind(text: str) -> str:
    """``fill``, ``capped`` ...: what is said before the numbers."""
    return re.sub(r"[\d\W]+", " ", text.split(":", maxsplit=1)[0])


def report_run(seed: int, run: Drawn, found: list[str]) -> str:
    """Return a run that differs, made smaller, as text that it can be made from again."""
    kind = _kind(found[0])
    run = smaller(run, lambda other: kind in {_kind(text) for text in wrong_run(other)})
    return "\n".join([f"==== run {seed}", described(run), "", *wrong_run(run)])


def report_sweep(seed: int, sweep: Sweep, found: list[str]) -> str:
    """Return a sweep that differs as text, with the first of what differs."""
    bars, question = sweep.bars, sweep.question
    lines = [f"==== sweep {seed}", f"strategy {sweep.source!r}", f"parameters {sweep.params}"]
    lines += [f"bars {bars!r} of {bars.instrument!r}", f"rules {question.rules} from {question.start} to"]
    lines[-1] += f" {question.end}, risk-free {question.risk_free}, world {question.world.to_dict()}"
    lines += [f"axes {sweep.axes}", f"memory {sweep.memory:,}", f"{len(found)} differ:", *found[:12]]
    return "\n".join(lines)


def hunted_runs(seed: int) -> str:
    run = run_by(seed, beside=seed % 3 == 0)
    found = wrong_run(run)
    return report_run(seed, run, found) if found else ""


def hunted_sweeps(seed: int) -> str:
    sweep = drawn_sweep(BySeed(np.random.default_rng(seed)))
    found = compare_scores(sweep)
    return report_sweep(seed, sweep, found) if found else ""


def hunt(runs: int, seed: int, most: int, look: Callable[[int], str]) -> int:
    """Look at `runs` seeds; print the first that differ, and return how many do, at most `most`."""
    found = 0
    for number in range(seed, seed + runs):
        said = look(number)
        if said:
            found += 1
            print(f"\n{said}", flush=True)  # noqa: T201 - a tool's output
            if found >= most:
                break
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1_000, help="of each kind")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--most", type=int, default=1, help="of each kind that differ before stopping")
    parser.add_argument("--only", choices=["runs", "sweeps"])
    options = parser.parse_args()
    total = 0
    for name, look in (("runs", hunted_runs), ("sweeps", hunted_sweeps)):
        if options.only in {None, name}:
            found = hunt(options.runs, options.seed, options.most, look)
            total += found
            print(f"{options.runs} {name}, {found or 'none'} that differ")  # noqa: T201
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
