"""Our sweeps, through the public face: the scores as a table are part of every run."""

import os
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from our_bars import bars_of
from protocol import CASH, FAST, RATE, SLOW, UNITS, Series
from sweeps import (
    CHANGE_BARS,
    FAST_WINDOWS,
    SHOWN_BRACKETS,
    SHOWN_PAIRS,
    SHOWN_RULES,
    SLOW_WINDOWS,
    STOPS,
    TARGETS,
    WIDEST_FAST,
    Combination,
    Swept,
    changes,
    windows,
)

import tradewright as tw

METRICS = ["total_return", "sharpe", "max_drawdown", "trades", "win_rate", "profit_factor"]
ACCOUNT: Any = {"cash": CASH, "fee": RATE, "metrics": METRICS}
Sweep = Callable[[], Swept]


def fast_over_slow(operator: str, fast: Any, slow: Any) -> dict[str, Any]:
    """Return the condition that compares the two averages."""
    value = {"module": "sma", "parameters": {"period": slow}}
    return {"moduleId": "sma", "config": {"period": fast, "operator": operator, "value": value}}


# W7: what W3 trades, said as a document.
ENTRIES: Any = {"decisionBlocks": [{"subConfirmations": [fast_over_slow("crosses_above", FAST, SLOW)]}]}
# W8: two modules, three conditions, stop and target.
FIVE: Any = {
    "parameters": {
        "fast": {"type": "int", "default": 20, "min": 1, "max": 1000},
        "slow": {"type": "int", "default": 100, "min": 2, "max": 5000},
        "change": {"type": "float", "default": 0, "min": -100, "max": 100},
        "stop": {"type": "float", "default": 2, "min": 0.1, "max": 99},
        "target": {"type": "float", "default": 4, "min": 0.1, "max": 1000},
    },
    "decisionBlocks": [
        {
            "role": "longEntry",
            "subConfirmations": [
                fast_over_slow("crosses_above", {"parameter": "fast"}, {"parameter": "slow"}),
                {
                    "moduleId": "roc",
                    "config": {"period": CHANGE_BARS, "operator": ">", "value": {"parameter": "change"}},
                },
            ],
        },
        {
            "role": "longExit",
            "subConfirmations": [
                fast_over_slow("crosses_below", {"parameter": "fast"}, {"parameter": "slow"})
            ],
        },
    ],
    "exit": {"stopLoss": {"parameter": "stop"}, "takeProfit": {"parameter": "target"}},
}


def pairs(over: Callable[[int], range] = windows, **rules: Any) -> Callable[[Series], Sweep]:
    """W6, over other windows or under further rules."""

    def prepare(series: Series) -> Sweep:
        periods = over(series.size)
        grid = {"fast": [period for period in periods if period <= WIDEST_FAST], "slow": periods}
        return sweep("ma_crossover", series, grid, SHOWN_PAIRS, where="fast < slow", **ACCOUNT, **rules)

    return prepare


def brackets(series: Series) -> Sweep:
    """W7."""
    grid = {"stop_loss": STOPS, "take_profit": TARGETS}
    return sweep(ENTRIES, series, grid, SHOWN_BRACKETS, sizing=f"quantity:{UNITS}", **ACCOUNT)


def rules(series: Series) -> Sweep:
    """W8."""
    grid = {
        "fast": FAST_WINDOWS,
        "slow": SLOW_WINDOWS,
        "change": changes(series.size),
        "stop": STOPS,
        "target": TARGETS,
    }
    return sweep(FIVE, series, grid, SHOWN_RULES, **ACCOUNT)


def sweep(
    strategy: Any, series: Series, grid: dict[str, Any], shown: Sequence[Combination], **options: Any
) -> Sweep:
    """Return a function that sweeps once, with the executor that the environment names."""
    bars = bars_of(series.bars, "1h", "GBM")
    executor = os.environ.get("TRADEWRIGHT_COMPUTE_URL")

    def run() -> Swept:
        result = tw.sweep(strategy, bars, grid=grid, executor=executor, **options)
        return swept(result.to_polars(), list(grid), shown)

    return run


def swept(table: Any, axes: list[str], shown: Sequence[Combination]) -> Swept:
    columns = [table[axis].to_numpy() for axis in axes]
    at = [
        int(np.flatnonzero(np.logical_and.reduce([c == v for c, v in zip(columns, each, strict=True)]))[0])
        for each in shown
    ]
    equity = CASH * (1 + table["total_return"].to_numpy()[at])
    return Swept(len(table), len(table), equity.tolist(), table["trades"].to_numpy()[at].astype(int).tolist())
