"""Objectives: the direction is the catalogue's, or said, and never guessed."""

import pytest

from tradewright.core.errors import InputError, ParameterError, UnknownNameError
from tradewright.research.search.objectives import objectives_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sharpe", "max sharpe"),
        ("volatility", "min volatility"),
        ("max_drawdown", "max max_drawdown"),
        ("-max_drawdown", "max max_drawdown"),
        ("- volatility", "min volatility"),
        ("-exposure", "min exposure"),
        ("min sharpe", "min sharpe"),
        (" max trades ", "max trades"),
    ],
)
def test_objective_is_searched_in_its_direction(text, words):
    (objective,) = objectives_of(text)
    assert objective.text == words
    assert objectives_of(objective.text) == (objective,)


def test_several_objectives_keep_their_order():
    assert [one.metric for one in objectives_of(["calmar", "min turnover"])] == ["calmar", "turnover"]


@pytest.mark.parametrize("text", ["-sharpe", "trades", "", "sharpe + calmar", "best sharpe"])
def test_objective_that_is_not_clear_is_refused(text):
    with pytest.raises(InputError) as refused:
        objectives_of(text)
    assert refused.value.code == "E_OBJECTIVE"
    assert refused.value.fix


def test_unknown_metric_names_the_nearest():
    with pytest.raises(UnknownNameError, match="'sharpe'"):
        objectives_of("sharp")
    with pytest.raises(UnknownNameError):
        objectives_of("esi_band")


def test_no_objective_or_one_twice_is_refused():
    for given in ([], None, ["sharpe", "min sharpe"]):
        with pytest.raises(InputError):
            objectives_of(given)
    for given in ([3], 3):
        with pytest.raises(ParameterError):
            objectives_of(given)
