"""The README's Python, run as it is written."""

import gzip
import re
from pathlib import Path

from bokeh_sampledata.stocks import AAPL

import tradewright as tw

README = Path(__file__).parents[2] / "README.md"


def test_readme_python_blocks_run_as_written(tmp_path, monkeypatch):
    rows = zip(*(AAPL[name] for name in ("date", "open", "high", "low", "close", "volume")), strict=True)
    text = "timestamp,open,high,low,close,volume\n" + "".join(f"{','.join(map(str, row))}\n" for row in rows)
    (tmp_path / "AAPL_1d.csv.gz").write_bytes(gzip.compress(text.encode()))
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL)
    names: dict[str, object] = {}
    for block in blocks:
        exec(block, names)  # noqa: S102 - our own README
    assert len(blocks) == 2
    run = names["run"]
    assert isinstance(run, tw.Run)
    assert len(run.trades) == run.metrics["trades"] > 0


def test_readme_metric_count_is_true():
    from tradewright.metrics.catalog import CATALOG

    assert f"{len(CATALOG)} metrics" in README.read_text(encoding="utf-8")


def test_every_public_name_is_there_and_listed():
    for name in tw.__all__:
        assert getattr(tw, name) is not None
    assert set(tw.__all__) <= set(dir(tw))
