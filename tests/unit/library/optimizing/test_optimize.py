"""The whole way: from a strategy and bars to parameters that a backtest confirms."""

import numpy as np
import pytest

import tradewright as tw
from tests.factories import real_bars
from tradewright.core.errors import InputError, ParameterError, StrategyCodeError, UnknownNameError
from tradewright.core.hooks import SilentHooks, installed
from tradewright.data.trials.ledger import FILE, TrialLedger
from tradewright.library.defaults import home
from tradewright.library.optimizing.api import optimize

RISING = """
import numpy as np
import tradewright as tw


class Rising(tw.Strategy):
    class Params(tw.StrategyParams):
        back: int = 5

    def signals(self, bars, p):
        up = np.zeros(len(bars), np.bool_)
        up[p.back :] = bars.close[p.back :] > bars.close[: -p.back]
        return tw.Signals(long_entry=up, long_exit=~up)
"""
METRICS = ("sharpe", "total_return", "max_drawdown", "trades")


@pytest.fixture(scope="module")
def bars():
    return real_bars("GOOG").slice(0, 900)


def confirmed(strategy, bars, found):
    """Say whether a backtest with the best's arguments has the best's metrics."""
    run = tw.backtest(strategy, bars, **found.best.arguments)
    for name in METRICS:
        if name in found.best.metrics:
            assert found.best.metrics[name] == pytest.approx(run.metrics[name], rel=1e-9), name


@pytest.mark.parametrize("method", ["random", "sobol", "tpe", "nsga2", "cmaes"])
def test_best_is_what_a_backtest_of_it_says(bars, method):
    space = {"fast": "5..30", "slow": (20, 100), "stop_loss": [2, 3.5, 5]}
    found = optimize("ma_crossover", bars, space=space, method=method, trials=24, fee=0.001, seed=2)
    assert found.searched == 24
    confirmed("ma_crossover", bars, found)
    table = found.to_polars()
    assert (table["fast"] < table["slow"]).all()  # the document says so
    assert found.best.metrics["sharpe"] == table.filter(table["part"] == "search")["sharpe"].max()


def test_grid_finds_the_same_best_as_backtests_of_all(bars):
    found = optimize("ma_crossover", bars, space={"fast": [5, 10, 20], "slow": [20, 40]}, method="grid")
    sharpes = {
        (fast, slow): tw.backtest("ma_crossover", bars, params={"fast": fast, "slow": slow}).metrics["sharpe"]
        for fast in (5, 10, 20)
        for slow in (20, 40)
        if fast < slow
    }
    assert found.searched == len(sharpes) == 5
    best = max(sharpes, key=lambda pair: sharpes[pair])
    assert tuple(found.best.params.values()) == best


def test_rules_parts_of_rules_and_directions_are_searched(bars):
    space = {"sizing.value": (0.2, 1.0), "direction": ["long", "short", "both"], "stop_loss": "1.0..4.0atr"}
    found = optimize(
        "ma_crossover", bars, space=space, method="random", trials=12, sizing="equity:0.5", params={"fast": 8}
    )
    assert set(found.best.arguments["sizing"]) >= {"kind", "value"}
    assert found.best.params["stop_loss"].endswith("atr")
    assert found.best.arguments["params"] == {"fast": 8}
    confirmed("ma_crossover", bars, found)


def test_window_and_constraints_and_metrics_are_kept_to(bars):
    found = optimize(
        "ma_crossover",
        bars,
        space={"fast": "5..30", "slow": "40..90"},
        objective=["sharpe", "min exposure"],
        constraints=["trades >= 4", "max_drawdown > -0.6"],
        where="slow >= 2 * fast",
        method="nsga2",
        trials=40,
        metrics=["calmar"],
        start="2006-01-03",
    )
    assert all(one.metrics["trades"] >= 4 for one in found.front)
    assert {"calmar", "exposure"} <= set(found.best.metrics)
    table = found.to_polars()
    assert (table["slow"] >= 2 * table["fast"]).all()
    confirmed("ma_crossover", bars, found)


def test_where_may_name_a_parameter_that_is_given(bars):
    found = optimize(
        "ma_crossover", bars, space={"fast": "5..60"}, params={"slow": 20}, where="fast + 5 <= slow",
        method="random", trials=30,
    )  # fmt: skip
    assert found.searched == 11
    assert found.to_polars()["fast"].max() == 15


def test_same_seed_gives_the_same_trials_on_any_executor(bars):
    asked = {"space": {"fast": "5..30", "slow": (20, 100)}, "trials": 40, "seed": 9}
    one, two = (optimize("ma_crossover", bars, executor=url, **asked) for url in ("threads:1", "threads:3"))
    assert one.to_polars().equals(two.to_polars())


@pytest.mark.slow
def test_processes_score_as_threads_do(bars):
    asked = {"space": {"fast": "5..30", "slow": (20, 100)}, "trials": 20, "method": "sobol"}
    one, two = (optimize("ma_crossover", bars, executor=url, **asked) for url in ("threads", "processes:2"))
    assert one.to_polars().equals(two.to_polars())


class Rising(tw.Strategy):
    """Long while the close is above that of some bars ago."""

    class Params(tw.StrategyParams):
        back: int = 5

    def signals(self, bars, p):
        close = bars.close
        up = np.zeros(len(bars), np.bool_)
        up[p.back :] = close[p.back :] > close[: -p.back]
        return tw.Signals(long_entry=up, long_exit=~up)


