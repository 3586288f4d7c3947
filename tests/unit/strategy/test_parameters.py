"""Parameters of a document: declared, bound from Python or a command line, and put in place."""

import copy

import numpy as np
import pytest

from tests.documents import entering, on, when
from tradewright.core.errors import DocumentError, ParameterError, UnknownNameError
from tradewright.strategy.catalog import builtin_document
from tradewright.strategy.document.parameters import Parameter
from tradewright.strategy.document_strategy import DocumentStrategy
from tradewright.strategy.plan import Constant
from tradewright.strategy.prepared import prepare

PERIOD = {"type": "int", "default": 14, "min": 2, "max": 100, "sweep": [5, 20, 5], "title": "Period"}
LINE = {"type": "float", "default": 30}


def parametrised(**sections):
    condition = on("rsi", "<", {"parameter": "line"}, period={"parameter": "period"})
    return entering(condition, **{"parameters": {"period": PERIOD, "line": LINE}, **sections})


def entry(raw, **params):
    return DocumentStrategy.read(raw, params).plan.nodes["long_entry"]


def test_defaults_stand_where_nothing_is_given():
    node = entry(parametrised())

    assert node.left.params.period == 14
    assert node.right == (Constant(30.0),)


def test_given_values_replace_the_defaults():
    strategy = DocumentStrategy.read(parametrised(), {"period": 9, "line": 25.5})

    assert strategy.plan.nodes["long_entry"].left.params.period == 9
    assert strategy.plan.nodes["long_entry"].right == (Constant(25.5),)
    assert strategy.params == {"period": 9, "line": 25.5}


@pytest.mark.parametrize(
    ("given", "bound"), [("9", 9), (9.0, 9), ("9.0", 9), (" 9 ", 9), (np.int64(9), 9), (np.float32(9), 9)]
)
def test_text_is_read_as_the_declared_type(given, bound):
    value = prepare(parametrised(), {"period": given}).params["period"]

    assert value == bound
    assert isinstance(value, int)


@pytest.mark.parametrize("given", ["abc", "", None, True, [9], 9.5, "nan", "inf", 1, 101])
def test_value_of_wrong_type_or_out_of_bounds_is_refused(given):
    with pytest.raises(ParameterError, match="parameter 'period' of the strategy document") as caught:
        DocumentStrategy.read(parametrised(), {"period": given})

    assert caught.value.code == "E_PARAMETER"
    assert caught.value.fix == "It takes whole numbers from 2 to 100, 14 by default."


def test_unknown_parameter_names_the_nearest():
    with pytest.raises(UnknownNameError, match=r"'perod'.*Did you mean 'period'") as caught:
        prepare(parametrised(), {"perod": 9})

    assert caught.value.code == "E_PARAMETER_NAME"


def test_parameter_of_a_document_without_any_is_refused():
    with pytest.raises(ParameterError, match="has no parameters, so 'period' cannot be set"):
        prepare(entering(on("rsi", "<", 30)), {"period": 9})


def test_parameters_reach_exits_lookbacks_and_percentages():
    raw = entering(
        when(
            {"price": "close"},
            ">",
            {"percentAbove": {"parameter": "a"}, "of": {"price": "open"}},
            withinLast={"parameter": "b"},
        ),
        parameters={"a": {"type": "float", "default": 2}, "b": {"type": "int", "default": 3}, "c": LINE},
        exit={"stopLoss": {"value": {"parameter": "c"}, "unit": "atr"}},
    )
    strategy = DocumentStrategy.read(raw, {"a": 5, "b": 4, "c": 1.5})
    node = strategy.plan.nodes["long_entry"]

    assert node.right[0].percent == 105
    assert node.within_last == 4
    assert strategy.rules()["stop_loss"]["value"] == 1.5


def test_bound_values_are_part_of_the_canonical_form_and_declarations_are_not():
    plain = entering(on("rsi", "<", 25, period=9))

    bound = DocumentStrategy.read(parametrised(), {"period": "9", "line": 25})

    assert bound.canonical() == DocumentStrategy.read(plain).canonical()


@pytest.mark.parametrize(
    ("sections", "path", "says"),
    [
        (
            {"parameters": {"period": PERIOD}},
            "decisionBlocks[0].subConfirmations[0].config.value.parameter",
            "'line'",
        ),
        (
            {"parameters": {"period": PERIOD, "line": LINE, "more": LINE}},
            "parameters.more",
            "nothing uses it",
        ),
        ({"parameters": {"period": {"type": "int"}, "line": LINE}}, "parameters.period", "no 'default'"),
        (
            {"parameters": {"period": {**PERIOD, "type": "integer"}, "line": LINE}},
            "parameters.period.type",
            "'int'",
        ),
        (
            {"parameters": {"period": {**PERIOD, "default": 1}, "line": LINE}},
            "parameters.period.default",
            "2 or more",
        ),
        (
            {"parameters": {"period": {**PERIOD, "default": 2.5}, "line": LINE}},
            "parameters.period.default",
            "whole",
        ),
        (
            {"parameters": {"period": {**PERIOD, "step": 1}, "line": LINE}},
            "parameters.period.step",
            "unknown field",
        ),
        (
            {"parameters": {"period": {**PERIOD, "sweep": [9, 1, 1]}, "line": LINE}},
            "parameters.period.sweep",
            "[low",
        ),
        ({"parameters": {"2x": LINE}}, "parameters.2x", "starts with a letter"),
        ({"constraints": ["period < lime"]}, "constraints[0]", "'line'"),
        ({"constraints": ["period + line > 3"]}, "constraints[0]", "cannot read"),
        ({"constraints": ["3 < 4"]}, "constraints[0]", "names no parameter"),
    ],
)
def test_broken_declaration_points_at_the_place(sections, path, says):
    with pytest.raises(DocumentError) as caught:
        DocumentStrategy.read(parametrised(**sections))

    assert caught.value.details["path"] == path
    assert says in str(caught.value)


def test_constraint_that_is_broken_names_the_values():
    with pytest.raises(ParameterError, match="'ma_crossover' needs fast < slow, got fast=60, slow=50"):
        prepare("ma_crossover", {"fast": "60"})


@pytest.mark.parametrize(
    ("constraint", "holds"),
    [
        ("period<line", True),
        ("period <= 14", True),
        ("line != 30", False),
        ("40 > line", True),
        ("period >= line", False),
        ("period == 14", True),
    ],
)
def test_constraints_compare_parameters_and_numbers(constraint, holds):
    raw = parametrised(constraints=[constraint])
    if holds:
        assert DocumentStrategy.read(raw).params == {"period": 14, "line": 30}
    else:
        with pytest.raises(ParameterError, match="needs"):
            DocumentStrategy.read(raw)


def test_reading_leaves_the_document_as_it_was():
    raw = builtin_document("support_resistance")
    before = copy.deepcopy(raw)

    prepare(raw, {"near": 1})

    assert raw == before


def test_declaration_as_plain_data_reads_back():
    declaration = Parameter("period", "int", 14, 2, 100, (5, 20, 5), "Period", "Bars.")
    fields = declaration.to_dict()
    fields.pop("name")

    strategy = DocumentStrategy.read(parametrised(parameters={"period": fields, "line": LINE}))

    assert strategy.document.parameters["period"] == declaration
