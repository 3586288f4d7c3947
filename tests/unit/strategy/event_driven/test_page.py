"""The code on the page about event-driven strategies runs as it stands there."""

import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).resolve().parents[4] / "docs/concepts/event-driven.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_code_of_the_page_runs_and_trades(number, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / f"page_{number}.py"
    file.write_text(BLOCKS[number], encoding="utf-8")
    names: dict[str, object] = {"__name__": f"page_{number}"}
    exec(compile(BLOCKS[number], str(file), "exec"), names)  # noqa: S102 - the page's own code
    assert names["run"].metrics["trades"] > 5


def test_page_has_both_forms():
    assert len(BLOCKS) == 2
