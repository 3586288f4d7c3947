"""The rules of the house hold here, and they catch what they are for."""

import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

from tools.house_rules.__main__ import violations
from tools.licences import licence, locked, needed_by, permits

ROOT = Path(__file__).resolve().parents[2]
ROOMS = [
    "compute",
    "core",
    "data",
    "engine",
    "entrypoints",
    "kernels",
    "library",
    "metrics",
    "modules",
    "reports",
    "research",
    "strategy",
]
# What the contracts name must exist, so the smallest house has these.
SMALLEST_HOUSE = {
    **{f"{room}/__init__.py": "" for room in ROOMS},
    "__init__.py": "",
    "kernels/__init__.py": "import llvmlite\nimport numba\n",
    "compute/dask/__init__.py": "import distributed\n",
    "core/frames.py": "import pandas\nimport polars\n",
    "entrypoints/cli.py": "import rich\nimport typer\n",
    "modules/trend/__init__.py": "",
    "modules/trend/adx.py": "",
    "modules/momentum/__init__.py": "",
    "modules/momentum/roc.py": "",
    "data/sources/__init__.py": "",
    "data/sources/yahoo.py": "",
    "data/sources/stooq.py": "",
}
PLANTED = {
    "a floor below": ("core/bars.py", "tradewright.engine"),
    "a sibling": ("metrics/ratios.py", "tradewright.strategy"),
    "the engine": ("compute/threads.py", "tradewright.engine"),
    "another module": ("modules/trend/adx.py", "tradewright.modules.momentum.roc"),
    "another source": ("data/sources/yahoo.py", "tradewright.data.sources.stooq"),
    "numba": ("engine/walk.py", "numba"),
    "a data frame": ("metrics/table.py", "polars"),
    "the terminal": ("library/show.py", "rich"),
    "the cluster": ("library/away.py", "distributed"),
}


def lint(folder: Path, files: dict[str, str]) -> subprocess.CompletedProcess[str]:
    for name, text in files.items():
        path = folder / "tradewright" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    program = "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"
    options = ["--config", str(ROOT / "pyproject.toml"), "--no-cache", "--no-logo"]
    return subprocess.run(
        [sys.executable, "-c", program, *options],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_this_tree_keeps_the_house_rules():
    assert [str(violation) for violation in violations(ROOT)] == []


def test_floors_accept_the_smallest_house(tmp_path):
    result = lint(tmp_path, SMALLEST_HOUSE)

    assert result.returncode == 0, result.stdout + result.stderr


def test_floors_catch_every_planted_import(tmp_path):
    planted = {path: f"import {target}\n" for path, target in PLANTED.values()}

    result = lint(tmp_path, SMALLEST_HOUSE | planted)

    assert result.returncode == 1
    for path, target in PLANTED.values():
        importer = "tradewright." + path.removesuffix(".py").replace("/", ".")
        assert f"{importer} -> {target} (l.1)" in result.stdout


def test_floors_catch_a_room_that_no_floor_names(tmp_path):
    result = lint(tmp_path, SMALLEST_HOUSE | {"basement/__init__.py": ""})

    assert result.returncode == 1
    assert "basement" in result.stdout


def test_run_time_packages_have_permissive_licences():
    refused: dict[str, str] = {}
    for name in locked(ROOT / "requirements" / "run.txt"):
        try:
            found = licence(distribution(name))
        except PackageNotFoundError:  # locked for another system or Python
            continue
        if not permits(found):
            refused[name] = found

    assert refused == {}


def test_packages_of_the_extra_for_clusters_have_permissive_licences():
    needed = needed_by("distributed")

    assert {"dask", "cloudpickle", "tornado"} <= needed
    assert [name for name in needed if not permits(licence(distribution(name)))] == []


@pytest.mark.parametrize(
    "expression", ["MIT", "Apache-2.0 OR GPL-3.0-only", "BSD-2-Clause AND Apache-2.0 WITH LLVM-exception"]
)
def test_licence_with_a_permitted_choice_is_permitted(expression):
    assert permits(expression)


@pytest.mark.parametrize(
    "expression", ["", "GPL-3.0-only", "AGPL-3.0-or-later", "MIT AND GPL-2.0-only", "Proprietary"]
)
def test_licence_without_a_permitted_choice_is_refused(expression):
    assert not permits(expression)


@pytest.mark.parametrize("lock", ["run", "dev"])
def test_lock_pins_by_hash_and_names_no_registry(lock):
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    pins = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]

    assert all("==" in pin and pin.endswith("\\") for pin in pins)
    assert "://" not in text
    assert "index" not in text


def test_dev_lock_holds_every_pin_of_the_run_lock():
    run, dev = (
        {
            line.split(" ")[0]
            for line in (ROOT / "requirements" / f"{name}.txt").read_text().splitlines()
            if "==" in line
        }
        for name in ("run", "dev")
    )

    assert run <= dev
