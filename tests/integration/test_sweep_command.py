"""``tradewright sweep`` as a user types it: the numbers of single runs, stops and resumptions, mistakes."""

import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.commands import prices, run_json
from tradewright.entrypoints.cli.main import exit_code

__all__ = ["prices"]
GRID = ("--grid", "fast=2..12:5", "--grid", "slow=20,40", "--grid", "stop_loss=none,2,1.5atr")


def words(prices: Path, *more: str) -> list[str]:
    return ["sweep", "ma_crossover", "--data", str(prices), *more]


def test_best_is_what_its_own_backtest_says(prices, capsys):
    answer = run_json(capsys, *words(prices, *GRID, "--fee", "0.002", "--direction", "both"))
    assert answer["sweep"]["size"] == 18
    best = answer["best"]["rows"]
    assert len(best) == 18
    sharpes = [row["metrics"]["sharpe"] for row in best]
    assert sharpes == sorted(sharpes, reverse=True)
    for row in (best[0], best[7], best[-1]):
        values = row["values"]
        exits = [] if values["stop_loss"] is None else ["--stop-loss", values["stop_loss"]]
        alone = run_json(
            capsys, "backtest", "ma_crossover", "--data", str(prices), "--no-keep", "--fee", "0.002",
            "--direction", "both", "--param", f"fast={values['fast']}", "--param", f"slow={values['slow']}",
            *exits,
        )  # fmt: skip
        for name, score in row["metrics"].items():
            expected = alone["metrics"][name]
            assert score == (expected and pytest.approx(expected, rel=1e-9, abs=1e-12)), name


def test_next_step_that_is_suggested_runs(prices, capsys):
    assert (
        exit_code(words(prices, "--grid", "fast=2..12:5", "--grid", "stop_loss=2,3", "--param", "slow=40"))
        == 0
    )
    page = capsys.readouterr().out
    line = next(line for line in page.splitlines() if "tradewright backtest" in line)
    typed = shlex.split(line.partition("#")[0])[1:]
    run = run_json(capsys, *typed, "--no-keep")
    assert f"{run['metrics']['sharpe']:.2f}" in page


def test_same_command_goes_on_with_the_folder(prices, capsys, tmp_path):
    folder = tmp_path / "scores"
    alone = run_json(capsys, *words(prices, *GRID))
    first = run_json(capsys, *words(prices, *GRID, "--folder", str(folder)))
    again = run_json(capsys, *words(prices, *GRID, "--folder", str(folder)))
    hashes = {answer["sweep"]["result_hash"] for answer in (alone, first, again)}
    assert len(hashes) == 1
    assert first["sweep"]["folder"] == str(folder)


def test_other_sweep_s_folder_is_refused_and_fresh_begins_anew(prices, capsys, tmp_path):
    folder = tmp_path / "scores"
    run_json(capsys, *words(prices, *GRID, "--folder", str(folder)))
    other = words(prices, "--grid", "fast=3,4", "--folder", str(folder))
    assert exit_code(other) == 2
    assert "E_SWEEP_FOLDER" in capsys.readouterr().err
    assert run_json(capsys, *other, "--fresh")["sweep"]["size"] == 2
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    assert exit_code(words(prices, *GRID, "--folder", str(tmp_path / "mine"), "--fresh")) == 2
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


@pytest.mark.parametrize("executor", ["threads:1", "threads:2", "processes:2"])
def test_executors_and_memory_change_nothing(executor, prices, capsys):
    plain = run_json(capsys, *words(prices, *GRID))
    other = run_json(capsys, *words(prices, *GRID, "--executor", executor, "--memory", "300MB"))
    assert other["sweep"]["result_hash"] == plain["sweep"]["result_hash"]
    assert other["best"] == plain["best"]


def test_samples_are_the_same_for_the_same_seed(prices, capsys):
    drawn = ("--grid", "fast=2..30", "--grid", "stop_loss=0.5..5", "--samples", "20", "--method", "sobol")
    first, again = (run_json(capsys, *words(prices, *drawn, "--seed", "4")) for _ in range(2))
    other = run_json(capsys, *words(prices, *drawn, "--seed", "5"))
    assert first["sweep"]["scored"] == 20
    assert first["best"] == again["best"] != other["best"]


def test_conditions_leave_out_and_are_counted(prices, capsys):
    answer = run_json(
        capsys, *words(prices, "--grid", "fast=2..6", "--grid", "slow=10,20", "--where", "fast * 4 <= slow")
    )
    assert answer["sweep"]["excluded"] == 5
    assert all(row["values"]["fast"] * 4 <= row["values"]["slow"] for row in answer["best"]["rows"])


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--grid", "fsat=2..6"], "Did you mean 'fast'"),
        (["--grid", "fast=1..1e6", "--grid", "slow=1..1e6"], "1,000,000,000,000 combinations"),
        (["--grid", "fast=9..2"], "begins above its end"),
        (["--grid", "fast=2..6", "--where", "fast > 10"], "excludes every one of the 5 combinations"),
        (["--grid", "fast=2..6", "--where", "fast < slwo"], "Did you mean 'slow'"),
        (["--grid", "fast=2..6", "--metrics", "sharp"], "Did you mean 'sharpe'"),
        (["--grid", "fast=2..6", "--executor", "thread"], "threads"),
        (["--grid", "fast=2..6", "--memory", "much"], "much"),
        (["--grid", "stop_loss=2,nothing"], "nothing"),
        (["--grid", "fast=2..6", "--samples", "6"], "there are 5 different combinations"),
    ],
)
def test_mistakes_end_with_2_before_anything_runs(more, told, prices, capsys):
    assert exit_code(words(prices, *more)) == 2
    said = capsys.readouterr()
    assert told in said.err
    assert said.out == ""


@pytest.mark.slow
def test_ctrl_c_stops_and_the_same_command_comes_to_the_same(tmp_path, capsys):
    grid = [
        "--grid",
        "fast=2..150",
        "--grid",
        "slow=2..150",
        "--grid",
        "stop_loss=1..8",
        "--where",
        "fast < slow",
    ]
    typed = [
        "sweep",
        "ma_crossover",
        "--data",
        "sample:GOOG",
        *grid,
        "--folder",
        str(tmp_path / "scores"),
        "--json",
    ]
    process = subprocess.Popen(
        [str(Path(sys.executable).parent / "tradewright"), *typed],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "COLUMNS": "300"},
    )  # fmt: skip
    until = time.monotonic() + 120
    while time.monotonic() < until and len(list((tmp_path / "scores").glob("*.parquet"))) < 2:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    if process.returncode == 0:
        pytest.skip("it was done before it could be stopped")
    assert process.returncode == 130
    assert out == ""
    assert "E_CANCELLED" in err
    line = next(line for line in err.splitlines() if "tradewright sweep" in line)
    resumed = run_json(capsys, *[word for word in shlex.split(line)[1:] if word != "--json"])
    whole = run_json(capsys, *typed[:-3])
    assert resumed["sweep"]["result_hash"] == whole["sweep"]["result_hash"]
    assert resumed["best"] == whole["best"]
