"""The protocol runs in the peers' environments as a plain script, so it is tested as one."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import bench.processes

CONTESTANT = """
import time
import protocol
from protocol import Outcome, answer, cannot

protocol.LIMIT_S = 0.2
protocol.BUDGET_S = 0.0
runs = []

def count(arrays):
    def run():
        runs.append(len(arrays["close"]))
        return Outcome(float(sum(runs)), len(runs))
    return run

answer({"events": count, "brackets": cannot("no brackets"), "portfolio": lambda _: lambda: time.sleep(5)})
"""


def asked(folder: Path, task: str, size: str) -> dict[str, Any]:
    script = folder / "contestant.py"
    script.write_text(CONTESTANT)
    path = os.environ | {"PYTHONPATH": str(bench.processes.HERE)}
    command = [sys.executable, str(script), task, size]
    done = subprocess.run(command, env=path, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def test_answer_measures_the_first_run_and_a_few_more_on_prices_of_the_size_asked(tmp_path: Path):
    found = asked(tmp_path, "events", "70")

    # The outcome is that of the first run; of a run that takes no time there are three more.
    assert (found["equity"], found["trades"], found["runs"]) == (70.0, 1, 3)
    assert 0 <= found["best_s"] <= found["median_s"]
    assert found["peak_mb"] > 1


def test_answer_of_what_a_contestant_cannot_do_is_the_reason(tmp_path: Path):
    assert asked(tmp_path, "brackets", "10") == {"reason": "no brackets"}


def test_answer_of_a_run_over_the_limit_says_so(tmp_path: Path):
    assert "a run takes over" in asked(tmp_path, "portfolio", "1x10")["reason"]
