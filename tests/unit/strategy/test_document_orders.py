"""How a document orders: entries, levels with shares and units, prices of its own, and what fills."""

import json

import numpy as np
import pytest

from tests.documents import block, document, entering, on, price, walking_bars, when
from tradewright.core.errors import DocumentError
from tradewright.engine.rules import Rules
from tradewright.engine.simulate import simulate
from tradewright.modules import registry
from tradewright.strategy.canonical import canonical_document
from tradewright.strategy.document_strategy import DocumentStrategy

LOW = {"module": "swing_points", "output": "swing_low"}
HIGH = {"module": "swing_points", "output": "swing_high"}
CROSS = when(price("close"), "crosses_above", {"module": "sma"})


def read(direction=None, **sections):
    return DocumentStrategy.read(entering(CROSS, **sections), None, direction)


def rules(**sections):
    return Rules(**read(**sections).rules())


def test_targets_take_their_shares():
    found = rules(
        exit={
            "stopLoss": 1,
            "takeProfit": [{"value": 1, "unit": "R", "share": 0.25}, {"value": 4, "share": 0.5}],
        }
    )

    assert [(target.value, target.unit, target.share) for target in found.targets] == [
        (1.0, "r", 0.25),
        (4.0, "percent", 0.5),
    ]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (3, (3.0, "percent", 14, 0.0)),
        ({"value": 3}, (3.0, "percent", 14, 0.0)),
        ({"value": 2, "unit": "atr", "period": 9}, (2.0, "atr", 9, 0.0)),
        ({"value": 3, "unit": "Chandelier", "after": 1.5}, (3.0, "chandelier", 14, 1.5)),
    ],
)
def test_trailing_is_read_in_every_unit(written, expected):
    trailing = rules(exit={"trailing": written}).trailing

    assert (trailing.value, trailing.unit, trailing.period, trailing.after) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (2, (2.0, "percent", 14, 0.0)),
        ({"after": 1, "unit": "r", "offset": 0.1}, (1.0, "r", 14, 0.1)),
        ({"after": 1, "unit": "atr", "period": 7}, (1.0, "atr", 7, 0.0)),
    ],
)
def test_break_even_is_read_in_every_unit(written, expected):
    even = rules(exit={"stopLoss": 5, "breakEven": written}).break_even

    assert (even.after, even.unit, even.period, even.offset) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"kind": "limit", "offset": 1}, ("limit", 1.0, "percent", 0.0, 1)),
        ({"kind": "Stop", "unit": "price", "offset": 2, "lifetime": 5}, ("stop", 2.0, "price", 0.0, 5)),
        (
            {"kind": "stopLimit", "unit": "atr", "offset": 1, "through": 0.5, "lifetime": "session"},
            ("stop_limit", 1.0, "atr", 0.5, "session"),
        ),
        ({"kind": "limit", "lifetime": "forever"}, ("limit", 0.0, "percent", 0.0, None)),
    ],
)
def test_entry_becomes_the_rule(written, expected):
    entry = rules(entry=written).entry

    assert (entry.kind, entry.offset, entry.unit, entry.through, entry.lifetime) == expected


def test_the_other_rules_of_orders_are_read():
    found = rules(
        marketContext={"direction": "Both"},
        entry={"kind": "stop", "onConflict": "OCO", "pyramiding": 3},
        exit={"sessionEnd": True},
        fills={"limitFill": "Through", "participation": 0.2},
    )

    assert (found.on_conflict, found.pyramiding, found.session_end) == ("oco", 3, True)
    assert (found.limit_fill, found.participation) == ("through", 0.2)


IDLE = [
    {"entry": {"kind": "market"}},
    {"entry": {"onConflict": "neither", "pyramiding": 0}},
    {"exit": {"sessionEnd": False}},
    {"fills": {"limitFill": "touch"}},
    {"entry": {}, "fills": {}},
]


@pytest.mark.parametrize("section", IDLE)
def test_rules_that_decide_nothing_are_not_in_the_canonical_form(section):
    assert read(**section).canonical() == read().canonical()
    assert set(read().canonical()) == {"marketContext", "decisionBlocks", "exit", "quickTest"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"trailing": 4}, {"trailing": {"value": 4, "unit": "percent", "after": 0}}),
        ({"takeProfit": 2}, {"takeProfit": [{"value": 2, "share": 1}]}),
        ({"breakEven": 2}, {"breakEven": {"after": 2, "unit": "percent", "offset": 0}}),
        ({"stopLoss": {"operand": LOW}}, {"stopLoss": {"long": LOW}}),
        ({"stopLoss": {"value": 2, "unit": "atr"}}, {"stopLoss": {"value": 2, "unit": "atr", "period": 14}}),
    ],
)
def test_equal_rules_have_one_canonical_form(one, other):
    assert read(exit=one).canonical() == read(exit=other).canonical()


