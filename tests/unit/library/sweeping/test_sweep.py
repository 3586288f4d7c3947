"""``tw.sweep``: every row is the single run that it says, wherever and however it was scored."""

import math

import pytest

import tradewright as tw
from tradewright.library.warming import synthetic_bars

BARS = synthetic_bars(600)
FASTS, SLOWS = [3, 5, 8], [13, 21]
GRID = {"fast": FASTS, "slow": SLOWS}

LEVELS = """
import numpy as np
import tradewright as tw


class Levels(tw.Strategy):
    class Params(tw.StrategyParams):
        period: int = 10
        above: bool = True

    def signals(self, bars, p):
        average = tw.indicator("sma", bars, period=p.period)
        up = (bars.close > average) == p.above
        return tw.Signals(long_entry=up, long_exit=~up, short_entry=~up, short_exit=up)
"""


class Levels(tw.Strategy):
    """Long on one side of an average."""

    class Params(tw.StrategyParams):
        period: int = 10
        above: bool = True

    def signals(self, bars, p):
        average = tw.indicator("sma", bars, period=p.period)
        up = (bars.close > average) == p.above
        return tw.Signals(long_entry=up, long_exit=~up, short_entry=~up, short_exit=up)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    folder = tmp_path / "home"
    monkeypatch.setenv("TRADEWRIGHT_HOME", str(folder))
    return folder


def plain(arguments):
    """Return arguments without the series among them, which compare by identity."""
    return {name: value for name, value in arguments.items() if name != "benchmark"}


def run_alone(result, strategy, series):
    """Compare every row of a sweep with the backtest of its arguments; return how many had trades."""
    table = result.to_pandas()
    assert len(table) == result.scored
    for number, row in table.iterrows():
        arguments = result.params(row)
        assert plain(arguments) == plain(result.params(number))
        bars = series[row["instrument"]] if isinstance(series, dict) else series
        alone = tw.backtest(strategy, bars, **arguments).metrics
        for name in result.metrics:
            if alone[name] is None:
                assert math.isnan(row[name]), (name, arguments)
            else:
                assert row[name] == pytest.approx(alone[name], rel=1e-9, abs=1e-9), (name, arguments)
    return int((table["trades"] > 0).sum())


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"fee": 0.002, "slippage": 0.0005, "cash": 5_000.0},
        {"grid": {"fast": FASTS, "direction": ["long", "short", "both"]}},
        {"grid": {"fast": FASTS, "stop_loss": [None, 0.8, "2atr"], "take_profit": [1.5, None, "3atr(20)"]}},
        {"grid": {"trailing": [1.0, "2atr"], "time_stop": [None, 5], "fee": [0.0, 0.003]}},
        {"grid": {"sizing": ["risk:0.01", "equity:0.5", "quantity:3"]}, "stop_loss": 2.0},
        {"grid": {"sizing.value": [0.2, 0.5], "stop_loss.value": [1, 2]}, "sizing": "equity:0.3"},
        {"grid": {"leverage": [1.0, 3.0], "direction": ["both"], "slow": SLOWS}, "params": {"fast": 4}},
        {"where": "fast * 3 < slow"},
        {"start": "1970-01-05", "end": "1970-01-18"},
        {"risk_free": 0.03, "benchmark": synthetic_bars(600), "metrics": ["sharpe", "alpha", "trades"]},
        {"venue": "binance", "grid": {"fast": FASTS, "stop_loss": [None, 1.0]}},
        {"entry": "limit:0.3% for 5", "metrics": "all"},
    ],
    ids=lambda asked: ", ".join(asked.get("grid", asked)) or "plain",
)
def test_rows_are_what_their_backtests_say(asked):
    result = tw.sweep("ma_crossover", BARS, **{"grid": GRID, **asked})
    assert result.size == math.prod(len(values) for values in result.axes.values())
    assert run_alone(result, "ma_crossover", BARS) > 0


@pytest.mark.parametrize("strategy", ["rsi_reversal", "bollinger_reversion", "momentum"])
def test_grid_that_a_document_declares_is_swept(strategy):
    result = tw.sweep(strategy, BARS, samples=8)
    assert result.scored == 8
    run_alone(result, strategy, BARS)


def test_series_are_an_axis():
    series = {"whole": BARS, "part": BARS.slice(100, 500)}
    grid = {"fast": FASTS, "stop_loss": [None, 1.0]}
    result = tw.sweep("ma_crossover", series, grid=grid, fee=0.001)
    assert result.axes["instrument"] == ("whole", "part")
    assert result.scored == 12
    assert run_alone(result, "ma_crossover", series) == 12
    apart = tw.sweep("ma_crossover", series["part"], grid=grid, fee=0.001).to_pandas()
    second = result.to_pandas().query("instrument == 'part'")[apart.columns]
    assert second.reset_index(drop=True).equals(apart.reset_index(drop=True))


