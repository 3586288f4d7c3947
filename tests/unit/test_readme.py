"""The README, run as it is written."""

import re
import shlex
import shutil
from pathlib import Path

import tradewright as tw
from tradewright.entrypoints.cli.main import exit_code

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"


def test_readme_python_blocks_run_as_written():
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL)
    names: dict[str, object] = {}
    for block in blocks:
        exec(block, names)  # noqa: S102 - our own README
    assert len(blocks) == 2
    run = names["run"]
    assert isinstance(run, tw.Run)
    assert len(run.trades) == run.metrics["trades"] > 0


def test_readme_commands_run_as_written(tmp_path, monkeypatch, capsys):
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    lines = re.findall(r"^    tradewright (.*)$", README.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert len(lines) >= 7
    for line in lines:
        assert exit_code(shlex.split(line, comments=True)) == 0, line
    assert "E_" not in capsys.readouterr().err


def test_readme_metric_count_is_true():
    from tradewright.metrics.catalog import CATALOG

    assert f"{len(CATALOG)} metrics" in README.read_text(encoding="utf-8")


def test_every_public_name_is_there_and_listed():
    for name in tw.__all__:
        assert getattr(tw, name) is not None
    assert set(tw.__all__) <= set(dir(tw))
