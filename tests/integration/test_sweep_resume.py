"""A sweep that is killed again and again ends with the result of one that was not; so do other executors."""

import signal
import subprocess
import sys
import time

import numpy as np
import pytest

import tradewright as tw

LEVELS = """
import tradewright as tw


class Levels(tw.Strategy):
    class Params(tw.StrategyParams):
        fast: int = 5
        slow: int = 20

    def signals(self, bars, p):
        fast = tw.indicator("sma", bars, period=p.fast)
        slow = tw.indicator("ema", bars, period=p.slow)
        return tw.Signals(long_entry=tw.crosses_above(fast, slow), long_exit=tw.crosses_below(fast, slow))
"""
GRID = {"fast": "1..40", "slow": "20..140:4"}
WHERE = "fast < slow"
SIZE = 40 * 31
SCORED = sum(fast < slow for fast in range(1, 41) for slow in range(20, 141, 4))
# Says after each piece how far it is, so that it can be killed in the midst of its work.
CHILD = f"""
import sys
import tradewright as tw
from tradewright.core.hooks import SilentHooks, installed

# Held here: CPython 3.11 crashes when threads put another stream in its place during a print.
OUT = sys.stdout


class Telling(SilentHooks):
    def progress(self, done, total, message):
        print(done, flush=True, file=OUT)


strategy, folder, executor = sys.argv[1:]
asked = {{"grid": {GRID}, "where": {WHERE!r}, "metrics": "all"}}
with installed(Telling()):
    tw.sweep(strategy, tw.sample("GOOG"), folder=folder, executor=executor, **asked)
"""
SEVERAL = ["threads:2", "processes:2"]


@pytest.fixture
def home(tmp_path, monkeypatch):
    folder = tmp_path / "home"
    monkeypatch.setenv("TRADEWRIGHT_HOME", str(folder))
    return folder


@pytest.fixture(params=["document", "class in a file"])
def strategy(request, tmp_path):
    if request.param == "document":
        return "ma_crossover"
    path = tmp_path / "levels.py"
    path.write_text(LEVELS)
    return f"{path}:Levels"


def swept(strategy, **asked):
    return tw.sweep(strategy, tw.sample("GOOG"), **{"grid": GRID, "where": WHERE, "metrics": "all", **asked})


def killed(strategy, folder, executor, draw):
    """Kill a sweep at some moment; return how far it was at first and at last, and how it ended."""
    command = [sys.executable, "-c", CHILD, strategy, str(folder), executor]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        begin = done = int(process.stdout.readline())
        far = begin + draw.integers(1, SIZE // 8)
        for line in process.stdout:
            done = int(line)
            if done >= far:
                break
        time.sleep(draw.uniform(0.0, 0.02))
        process.send_signal(signal.SIGKILL)
        more = [int(line) for line in process.stdout.read().splitlines()]
    return begin, max([done, *more]), process.returncode


@pytest.mark.slow
@pytest.mark.parametrize("executor", SEVERAL)
def test_sweep_killed_again_and_again_ends_with_the_same_result(
    home, tmp_path, monkeypatch, strategy, executor
):
    draw = np.random.default_rng(11)
    folder, bars = tmp_path / "scores", tw.sample("GOOG")
    ends, reached = [], 0
    for _ in range(5):
        begin, last, end = killed(strategy, folder, executor, draw)
        # What was said to be kept is there.
        assert reached <= begin <= last <= SIZE
        assert tw.trials(bars).count <= SCORED
        ends.append(end)
        reached = last
    assert set(ends) <= {0, -signal.SIGKILL}
    assert -signal.SIGKILL in ends
    resumed = swept(strategy, folder=folder, executor=executor)
    assert (resumed.size, resumed.scored, resumed.warnings) == (SIZE, SCORED, [])
    tried = tw.trials(bars, strategy)
    assert (tried.count, tried.sweeps) == (SCORED, 1)
    monkeypatch.setenv("TRADEWRIGHT_HOME", str(tmp_path / "elsewhere"))
    whole = swept(strategy, executor="threads:1")
    assert resumed.fingerprint == whole.fingerprint
    assert resumed.result_hash == whole.result_hash
    alone = tw.trials(bars, strategy)
    for name in ("count", "sharpes", "best_sharpe"):
        assert getattr(tried, name) == getattr(alone, name)
    assert tried.mean_sharpe == pytest.approx(alone.mean_sharpe, rel=1e-12)
    assert tried.variance_of_sharpe == pytest.approx(alone.variance_of_sharpe, rel=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("metrics", [None, ["sharpe", "ulcer_index"]])
def test_executors_agree_to_the_last_digit(home, strategy, metrics):
    grid = {**GRID, "fast": "1..40:3", "stop_loss": [None, 2.0, "2atr"]}
    asked = {"grid": grid, "metrics": metrics, "fee": 0.001}
    whole = swept(strategy, executor="threads:1", **asked)
    for executor in SEVERAL:
        other = swept(strategy, executor=executor, **asked)
        assert other.fingerprint == whole.fingerprint
        assert other.result_hash == whole.result_hash
        assert other.fallbacks == whole.fallbacks
    assert tw.trials(tw.sample("GOOG")).count == whole.scored