def test_series_alone_are_compared():
    series = {"whole": BARS, "part": BARS.slice(100, 500)}
    result = tw.sweep("ma_crossover", series, grid={}, params={"fast": 5, "slow": 15})
    assert result.scored == 2
    assert run_alone(result, "ma_crossover", series) == 2


def test_condition_may_name_the_series():
    series = {"whole": BARS, "part": BARS.slice(100, 500)}
    where = "instrument == 'part' or fast > 4"
    result = tw.sweep("ma_crossover", series, grid={"fast": [3, 5]}, where=where)
    assert (result.size, result.scored, result.excluded) == (4, 3, 1)


def test_python_strategy_is_scored_as_it_runs_alone():
    grid = {
        "period": [5, 10, 20],
        "above": [True, False],
        "stop_loss": [None, 1.0],
        "direction": ["long", "both"],
    }
    result = tw.sweep(Levels, BARS, grid=grid, where="period > 5 or above", fee=0.001)
    assert (result.size, result.scored) == (24, 20)
    assert run_alone(result, Levels, BARS) == 20


def test_python_strategy_of_a_file_is_scored_like_the_class(tmp_path):
    path = tmp_path / "levels.py"
    path.write_text(LEVELS)
    grid = {"period": [5, 10], "above": [True, False]}
    of_file = tw.sweep(f"{path}:Levels", BARS, grid=grid)
    assert of_file.result_hash == tw.sweep(Levels, BARS, grid=grid).result_hash
    assert run_alone(of_file, f"{path}:Levels", BARS) == 4


def test_combinations_that_need_every_bar_are_counted():
    assert tw.sweep("ma_crossover", BARS, grid=GRID).fallbacks == 0
    assert tw.sweep("ma_crossover", BARS, grid=GRID, metrics=["sharpe", "ulcer_index"]).fallbacks == 6
    mixed = tw.sweep("ma_crossover", BARS, grid={"entry": ["limit:1% for 5", "market"], "fast": FASTS})
    assert (mixed.scored, mixed.fallbacks) == (6, 3)
    assert run_alone(mixed, "ma_crossover", BARS) > 0


def test_same_scores_by_either_way():
    quick = tw.sweep("ma_crossover", BARS, grid=GRID, fee=0.001).to_pandas()
    slow = tw.sweep("ma_crossover", BARS, grid=GRID, fee=0.001, metrics="all").to_pandas()
    for name in quick.columns:
        assert quick[name].tolist() == pytest.approx(slow[name].tolist(), rel=1e-9, nan_ok=True), name


BOXES = {
    "fast": "3..30:3",
    "slow": "20..200:20",
    "stop_loss": [None, 1.0, "2atr"],
    "direction": ["long", "both"],
}


@pytest.mark.parametrize("changed", [{"memory": "4MB"}, {"executor": "threads:2"}, {"executor": "threads:3"}])
def test_memory_and_threads_change_no_digit(changed):
    bars = synthetic_bars(3_000)
    usual = {"memory": "1GB", "executor": "threads:1"}
    whole = tw.sweep("ma_crossover", bars, grid=BOXES, **usual)
    other = tw.sweep("ma_crossover", bars, grid=BOXES, **{**usual, **changed})
    assert (whole.size, whole.scored) == (600, 576)
    assert other.fingerprint == whole.fingerprint
    assert other.result_hash == whole.result_hash


def test_many_scores_go_to_disk_when_memory_is_short(home):
    bars = synthetic_bars(800)
    asked = {"grid": {"fast": range(2, 72), "slow": range(80, 220)}, "executor": "threads:2"}
    short = tw.sweep("ma_crossover", bars, memory="4MB", **asked)
    assert short.folder is not None
    assert short.folder.is_relative_to(home)
    whole = tw.sweep("ma_crossover", bars, **asked)
    assert whole.folder is None
    assert short.result_hash == whole.result_hash
    assert short.best().equals(whole.best())


@pytest.mark.parametrize("method", ["random", "sobol"])
def test_samples_are_drawn_within_the_condition_and_again_the_same(method):
    asked = {
        "grid": {"fast": "3..30", "slow": (10, 90), "stop_loss": "0.5..4.0"},
        "where": "fast * 2 < slow",
        "samples": 40,
        "method": method,
    }
    result = tw.sweep("ma_crossover", BARS, seed=3, **asked)
    table = result.to_pandas()
    assert len(table) == result.scored == 40
    assert (table["fast"] * 2 < table["slow"]).all()
    assert table["stop_loss"].between(0.5, 4.0).all()
    assert run_alone(result, "ma_crossover", BARS) > 0
    assert tw.sweep("ma_crossover", BARS, seed=3, **asked).result_hash == result.result_hash
    assert tw.sweep("ma_crossover", BARS, seed=4, **asked).result_hash != result.result_hash


def test_folder_has_what_memory_has_and_is_read_again(tmp_path):
    kept = tmp_path / "scores"
    in_memory = tw.sweep("ma_crossover", BARS, grid=GRID)
    for _ in range(2):
        on_disk = tw.sweep("ma_crossover", BARS, grid=GRID, folder=kept)
        assert on_disk.folder == kept
        assert on_disk.result_hash == in_memory.result_hash
        assert on_disk.to_pandas().equals(in_memory.to_pandas())
        assert on_disk.best().equals(in_memory.best())