def test_strategies_in_python_are_searched(bars):
    found = optimize(
        Rising, bars, space={"back": "2..40", "stop_loss": [None, 3]}, trials=15, method="random"
    )
    assert found.searched == 15
    confirmed(Rising, bars, found)


def test_names_that_are_not_there_are_refused_with_the_nearest(bars):
    for space, nearest in (({"fats": "5..9"}, "'fast'"), ({"stop_los": [1]}, "'stop_loss'")):
        with pytest.raises(UnknownNameError, match=nearest):
            optimize("ma_crossover", bars, space=space)
    with pytest.raises(InputError, match="slo"):
        optimize("ma_crossover", bars, space={"fast": "5..9"}, where="fast < slo")
    with pytest.raises(UnknownNameError):
        optimize("ma_crossover", bars, space={"fast": "5..9"}, metrics=["sharp"])


def test_values_that_no_run_takes_are_refused(bars):
    with pytest.raises(ParameterError):
        optimize("ma_crossover", bars, space={"fee": [-1, 0.1]})
    with pytest.raises(InputError):
        optimize("ma_crossover", bars, space={"fast": [-5, -3]}, method="grid")


def test_nothing_allowed_is_a_result_that_says_why(bars):
    found = optimize(
        "ma_crossover", bars, space={"fast": "5..20"}, constraints="trades >= 500", method="random", trials=6
    )
    with pytest.raises(InputError, match="'trades >= 500' excludes 6"):
        found.best  # noqa: B018 - it is worked out when it is asked for
    assert np.isfinite(found.to_polars()["trades"].to_numpy()).all()


def test_everything_scored_is_counted_once(bars):
    other = bars.slice(0, 700)
    asked = {"space": {"fast": "5..20", "slow": "30..60"}, "method": "random", "trials": 20}
    ledger = TrialLedger(home() / FILE)
    before = ledger.trials(other.checksum).count
    found = optimize("ma_crossover", other, **asked)
    assert ledger.trials(other.checksum).count - before == found.scored
    assert ledger.trials(other.checksum).best_sharpe == found.to_polars()["sharpe"].max()
    optimize("ma_crossover", other, **asked)
    assert ledger.trials(other.checksum).count - before == found.scored
    again = optimize("ma_crossover", other, **asked, seed=1)
    assert ledger.trials(other.checksum).count - before == found.scored + again.scored


class Faulty(Rising):
    """Cannot look back further than twenty bars."""

    def signals(self, bars, p):
        if p.back > 20:
            raise RuntimeError("too far back")
        return super().signals(bars, p)


def test_what_a_search_scored_before_it_failed_is_counted(bars):
    other = bars.slice(0, 600)
    asked = {"space": {"back": "2..30"}, "method": "grid", "batch": 6, "executor": "threads:1"}
    with pytest.raises(StrategyCodeError, match="too far back"):
        optimize(Faulty, other, **asked)
    ledger = TrialLedger(home() / FILE)
    assert ledger.trials(other.checksum).count == 18
    with pytest.raises(StrategyCodeError):
        optimize(Faulty, other, **asked)
    assert ledger.trials(other.checksum).count == 18


def test_stopped_search_that_is_run_again_counts_once(bars):
    class Impatient(SilentHooks):
        def __init__(self):
            self.seen = 0

        def progress(self, done, total, message):  # noqa: ARG002 - the hook's shape
            self.seen = done

        def cancelled(self):
            return self.seen >= 12

    other = bars.slice(0, 650)
    asked = {"space": {"fast": "5..20", "slow": "30..60"}, "method": "sobol", "trials": 40, "batch": 6}
    with installed(Impatient()):
        stopped = optimize("ma_crossover", other, **asked)
    assert stopped.cancelled
    assert stopped.scored == TrialLedger(home() / FILE).trials(other.checksum).count == 12
    whole = optimize("ma_crossover", other, **asked)
    assert TrialLedger(home() / FILE).trials(other.checksum).count == whole.scored


def test_ledger_that_cannot_be_written_costs_no_result(bars, monkeypatch, tmp_path):
    (tmp_path / "home").write_text("a file, and no folder")
    monkeypatch.setenv("TRADEWRIGHT_HOME", str(tmp_path / "home"))
    found = optimize("ma_crossover", bars, space={"fast": "5..9"}, method="grid")
    assert found.best.params["fast"] in range(5, 10)
    assert "W_NOT_COUNTED" in [warning["code"] for warning in found.warnings]


def test_arguments_that_there_are_not_are_refused(bars):
    with pytest.raises(UnknownNameError, match="'constraints'") as refused:
        optimize("ma_crossover", bars, space={"fast": "5..9"}, constraint="trades > 3")
    assert refused.value.code == "E_ARGUMENT"


@pytest.mark.slow
def test_class_in_a_file_is_searched_by_processes(bars, tmp_path):
    file = tmp_path / "rising.py"
    file.write_text(RISING)
    asked = {"space": {"back": "2..30"}, "method": "sobol", "trials": 12}
    one, two = (optimize(str(file), bars, executor=url, **asked) for url in ("threads", "processes:2"))
    assert one.to_polars().equals(two.to_polars())
