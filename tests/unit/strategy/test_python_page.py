"""What the page about strategies in Python says is run here, so that it stays true."""

import re
from pathlib import Path

import numpy as np

import tradewright as tw
from tests.documents import real_bars
from tradewright.engine.columns import own_columns_of
from tradewright.engine.rules import Rules
from tradewright.engine.types import REASONS
from tradewright.library.strategies import load_strategy
from tradewright.strategy.checks.returned import COLUMNS

PAGE = (Path(__file__).resolve().parents[3] / "docs/concepts/python-strategies.md").read_text(
    encoding="utf-8"
)
PYTHON = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def test_example_stops_below_the_last_swing(tmp_path):
    path = tmp_path / "swing.py"
    path.write_text(PYTHON[0], encoding="utf-8")
    bars = real_bars()
    run = tw.backtest(load_strategy(f"{path}:SwingStop"), bars)
    simulation, _ = run.simulated()
    fills = simulation.fills
    entries = fills[fills["reason"] == 0]
    swing_low = tw.indicator("swing_points", bars, output="swing_low", left=3, right=3)

    assert len(entries) > 20
    assert np.array_equal(entries["stop"], swing_low[entries["decided"]] * 0.995)
    assert {REASONS.index("stop_loss"), REASONS.index("take_profit")} <= set(fills["reason"])


def test_page_names_every_column():
    for name in COLUMNS:
        if not name[-1].isdigit():
            assert f"`{name}`" in PAGE
    assert "`target_long_2` ... `target_short_6`" in PAGE


def test_names_that_are_taken_are_those_that_rules_read():
    level = {"unit": "column"}
    rules = Rules.model_validate(
        {
            "direction": "both",
            "stop_loss": level,
            "take_profit": [{**level, "share": 0.1}] * 6,
            "trailing": level,
            "entry": {"kind": "limit", "unit": "column"},
            "sizing": "column",
        }
    )

    assert set(COLUMNS) == set(own_columns_of(rules))
