"""An SMA cross trades the same bars, sizes and prices in backtesting.py and in vectorbt.

Peers compare floats exactly, so our side runs with ``tie_tolerance=0``. The differences that remain are
named in the peers' scripts.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tradewright as tw
from tests.factories import make_bars, real_bars, walk_rows
from tests.peers import environment
from tradewright.core.bars import Bars

HERE = Path(__file__).resolve().parent
BACKTESTING, VECTORBT = HERE / "peer_backtesting.py", HERE / "peer_vectorbt.py"

pytestmark = pytest.mark.slow


def _series() -> dict[str, Bars]:
    walk = make_bars(walk_rows(np.random.default_rng(7), 20_000, 0.01))
    return {"walk": walk} | {symbol: real_bars(symbol) for symbol in ("AAPL", "GOOG", "IBM", "MSFT")}


def _ours(bars: Bars, question: dict[str, Any]) -> tuple[list[list[float]], list[float]]:
    params = {name: question[name] for name in ("fast", "slow")}
    rules = {name: question[name] for name in ("cash", "fee", "slippage")}
    run = tw.backtest("ma_crossover", bars, params=params, tie_tolerance=0, **rules)
    columns = run.trade_columns()
    bar_of = {int(time): float(bar) for bar, time in enumerate(bars.time)}
    times = ([bar_of[int(time)] for time in columns[name]] for name in ("entry_time", "exit_time"))
    rest = (columns[name].tolist() for name in ("quantity", "entry_price", "exit_price", "pnl"))
    table = [list(row) for row in zip(*times, *rest, strict=True)]
    return table, run.equity_columns()["equity"].tolist()


@pytest.mark.parametrize(
    ("peer", "slippages", "tolerance"),
    [
        # Its sizes are floored to 1e-8 units, of some 1e3: parts in 1e11 a trade, and they add up.
        (BACKTESTING, [0.0], 1e-8),
        (VECTORBT, [0.0, 0.001], 1e-11),
    ],
    ids=["backtesting", "vectorbt"],
)
def test_sma_cross_equals_the_peer(
    peer: Path, slippages: list[float], tolerance: float, tmp_path: Path
) -> None:
    series = _series()
    questions: list[dict[str, Any]] = [
        {"bars": name, "cash": 1_000_000, "fee": 0.001, "slippage": slippage, "fast": fast, "slow": slow}
        for name in series
        for slippage in slippages
        for fast, slow in [(20, 50), (3, 8)]
    ]
    for question, theirs in zip(questions, environment.ask(peer, tmp_path, series, questions), strict=True):
        trades, equity = _ours(series[question["bars"]], question)
        assert len(trades) > 10, question
        assert [row[:2] for row in trades] == [row[:2] for row in theirs["trades"]], question
        for one, other in zip(trades, theirs["trades"], strict=True):
            assert one[2:5] == pytest.approx(other[2:5], rel=tolerance)
            assert one[5] == pytest.approx(other[5], abs=tolerance * one[2] * one[3])
        assert equity == pytest.approx(theirs["equity"], rel=tolerance)
