"""Wrong questions to a sweep: one clear error that names what is wrong, and nothing is scored or written."""

import numpy as np
import pytest

import tradewright as tw
from tradewright.core.errors import TradewrightError, UnknownNameError
from tradewright.library.sweeping.question import bytes_in, metrics_in
from tradewright.library.warming import synthetic_bars

BARS = synthetic_bars(600)
GRID = {"fast": [5, 10], "slow": [20, 50]}


class Steady(tw.Strategy):
    """Long above an average."""

    class Params(tw.StrategyParams):
        period: int = 10

    def signals(self, bars, p):
        average = tw.indicator("sma", bars, period=p.period)
        return tw.Signals(long_entry=bars.close > average, long_exit=bars.close < average)


@pytest.fixture
def home(tmp_path, monkeypatch):
    folder = tmp_path / "home"
    monkeypatch.setenv("TRADEWRIGHT_HOME", str(folder))
    return folder


def refused(home, strategy="ma_crossover", bars=BARS, **asked):
    """Return what a sweep that keeps its scores says; it must leave no trace."""
    kept = home.parent / "scores"
    with pytest.raises(TradewrightError) as caught:
        tw.sweep(strategy, bars, **{"grid": GRID, "folder": kept, **asked})
    assert list(home.parent.iterdir()) == []
    assert caught.value.message
    return caught.value


def check(error, code, *words):
    assert error.code == code
    for word in words:
        assert word in str(error), word


@pytest.mark.parametrize(
    ("grid", "words"),
    [
        ({}, ["no axis", "grid={'fast': range(5, 51, 5)}"]),
        (5, ["no mapping"]),
        ([("fast", [5])], ["no mapping"]),
        ({5: [1]}, ["an axis is called 5"]),
        ({"fast": []}, ["axis 'fast' has no values", "5..50:5"]),
        ({"fast": np.array([])}, ["axis 'fast' has no values"]),
        ({"fast": [5, 5]}, ["axis 'fast' has 5 twice"]),
        ({"fast": [5, float("nan")]}, ["axis 'fast' has nan"]),
        ({"stop_loss": [1, float("inf")]}, ["axis 'stop_loss' has inf"]),
        ({"fast": "50..5"}, ["axis 'fast'", "begins above its end", "Write 5..50"]),
        ({"fast": "5..50:0"}, ["axis 'fast'", "step"]),
        ({"currency": ["EUR", "USD"]}, ["'currency' must be the same", "one sweep for each value"]),
        ({"tie_tolerance": [0.0, 1e-9]}, ["'tie_tolerance' must be the same"]),
        ({"instrument": ["A", "B"]}, ["'instrument' is the axis of the series", "bars={"]),
    ],
)
def test_grid_that_is_none_is_refused(home, grid, words):
    check(refused(home, grid=grid), "E_GRID", *words)


def test_far_too_many_combinations_are_counted_and_priced_before_anything_is_made(home):
    grid = {
        "fast": range(1, 1_001),
        "slow": range(1, 1_001),
        "stop_loss": "0.1..10:0.1",
        "take_profit": "0.1..10:0.1",
    }
    error = refused(home, grid=grid)
    check(error, "E_GRID", "10,000,000,000 combinations", "100,000,000", "disk", "samples=")
    assert error.details["axes"] == {"fast": 1_000, "slow": 1_000, "stop_loss": 100, "take_profit": 100}


def test_no_grid_for_a_strategy_that_declares_no_range_is_refused(home):
    check(refused(home, Steady, grid=None), "E_GRID", "no grid is given", "Give one")


