"""What the page about the document says is run here, so that it stays true."""

import json
import re
from pathlib import Path

import pytest

import tradewright as tw
from tests.documents import GOLD, real_bars
from tradewright.library.strategies import load_strategy
from tradewright.strategy.document.conditions import OPERATORS
from tradewright.strategy.prepared import prepare

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs/concepts/strategy-document.md").read_text(encoding="utf-8")
EXAMPLES = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]
PYTHON = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def test_page_begins_with_the_designs_example():
    assert EXAMPLES[0] == GOLD


@pytest.mark.parametrize("raw", EXAMPLES[1:])
def test_example_document_decides_on_real_data(raw):
    signals = prepare(raw).signals(real_bars(), 1e-11)

    assert signals.long_entry.any()
    assert signals.long_exit.any()


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.json")), ids=lambda path: path.stem)
def test_document_among_the_examples_trades_on_real_data(path):
    run = tw.backtest(json.loads(path.read_text(encoding="utf-8")), real_bars())

    assert run.metrics["trades"] >= 10


def test_example_of_python_decides_as_the_built_in_cross(tmp_path):
    path = tmp_path / "cross.py"
    path.write_text(PYTHON[0], encoding="utf-8")
    found = prepare(load_strategy(f"{path}:CrossOfMeans"), {"fast": "10"}).signals(real_bars(), 1e-11)

    built_in = prepare("ma_crossover", {"fast": 10}).signals(real_bars(), 1e-11)
    assert found.long_entry.tolist() == built_in.long_entry.tolist()


def test_page_names_every_operator():
    assert all(f"`{operator}`" in PAGE for operator in OPERATORS)
