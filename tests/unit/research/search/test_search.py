"""Every method finds a known best, keeps to what is allowed, and does the same again for a seed."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from tests.unit.research.search.surfaces import Surface, paraboloid
from tradewright.core import hooks
from tradewright.core.errors import (
    CancelledError,
    EnvironmentFaultError,
    InputError,
    ParameterError,
    UnknownNameError,
)
from tradewright.research.search.constraints import constraints_of
from tradewright.research.search.objectives import objectives_of
from tradewright.research.search.question import SearchQuestion
from tradewright.research.search.reading import space_of
from tradewright.research.search.search import search
from tradewright.research.sweep.where import read_where

LEARNING = ("tpe", "cmaes", "nsga2")
DRAWING = ("random", "sobol")
SPACE = {"fast": "5..50", "slow": (20, 200), "k": (0.0, 3.0)}
FAST_BELOW_SLOW = read_where("fast * 4 < slow", ["fast", "slow"])


def question(space=None, objective="sharpe", constraints=(), **further):
    further.setdefault("method", "tpe")
    return SearchQuestion(
        space_of(space or SPACE), objectives_of(objective), constraints_of(constraints), **further
    )


def params_of(found, row):
    return found.question.space.params(found.memory.points[row])


@pytest.mark.parametrize("method", LEARNING)
def test_samplers_come_close_to_the_best(method):
    found = search(question(method=method, trials=160, seed=1), Surface(paraboloid))
    assert found.memory.scores["sharpe"][found.best[0]] > 1.9
    best = params_of(found, found.best[0])
    assert abs(best["fast"] - 17) <= 4
    assert abs(best["slow"] - 90) <= 16
    assert abs(best["k"] - 1) <= 0.4


@pytest.mark.parametrize("method", DRAWING)
def test_draws_spread_over_the_space(method):
    found = search(question(method=method, trials=256), Surface(paraboloid))
    columns = found.question.space.columns(found.memory.points[: found.searched])
    assert found.searched == 256
    for name, low, high in (("fast", 5, 50), ("slow", 20, 200), ("k", 0, 3)):
        quarters = np.histogram(columns[name], 4, (low, high))[0]
        assert quarters.min() > 30, name
    assert found.memory.scores["sharpe"][found.best[0]] > 1.5


def test_grid_scores_every_combination_once_and_finds_the_very_best():
    surface = Surface(paraboloid)
    found = search(question({"fast": "5..50:3", "slow": [60, 90, 120]}, method="grid"), surface)
    assert found.searched == 16 * 3 == len(surface.asked)
    assert params_of(found, found.best[0]) == {"fast": 17, "slow": 90}
    assert len(found.memory) == found.searched


def test_grid_turns_the_last_parameter_fastest():
    surface = Surface(lambda a, b: {"sharpe": float(a == b)})
    search(question({"a": [1, 2], "b": ["x", None, 3]}, method="grid"), surface)
    assert [(row["a"], row["b"]) for row in surface.asked] == [
        (1, "x"), (1, None), (1, 3), (2, "x"), (2, None), (2, 3),
    ]  # fmt: skip


@pytest.mark.parametrize("method", [*LEARNING, *DRAWING])
def test_same_seed_gives_the_same_search_and_another_seed_another(method):
    ask = question(method=method, trials=60, seed=5, where=FAST_BELOW_SLOW)
    first, again = search(ask, Surface(paraboloid)), search(ask, Surface(paraboloid))
    other = search(replace(ask, seed=6), Surface(paraboloid))
    assert first.memory.points.tobytes() == again.memory.points.tobytes()
    assert first.memory.points.tobytes() != other.memory.points.tobytes()


@pytest.mark.parametrize("method", [*LEARNING, *DRAWING, "grid"])
def test_what_the_condition_excludes_is_never_scored(method):
    surface = Surface(paraboloid)
    space = {"fast": "5..50", "slow": (20, 200)}
    trials = None if method == "grid" else 120
    search(question(space, method=method, trials=trials, where=FAST_BELOW_SLOW), surface)
    assert len(surface.asked) >= 100
    assert all(row["fast"] * 4 < row["slow"] for row in surface.asked)


@pytest.mark.parametrize("method", [*LEARNING, *DRAWING])
def test_nothing_is_scored_twice(method):
    surface = Surface(paraboloid)
    found = search(question({"fast": "1..12", "slow": "80..100:5"}, method=method, trials=50), surface)
    asked = [tuple(row.values()) for row in surface.asked]
    assert len(set(asked)) == len(asked)
    if method in LEARNING:
        assert found.repeated > 0
        assert any("not scored again" in note for note in found.notes)


@pytest.mark.parametrize("method", [*LEARNING, *DRAWING])
def test_best_breaks_no_constraint(method):
    ask = question(method=method, trials=200, constraints="trades >= 190")
    found = search(ask, Surface(paraboloid))
    assert params_of(found, found.best[0])["slow"] <= 60
    broken = (250.0 - found.question.space.columns(found.memory.points[: found.searched])["slow"]) < 190
    assert found.excluded == {"trades >= 190": int(broken.sum())}


@pytest.mark.parametrize("method", LEARNING)
def test_samplers_learn_to_stay_within_the_constraints(method):
    found = search(question(method=method, trials=200, constraints="trades >= 210"), Surface(paraboloid))
    inside = found.memory.scores["trades"][: found.searched] >= 210
    # By chance 11 % would be: slow from 20 to 40 of 20 to 200.
    assert inside[120:].mean() > 0.3


def test_no_result_that_is_allowed_leaves_no_best_and_says_what_excluded_how_many():
    found = search(question(constraints=["trades >= 900", "sharpe < 9"], trials=30), Surface(paraboloid))
    assert found.best.size == 0
    assert found.plateaus == {}
    assert found.excluded == {"trades >= 900": 30, "sharpe < 9": 0}


@pytest.mark.parametrize("method", [*LEARNING, "random"])
def test_undefined_results_are_never_best_and_do_not_stop_a_search(method):
    def half(fast, slow, k):
        return paraboloid(fast, slow, k) | ({"sharpe": float("nan")} if fast < 25 else {})

    found = search(question(method=method, trials=120), Surface(half))
    assert params_of(found, found.best[0])["fast"] >= 25
    assert 0 < found.excluded["sharpe is not defined"] < 120


@pytest.mark.parametrize("method", ["nsga2", "tpe", "random"])
def test_several_objectives_give_a_front_of_which_none_beats_another(method):
    ask = question(objective=["sharpe", "-max_drawdown"], method=method, trials=200)
    found = search(ask, Surface(paraboloid))
    pairs = np.stack([found.memory.scores[m][found.best] for m in ("sharpe", "max_drawdown")], axis=1)
    assert len(pairs) >= 3
    for pair in pairs:
        assert not ((pairs >= pair).all(axis=1) & (pairs > pair).any(axis=1)).any()


def test_words_and_none_can_be_searched():
    def by_word(stop, side, only):
        return {"sharpe": {None: 0.0, 1: 1.0, "2atr": 3.0}[stop] + (side == "both")}

    for method in LEARNING:
        space = {"stop": [None, 1, "2atr"], "side": ["long", "both"], "only": 7}
        surface = Surface(by_word)
        found = search(question(space, method=method, trials=5), surface)
        assert {row["only"] for row in surface.asked} == {7}
        assert len(found.memory) >= 5


def test_ranges_in_words_give_words():
    surface = Surface(lambda stop: {"sharpe": -abs(float(stop[:-3]) - 2)})
    found = search(question({"stop": "0.5..3atr"}, trials=60), surface)
    assert all(row["stop"].endswith("atr") for row in surface.asked)
    assert abs(float(params_of(found, found.best[0])["stop"][:-3]) - 2) < 0.2


def test_space_no_larger_than_the_trials_is_scored_whole():
    found = search(question({"fast": "5..14", "slow": [80, 90]}, trials=50), Surface(paraboloid))
    assert found.searched == 20
    assert any("only 20 combinations" in note for note in found.notes)


def test_trials_are_scored_in_batches_of_the_size_asked_for():
    surface = Surface(paraboloid)
    search(question(trials=40, batch=16), surface)
    assert surface.batches[:3] == [16, 16, 8]


def test_condition_that_keeps_nothing_is_refused():
    nothing = read_where("fast > 99", ["fast", "slow"])
    for method in ("tpe", "cmaes", "nsga2", "grid"):
        trials = None if method == "grid" else 20
        space = {"fast": "5..50", "slow": "20..200"}
        with pytest.raises(InputError, match="keeps no combination") as refused:
            search(question(space, method=method, trials=trials, where=nothing), Surface(paraboloid))
        assert refused.value.code == "E_WHERE"


def test_condition_that_keeps_fewer_than_wanted_gives_those():
    few = read_where("fast == 7", ["fast", "slow"])
    space = {"fast": "5..50", "slow": "80..90"}
    for method in ("random", "sobol", "tpe"):
        found = search(question(space, method=method, trials=40, where=few), Surface(paraboloid))
        assert found.searched == 11, method
        assert found.notes


class StopAfter(hooks.SilentHooks):
    def __init__(self, batches):
        self.left = batches
        self.heard = []

    def progress(self, done, total, message):  # noqa: ARG002 - the hook's names
        self.heard.append((done, total))
        self.left -= 1

    def cancelled(self):
        return self.left <= 0


def test_cancelling_keeps_what_was_found():
    listening = StopAfter(2)
    with hooks.installed(listening):
        found = search(question(trials=100, batch=10), Surface(paraboloid))
    assert found.cancelled
    assert found.searched == 20
    assert listening.heard == [(10, 100), (20, 100)]
    assert found.best.size == 1
    assert found.plateaus == {}  # its neighbours were not scored any more
    with hooks.installed(StopAfter(0)), pytest.raises(CancelledError):
        search(question(trials=100, batch=10), Surface(paraboloid))


def test_plateau_is_the_median_of_the_neighbourhood_which_is_scored_for_it():
    space = {"fast": [15, 17, 19], "slow": [80, 90, 100], "z": [None, 4]}

    def flat_in_z(fast, slow, z):
        return paraboloid(fast, slow)

    found = search(question(space, method="grid"), Surface(flat_in_z))
    row = int(found.best[0])
    around = [paraboloid(f, s)["sharpe"] for f in (15, 17, 19) for s in (80, 90, 100)]
    assert found.plateaus[row].score["sharpe"] == pytest.approx(float(np.median(around)))
    assert found.plateaus[row].neighbours == 8

    few = search(question(space, method="random", trials=3, seed=2), Surface(flat_in_z))
    assert few.searched == 3
    point = few.memory.points[few.best[0]]
    assert (few.memory.rows_of(few.question.space.around(point)) >= 0).all()


@pytest.mark.parametrize(
    ("changed", "error", "code"),
    [
        ({"method": "bayes"}, UnknownNameError, "E_METHOD"),
        ({"trials": 0}, ParameterError, "E_PARAMETER"),
        ({"trials": True}, ParameterError, "E_PARAMETER"),
        ({"batch": 1.5}, ParameterError, "E_PARAMETER"),
        ({"seed": -1}, ParameterError, "E_PARAMETER"),
        ({"method": "cmaes", "objective": ["sharpe", "calmar"]}, InputError, "E_METHOD"),
        ({"method": "grid"}, InputError, "E_SPACE"),
        ({"method": "grid", "space": {"fast": "5..9"}, "trials": 3}, InputError, "E_PARAMETER"),
        ({"method": "grid", "space": {"a": "1..9999", "b": "1..9999"}}, InputError, "E_SPACE"),
    ],
)
def test_search_that_cannot_be_is_refused(changed, error, code):
    with pytest.raises(error) as refused:
        question(**changed)
    assert refused.value.code == code


def test_samplers_leave_optuna_as_it_was(capfd):
    import optuna

    before = optuna.logging.get_verbosity()
    search(question(trials=20), Surface(paraboloid))
    assert optuna.logging.get_verbosity() == before
    said = capfd.readouterr()
    assert said.out + said.err == ""


@pytest.mark.parametrize(("method", "package"), [("tpe", "optuna"), ("cmaes", "cmaes")])
def test_sampler_that_is_not_installed_says_which_extra_brings_it(monkeypatch, method, package):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(EnvironmentFaultError, match=r"tradewright\[search\]") as refused:
        search(question(method=method), Surface(paraboloid))
    assert refused.value.details["module"] == package


def test_combination_without_neighbours_has_no_plateau():
    found = search(question({"fast": [17, 17.5], "slow": [90]}, method="grid"), Surface(paraboloid))
    assert found.plateaus[0].neighbours == 1

    def by_side(side):
        return {"sharpe": float(side == "long")}

    words = search(question({"side": ["long", "short"]}, method="grid"), Surface(by_side))
    assert words.plateaus[0].neighbours == 0
    assert np.isnan(words.plateaus[0].score["sharpe"])