@pytest.mark.parametrize(
    ("asked", "code", "name", "nearest"),
    [
        ({"grid": {"fats": [5]}}, "E_PARAMETER_NAME", "fats", "fast"),
        ({"grid": {"stop_los": [1]}}, "E_PARAMETER_NAME", "stop_los", "stop_loss"),
        ({"grid": {"sizing.valu": [1]}}, "E_PARAMETER_NAME", "sizing.valu", "sizing.value"),
        ({"params": {"slwo": 20}, "grid": {"fast": [5]}}, "E_PARAMETER_NAME", "slwo", "slow"),
        ({"stoploss": 2}, "E_ARGUMENT", "stoploss", "stop_loss"),
        ({"executer": "threads"}, "E_ARGUMENT", "executer", "executor"),
        ({"metrics": ["sharpe", "sharp"]}, "E_METRIC", "sharp", "sharpe"),
        ({"strategy": "ma_crosover"}, "E_STRATEGY", "ma_crosover", "ma_crossover"),
        ({"strategy": Steady, "grid": {"perod": [5]}}, "E_PARAMETER_NAME", "perod", "period"),
        ({"samples": 2, "method": "sobbol"}, "E_SAMPLES", "sobbol", "sobol"),
        ({"venue": "binanse"}, "E_VENUE", "binanse", "binance"),
    ],
)
def test_unknown_name_is_told_with_the_nearest(home, asked, code, name, nearest):
    error = refused(home, **asked)
    check(error, code, f"'{name}'", f"Did you mean '{nearest}'")
    assert isinstance(error, UnknownNameError)
    assert error.details["nearest"][0] == nearest


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"where": "fast > 100"}, ["fast > 100", "excludes every one of the 4 combinations", "Loosen"]),
        ({"grid": {"fast": [5, 10]}, "params": {"slow": 4}}, ["fast < slow excludes every one of the 2"]),
        ({"where": "fsat > 1"}, ["'fsat'", "Did you mean 'fast'?"]),
        ({"where": "stop_los < 3", "stop_loss": 2}, ["'stop_los'", "Did you mean 'stop_loss'?"]),
        ({"where": ["fast < slow", "slow >"]}, ["'slow >'", "cannot be read"]),
        ({"where": ""}, ["empty"]),
        ({"where": "__import__('os')"}, ["no condition"]),
        ({"where": "fast < 'a'"}, ["'a' is no number"]),
        ({"where": "fast / 0 > 1"}, ["divides by zero"]),
        ({"where": 5}, ["where is a int", "fast < slow"]),
        ({"where": ["fast < slow", 5]}, ["where is a list"]),
    ],
)
def test_condition_that_cannot_hold_or_be_read_is_refused(home, asked, words):
    check(refused(home, **asked), "E_WHERE", *words)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"grid": {"fast": [0, 5]}}, ["'fast'", "is 0", "1 or more"]),
        ({"grid": {"fast": [5, 5.5]}}, ["'fast'", "5.5", "whole number"]),
        ({"grid": {"fast": [5, None]}}, ["'fast'", "null"]),
        ({"grid": {"fast": ["five"]}}, ["'fast'", "'five'"]),
        ({"grid": {"fast": "5..5000"}, "samples": 3}, ["'fast'", "5000", "1000"]),
        ({"grid": {"fee": [0.001, 5]}}, ["'fee'", "is 5", "0.05 for 5 %"]),
        ({"fee": 5}, ["'fee'", "is 5", "0.05 for 5 %"]),
        ({"stop_loss": -1}, ["'stop_loss.value'", "-1", "greater than 0"]),
        ({"bars": {"A": BARS, "B": BARS.slice(9, 500)}, "sizing": "risk:0.01"}, ["needs a stop_loss"]),
        ({"grid": {"stop_loss": [1, -1]}}, ["'stop_loss.value'", "-1", "greater than 0"]),
        ({"grid": {"stop_loss": ["2atrs"]}}, ["'stop_loss'", "'2atrs'", "1.5atr"]),
        ({"grid": {"direction": ["long", "up"]}}, ["'direction'", "'up'", "'both'"]),
        ({"grid": {"leverage": [0]}}, ["'leverage'", "greater than 0"]),
        ({"grid": {"sizing": ["risk:0.01"]}}, ["risk sizing needs a stop_loss"]),
        ({"grid": {"sizing": ["risk:0.01", "equity:0.5"], "stop_loss": [2, None]}}, ["needs a stop_loss"]),
        ({"strategy": Steady, "grid": {"period": [5, "a"]}}, ["'period'", "'a'"]),
        ({"params": 5}, ["params is a int", "{'fast': 10}"]),
        ({"params": [("fast", 5)]}, ["params is a list"]),
        ({"risk_free": 5}, ["risk_free is 5", "0.02 for 2 %"]),
    ],
)
def test_value_that_no_single_run_takes_is_refused(home, asked, words):
    check(refused(home, **asked), "E_PARAMETER", *words)


