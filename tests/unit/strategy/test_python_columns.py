"""Prices, sizes and measures that a strategy in Python brings beside its decisions."""

from typing import ClassVar

import numpy as np
import pandas as pd
import pytest

from tests.documents import walking_bars
from tradewright.core.errors import StrategyCodeError
from tradewright.engine.rule_parts import Target
from tradewright.engine.rules import Rules
from tradewright.engine.simulate import simulate
from tradewright.engine.types import Signals
from tradewright.strategy.prepared import prepare
from tradewright.strategy.python_strategy import Strategy

BARS = walking_bars(40)


def bringing(columns):
    """Return a strategy that always enters and brings `columns`, or what it makes of the bars."""

    class Bringing(Strategy):
        def signals(self, bars, _):
            made = columns(bars) if callable(columns) else columns
            return Signals(long_entry=bars.close > 0, columns=made)

    return prepare(Bringing)


@pytest.mark.parametrize(
    ("columns", "says", "fix"),
    [
        ({"stop_lnog": np.ones(40)}, "no rule reads a column named 'stop_lnog'", "'stop_long'"),
        ({"target_long_7": np.ones(40)}, "named 'target_long_7'", "'target_long"),
        ({"target_long_1": np.ones(40)}, "named 'target_long_1'", "'target_long"),
        ({"zebra": np.ones(40)}, "named 'zebra'", "entry_short"),
        ({"atr:0": np.ones(40)}, "named 'atr:0'", "atr:N"),
        ({3: np.ones(40)}, "named 3", "size"),
        ([np.ones(40)], "columns is a list", "columns={'stop_long': values}"),
        ({"stop_long": np.ones(39)}, "stop_long has shape (39,)", "one number per bar"),
        ({"size": 2.0}, "size has shape ()", "one number per bar"),
        ({"trail_short": np.ones(40, bool)}, "trail_short has shape (40,) and type bool", "one number"),
        ({"entry_long": ["x"] * 40}, "entry_long has shape (40,) and type <U1", "one number per bar"),
        ({"stop_long": None}, "stop_long has shape () and type object", "one number per bar"),
        ({"stop_long": np.r_[np.ones(39), np.inf]}, "'stop_long' is inf at bar 39", "a price above 0"),
        ({"size": np.full(40, -np.inf)}, "'size' is -inf at bar 0", "units above 0"),
        ({"atr:14": np.full(40, -1.0)}, "'atr:14' is -1.0 at bar 0", "0 or more"),
        (
            {"stop_long": pd.Series(np.ones(40), index=np.arange(40)[::-1])},
            "stop_long is a pandas column in another order",
            "bars.to_pandas()",
        ),
    ],
)
def test_column_that_no_rule_could_read_is_refused(columns, says, fix):
    with pytest.raises(StrategyCodeError) as caught:
        bringing(columns).signals(BARS, 1e-11)

    assert caught.value.code == "E_STRATEGY_RETURN"
    assert says in caught.value.message
    assert fix in caught.value.fix


def test_columns_become_float64_and_may_be_unknown():
    def made(bars):
        integers = np.arange(1, len(bars) + 1, dtype=np.int32)
        return {
            "stop_long": pd.Series(bars.low).shift(1),
            "target_long_6": integers,
            "volatility:20": bars.low,
        }

    found = bringing(made).signals(BARS, 1e-11).columns

    assert {name: column.dtype for name, column in found.items()} == dict.fromkeys(
        ("stop_long", "target_long_6", "volatility:20"), np.dtype(np.float64)
    )
    assert np.isnan(found["stop_long"][0])
    assert np.array_equal(found["stop_long"][1:], BARS.low[:-1])
    assert found["target_long_6"].tolist() == list(range(1, 41))


@pytest.mark.parametrize("name", ["stop_long", "trail_short", "size", "atr:14"])
def test_column_from_the_future_is_refused(name):
    ahead = bringing(lambda bars: {name: np.r_[bars.low[1:], np.nan]})

    with pytest.raises(StrategyCodeError, match=f"looks ahead: its column '{name}' at bar") as caught:
        ahead.signals(BARS, 1e-11)
    assert caught.value.details["bar"] == caught.value.details["shown"] - 1


def test_column_that_comes_only_with_later_bars_is_refused():
    late = bringing(lambda bars: {"stop_long": bars.low * 0.9} if len(bars) == 40 else {})

    with pytest.raises(StrategyCodeError, match="its column 'stop_long' at bar 0"):
        late.signals(BARS, 1e-11)


def test_class_declares_rules_with_models_and_lists():
    class Declared(Strategy):
        rules: ClassVar[dict] = {
            "stop_loss": {"unit": "column"},
            "take_profit": (Target(value=1, unit="r", share=0.5), Target(unit="column", share=0.5)),
            "entry": {"kind": "limit", "offset": 1},
        }

        def signals(self, bars, _):
            return Signals(
                long_entry=bars.close > 0,
                columns={"stop_long": bars.low * 0.9, "target_long_2": bars.high * 2},
            )

    strategy = prepare(Declared)
    rules = Rules(**strategy.rules())

    assert [target.share for target in rules.targets] == [0.5, 0.5]
    assert strategy.canonical()["rules"]["take_profit"][1]["unit"] == "column"
    run = simulate(BARS, strategy.signals(BARS, 1e-11), rules)
    entries = run.fills[run.fills["reason"] == 0]
    assert len(entries)
    assert np.array_equal(entries["stop"], BARS.low[entries["decided"]] * 0.9)
