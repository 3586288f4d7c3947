"""``tradewright optimize`` as a user types it: the numbers of single runs, stops, mistakes."""

import json
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import tradewright as tw
from tests.commands import prices, run_json
from tradewright.data.trials.ledger import FILE, TrialLedger
from tradewright.entrypoints.cli.main import exit_code

__all__ = ["prices"]
SPACE = ("--space", "fast=2..12", "--space", "slow=14..40", "--space", "stop_loss=1.0..4.0atr")


def words(prices: Path, *more: str) -> list[str]:
    return ["optimize", "ma_crossover", "--data", str(prices), *more]


@pytest.mark.parametrize("method", ["random", "tpe"])
def test_best_is_what_its_own_command_says(method, prices, capsys):
    more = ("--method", method, "--trials", "24", "--fee", "0.002", "--direction", "both", "--seed", "3")
    answer = run_json(capsys, *words(prices, *SPACE, *more))
    assert answer["search"]["searched"] == 24
    (best,) = answer["best"]["rows"]
    typed = shlex.split(best["command"])[1:]
    alone = run_json(capsys, *typed, "--no-keep")
    for name, score in best["metrics"].items():
        expected = alone["metrics"][name]
        assert score == (expected and pytest.approx(expected, rel=1e-9, abs=1e-12)), name
    assert best["plateau"]["sharpe"] is not None
    assert set(answer["importance"]["shares"]) == {"fast", "slow", "stop_loss"}


def test_grid_finds_what_a_sweep_finds(prices, capsys):
    ranges = ("fast=2..12:5", "slow=20,40", "stop_loss=none,2,1.5atr")
    space = [word for text in ranges for word in ("--space", text)]
    grid = [word for text in ranges for word in ("--grid", text)]
    found = run_json(capsys, *words(prices, *space, "--method", "grid"))["best"]["rows"][0]
    swept = run_json(capsys, "sweep", "ma_crossover", "--data", str(prices), *grid)["best"]["rows"][0]
    assert found["params"] == swept["values"]
    assert found["metrics"] == swept["metrics"]


def test_front_keeps_to_constraints_and_conditions(prices, capsys):
    more = ("--objective", "total_return", "--objective", "min exposure", "--constraint", "trades >= 3")
    drawn = ("--where", "fast * 3 < slow", "--method", "sobol", "--trials", "40")
    rows = run_json(capsys, *words(prices, *SPACE, *more, *drawn))["best"]["rows"]
    returns = [row["metrics"]["total_return"] for row in rows]
    exposures = [row["metrics"]["exposure"] for row in rows]
    assert returns == sorted(returns, reverse=True)
    assert exposures == sorted(exposures, reverse=True)
    assert all(row["metrics"]["trades"] >= 3 for row in rows)
    assert all(row["params"]["fast"] * 3 < row["params"]["slow"] for row in rows)


@pytest.mark.parametrize("executor", ["threads:1", "threads:2"])
def test_executors_change_nothing(executor, prices, capsys):
    searches = (words(prices, *SPACE, "--trials", "20", *more) for more in ((), ("--executor", executor)))
    plain, other = (run_json(capsys, *search) for search in searches)
    assert plain["best"]["rows"][0]["params"] == other["best"]["rows"][0]["params"]
    assert plain["importance"] == other["importance"]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--space", "fsat=2..6"], "Did you mean 'fast'"),
        (["--space", "fast=9..2"], "begins above its end"),
        (["--space", "fast=2..6", "--where", "fast > 10"], "keeps no combination"),
        (["--space", "fast=2..6", "--where", "fast < slwo"], "Did you mean 'slow'"),
        (["--space", "fast=2..6", "--constraint", "trade > 3"], "Did you mean 'trades'"),
        (["--space", "fast=2..6", "--objective", "exposure"], "Say 'max exposure' or 'min exposure'"),
        (["--space", "fee=0.0..0.1", "--method", "grid"], "a grid needs values or steps"),
        (["--space", "fast=2..6", "--executor", "thread"], "threads"),
        (["--space", "stop_loss=2,nothing"], "nothing"),
        (["--space", "fast=2..6", "--trials", "0"], "trials is 0"),
    ],
)
def test_mistakes_end_with_2_before_anything_runs(more, told, prices, capsys):
    assert exit_code(words(prices, *more)) == 2
    said = capsys.readouterr()
    assert told in said.err
    assert said.out == ""


@pytest.mark.slow
def test_ctrl_c_prints_what_was_found_and_counts_it(tmp_path):
    home = tmp_path / "home"
    typed = [
        "optimize", "ma_crossover", "--data", "sample:GOOG",
        "--space", "fast=2..60", "--space", "slow=61..300",
        "--method", "random", "--trials", "12000", "--batch", "4", "--metrics", "ulcer_index", "--json",
    ]  # fmt: skip
    process = subprocess.Popen(
        [str(Path(sys.executable).parent / "tradewright"), *typed],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "TRADEWRIGHT_HOME": str(home)},
    )  # fmt: skip
    assert process.stderr is not None
    line = process.stderr.readline()
    while "scoring" not in line and process.poll() is None:
        line = process.stderr.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    if process.returncode == 0:
        pytest.skip("it was done before it could be stopped")
    assert process.returncode == 130
    answer = json.loads(out)
    assert answer["search"]["cancelled"]
    assert 0 < answer["search"]["searched"] < 12_000
    assert answer["best"]["rows"][0]["metrics"]["sharpe"] is not None
    assert "E_CANCELLED" in err
    counted = TrialLedger(home / FILE).trials(tw.sample("GOOG").checksum)
    assert counted.count == answer["search"]["scored"]
