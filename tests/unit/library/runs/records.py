"""Runs small enough to write thousands of: a record without bars, strategy or engine behind it."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from tradewright.core.canonical import digest
from tradewright.library.runs.directory import RunRecord
from tradewright.library.runs.layouts import ARRAYS, PARQUET, Layout
from tradewright.library.runs.shape import COLUMNS


class FrameOfBytes:
    """What is written as Parquet, as far as the writer can tell."""

    def __init__(self, content: bytes = b"rows") -> None:
        self.content = content

    def write_parquet(self, target: Any, **_: Any) -> None:
        target.write(self.content)


def manifest(seed: int) -> dict[str, Any]:
    """Return the least that a manifest holds."""
    moment = "2020-01-01T00:00:00Z"
    return {
        "tradewright": "1.0",
        "series": {
            "instrument": {"symbol": "GOOG", "calendar": "24/7"},
            "timeframe": "1d",
            "bars": 250,
            "first": moment,
            "last": moment,
            "checksum": "c" * 64,
        },
        "window": {"start": moment, "end": moment, "bars": 250},
        "strategy": {"id": "ma_crossover"},
        "rules": {"direction": "long", "cash": 10_000, "fee": 0.001},
        "metrics": {"risk_free": 0.0, "benchmark": None},
        "seed": seed,
    }


def fingerprint_of(seed: int) -> str:
    return digest(manifest(seed))


def record(seed: int = 0, *, layout: Layout = ARRAYS, **facts: Any) -> RunRecord:
    """Return a record whose fingerprint comes of `seed`, to be written as kept runs are."""
    run = {
        "fingerprint": fingerprint_of(seed),
        "result_hash": "same",
        "strategy": "ma_crossover",
        "title": "Crossover",
        "symbol": "GOOG",
        "timeframe": "1d",
        "start": "2020-01-01T00:00:00Z",
        "end": "2021-01-01T00:00:00Z",
        "last_bar": "2020-12-31T00:00:00Z",
        "bars": 250,
        "currency": "USD",
        "params": {"fast": 5},
        "rules": {},
        "open_trades": [],
    } | facts
    metrics = {"total_return": 0.25, "max_drawdown": -0.1, "sharpe": None, "trades": 7}
    tables = SimpleNamespace(**{name: _table(names, layout) for name, names in COLUMNS.items()})
    return RunRecord({"run": run, "metrics": metrics, "warnings": []}, manifest(seed), {}, tables, layout)


def _table(names: tuple[str, ...], layout: Layout) -> Any:
    return FrameOfBytes() if layout is PARQUET else {name: np.zeros(2) for name in names}


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())