def test_rules_that_do_not_go_together_are_refused_only_where_the_condition_leaves_them(home):
    grid = {"sizing": ["risk:0.01", "equity:0.5"], "stop_loss": [None, 2.0], "fast": [5]}
    check(refused(home, grid=grid), "E_PARAMETER", "risk sizing needs a stop_loss")
    assert tw.sweep("ma_crossover", BARS, grid=grid, where="stop_loss is not None").scored == 2


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"params": {"fast": 5}}, ["parameter 'fast'", "both set to one value and swept"]),
        ({"grid": {"stop_loss": [1, 2]}, "stop_loss": 3}, ["rule 'stop_loss'", "both set"]),
        ({"grid": {"fee": [0.001], "rules.fee": [0.002]}}, ["axes 'fee' and 'rules.fee' are the same"]),
        ({"strategy": Steady, "grid": {"period": [5]}, "params": {"period": 9}}, ["'period'", "both set"]),
    ],
)
def test_what_is_said_twice_is_refused(home, asked, words):
    check(refused(home, **asked), "E_PARAMETER", *words)


@pytest.mark.parametrize("memory", ["lots", "1 parsec", "", 0, -1, True, float("nan"), float("inf"), [1]])
def test_memory_that_is_no_size_is_refused(home, memory):
    check(refused(home, memory=memory), "E_MEMORY", repr(memory), "'1GB'")


def test_memory_that_does_not_hold_one_combination_names_one_that_does(home):
    bars = synthetic_bars(200_000)
    error = refused(home, bars=bars, memory="1MB")
    check(error, "E_MEMORY", "200,000 bars", "memory='")
    enough = str(error).partition("memory='")[2].partition("'")[0]
    assert tw.sweep("ma_crossover", bars, grid={"fast": [5]}, memory=enough, executor="threads:1").scored == 1


@pytest.mark.parametrize(
    ("metrics", "words"),
    [(["pvs_band"], ["'pvs_band' is a word", "'pvs'"]), ([], ["no metric"]), ([5], ["'5'"]), (5, ["'5'"])],
)
def test_metric_that_is_no_number_is_refused(home, metrics, words):
    check(refused(home, metrics=metrics), "E_METRIC", *words)


@pytest.mark.parametrize("samples", [0, -1, 2.5, "x", True, 10**12])
def test_samples_that_are_no_count_are_refused(home, samples):
    check(refused(home, samples=samples), "E_SAMPLES", f"samples is {samples!r}")


@pytest.mark.parametrize("seed", [-1, "x", 2**63])
def test_seed_that_is_none_is_refused(home, seed):
    check(refused(home, samples=2, seed=seed), "E_SAMPLES", f"seed is {seed!r}")


@pytest.mark.parametrize(
    ("executor", "words"),
    [
        ("threds:2", ["'threds'", "'threads'"]),
        ("threads:0", ["'threads:0'", "whole number from 1"]),
        ("processes:two", ["'processes:two'", "whole number from 1"]),
        ("tcp://", ["'tcp://'", "host and a port"]),
        (2, ["executor is a int", "threads:4"]),
    ],
)
def test_executor_that_is_none_is_refused(home, executor, words):
    check(refused(home, executor=executor), "E_COMPUTE_URL", *words)


@pytest.mark.parametrize(
    ("strategy", "code", "words"),
    [
        (5, "E_STRATEGY_TYPE", ["5 is not a strategy"]),
        (None, "E_STRATEGY_TYPE", ["None is not a strategy"]),
        ("nowhere.py:Absent", "E_STRATEGY_FILE", ["'nowhere.py'"]),
    ],
)
def test_what_is_no_strategy_is_refused(home, strategy, code, words):
    check(refused(home, strategy), code, *words)


