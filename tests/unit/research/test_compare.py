"""Runs side by side: what differs, which is better, where they part."""

import json

import numpy as np
import pytest

import tradewright as tw
from tradewright.library.warming import synthetic_bars
from tradewright.research.evidence import first_difference

BASE = {"params": {"fast": 5, "slow": 20}, "stop_loss": 2.0}


@pytest.fixture(scope="module")
def runs():
    bars = synthetic_bars(600)
    return {
        "base": tw.backtest("ma_crossover", bars, **BASE),
        "again": tw.backtest("ma_crossover", bars, **BASE),
        "slow": tw.backtest("ma_crossover", bars, params={"fast": 5, "slow": 25}, stop_loss=2.0),
        "rules": tw.backtest("ma_crossover", bars, params=BASE["params"], sizing="equity:0.5", fee=0.002),
        "shorter": tw.backtest("ma_crossover", bars, end="1970-01-20", **BASE),
        "other": tw.backtest("momentum", bars, params={"lookback": 10}, stop_loss=2.0),
    }


def differing(comparison):
    return {(row.kind, row.name): row.values for row in comparison.differences}


def test_equal_runs_have_no_difference_and_one_result(runs):
    comparison = tw.compare(runs["base"], runs["again"])
    assert comparison.differences == []
    assert comparison.same_result
    assert comparison.best == {}
    assert [parting.index for parting in comparison.partings] == [None]
    assert len(set(comparison.labels)) == 2


def test_parameter_is_the_only_difference_where_only_it_was_changed(runs):
    comparison = tw.compare(runs["base"], runs["slow"])
    assert differing(comparison) == {("parameter", "slow"): (20, 25)}
    assert not comparison.same_result


def test_rules_are_told_in_words(runs):
    found = differing(tw.compare(runs["base"], runs["rules"]))
    assert found == {
        ("rule", "stop_loss"): ("2 %", None),
        ("rule", "sizing"): ("all-in", "equity:0.5"),
        ("rule", "fee"): (0.001, 0.002),
    }


ORDERED = {
    "decisionBlocks": [{"subConfirmations": [{"moduleId": "rsi", "config": {"operator": ">", "value": 50}}]}],
    "entry": {"kind": "stop", "operand": {"price": "high"}, "lifetime": 3},
    "exit": {
        "stopLoss": {
            "operand": {"module": "donchian_channels", "output": "lower", "parameters": {"period": 5}}
        },
        "takeProfit": [{"value": 1, "unit": "r", "share": 0.5}],
        "trailing": {"value": 3, "unit": "chandelier", "period": 22, "after": 2},
        "breakEven": {"after": 1, "unit": "r", "offset": 0.5},
    },
}


def test_rules_of_every_shape_are_told_in_words():
    bars = synthetic_bars(400)
    plain = {"decisionBlocks": ORDERED["decisionBlocks"]}
    found = differing(tw.compare(tw.backtest(plain, bars), tw.backtest(ORDERED, bars)))

    assert {name: values for (kind, name), values in found.items() if kind == "rule"} == {
        "entry": ("market", "stop column, lifetime 3"),
        "stop_loss": (None, "column"),
        "take_profit": (None, "1 R for 50 %"),
        "trailing": (None, "3 chandelier(22), after 2.0"),
        "break_even": (None, "1 R, offset 0.5"),
    }


def test_prices_of_a_document_are_decisions_and_its_rules_are_not():
    bars = synthetic_bars(400)
    lower = json.loads(json.dumps(ORDERED).replace('"period": 5', '"period": 9'))
    nearer = json.loads(json.dumps(ORDERED).replace('"value": 1,', '"value": 2,'))
    base, other, rule = (tw.backtest(raw, bars) for raw in (ORDERED, lower, nearer))

    assert list(differing(tw.compare(base, other))) == [("strategy", "decisions")]
    assert list(differing(tw.compare(base, rule))) == [("rule", "take_profit")]


def test_data_is_told_by_checksum_and_window(runs):
    found = differing(tw.compare(runs["base"], runs["shorter"]))
    assert {kind for kind, _ in found} == {"data"}
    assert {"checksum", "end", "bars"} <= {name for _, name in found}


def test_kinds_come_in_order(runs):
    kinds = [row.kind for row in tw.compare(runs["base"], runs["other"], runs["shorter"]).differences]
    order = ["strategy", "parameter", "rule", "data"]
    assert kinds == sorted(kinds, key=order.index)
    assert kinds[0] == "strategy"


def test_best_follows_the_meaning_of_each_metric(runs):
    comparison = tw.compare(runs["base"], runs["slow"], runs["rules"])
    for name, better in (("total_return", max), ("max_drawdown", max), ("max_drawdown_duration", min)):
        values = comparison.metrics[name]
        assert comparison.best[name] == tuple(i for i, value in enumerate(values) if value == better(values))
    assert "initial_cash" not in comparison.best
    assert "trades" not in comparison.best


def test_first_differing_fill_is_the_first(runs):
    one, other = runs["base"].fill_columns(), runs["slow"].fill_columns()
    parting = tw.compare(runs["base"], runs["slow"]).partings[0]
    for name, column in one.items():
        np.testing.assert_array_equal(column[: parting.index], other[name][: parting.index])
    assert parting.first != parting.other
    assert parting.first == {name: column[parting.index].item() for name, column in one.items()}


def test_plain_data_is_json_and_frame_holds_the_metrics(runs):
    comparison = tw.compare(runs["base"], runs["slow"])
    told = json.loads(json.dumps(comparison.to_dict(), allow_nan=False))
    assert told["metrics"]["sharpe"] == [runs["base"].metrics["sharpe"], runs["slow"].metrics["sharpe"]]
    frame = comparison.to_pandas()
    assert frame.loc["sharpe"].tolist() == told["metrics"]["sharpe"]
    assert list(frame.columns) == list(comparison.labels)
    assert "slow 20 | 25" in repr(comparison)


@pytest.mark.parametrize("count", [0, 1, 21])
def test_too_few_and_too_many_are_refused(count, runs):
    with pytest.raises(tw.TradewrightError, match="E_COMPARE"):
        tw.compare(*[runs["base"]] * count)


def test_twenty_runs_are_compared(runs):
    assert len(tw.compare(*[runs["base"]] * 20).metrics["sharpe"]) == 20


@pytest.mark.parametrize(
    ("one", "other", "row"),
    [
        ([1.0, 2.0], [1.0, 2.0], None),
        ([1.0, np.nan], [1.0, np.nan], None),
        ([1.0, np.nan], [1.0, 0.0], 1),
        ([1.0, 2.0], [1.0], 1),
        ([], [], None),
        ([], [1.0], 0),
        ([0.1 + 0.2], [0.3], 0),
    ],
)
def test_first_difference_is_to_the_bit_and_nan_equals_nan(one, other, row):
    assert first_difference({"x": np.array(one)}, {"x": np.array(other)}) == row


def test_first_difference_of_texts_and_times():
    one = {"time": np.array([1, 2]), "reason": np.array(["entry", "stop_loss"])}
    assert first_difference(one, one | {"reason": np.array(["entry", "signal"])}) == 1
    assert first_difference(one, one | {"time": np.array([0, 2])}) == 0


def test_notebook_shows_differences_and_marks_the_better(runs):
    page = tw.compare(runs["base"], runs["slow"])._repr_html_()
    assert "parameter slow" in page
    assert page.count("*</td>") >= 1
    assert "The results differ." in page
    assert "equal to the bit" in tw.compare(runs["base"], runs["again"])._repr_html_()
