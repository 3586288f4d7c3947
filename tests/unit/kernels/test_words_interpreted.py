"""Words and borrowed arrays mean the same where nothing is compiled."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

FILES = (
    "test_bits.py",
    "test_borrowed.py",
    "test_word_compare.py",
    "test_word_logic.py",
    "test_word_program.py",
)
# The address of an array is asked for by compiled code alone; sizes of compiled records have no meaning.
COMPILED = "not is_where_its_array_is and not size_in_compiled_code"


@pytest.mark.slow
def test_words_and_borrowed_arrays_are_the_same_without_a_compiler() -> None:
    here = Path(__file__).parent
    # numpy warns of infinities where compiled code does not.
    quiet = ["-W", "ignore::RuntimeWarning"]
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-k", COMPILED, *quiet]
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *(str(here / name) for name in FILES)],
        cwd=here.parents[2],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-4_000:] + ran.stderr[-2_000:]
    assert " passed" in ran.stdout
