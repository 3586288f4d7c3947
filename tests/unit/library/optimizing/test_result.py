"""What a search returns: the best with its plateau, tables, pictures, and what limits the trust in it."""

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.research.search.surfaces import Surface, paraboloid
from tradewright.core.errors import InputError, UnknownNameError
from tradewright.library.optimizing.described import Described
from tradewright.library.optimizing.result import OptimizeResult
from tradewright.research.search.constraints import constraints_of
from tradewright.research.search.objectives import objectives_of
from tradewright.research.search.question import SearchQuestion
from tradewright.research.search.reading import space_of
from tradewright.research.search.search import search

FACTS = {"strategy": "ma_crossover", "symbol": "GOOG", "timeframe": "1d"}
GRID = {"fast": "14..20:1", "slow": [80, 90, 100]}


def result(space=None, objective="sharpe", constraints=(), surface=paraboloid, **further):
    further.setdefault("method", "grid")
    question = SearchQuestion(
        space_of(space or GRID), objectives_of(objective), constraints_of(constraints), **further
    )
    asked = {"params": {"ma_type": "ema"}, "fee": 0.001}
    return OptimizeResult(search(question, Surface(surface)), Described(FACTS, {}, asked))


def test_best_has_parameters_metrics_plateau_and_the_arguments_that_run_it():
    best = result().best
    assert best.params == {"fast": 17, "slow": 90}
    assert best.metrics["sharpe"] == 2.0
    assert best.metrics["trades"] == 160.0
    around = [paraboloid(f, s)["sharpe"] for f in (16, 17, 18) for s in (80, 90, 100)]
    assert best.plateau == {"sharpe": pytest.approx(float(np.median(around)))}
    assert (best.neighbours, best.undefined) == (8, 0)
    assert best.arguments == {"params": {"ma_type": "ema", "fast": 17, "slow": 90}, "fee": 0.001}
    assert best.to_dict()["params"] == best.params


def test_trials_are_tables_in_the_order_of_scoring():
    found = result(method="random", trials=10, seed=1, constraints="trades >= 160")
    table = found.trials.to_polars()
    assert table.columns == ["fast", "slow", "sharpe", "trades", "max_drawdown", "allowed", "part"]
    assert len(found.trials) == found.scored == table.height > 10
    assert table["part"].to_list() == ["search"] * 10 + ["neighbour"] * (found.scored - 10)
    assert (table["allowed"] == (table["trades"] >= 160)).all()
    assert found.searched == 10
    pandas = found.to_pandas()
    assert pandas["sharpe"].tolist() == found.to_polars()["sharpe"].to_list()
    assert pandas["part"].tolist() == table["part"].to_list()


def test_parameters_with_the_name_of_a_column_are_told_apart():
    found = result({"trades": [1, 2], "part": [3, 4]}, surface=lambda trades, part: {"trades": trades + part},
                   objective="max trades")  # fmt: skip
    assert found.to_polars().columns == ["params.trades", "part", "trades", "allowed", "search.part"]
    assert found.best.params == {"trades": 2, "part": 4}


def test_no_combination_that_is_allowed_says_which_constraint_excludes_how_many():
    found = result(constraints=["trades >= 165", "trades >= 9000"])
    with pytest.raises(InputError) as refused:
        found.best  # noqa: B018 - it is worked out when it is asked for
    assert refused.value.code == "E_CONSTRAINT"
    assert "'trades >= 165' excludes 14" in refused.value.message
    assert "'trades >= 9000' excludes 21" in refused.value.message
    assert refused.value.details == {"searched": 21, "excluded": found.excluded}
    assert "W_NONE_ALLOWED" in [warning["code"] for warning in found.warnings]
    assert "no combination is allowed" in repr(found)
    assert "no combination is allowed" in found._repr_html_()
    assert found.facts["best"] == []
    assert len(found.trials) == 21
    found.plot.heatmap()


def test_front_is_given_and_its_best_is_that_of_the_first_objective():
    found = result({"fast": "5..50", "slow": "60..120:10"}, ["-max_drawdown", "sharpe"])
    front = found.front
    assert len(front) > 3
    assert found.best.metrics["max_drawdown"] == max(one.metrics["max_drawdown"] for one in front)
    assert found.best.params["fast"] == 30
    assert {one.params["slow"] for one in front} == {90}
    assert set(front[0].plateau) == {"max_drawdown", "sharpe"}
    assert "that no other beats in max max_drawdown and max sharpe" in repr(found)
    assert "more in .front" in found._repr_html_()


def test_importance_speaks_of_the_searched_combinations_and_one_metric():
    found = result({"fast": "5..50", "slow": "20..200:4", "k": [1, 1.01]})
    shares = found.importance().shares
    assert shares["fast"] > shares["slow"] > 0.1
    assert shares["k"] < 0.001
    assert found.importance("trades").shares["slow"] == pytest.approx(1.0, abs=0.02)
    with pytest.raises(UnknownNameError, match="'sharpe'"):
        found.importance("sharp")


def test_numbers_with_a_unit_explain_as_much_as_without():
    def surface(stop, slow):
        return paraboloid(float(str(stop).removesuffix("atr")), slow)

    asked = {"method": "sobol", "trials": 256, "surface": surface}
    plain = result({"stop": (5.5, 40), "slow": "20..200"}, **asked).importance().shares
    united = result({"stop": "5.5..40.0atr", "slow": "20..200"}, **asked).importance().shares
    assert plain["stop"] > 0.1
    assert united == plain


def test_neighbour_that_is_better_is_a_warning():
    found = result({"fast": (5, 50), "slow": (20, 200)}, method="random", trials=4, seed=3)
    table = found.to_polars()
    better = (table["sharpe"] > found.best.metrics["sharpe"]).sum()
    warned = [one["count"] for one in found.warnings if one["code"] == "W_NEIGHBOUR_BETTER"]
    assert warned == ([better] if better else [])
    assert better > 0


def test_what_was_done_is_in_the_facts():
    found = result(method="random", trials=9, seed=4, constraints="trades >= 30")
    facts = found.facts
    assert facts["strategy"] == "ma_crossover"
    assert facts["objectives"] == ["max sharpe"]
    assert facts["constraints"] == ["trades >= 30"]
    assert (facts["method"], facts["seed"], facts["space"], facts["searched"]) == ("random", 4, 21, 9)
    assert facts["best"][0]["params"] == found.best.params


def test_notebook_shows_best_and_plateau():
    shown = result()._repr_html_()
    assert "sharpe, plateau" in shown
    assert ">2.00<" in shown
    assert "best sharpe 2.00" in shown


def test_pictures_leave_out_what_is_not_allowed():
    svg = result(constraints="trades >= 155").plot.heatmap("fast", "slow", "sharpe").svg
    assert "7 combinations break a constraint" in svg
    assert "best: fast 17, slow 90: 2.00" in svg


def test_cancelled_search_says_so():
    found = result()
    stopped = OptimizeResult(replace(found._found, cancelled=True), Described(FACTS))
    assert stopped.cancelled
    assert stopped.warnings[0]["code"] == "W_SEARCH_CANCELLED"
