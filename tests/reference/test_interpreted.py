"""The engine as plain Python does what the compiled engine does: every scenario holds for both."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
def test_scenarios_hold_for_the_engine_without_a_compiler() -> None:
    here = Path(__file__).parent
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-k", "production", "-m", "not slow"]
    files = sorted([*here.glob("test_scenarios_*.py"), *here.glob("scenarios/test_*.py")])
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *map(str, files)],
        cwd=here.parent.parent,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTEST_ADDOPTS": "", "ENGINE": ""},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-4_000:] + ran.stderr[-2_000:]
    assert " passed" in ran.stdout
