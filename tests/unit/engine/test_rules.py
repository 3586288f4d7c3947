"""What rules refuse, and which rules are the same."""

from typing import Any

import pytest

from tradewright.core.errors import ParameterError, UnknownNameError
from tradewright.core.validation import build
from tradewright.engine.rules import Level, Rules, Sizing


def refused(**values: Any) -> str:
    with pytest.raises(ParameterError) as error:
        build(Rules, values, kind="rule", owner="the backtest")
    return error.value.message


@pytest.mark.parametrize("bars", [10_000_001, 2**63 - 1, 2**64])
def test_time_stop_beyond_any_series_is_refused(bars: int) -> None:
    message = refused(time_stop=bars)
    assert f"rule 'time_stop' of the backtest is {bars}" in message
    assert "less than or equal to 10000000" in message


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"cash": 1.1e15}, "cash"),
        ({"half_spread": 1.1e15}, "half_spread"),
        ({"stop_loss": 1.1e15, "direction": "short"}, "stop_loss.value"),
        ({"stop_loss": {"value": 1, "unit": "atr", "period": 5_001}}, "stop_loss.period"),
    ],
)
def test_amounts_beyond_reason_are_refused(values: dict[str, Any], named: str) -> None:
    assert f"rule '{named}' of the backtest is " in refused(**values)


def test_take_profit_that_a_short_can_never_reach_is_refused() -> None:
    message = refused(direction="short", take_profit=100)
    assert message == (
        "rules of the backtest: a take_profit of 100 % or more below the entry can never be reached."
    )
    assert Rules(direction="short", take_profit=Level(value=99)).take_profit is not None
    assert Rules(direction="both", take_profit=Level(value=150)).take_profit is not None


def test_amount_of_all_in_decides_nothing_and_is_forgotten() -> None:
    assert Sizing(kind="all-in", value=3) == Sizing()
    assert Sizing(value=3) == Sizing()
    assert Sizing(kind="quantity", value=3).value == 3


@pytest.mark.parametrize("value", [0, -1, float("nan")])
def test_amount_of_all_in_that_is_no_amount_is_refused(value: float) -> None:
    refused(sizing={"kind": "all-in", "value": value})


def test_period_of_a_level_that_is_not_in_atr_is_forgotten() -> None:
    assert Level(value=5, period=20) == Level(value=5)
    assert Level(value=5, unit="price", period=20) == Level(value=5, unit="price")
    assert Level(value=5, unit="atr", period=20).period == 20


def _refusal(**values: Any) -> str:
    with pytest.raises(ParameterError) as refused:
        build(Rules, values, kind="rule", owner="the backtest")
    return refused.value.message


@pytest.mark.parametrize("kind", ["atr", "volatility", "kelly"])
def test_sizing_period_of_0_is_refused_where_it_counts(kind: str) -> None:
    assert f"the period of {kind} sizing" in _refusal(sizing={"kind": kind, "value": 0.1, "period": 0})


@pytest.mark.parametrize("kind", ["all-in", "quantity", "cash", "equity", "column"])
def test_sizing_period_that_decides_nothing_is_refused(kind: str) -> None:
    assert f"{kind} sizing has no period" in _refusal(sizing={"kind": kind, "value": 0.1, "period": 5})


@pytest.mark.parametrize(
    "sizing",
    [Sizing(), Sizing(kind="equity", value=0.5), Sizing(kind="atr", value=0.1), Sizing(kind="kelly")],
)
def test_sizing_is_read_back_from_what_is_written(sizing: Sizing) -> None:
    assert Sizing(**sizing.model_dump()) == sizing


@pytest.mark.parametrize(
    ("take_profit", "said"),
    [
        ([{"value": 2, "share": 1.5}], "rule 'take_profit 1 share' of the backtest is 1.5: should be less"),
        (
            [{"value": 2, "share": 0.5}, {"value": 4, "share": 0}],
            "rule 'take_profit 2 share' of the backtest",
        ),
        ({"value": 0}, "rule 'take_profit.value' of the backtest is 0: should be greater than 0."),
        ({"unit": "atr"}, "is {'unit': 'atr'}: say how far away it stands: value."),
        (True, "rule 'take_profit' of the backtest is True: should be a mapping of names to values."),
    ],
)
def test_take_profit_that_cannot_be_is_named_as_it_was_written(take_profit: Any, said: str) -> None:
    assert said in _refusal(take_profit=take_profit)


@pytest.mark.parametrize("take_profit", [3, {"value": 2, "unit": "r"}, [{"value": 2, "share": 0.5}]])
def test_take_profit_is_read_back_from_what_is_written(take_profit: Any) -> None:
    rules = Rules(take_profit=take_profit, stop_loss=Level(value=1))
    assert Rules(**rules.model_dump()) == rules
    assert Rules.model_validate_json(rules.model_dump_json()) == rules


@pytest.mark.parametrize("lifetime", [0, 99_999_999])
def test_lifetime_that_cannot_be_says_how_to_write_none(lifetime: int) -> None:
    said = _refusal(entry={"kind": "limit", "offset": 1, "lifetime": lifetime})
    assert "to rest until it is replaced write None in Python, 'forever' in a document" in said


@pytest.mark.parametrize(
    ("rules", "where", "nearest"),
    [
        ({"entry": {"kind": "limit", "ofset": 1}}, "'ofset' in entry of the backtest", "offset"),
        ({"take_profit": [{"value": 1, "shre": 1}]}, "'shre' in take_profit 1 of the backtest", "share"),
        ({"stoploss": 1}, "'stoploss' in the backtest", "stop_loss"),
    ],
)
def test_unknown_name_is_told_with_the_nearest_of_its_own_part(
    rules: dict[str, Any], where: str, nearest: str
) -> None:
    with pytest.raises(UnknownNameError) as refused:
        build(Rules, rules, kind="rule", owner="the backtest")
    assert where in refused.value.message
    assert refused.value.details["nearest"] == [nearest]


@pytest.mark.parametrize(("kind", "side", "other"), [("limit", "long", "short"), ("stop", "short", "long")])
def test_entry_below_any_price_is_refused_on_the_side_that_it_lies_below(
    kind: str, side: str, other: str
) -> None:
    entry = {"kind": kind, "offset": 100}
    assert f"a {kind} entry 100 % below the close can never fill" in _refusal(entry=entry, direction=side)
    rules: dict[str, Any] = {"entry": entry, "direction": other}
    assert build(Rules, rules, kind="rule", owner="the backtest").entry.offset == 100
