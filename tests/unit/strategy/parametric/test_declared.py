"""What a document declares, and values of a sweep coerced as those of a single run."""

import pytest

from tests.documents import entering, on
from tradewright.core.errors import DocumentError, ParameterError, UnknownNameError
from tradewright.strategy.document_strategy import DocumentStrategy
from tradewright.strategy.parametric.declared import (
    constraints_of,
    declared_parameters,
    swept_values,
    without_constraints,
)

PERIOD = {"type": "int", "default": 14, "min": 2, "max": 100, "sweep": [5, 20, 5]}
LINE = {"type": "float", "default": 30, "max": 99}
DOCUMENT = entering(
    on("rsi", "<", {"parameter": "line"}, period={"parameter": "period"}),
    id="mine",
    parameters={"period": PERIOD, "line": LINE},
    constraints=["period < line"],
)


def test_declared_parameters_say_type_bounds_range_and_default():
    period = declared_parameters(DOCUMENT)["period"]

    assert (period.type, period.minimum, period.maximum) == ("int", 2, 100)
    assert (period.sweep, period.default) == ((5, 20, 5), 14)


def test_values_come_back_as_the_declared_type():
    found = swept_values(DOCUMENT, {"period": (5, 6.0, "7"), "line": range(20, 22)})

    assert found == {"period": (5, 6, 7), "line": (20.0, 21.0)}
    assert [type(value) for value in (*found["period"], *found["line"])] == [int] * 3 + [float] * 2


@pytest.mark.parametrize(
    "values", [(5, 101), (5, 1), (5, 5.5), (5, "x"), (5, None), (5, True), (5, float("nan")), (5, 10**400)]
)
def test_a_value_that_a_single_run_refuses_is_refused_alike_wherever_it_stands(values):
    with pytest.raises(ParameterError) as single:
        DocumentStrategy.read(DOCUMENT, {"period": values[1]})

    for order in (values, values[::-1], (*values, 7)):
        with pytest.raises(ParameterError) as swept:
            swept_values(DOCUMENT, {"line": [5], "period": order})
        assert swept.value.to_dict() == single.value.to_dict()


def test_zero_has_no_sign():
    assert str(swept_values(DOCUMENT, {"line": [-0.0, "-0", 0]})) == "{'line': (0.0, 0.0, 0.0)}"


def test_the_first_of_several_wrong_values_is_named():
    with pytest.raises(ParameterError, match="is 200: should be 100 or less"):
        swept_values(DOCUMENT, {"period": [5, 200, 1, 101]})


def test_an_unknown_parameter_names_the_nearest():
    with pytest.raises(UnknownNameError, match=r"'perod' in strategy 'mine'.*Did you mean 'period'"):
        swept_values(DOCUMENT, {"perod": [9]})


def test_a_document_without_parameters_says_so():
    with pytest.raises(ParameterError, match="has no parameters, so 'period' cannot be set"):
        swept_values(entering(on("rsi", "<", 30)), {"period": [9]})


def test_constraints_are_read_and_can_be_left_out():
    (constraint,) = constraints_of(DOCUMENT)

    assert (constraint.left, constraint.symbol, constraint.right) == ("period", "<", "line")
    assert constraints_of(without_constraints(DOCUMENT)) == ()
    assert constraints_of({**DOCUMENT, "constraints": None}) == ()


def test_a_broken_constraint_points_into_the_document():
    with pytest.raises(DocumentError, match=r"constraints\[0\]: unknown parameter 'slow'"):
        constraints_of({**DOCUMENT, "constraints": ["period < slow"]})
