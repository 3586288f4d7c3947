"""Names of rules as axes, and values that they can take."""

from typing import Any

import pytest

from tradewright.core.errors import ParameterError, TradewrightError, UnknownNameError
from tradewright.engine.rules import Rules
from tradewright.research.sweep.rule_axes import RULE_AXES, axis_path, check_axis


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("fee", ("fee",)),
        ("rules.stop_loss", ("stop_loss",)),
        ("sizing.value", ("sizing", "value")),
        ("rules.entry.offset", ("entry", "offset")),
        ("take_profit.value", ("take_profit", "value")),
        ("take_profit.1.share", ("take_profit", 0, "share")),
        ("take_profit.6.period", ("take_profit", 5, "period")),
    ],
)
def test_a_name_is_a_place_in_the_rules(name: str, path: tuple[str | int, ...]) -> None:
    assert axis_path(name) == path


def test_every_rule_is_an_axis() -> None:
    assert set(Rules.model_fields) <= set(RULE_AXES)
    assert {axis_path(name)[0] for name in RULE_AXES} == set(Rules.model_fields)


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("stoploss", "stop_loss"),
        ("stop_loss.vale", "stop_loss.value"),
        ("rules.slipage", "slippage"),
        ("take_profit.7.share", "take_profit.1.share"),
        ("take_profit.0.value", "take_profit.1.value"),
        ("take_profit.share", "take_profit.1.share"),
        ("take.profit", "take_profit"),
    ],
)
def test_an_unknown_name_gives_the_nearest(name: str, nearest: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        axis_path(name)
    assert caught.value.code == "E_PARAMETER_NAME"
    assert nearest in caught.value.details["nearest"]


def test_a_part_that_a_rule_does_not_have_gives_those_it_has() -> None:
    with pytest.raises(UnknownNameError, match=r"Choose one of: fee\."):
        axis_path("fee.value")


@pytest.mark.parametrize(
    ("name", "values", "base"),
    [
        ("stop_loss", ["1atr", None, 2, 3.5, {"value": 1, "unit": "price"}], {}),
        ("stop_loss", [50.0, 150.0], {}),  # a short's stop may be that far
        ("sizing", ["risk:0.01", "all-in"], {}),  # another axis may set the stop
        ("take_profit", ["2r", "1%:0.6, 2%:0.4"], {}),
        ("take_profit.2.share", [0.5, 1.0], {"take_profit": "1%:0.5, 2%:0.5"}),
        ("entry.offset", [0.5, 1.0], {}),
        ("trailing.value", [2.0, 150.0], {"trailing": "2%"}),  # with an axis of units
        ("participation", [None, 0.5, 1.0], {}),
        ("time_stop", [1, 2.0, None], {}),
        ("fee", [], {}),
        ("session_end", [True, False], {}),
    ],
)
def test_values_that_some_rules_allow_pass(name: str, values: list[Any], base: dict[str, Any]) -> None:
    check_axis(axis_path(name), values, base)


@pytest.mark.parametrize(
    ("name", "values", "base", "said"),
    [
        ("fee", [0.001, 2.0], {}, "rule 'fee' of the sweep is 2.0: it is a fraction: write 0.02"),
        ("fee", ["0.1"], {}, "rule 'fee' of the sweep is '0.1': should be a number"),
        ("stop_loss", [1.0, 0.0, 2.0], {}, "rule 'stop_loss.value' of the sweep is 0.0"),
        ("stop_loss", [1.0, float("nan"), 2.0], {}, "should be a finite number"),
        ("stop_loss.value", [1.0, -1.0], {}, "rule 'stop_loss.value' of the sweep is -1.0"),
        ("stop_loss", ["1 parrot"], {}, "in none of its forms"),
        ("trailing", ["2%", "120%"], {}, "can never be reached"),
        ("sizing", ["risk:5"], {}, "write 0.05 for 5 %"),
        ("sizing.kind", ["risk", "luck"], {}, "rule 'sizing.kind' of the sweep is 'luck'"),
        ("direction", ["up"], {}, "'long', 'short' or 'both'"),
        ("time_stop", [1.0, 2.0, 2.5, 3.0], {}, "fractional part"),
        ("take_profit.2.share", [2.0], {"take_profit": "1:0.5, 2:0.5"}, "rule 'take_profit 2 share'"),
        ("take_profit.2.share", [0.5], {"take_profit": "1"}, "is of target 2; take_profit has 1"),
        ("stop_loss", [{"value": 2, "valu": 1}], {}, "unknown rule 'valu'"),
    ],
)
def test_a_value_that_no_rules_allow_is_refused(
    name: str, values: list[Any], base: dict[str, Any], said: str
) -> None:
    with pytest.raises(TradewrightError) as caught:
        check_axis(axis_path(name), values, base)
    assert isinstance(caught.value, ParameterError | UnknownNameError)
    assert said in str(caught.value)
