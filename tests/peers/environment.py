"""The peers' own environment: `.envs/peers`, made from a hashed lock when a test first needs it.

They are kept apart because one of them is AGPL and both pin what we do not: their code runs in another
process, and only arrays and numbers come back.
"""

import fcntl
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from tradewright.core.bars import Bars

HERE = Path(__file__).resolve().parent
LOCK = HERE / "requirements.txt"
HOME = HERE.parent.parent / ".envs"
PLACE = HOME / "peers"


def python() -> Path:
    """Return the peers' interpreter, installing them first where that was not done yet."""
    stamp = PLACE / f".installed-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]}"
    interpreter = PLACE / "bin" / "python"
    with _one_at_a_time():
        if not stamp.exists():
            _call([sys.executable, "-m", "venv", "--clear", str(PLACE)])
            pip = [str(interpreter), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            _call([*pip, "--require-hashes", "--requirement", str(LOCK)])
            stamp.touch()
    return interpreter


def ask(
    script: Path, folder: Path, series: Mapping[str, Bars], questions: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Put `questions` to a peer's `script`, all in one process, and return its answers in order.

    Parameters
    ----------
    script
        A file that ends in ``answer_all``.
    folder
        Where the bars may be put.
    series
        Bars by name; each question names its own under ``bars``.
    """
    data = folder / "bars.npz"
    columns = {
        f"{name}:{column}": values
        for name, bars in series.items()
        for column, values in {"time": bars.time, **bars.columns}.items()
    }
    np.savez(data, allow_pickle=False, **columns)
    return json.loads(_call([str(python()), "-W", "ignore", str(script), str(data), json.dumps(questions)]))


def _call(command: list[str]) -> str:
    environment = os.environ | {"PIP_NO_INPUT": "1", "PYTHONNOUSERSITE": "1"}
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr[-3_000:]}")
    return done.stdout


@contextmanager
def _one_at_a_time() -> Generator[None]:
    """Let the tests of a second process wait until the first has installed."""
    HOME.mkdir(exist_ok=True)
    with (HOME / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
