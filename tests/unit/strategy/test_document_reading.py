"""The document is read as the design says: spelling, roles, groups, operands, exits, market."""

import json

import numpy as np
import pytest

from tests.documents import GOLD, block, document, entering, group, on, price, walking_bars, when
from tradewright.core.span import Span
from tradewright.core.timeframe import NS_PER_DAY, Timeframe
from tradewright.engine.rules import Rules
from tradewright.modules import registry
from tradewright.strategy.document_strategy import DocumentStrategy
from tradewright.strategy.plan import (
    Condition,
    Constant,
    Group,
    ModuleColumn,
    Percentage,
    PriceColumn,
    StateValue,
)


def read(raw, params=None, direction=None):
    return DocumentStrategy.read(raw, params, direction)


def entry(raw):
    return read(raw).plan.nodes["long_entry"]


def snaked(value):
    """Spell every field of a document in snake_case."""
    if isinstance(value, dict):
        return {
            "".join("_" + c.lower() if c.isupper() else c for c in k): snaked(v) for k, v in value.items()
        }
    return [snaked(item) for item in value] if isinstance(value, list) else value


def test_design_example_is_accepted_as_it_stands():
    strategy = read(json.loads(json.dumps(GOLD)))

    expected = ModuleColumn(
        "market_structure_shift", registry.parameters("market_structure_shift", {"period": 14}), "state"
    )
    assert strategy.plan.nodes == {"long_entry": Condition("==", expected, (StateValue("bullish", 1),))}
    assert Rules(**strategy.rules()).take_profit.value == 2.0
    assert Rules(**strategy.rules()).stop_loss.value == 1.0
    assert strategy.rules()["direction"] == "long"
    assert strategy.context.market == "XAUUSD"
    assert strategy.context.timeframe == Timeframe(15, "m")
    assert strategy.context.session == "London"
    assert strategy.context.test_period == Span(2, "mo")
    assert not strategy.context.quick_test


def test_snake_case_reads_the_same_as_camel_case():
    mixed = entering(
        on("rsi", "crossesAbove", 30, period=9, withinLast=3, forLast=2),
        exit={"takeProfit": {"value": 3, "unit": "ATR"}, "timeStop": 9, "onOpposite": "Exit"},
        quickTest=True,
    )

    assert read(snaked(mixed)).canonical() == read(mixed).canonical()
    assert read(snaked(GOLD)).canonical() == read(GOLD).canonical()


def test_canonical_form_reads_back_to_itself():
    raw = document(
        block(
            on("sma", "crosses_above", {"module": "sma", "parameters": {"period": 9}, "shift": 2}), label="In"
        ),
        block(
            group({"atLeast": 2}, *[on("rsi", "<", n) for n in (20, 30, 40)]), role="longExit", match="none"
        ),
        block(on("adx", ">", 20, timeframe="1w", withinLast=2), role="filter"),
        exit={"stopLoss": {"value": 2, "unit": "atr", "period": 9}},
    )

    once = read(raw).canonical()

    assert read(once).canonical() == once
    assert json.loads(json.dumps(once)) == once


def test_canonical_form_ignores_what_decides_nothing():
    plain = entering(on("rsi", "<", 30))
    dressed = entering(
        {**on("rsi", "<", 30.0, period=14), "label": "Cheap"},
        {**on("rsi", "nonsense"), "selected": False},
        id="mine",
        title="Mine",
        description="text",
        version="2",
    )

    assert read(dressed).canonical() == read(plain).canonical()


def test_equal_in_states_and_is_are_one_condition():
    assert entry(entering(on("market_structure_shift", "is", "Bullish"))) == entry(
        entering(on("market_structure_shift", "==", "bullish"))
    )


def test_operands_are_read_in_every_form():
    values = {
        5: Constant(5.0),
        '{"constant": 5}': Constant(5.0),
        '{"price": "low", "shift": 1}': PriceColumn("low", None, 1),
        '{"price": "close", "timeframe": "1d"}': PriceColumn("close", Timeframe(1, "d")),
        '{"percent": 98, "of": {"price": "high"}}': Percentage(98.0, PriceColumn("high")),
        '{"percentAbove": 2, "of": {"price": "high"}}': Percentage(102.0, PriceColumn("high")),
        '{"percentBelow": 2, "of": {"price": "high"}}': Percentage(98.0, PriceColumn("high")),
        '{"moduleId": "bollinger", "params": {"period": 9}, "output": "upper"}': ModuleColumn(
            "bollinger", registry.parameters("bollinger", {"period": 9}), "upper"
        ),
    }
    for written, operand in values.items():
        value = json.loads(written) if isinstance(written, str) else written
        assert entry(entering(when(price("close"), ">", value))).right == (operand,)


def test_module_parameters_may_stand_beside_the_condition_or_in_params():
    beside = on("sma", ">", 5, period=9, source="open")
    inside = on("sma", ">", 5, params={"period": 9, "source": "open"})

    assert entry(entering(beside)) == entry(entering(inside))


def test_numbers_of_numpy_are_numbers():
    plain, numpy = (
        on("sma", ">", value, period=period) for value, period in ((5, 9), (np.float32(5), np.int64(9)))
    )

    assert entry(entering(numpy)) == entry(entering(plain))
    assert read(entering(numpy)).canonical() == read(entering(plain)).canonical()


