"""Compiling everything ahead of time, by running everything once on made-up bars."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from tradewright.compute.executor import Work, usable_cpus
from tradewright.compute.processes import ProcessExecutor
from tradewright.core.bars import Bars
from tradewright.core.hooks import progress
from tradewright.data.importers.importer import import_bars
from tradewright.kernels import cache_folder, truth
from tradewright.library.api import backtest
from tradewright.library.portfolios.api import portfolio
from tradewright.modules import registry
from tradewright.research.backtest import Question
from tradewright.research.sweep.scoring.scorer import Scorer
from tradewright.research.sweep.scoring.subject import Subject
from tradewright.strategy import catalog
from tradewright.strategy.event_driven.compiled import BUY, EXIT, compiled
from tradewright.strategy.event_driven.strategy import EventStrategy

_BARS = 400
_PATIENCE_S = 600.0  # a process that compiles may say nothing for a while
# Between them they reach every way of reading a price file.
_FILES = {
    "dates": "time,open,high,low,close\n2024-01-01,1.5,1.5,1.5,1.5\n2024-01-02,1,1,1,1\n",
    "epochs": "time,open,high,low,close\n1704067200,1,1,1,1\n1704153600,1,1,1,1\n",
    "as people write": "ticker;date;time;open;high;low;close\nX;13.01.2024;9:30;1,5;1,5;1,5;1,5\n"
    "X;14.01.2024;9:30;1.000,5;1.000,5;1.000,5;1.000,5\n",
}


def synthetic_bars(count: int = _BARS) -> Bars:
    """Return a fixed random walk of hourly bars, for checks that need prices and no data."""
    rng = np.random.default_rng(7)
    close = 100 * np.exp(np.cumsum(rng.normal(0, 0.01, count)))
    open_ = np.concatenate([[100.0], close[:-1]])
    spread = np.abs(rng.normal(0, 0.005, (2, count)))
    columns = {
        "open": open_,
        "high": np.maximum(open_, close) * (1 + spread[0]),
        "low": np.minimum(open_, close) * (1 - spread[1]),
        "close": close,
        "volume": rng.uniform(1, 1_000, count),
    }
    time = np.arange(count, dtype=np.int64) * 3_600_000_000_000
    return Bars(time, columns, timeframe="1h", instrument="SYNTHETIC")


def is_warm() -> bool:
    """Say whether compiled code is kept for this version on this machine."""
    folder = cache_folder()
    return folder is not None and any(folder.rglob("*.nbi"))


def warm() -> int:
    """Compile every kernel that work can reach; return how many things were run.

    What takes longest is compiled in processes of its own, side by side, and then read by this one, which
    compiles what they left.
    """
    steps = list(_steps(synthetic_bars()))
    if usable_cpus() > 1:
        _side_by_side([name for name, _ in steps])
    for done, (name, step) in enumerate(steps):
        progress(done, len(steps), name)
        step()
    progress(len(steps), len(steps), "ready")
    return len(steps)


def _side_by_side(names: Sequence[str]) -> None:
    """Compile in two processes what shares little: the walk from bar to bar, and all else."""
    walked = {*catalog.builtin_ids(), "compiled strategies"}
    halves = [[name for name in names if name in walked], [name for name in names if name not in walked]]
    work = Work(_prepared, _run_steps, None)
    progress(0, len(names), "two parts side by side")
    with ProcessExecutor(len(halves), _PATIENCE_S) as processes:
        for _ in processes.results(work, halves):
            progress(0, len(names), "two parts side by side")


def _prepared(_: None) -> dict[str, Callable[[], object]]:
    return dict(_steps(synthetic_bars()))


def _run_steps(steps: Mapping[str, Callable[[], object]], names: Sequence[str]) -> None:
    for name in names:
        steps[name]()


def _steps(bars: Bars) -> Iterator[tuple[str, Callable[[], object]]]:
    for name in registry.module_ids():
        yield name, lambda name=name: registry.compute(name, bars, {})
    for name in catalog.builtin_ids():
        yield name, lambda name=name: backtest(name, bars, direction="both", stop_loss=2.0, take_profit=4.0)
    yield "compiled strategies", lambda: backtest(_Rising, bars)
    yield "sweeps", lambda: _warm_sweeps(bars)
    yield "portfolios", lambda: portfolio("equal_weight", {"A": bars, "B": bars})
    yield "conditions", lambda: _warm_conditions(bars)
    for kind, text in _FILES.items():
        yield f"price file, {kind}", lambda text=text: import_bars("warm.csv", text.encode())


class _Rising(EventStrategy):
    """Held while bars close above their open."""

    @compiled
    def on_bar(past: Any, position: float, state: Any) -> int:  # noqa: ARG002, N805 - compiled: no self
        """Decide at a close."""
        return BUY if past[3, -1] > past[0, -1] else EXIT


def _warm_sweeps(bars: Bars) -> None:
    """Compile the fast path, by scoring combinations that no ledger counts."""
    subject = Subject("ma_crossover", {}, bars, Question({}), ("sharpe",), 100_000_000)
    Scorer(subject).score({"fast": (5, 10)}, {"fast": np.arange(2)})


def _warm_conditions(bars: Bars) -> None:
    """Compile comparisons for every mix of series columns (read-only) and computed ones."""
    for left in (bars.close, bars.close.copy()):
        for right in (bars.open, bars.open.copy()):
            truth.compare(left, right, truth.GREATER, 0.0)
            truth.cross(left, right, True, 0.0)
            truth.within(left, right, right, True, 0.0)
    truth.within_last(truth.for_last(truth.compare(bars.close, bars.open, truth.LESS, 0.0), 2), 2)
