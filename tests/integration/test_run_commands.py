"""Runs on the command line: kept by themselves, found, compared, run again, taken elsewhere, deleted."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.test_command_line import CROSS, prices, run_json  # noqa: F401 - prices is a fixture
from tradewright.entrypoints.cli.main import exit_code
from tradewright.library.runs.shelf import RunShelf

SCRIPT = Path(sys.executable).with_name("tradewright")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("TRADEWRIGHT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def run_page(capsys, *words, code=0):
    """Run a command; return what it printed on stdout and stderr."""
    assert exit_code(list(words)) == code
    return capsys.readouterr()


@pytest.fixture
def two(prices, capsys):  # noqa: F811 - the fixture imported above
    """Two kept runs, `slow` and, as the last, `quick`; returns their fingerprints."""
    found = []
    for name, slow in (("slow", "40"), ("quick", "20")):
        words = [
            "backtest",
            "ma_crossover",
            "--data",
            str(prices),
            "--param",
            "fast=5",
            "--param",
            f"slow={slow}",
        ]
        found.append(run_json(capsys, *words, "--name", name)["run"]["fingerprint"])
    return found


def test_backtest_is_kept_once_however_often_and_found_as_last(prices, capsys):  # noqa: F811
    words = ("backtest", "ma_crossover", "--data", str(prices), *CROSS)
    run = run_json(capsys, *words)
    run_json(capsys, *words)
    listed = run_json(capsys, "list")
    assert [card["fingerprint"] for card in listed["runs"]] == [run["run"]["fingerprint"]]
    assert run_json(capsys, "show", "last") == run
    assert run_json(capsys, "show", run["run"]["fingerprint"][:6]) == run


def test_backtest_with_no_keep_leaves_nothing(prices, capsys, home):  # noqa: F811
    run_page(capsys, "backtest", "ma_crossover", "--data", str(prices), *CROSS, "--no-keep")
    assert not home.exists()


def test_backtest_that_cannot_be_kept_still_gives_its_result(prices, capsys, monkeypatch):  # noqa: F811
    monkeypatch.setenv("TRADEWRIGHT_HOME", f"{prices}/under/a/file")
    said = run_page(capsys, "backtest", "ma_crossover", "--data", str(prices), *CROSS, "--json")
    assert json.loads(said.out)["metrics"]["trades"] > 0
    assert said.err.startswith("! the run is not kept: E_WRITE")
    assert "TRADEWRIGHT_HOME" in said.err


def test_backtest_prints_before_it_keeps(prices):  # noqa: F811
    code = (
        "import sys\n"
        "from tradewright.library.run_view import RunView\n"
        "from tradewright.entrypoints.cli.main import exit_code\n"
        "RunView.keep = lambda *_: sys.stdout.write('KEPT')\n"
        f"exit_code(['backtest', 'ma_crossover', '--data', {str(prices)!r}, '--json'])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("}\nKEPT")


def test_backtest_misspelt_strategy_is_told_before_anything_slow(tmp_path):
    environment = {"XDG_CACHE_HOME": str(tmp_path), "HOME": str(tmp_path)}
    words = [SCRIPT, "backtest", "ma_crosover", "--data", "sample:GOOG"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 2
    assert done.stderr.startswith("E_STRATEGY")
    assert "preparing" not in done.stderr


def test_out_writes_a_report_beside_the_folder_or_alone(prices, tmp_path, capsys):  # noqa: F811
    words = ("backtest", "ma_crossover", "--data", str(prices), *CROSS)
    run_page(capsys, *words, "--out", str(tmp_path / "a" / "run"))
    assert (tmp_path / "a" / "run" / "run.json").is_file()
    page = (tmp_path / "a" / "run.html").read_text()
    assert page.casefold().startswith("<!doctype html>")
    run_page(capsys, *words, "--out", str(tmp_path / "b" / "page.html"))
    assert [path.name for path in (tmp_path / "b").iterdir()] == ["page.html"]
    run_page(capsys, *words, "--out", str(tmp_path / "c" / "PAGE.HTM"))
    assert [path.name for path in (tmp_path / "c").iterdir()] == ["PAGE.HTM"]


def test_out_that_is_taken_is_told_before_the_work(prices, tmp_path, capsys):  # noqa: F811
    (tmp_path / "page.html").write_text("mine")
    words = ("backtest", "ma_crossover", "--data", str(prices), "--out", str(tmp_path / "page.html"))
    said = run_page(capsys, *words, code=2)
    assert said.out == ""
    assert said.err.startswith("E_PAGE_EXISTS")
    assert (tmp_path / "page.html").read_text() == "mine"


def test_list_shows_names_results_and_what_is_damaged(two, capsys):
    shelf = RunShelf()
    (shelf.root / two[0] / "equity.npz").unlink()
    page = run_page(capsys, "list").out
    assert page.index("quick") < page.index("slow")
    assert f"! {two[0][:8]}: equity.npz missing" in page
    assert two[1][:8] in page


def test_list_finds_by_strategy_and_symbol_or_names_the_nearest(two, capsys):
    assert len(run_json(capsys, "list", "--strategy", "ma_crossover", "--symbol", "swing")["runs"]) == 2
    said = run_page(capsys, "list", "--strategy", "ma_crosover")
    assert (said.out, "ma_crossover" in said.err) == ("", True)
    assert run_json(capsys, "list", "--strategy", "momentum") == {"runs": [], "total": 0}


def test_list_without_any_run_says_how_to_get_one(capsys):
    assert "backtest" in run_page(capsys, "list").err


def test_list_loads_nothing_heavy(two):
    code = (
        "import sys\n"
        "from tradewright.entrypoints.cli.main import exit_code\n"
        "exit_code(['list'])\n"
        "heavy = {'numba', 'pandas', 'polars', 'numpy'} & set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_backtest_and_show_of_a_kept_run_load_no_frames(prices):  # noqa: F811
    code = (
        "import sys\n"
        "from tradewright.entrypoints.cli.main import exit_code\n"
        f"codes = [exit_code(['backtest', 'ma_crossover', '--data', {str(prices)!r}])]\n"
        "codes.append(exit_code(['show', 'last']))\n"
        "frames = {'pandas', 'polars', 'pyarrow'} & set(sys.modules)\n"
        "sys.exit(f'{codes}, imported {frames}' if frames or any(codes) else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_compare_tells_difference_then_metrics_then_where_they_part(two, capsys):
    page = run_page(capsys, "compare", "slow", "quick").out
    assert page.index("slow  ") < page.index("Total return") < page.index("part at fill")
    told = run_json(capsys, "compare", "slow", "quick")
    assert [(row["name"], row["values"]) for row in told["differences"]] == [("slow", [40, 20])]
    assert told["same_result"] is False
    assert told["fills"][0]["first_difference"] is not None


def test_compare_marks_the_better_only_where_they_differ(two, capsys):
    page = run_page(capsys, "compare", "slow", "quick").out
    lines = {line.split("  ")[0]: line for line in page.splitlines()}
    assert lines["Total return"].count("*") == 1
    assert lines["Buy and hold"].count("*") == 0
    assert "*" not in run_page(capsys, "compare", "slow", "slow").out


def test_compare_of_many_runs_fits_a_narrow_terminal(two, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    page = run_page(capsys, "compare", *(["slow", "quick"] * 4)).out
    table = page.split("* better")[0]
    assert max(map(len, table.splitlines())) <= 60
    assert table.count("Total return") > 2


def test_reproduce_after_the_file_is_gone(two, prices, capsys):  # noqa: F811
    prices.unlink()
    page = run_page(capsys, "reproduce", "slow").out
    assert page.startswith("The same result, to the bit.")
    assert "SWING_1d.csv cannot be read any more" in page
    told = run_json(capsys, "reproduce", "slow")
    assert (told["same"], told["fingerprint"]) == (True, {"kept": two[0], "now": two[0]})


def test_reproduce_that_differs_exits_with_3_and_says_why(two, prices, capsys):  # noqa: F811
    lines = prices.read_text().splitlines()
    prices.write_text("\n".join([lines[0], *lines[40:]]) + "\n")
    said = run_page(capsys, "reproduce", "slow", "--data", str(prices), code=3)
    assert "the data is not what the run saw" in said.out
    assert "The first trade that differs" in said.out
    assert exit_code(["reproduce", "slow", "--data", str(prices), "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert told["same"] is False
    assert "total_return" in told["metrics"]


def test_export_writes_what_is_asked_and_names_it(two, tmp_path, capsys):
    told = run_json(capsys, "export", "quick", str(tmp_path / "out"), "--to", "csv")
    assert [Path(path).name for path in told["written"]] == [
        "trades.csv", "fills.csv", "equity.csv", "metrics.csv",
    ]  # fmt: skip
    assert (
        run_page(capsys, "export", "quick", str(tmp_path / "t.parquet")).out == f"{tmp_path / 't.parquet'}\n"
    )
    assert run_page(capsys, "export", "quick", str(tmp_path / "t.parquet"), code=2).err.startswith(
        "E_EXPORT_EXISTS"
    )
    assert "'csv'" in run_page(capsys, "export", "quick", str(tmp_path / "x"), "--to", "cvs", code=2).err


def test_delete_asks_and_does_nothing_where_nobody_answers(two, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert run_page(capsys, "delete", "slow", code=2).err.startswith("E_CONFIRM")
    assert len(run_json(capsys, "list")["runs"]) == 2
    assert run_json(capsys, "delete", "slow", two[0][:8], "--yes") == {"deleted": [two[0]]}
    assert [card["names"] for card in run_json(capsys, "list")["runs"]] == [["quick"]]


@pytest.mark.parametrize("verb", ["show", "reproduce", "compare", "delete", "export"])
def test_misspelt_run_names_the_nearest(verb, two, capsys, tmp_path):
    more = {"compare": ["slow"], "export": [str(tmp_path / "x.csv")], "delete": ["--yes"]}.get(verb, [])
    said = run_page(capsys, verb, "qick", *more, code=2)
    assert said.err == "E_RUN: there is no run 'qick'. Did you mean 'quick'?\n"
    assert said.out == ""


def test_name_that_another_run_has_is_told_and_the_run_is_kept(two, prices, capsys):  # noqa: F811
    said = run_page(capsys, "backtest", "ma_crossover", "--data", str(prices), "--name", "slow")
    assert "kept, but not by that name" in said.err
    assert len(run_json(capsys, "list")["runs"]) == 3
    assert run_page(
        capsys, "backtest", "ma_crossover", "--data", "x", "--name", "last", code=2
    ).err.startswith("E_RUN_NAME")


def test_reader_that_stops_early_costs_no_run(prices, home):  # noqa: F811
    pipe = f"'{SCRIPT}' backtest ma_crossover --data '{prices}' --json | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", pipe], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert RunShelf().listing().total == 1


@pytest.mark.parametrize("ending", [".json", ".pdf", ".htm"])
def test_export_to_another_kind_than_the_file_is_refused(ending, two, tmp_path, capsys):
    place = tmp_path / f"trades{ending}"
    said = run_page(capsys, "export", "quick", str(place), "--to", "csv", code=2)
    assert said.err.startswith(f"E_EXPORT_KIND: --to csv contradicts 'trades{ending}'.")
    assert not place.exists()
    run_page(capsys, "export", "quick", str(tmp_path / "run.v2"), "--to", "CSV")
    assert (tmp_path / "run.v2" / "trades.csv").is_file()
