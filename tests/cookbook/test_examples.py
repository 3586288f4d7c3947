"""The examples of the command-line reference, run one after another as they are written."""

import shlex
import shutil
from pathlib import Path

import tradewright as tw
from tradewright.entrypoints.cli.examples import EXAMPLES
from tradewright.entrypoints.cli.main import exit_code

ROOT = Path(__file__).parents[2]


def test_examples_of_all_commands_run_one_after_another(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("TRADEWRIGHT_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "examples", "examples")
    Path("downloads").mkdir()
    tw.sample("GOOG").to_pandas().to_csv("prices.csv")
    shutil.copy("prices.csv", "downloads/GOOG_1d.csv")

    for line in (line for examples in EXAMPLES.values() for line in examples):
        program, *words = shlex.split(line)
        assert (program, exit_code(words)) == ("tradewright", 0), f"{line}\n{capsys.readouterr().err}"

    assert "E_" not in capsys.readouterr().err