def test_output_defaults_to_the_primary_one():
    assert entry(entering(on("macd", ">", 0))).left.output == "macd"
    assert entry(entering(on("macd", ">", 0, output="histogram"))).left.output == "histogram"


def test_label_stands_for_the_module_when_no_id_is_given():
    exact = {"label": "simple moving average", "config": {"operator": ">", "value": 5}}
    near = {"label": "Market Structure Shifts", "config": {"operator": "is", "value": "bullish"}}

    assert entry(entering(exact)).left.module == "sma"
    assert entry(entering(near)).left.module == "market_structure_shift"


def test_unselected_members_and_blocks_are_skipped():
    off = {**on("rsi", ">", 90), "selected": False}
    strategy = read(
        document(block(on("rsi", "<", 30), off), block(off, role="filter"), block(off, selected=False))
    )

    assert set(strategy.plan.nodes) == {"long_entry"}
    assert isinstance(strategy.plan.nodes["long_entry"], Condition)
    assert [warning.split(":")[0] for warning in strategy.warnings] == ["W_EMPTY_BLOCK", "W_EMPTY_BLOCK"]


def test_entry_blocks_are_anded_and_exit_blocks_ored():
    one, two = on("rsi", "<", 30), on("rsi", "<", 20)
    nodes = read(
        document(block(one), block(two), block(one, role="longExit"), block(two, role="long_exit"))
    ).plan.nodes

    assert (nodes["long_entry"].match, len(nodes["long_entry"].members)) == ("all", 2)
    assert (nodes["long_exit"].match, len(nodes["long_exit"].members)) == ("any", 2)


@pytest.mark.parametrize(
    ("match", "expected"),
    [("all", ("all", 0)), ("ANY", ("any", 0)), ("none", ("none", 0)), ({"atLeast": 2}, ("at_least", 2))],
)
def test_match_is_read_on_blocks_and_groups(match, expected):
    members = [on("rsi", "<", n) for n in (20, 30, 40)]

    for raw in (document(block(*members, match=match)), entering(group(match, *members))):
        node = entry(raw)
        assert isinstance(node, Group)
        assert (node.match, node.count) == expected


def test_short_document_enters_short_by_default():
    strategy = read(entering(on("rsi", ">", 70), marketContext={"direction": "Short"}))

    assert set(strategy.plan.nodes) == {"short_entry"}
    assert strategy.plan.nodes["short_entry"].operator == ">"
    assert strategy.rules()["direction"] == "short"


def test_document_without_direction_leaves_it_to_the_rules():
    assert "direction" not in read(entering(on("rsi", "<", 30))).rules()


def test_blocks_of_an_excluded_side_are_warned_about():
    raw = document(
        block(on("rsi", "<", 30)),
        block(on("rsi", ">", 70), role="shortEntry"),
        marketContext={"direction": "Long"},
    )

    assert "shortEntry" in read(raw).warnings[0]
    assert read(raw).warnings[0].startswith("W_UNUSED_BLOCK: decisionBlocks[1]")
    assert set(read(raw).plan.nodes) == {"long_entry"}
    assert not read(raw, direction="both").warnings


def test_exits_become_rules():
    section = {
        "takeProfit": {"value": 2, "unit": "r"},
        "stopLoss": {"value": 3, "unit": "atr", "period": 7},
        "trailing": 4,
        "timeStop": 20,
        "onOpposite": "ignore",
    }

    rules = Rules(**read(entering(on("rsi", "<", 30), exit=section)).rules())

    assert (rules.take_profit.value, rules.take_profit.unit) == (2.0, "r")
    assert (rules.stop_loss.value, rules.stop_loss.unit, rules.stop_loss.period) == (3.0, "atr", 7)
    assert (rules.trailing.value, rules.trailing.unit, rules.trailing.after) == (4.0, "percent", 0.0)
    assert (rules.time_stop, rules.on_opposite) == (20, "ignore")


def test_null_means_not_given():
    section = {"takeProfit": None, "stopLoss": 1.0}

    assert set(read(entering(on("rsi", "<", 30), exit=section)).rules()) == {"stop_loss"}


def test_shared_columns_are_listed_once():
    fast, slow = {"module": "sma", "parameters": {"period": 5}}, {"module": "sma"}
    raw = document(
        block(when(fast, "crosses_above", slow)),
        block(when(fast, "crosses_below", {**slow, "parameters": {"period": 20}}), role="longExit"),
        block(when(price("close"), ">", 5), role="filter"),
    )

    assert len(read(raw).plan.columns) == 3  # two averages, of which one default spelt out, and the close


def test_window_starts_at_the_later_of_test_period_and_quick_test():
    bars = walking_bars(6_000)
    month = read(entering(on("rsi", "<", 30), marketContext={"testPeriod": "10d"})).context
    quick = read(entering(on("rsi", "<", 30), quickTest=True)).context

    assert month.start_index(bars) == 6_000 - 240
    assert bars.time[month.start_index(bars)] == bars.close_time[-1] - 10 * NS_PER_DAY
    assert quick.start_index(bars) == 1_000
    assert quick.start_index(bars.slice(0, 400)) == 0
