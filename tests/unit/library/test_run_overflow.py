"""A run whose account outgrows what a float can say: numbers are missing, nothing breaks."""

import json
from pathlib import Path

import numpy as np
import pytest

import tradewright as tw

PRICES = np.repeat([1e-300, 2e-300, 1e5, 5e4, 1e6], 60)


@pytest.fixture(scope="module")
def run() -> tw.Run:
    days = np.datetime64("2020-01-01", "ns").astype(np.int64) + 86_400 * 10**9 * np.arange(PRICES.size)
    columns = dict.fromkeys(("open", "high", "low", "close"), PRICES)
    bars = tw.Bars(days, columns, timeframe="1d", instrument="TEST")
    return tw.backtest("ma_crossover", bars, params={"fast": 5, "slow": 20})


def test_run_that_overflows_has_no_final_equity(run: tw.Run) -> None:
    assert run.metrics["final_equity"] is None
    assert "ma_crossover on TEST 1d" in repr(run)


def test_run_that_overflows_is_written_and_read_back(run: tw.Run, tmp_path: Path) -> None:
    folder = run.save(tmp_path / "run")
    trades = [*run.to_dict()["trades"], *run.to_dict()["run"]["open_trades"]]
    assert any(trade["pnl"] is None for trade in trades)
    json.dumps(run.to_dict(), allow_nan=False)
    assert tw.StoredRun(folder).fingerprint == run.fingerprint