@pytest.mark.parametrize(
    ("bars", "code", "words"),
    [
        (None, "E_BARS", ["bars is a NoneType"]),
        ({"A": 5}, "E_BARS", ["is a int"]),
        ([], "E_GRID", ["the series are none"]),
        ([BARS, BARS], "E_GRID", ["SYNTHETIC, SYNTHETIC", "one of each name"]),
        ("nowhere.csv", "E_FILE", ["nowhere.csv does not exist"]),
        (BARS.slice(0, 5), "E_TOO_FEW_BARS", ["need 21 bars", "has 5", "longer series"]),
    ],
)
def test_what_is_no_series_is_refused(home, bars, code, words):
    check(refused(home, bars=bars), code, *words)


@pytest.mark.parametrize(
    ("asked", "code", "word"),
    [
        ({"start": "never"}, "E_DATE", "'never'"),
        ({"start": "2030-01-01"}, "E_RANGE", "2030-01-01"),
        ({"start": "1970-01-20", "end": "1970-01-10"}, "E_RANGE", "is after end"),
        ({"benchmark": 5}, "E_BARS", "benchmark is a int"),
        ({"folder": 5}, "E_SWEEP_FOLDER", "folder is a int"),
    ],
)
def test_what_a_backtest_refuses_of_its_window_a_sweep_refuses(home, asked, code, word):
    check(refused(home, **asked), code, word)


@pytest.mark.parametrize(
    ("asked", "code", "word"),
    [
        ({"finer": synthetic_bars(60), "intrabar": "magnified"}, "E_FINER", "finer bars do not fit"),
        ({"bars": {"A": BARS, "B": BARS.slice(0, 300)}, "currency": "JPY"}, "E_NO_RATE", "JPY"),
        ({"dividends": {"1970-01-03": 1e9}}, "E_EVENT", "above the price"),
        ({"grid": {"stop_loss": [1], "stop_loss.value": [2]}}, "E_PARAMETER", "sets the whole of stop_loss"),
    ],
)
def test_world_that_does_not_fit_is_refused_before_anything_is_made(home, asked, code, word):
    check(refused(home, **asked), code, word)


def test_folder_of_another_sweep_is_left_as_it_was(home):
    folder = home.parent / "scores"
    first = tw.sweep("ma_crossover", BARS, grid=GRID, folder=folder)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for asked in (
        {"grid": {"fast": [6], "slow": [30]}},
        {"grid": GRID, "fee": 0.01},
        {"grid": GRID, "end": "1970-01-10"},
    ):
        with pytest.raises(TradewrightError) as caught:
            tw.sweep("ma_crossover", BARS, folder=folder, **asked)
        check(caught.value, "E_SWEEP_FOLDER", str(folder), "belongs to another sweep")
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert tw.trials(BARS).count == first.scored


def test_folder_with_files_of_something_else_is_left_as_it_was(home):
    folder = home.parent / "thesis"
    folder.mkdir()
    (folder / "chapter.txt").write_text("years of work")
    for fresh in (False, True):
        with pytest.raises(TradewrightError, match="which no sweep wrote") as caught:
            tw.sweep("ma_crossover", BARS, grid=GRID, folder=folder, fresh=fresh)
        assert caught.value.code == "E_SWEEP_FOLDER"
    assert [path.name for path in folder.iterdir()] == ["chapter.txt"]
    assert not home.exists()


def test_sizes_are_read_in_both_kinds_of_units():
    assert bytes_in(None) == bytes_in("1GB") == bytes_in("1000 mb") == bytes_in(10**9) == 1_000_000_000
    assert bytes_in("1.5KiB") == 1_536


def test_metrics_are_kept_in_order_and_once():
    assert metrics_in(["trades", "sharpe", "trades"]) == ("trades", "sharpe")
    assert metrics_in("sharpe") == ("sharpe",)
    assert "pvs" in metrics_in("all")
    assert "pvs_band" not in metrics_in("all")
