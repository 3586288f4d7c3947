"""Constraints: what is read, what holds, and by how much a result misses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradewright.core.errors import InputError, UnknownNameError
from tradewright.research.search.constraints import constraints_of

SCORES = {
    "trades": np.array([29.0, 30.0, 31.0, np.nan]),
    "max_drawdown": np.array([-0.5, -0.3, -0.1, -0.2]),
    "total_return": np.array([0.1, 0.2, np.inf, 0.0]),
    "buy_and_hold_return": np.array([0.2, 0.2, 0.2, 0.2]),
}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("trades >= 30", [False, True, True, False]),
        ("30 <= trades", [False, True, True, False]),
        ("max_drawdown > -0.3", [False, False, True, True]),
        ("total_return > buy_and_hold_return", [False, False, True, False]),
    ],
)
def test_constraint_holds_where_its_comparison_does(text, holds):
    (constraint,) = constraints_of(text)
    assert constraint.holds(SCORES).tolist() == holds
    missing = constraint.missing(SCORES)
    assert ((missing == 0) == constraint.holds(SCORES)).all()
    assert np.isfinite(missing).all()


def test_chains_and_several_are_taken_apart():
    texts = [one.text for one in constraints_of(["30 <= trades < 500", "sharpe > 0 and win_rate >= 0.4"])]
    assert texts == ["30 <= trades", "trades < 500", "sharpe > 0", "win_rate >= 0.4"]


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_result_that_is_further_away_misses_by_more(bound, a, b):
    (constraint,) = constraints_of(f"sharpe >= {bound!r}")
    near, far = sorted((a, b), reverse=True)
    missing = constraint.missing({"sharpe": np.array([near, far])})
    assert missing[0] <= missing[1]


@pytest.mark.parametrize(
    "text", ["trades", "trades == 30", "trades >= ", "1 < 2", "trades > f(3)", "trades > 'a'", "a; b", 3,
             "trades > True", "trades > 1 or sharpe > 1", "\0"]
)  # fmt: skip
def test_what_is_no_comparison_is_refused(text):
    with pytest.raises(InputError) as refused:
        constraints_of([text])
    assert refused.value.code == "E_CONSTRAINT"


def test_none_is_no_constraint_and_a_number_is_refused():
    assert constraints_of(None) == constraints_of([]) == ()
    with pytest.raises(InputError):
        constraints_of(3)


def test_unknown_metric_names_the_nearest():
    with pytest.raises(UnknownNameError, match="'trades'"):
        constraints_of("trade >= 30")
