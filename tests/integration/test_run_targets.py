"""Where a run goes: what `backtest` writes, refuses to write, calls it, and offers to type next."""

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.test_command_line import CROSS, prices, run_json  # noqa: F401 - prices is a fixture
from tests.integration.test_run_commands import home, run_page  # noqa: F401 - home is a fixture
from tradewright.entrypoints.cli.main import exit_code
from tradewright.library.runs.shelf import RunShelf

START = "from tradewright.entrypoints.command import run; run()"


@pytest.fixture
def words(prices):  # noqa: F811 - the fixture imported above
    return ("backtest", "ma_crossover", "--data", str(prices), *CROSS)


def next_steps(page: str) -> list[list[str]]:
    return [shlex.split(line, comments=True) for line in page.split("\nNext\n")[1].splitlines()]


@pytest.mark.parametrize("form", ["--out={}", "--out {}"])
def test_next_steps_leave_out_where_this_run_went(form, words, tmp_path, capsys):
    out = form.format(tmp_path / "r.html").split()
    page = run_page(capsys, *words, "--stop-loss=5", *out, "--overwrite", "--name=mine").out
    steps = next_steps(page)
    assert not any("--stop-loss" in step and "10" in step for step in steps)
    typed = [step[1:] for step in steps]
    assert typed[0] == [*words, "--stop-loss", "5", "--direction", "both"]
    assert ["show", "last"] in typed
    assert not any(word.startswith(("--out", "--overwrite", "--name")) for step in typed for word in step)


def test_next_steps_that_are_pasted_run(words, capsys):
    for step in next_steps(run_page(capsys, *words, "--risk-free", "0.02", "--close-at-end").out):
        if "--out" not in step:
            run_page(capsys, *step[1:])


def test_next_steps_name_nothing_that_was_not_asked(prices, capsys):  # noqa: F811 - as above
    words = ["backtest", "momentum", "--data", str(prices)]
    typed = [step[1:] for step in next_steps(run_page(capsys, *words).out)]
    assert typed[0] == [*words, "--stop-loss", "5", "--take-profit", "10"]


def test_page_without_a_kept_run_offers_no_run_to_show(words, tmp_path, capsys):
    page = run_page(capsys, *words, "--no-keep", "--out", str(tmp_path / "r.html")).out
    assert {step[1] for step in next_steps(page)} == {"backtest"}
    page = run_page(capsys, *words, "--no-keep", "--out", str(tmp_path / "folder")).out
    assert ["show", str(tmp_path / "folder")] in [step[1:] for step in next_steps(page)]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--no-keep", "--name", "x"], "--no-keep keeps none"),
        (["--overwrite"], "--overwrite replaces what is in --out"),
        (["--move-name"], "Say --name NAME"),
        (["--out", "x.json"], "tradewright export last x.json"),
        (["--out", "x.PDF"], "an .html page"),
    ],
)
def test_options_that_would_do_nothing_are_refused(more, told, words, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    said = run_page(capsys, *words, *more, code=2)
    assert said.out == ""
    assert said.err.startswith("E_USAGE: ")
    assert told in said.err
    assert sorted(tmp_path.rglob("*")) == before


def test_folder_with_a_dot_in_its_name_is_a_folder(words, tmp_path, capsys):
    run_page(capsys, *words, "--out", str(tmp_path / "run.v2"))
    assert (tmp_path / "run.v2" / "run.json").is_file()


def test_taken_name_is_told_before_the_work_and_moves_when_asked(words, capsys):
    first = run_json(capsys, *words, "--name", "mine")["run"]["fingerprint"]
    other = (*words, "--stop-loss", "3", "--name", "mine")
    before = run_page(capsys, *other, "--data", "none.csv", code=3).err.splitlines()
    assert before[0].startswith(f"the name 'mine' belongs to the run {first[:12]}")
    said = run_page(capsys, *other).err
    assert "kept, but not by that name" in said
    assert RunShelf().names.get("mine") == first
    assert run_page(capsys, *other, "--move-name").err == ""
    assert RunShelf().names.get("mine") not in {None, first}
    assert run_json(capsys, "show", "mine")["run"]["rules"]["stop_loss"]["value"] == 3


def interrupted(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `code` and then the program, as its own process group."""
    whole = f"import os, signal, sys\n{code}\n{START}"
    command = [sys.executable, "-c", whole, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_ctrl_c_while_the_commands_are_read_is_told_in_a_word():
    code = (
        "class Finder:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'rich.console':\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Finder())"
    )
    done = interrupted(code, "strategies")
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "E_CANCELLED: stopped.\n")


def test_ctrl_c_while_the_result_prints_is_told_and_leaves_nothing(words, home, tmp_path):  # noqa: F811
    code = (
        "import tradewright.entrypoints.cli.backtest as at\n"
        "at.print_next = lambda *_: os.kill(os.getpid(), signal.SIGINT)"
    )
    done = interrupted(code, *words, "--out", str(tmp_path / "r.html"))
    assert done.returncode == 128 + signal.SIGINT
    assert done.stderr.splitlines()[-1] == "E_CANCELLED: stopped."
    assert not (tmp_path / "r.html").exists()
    assert not home.exists()


def test_closed_stdout_costs_no_run(words, home):  # noqa: F811
    line = f"{shlex.join([sys.executable, '-c', START, *words, '--json'])} >&-"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert RunShelf().listing().total == 1


@pytest.mark.parametrize("asked", [["--help"], ["data"], ["backtest", "--help"]])
def test_help_for_a_reader_that_stops_early_is_no_error(asked):
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-c", START, *asked], stdout=writing, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


def test_group_alone_shows_its_commands(capsys):
    assert exit_code(["data"]) == 0
    said = capsys.readouterr()
    assert "prune" in said.out
    assert said.err == ""


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["backtst"], "E_USAGE: No such command 'backtst'. Did you mean 'backtest'? See --help.\n"),
        (["list", "--limit"], "E_USAGE: Option '--limit' requires an argument. See --help.\n"),
    ],
)
def test_usage_errors_end_like_sentences(typed, said, capsys):
    assert run_page(capsys, *typed, code=2).err == said


def test_console_script_is_the_one_that_hears_ctrl_c():
    pyproject = Path(__file__).parents[2] / "pyproject.toml"
    assert 'tradewright = "tradewright.entrypoints.command:run"' in pyproject.read_text()


LEFT_OPEN = """
import tradewright as tw

LOG = open({log!r}, "w")

class Cross(tw.Strategy):
    def signals(self, bars, p):
        LOG.write("seen\\n")
        fast, slow = tw.indicator("sma", bars, period=5), tw.indicator("sma", bars, period=20)
        return tw.Signals(long_entry=tw.crosses_above(fast, slow), long_exit=tw.crosses_below(fast, slow))
"""


def test_file_that_a_strategy_leaves_open_is_written_when_the_program_ends(prices, tmp_path):  # noqa: F811
    log, file = tmp_path / "log.txt", tmp_path / "mine.py"
    file.write_text(LEFT_OPEN.format(log=str(log)))
    words = ["backtest", f"{file}:Cross", "--data", str(prices)]
    subprocess.run([sys.executable, "-c", START, *words], capture_output=True, check=True)
    assert log.read_text().startswith("seen\n")


@pytest.mark.parametrize(("words", "code"), [(["list"], 0), (["--version"], 0), (["show", "nothing"], 2)])
def test_console_script_ends_with_the_code_of_the_command(words, code):
    done = subprocess.run([sys.executable, "-c", START, *words], capture_output=True, check=False)
    assert done.returncode == code