def test_form_of_documents_from_before_these_rules_stays():
    before = {
        "takeProfit": {"value": 2.0, "unit": "r"},
        "stopLoss": {"value": 3.0, "unit": "atr", "period": 7},
        "trailing": 4.0,
        "timeStop": 20,
        "onOpposite": "reverse",
    }

    assert read(exit=before).canonical()["exit"] == before


RICH = {
    "entry": {"kind": "stopLimit", "operand": price("high"), "through": 1, "lifetime": "forever"},
    "exit": {
        "stopLoss": {"operand": LOW},
        "takeProfit": [
            {"value": 1, "unit": "r", "share": 0.5},
            {"operand": {"percentAbove": 3, "of": price("high", shift=1)}, "share": 0.5},
        ],
        "trailing": {"operand": {"module": "sma", "parameters": {"period": 9}}, "after": 2},
        "breakEven": {"after": 1, "unit": "r"},
    },
    "fills": {"participation": 0.5},
}


@pytest.mark.parametrize("direction", ["long", "short", "both"])
def test_canonical_form_reads_back_to_the_same_plan(direction):
    first = read(direction, **RICH)
    again = DocumentStrategy.read(json.loads(json.dumps(first.canonical())))

    assert again.canonical() == first.canonical()
    assert again.rules() == {**first.rules(), "direction": direction}
    assert again.plan.prices == first.plan.prices
    assert canonical_document(again.plan) == first.canonical()


def test_operands_fill_the_columns_that_the_rules_read():
    bars = walking_bars(400)
    columns = read("both", **RICH).signals(bars, 1e-11).columns
    swings = registry.compute("swing_points", bars, {})

    assert set(columns) == {
        f"{name}_{side}{end}"
        for name, end in (("entry", ""), ("stop", ""), ("target", "_2"), ("trail", ""))
        for side in ("long", "short")
    }
    assert np.array_equal(columns["stop_long"], swings["swing_low"], equal_nan=True)
    assert np.array_equal(columns["stop_short"], swings["swing_high"], equal_nan=True)
    assert np.array_equal(columns["entry_short"], bars.low)
    assert columns["target_long_2"][1:] == pytest.approx(bars.high[:-1] * 1.03)
    assert columns["target_short_2"][1:] == pytest.approx(bars.low[:-1] * 0.97)
    assert np.array_equal(columns["trail_long"], columns["trail_short"], equal_nan=True)


def test_a_side_that_does_not_trade_has_no_columns():
    assert set(read("short", exit={"stopLoss": {"operand": LOW}}).plan.prices) == {"stop_short"}
    short = read(marketContext={"direction": "Short"}, exit={"stopLoss": {"operand": HIGH}})
    assert short.plan.prices == read("short", exit={"stopLoss": {"operand": LOW}}).plan.prices


def test_each_side_may_have_a_price_of_its_own():
    own = {"stopLoss": {"long": {"percent": 250, "of": price("low")}, "short": HIGH}}
    assert set(read("both", exit=own).plan.prices) == {"stop_long", "stop_short"}

    with pytest.raises(DocumentError, match="250 % of this has no short side, so this price") as caught:
        read("both", exit={"stopLoss": {"operand": own["stopLoss"]["long"]}})
    assert (caught.value.code, caught.value.details["path"]) == ("E_MIRROR", "exit.stopLoss.operand")
    assert "'long' and 'short'" in caught.value.fix


def test_stop_stands_where_the_operand_is_at_the_decision():
    bars = walking_bars(900)
    strategy = DocumentStrategy.read(
        document(
            block(CROSS),
            block(when(price("close"), "crosses_below", {"module": "sma"}), role="longExit"),
            exit={"stopLoss": {"operand": LOW}},
        )
    )
    run = simulate(bars, strategy.signals(bars, 1e-11), Rules(**strategy.rules(), slippage=0.0))
    entries = run.fills[run.fills["reason"] == 0]
    swing_low = registry.compute("swing_points", bars, {})["swing_low"]

    assert len(entries) > 10
    assert np.array_equal(entries["stop"], swing_low[entries["decided"]])
    assert (entries["stop"] < entries["reference"]).all()


def test_price_on_a_timeframe_that_does_not_fit_points_into_the_document():
    strategy = read(exit={"stopLoss": {"operand": price("low", timeframe="1m")}})

    with pytest.raises(DocumentError) as caught:
        strategy.signals(walking_bars(50), 1e-11)
    assert (caught.value.code, caught.value.details["path"]) == ("E_TIMEFRAME", "exit.stopLoss.operand")


def test_parameters_reach_levels_and_entries():
    raw = entering(
        on("rsi", "<", 30),
        parameters={"far": {"type": "float", "default": 2}, "bars": {"type": "int", "default": 3}},
        entry={"kind": "limit", "offset": {"parameter": "far"}, "lifetime": {"parameter": "bars"}},
        exit={"takeProfit": [{"value": {"parameter": "far"}, "share": 0.5}]},
    )
    found = Rules(**DocumentStrategy.read(raw, {"far": 5}).rules())

    assert (found.entry.offset, found.entry.lifetime, found.targets[0].value) == (5.0, 3, 5.0)