def test_kept_folder_is_one_for_each_question(home):
    first = tw.sweep("ma_crossover", BARS, grid=GRID, folder="kept")
    again = tw.sweep("ma_crossover", BARS, grid=GRID, folder="kept")
    other = tw.sweep("ma_crossover", BARS, grid=GRID, folder="kept", fee=0.001)
    assert first.folder == again.folder != other.folder
    assert sorted(path.name for path in (home / "sweeps").iterdir()) == sorted(
        [first.fingerprint[:16], other.fingerprint[:16]]
    )


def test_fresh_begins_anew_with_another_question(tmp_path):
    kept = tmp_path / "scores"
    tw.sweep("ma_crossover", BARS, grid=GRID, folder=kept)
    other = tw.sweep("ma_crossover", BARS, grid=GRID, fee=0.001, folder=kept, fresh=True)
    assert other.result_hash == tw.sweep("ma_crossover", BARS, grid=GRID, fee=0.001).result_hash
    assert tw.sweep("ma_crossover", BARS, grid=GRID, fee=0.001, folder=kept).scored == 6


def test_trials_count_each_question_once():
    assert tw.trials(BARS).count == 0
    for _ in range(2):
        result = tw.sweep("ma_crossover", BARS, grid=GRID)
        tried = tw.trials(BARS)
        assert (tried.count, tried.sharpes, tried.sweeps, tried.strategies) == (6, 6, 1, 1)
    sharpes = result.to_pandas()["sharpe"]
    assert tried.best_sharpe == pytest.approx(sharpes.max(), rel=1e-12)
    assert tried.mean_sharpe == pytest.approx(sharpes.mean(), rel=1e-12)
    assert tried.variance_of_sharpe == pytest.approx(sharpes.var(), rel=1e-9)


def test_trials_are_told_apart_by_strategy_and_series():
    part = BARS.slice(100, 500)
    tw.sweep(
        "ma_crossover", {"whole": BARS, "part": part}, grid=GRID, where="instrument == 'whole' or fast < 8"
    )
    tw.sweep("ma_crossover", BARS, grid={"fast": FASTS}, fee=0.001)
    tw.sweep(Levels, BARS, grid={"period": [5, 10]})
    assert tw.trials(BARS).count == 6 + 3 + 2
    assert tw.trials(BARS, "ma_crossover").count == 6 + 3
    assert tw.trials(BARS, Levels).count == 2
    assert tw.trials(BARS, "rsi_reversal").count == 0
    assert tw.trials(part).count == 4
    assert tw.trials(BARS.slice(0, 599)).count == 0


def test_trials_are_found_of_code_that_cannot_be_made_without_parameters():
    class Older:
        def __init__(self, period):
            self.period = period

        def generate_signals(self, frame):
            return ["buy" if at % self.period == 0 else "sell" for at in range(len(frame))]

    class Needs(Levels):
        class Params(Levels.Params):
            period: int

    for strategy in (Older, Needs):
        assert tw.sweep(strategy, BARS, grid={"period": [5, 10, 15]}).scored == 3
        assert tw.trials(BARS, strategy).count == 3


def test_only_what_was_scored_is_counted():
    tw.sweep("ma_crossover", BARS, grid=GRID, where="fast < 5")
    tw.sweep("ma_crossover", BARS, grid={"fast": "3..9", "slow": "12..40"}, samples=5)
    assert tw.trials(BARS).count == 2 + 5


def test_scores_are_there_though_the_ledger_cannot_be_written(home):
    whole = tw.sweep("ma_crossover", BARS, grid=GRID)
    for path in sorted(home.rglob("*"), reverse=True):
        path.unlink()
    home.rmdir()
    home.write_text("a file where the folder should be")
    result = tw.sweep("ma_crossover", BARS, grid=GRID)
    assert result.result_hash == whole.result_hash
    assert run_alone(result, "ma_crossover", BARS) == 6
    (warning,) = result.warnings
    assert warning["code"] == "W_NOT_COUNTED"
    assert warning["count"] == 6
    assert str(home) in warning["message"]


def test_failure_of_one_combination_says_what_is_kept(tmp_path):
    class Fails(Levels):
        def signals(self, bars, p):
            if p.period == 7:
                raise ValueError("seven")
            return super().signals(bars, p)

    grid = {"period": [5, 6, 7]}
    with pytest.raises(tw.TradewrightError, match="Nothing is kept; with folder="):
        tw.sweep(Fails, BARS, grid=grid, executor="threads:1")
    with pytest.raises(tw.TradewrightError, match="ValueError: seven") as caught:
        tw.sweep(Fails, BARS, grid=grid, executor="threads:1", folder=tmp_path / "scores")
    assert "of 3 combinations are kept in" in caught.value.fix
