"""The commands by name: all of them in the help, and only the one that is called in memory."""

import json
import subprocess
import sys

import pytest
from typer.main import get_command

from tradewright.entrypoints.cli import main
from tradewright.entrypoints.cli.examples import EXAMPLES

CLI = "tradewright.entrypoints.cli"


def _called(words):
    """Run one command line in a program of its own; return the modules of commands that it loaded."""
    code = (
        "import json, sys\n"
        "from tradewright.entrypoints.cli.main import exit_code\n"
        f"code = exit_code({words!r})\n"
        f"loaded = sorted(name for name in sys.modules if name.startswith({CLI!r}))\n"
        "print(json.dumps([code, loaded]), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    code, loaded = json.loads(done.stderr)
    assert code == 0
    return done.stdout, {name.removeprefix(f"{CLI}.") for name in loaded}


@pytest.mark.parametrize(
    ("words", "own"),
    [(["warm", "--help"], "warm"), (["data", "--help"], "stored.data"), (["doctor", "--help"], "doctor")],
)
def test_command_loads_no_other_command(words, own):
    _, loaded = _called(words)
    others = {
        "backtest",
        "stored.data",
        "doctor",
        "stored.import_files",
        "listing",
        "warm",
        "kept.shelf",
        "kept.compare",
    }
    assert loaded & others == {own}


def test_version_loads_no_command():
    page, loaded = _called(["--version"])
    assert page.startswith("tradewright ")
    assert not loaded & {"backtest", "stored.data", "doctor", "stored.import_files", "listing", "warm"}


def test_help_lists_each_command_with_what_it_does():
    page, _ = _called(["--help"])
    commands = get_command(main.app).commands
    assert [name for name in commands if name not in page] == []
    for name, command in commands.items():
        assert command.name == name
        assert command.help.split()[:3] == next(
            line.strip("│ ").removeprefix(name).split()[:3]
            for line in page.splitlines()
            if line.strip("│ ").startswith(f"{name} ")
        )


def test_each_example_is_of_a_command_that_shows_it():
    commands = get_command(main.app).commands
    for words, lines in EXAMPLES.items():
        group, _, name = words.rpartition(" ")
        command = commands[group].commands[name] if group else commands[name]
        assert command.epilog == f"For example: {lines[0]}"


def test_misspelt_command_gets_the_nearest(capsys):
    assert main.exit_code(["backtst"]) == 2
    assert "Did you mean 'backtest'?" in capsys.readouterr().err


def test_fault_while_a_command_is_imported_is_ours_and_no_unknown_name(monkeypatch, capsys):
    def broken(module):
        raise KeyError(module)

    monkeypatch.setattr(main, "optional", broken)
    assert main.exit_code(["warm"]) == 1
    assert capsys.readouterr().err.startswith("E_INTERNAL: KeyError")
