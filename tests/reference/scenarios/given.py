"""What the scenarios are given: bars with volume, columns, payments, finer bars. Cash 10,000, costs 0."""

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from tests.factories import Row, make_bars, make_signals
from tests.reference import Outcome
from tests.reference.reading import close_to
from tradewright.core.bars import Bars
from tradewright.core.timeframe import NS_PER_DAY
from tradewright.engine.types import ACCOUNT_EVENT, REASONS, Signals, Surroundings

QUIET = (100, 100, 100, 100)
TEN = {"kind": "quantity", "value": 10}
FIRST = int(np.datetime64("2020-01-01", "ns").astype(np.int64))


def bars_of(rows: Iterable[Row], volume: Sequence[float] | None = None, **instrument: Any) -> Bars:
    """Daily bars from 2020-01-01 on, with a volume where one is given."""
    bars = make_bars(rows, **instrument)
    if volume is None:
        return bars
    columns = {**bars.columns, "volume": np.array(volume, np.float64)}
    return Bars(bars.time, columns, timeframe="1d", instrument=bars.instrument)


def signals_of(
    n: int, columns: dict[str, Sequence[float]] | None = None, **true_at: Sequence[int]
) -> Signals:
    """Signals that are true at the bars named, with columns."""
    arrays = {name: np.array(values, np.float64) for name, values in (columns or {}).items()}
    return dataclasses.replace(make_signals(n, **true_at), atr_stop=None, atr_target=None, columns=arrays)


def paid(*events: tuple[float, str, float]) -> Surroundings:
    """Payments and splits: after how many days from the first open, what, and how much."""
    rows = [(FIRST + int(days * NS_PER_DAY), REASONS.index(reason), value) for days, reason, value in events]
    return Surroundings(events=np.array(rows, ACCOUNT_EVENT))


def rates(opens: Sequence[float], closes: Sequence[float]) -> Surroundings:
    """Account currency for one of the instrument's."""
    return Surroundings(rate_open=np.array(opens, np.float64), rate_close=np.array(closes, np.float64))


def sessions(n: int, *ends: int) -> Surroundings:
    """Sessions of `n` bars that end with the bars named."""
    flags = np.zeros(n, np.bool_)
    flags[list(ends)] = True
    return Surroundings(session_end=flags)


def finer(*rows: tuple[float, float, float, float, float]) -> Surroundings:
    """Bars of six hours: after how many days from the first open, and their prices."""
    table = np.array(rows, np.float64)
    time = FIRST + np.round(table[:, 0] * NS_PER_DAY).astype(np.int64)
    columns = {name: table[:, i + 1] for i, name in enumerate(("open", "high", "low", "close"))}
    return Surroundings(finer=Bars(time, columns, timeframe="6h", instrument="TEST"))


def rows_of(outcome: Outcome, reason: str) -> list[tuple[int, float, float]]:
    """Bar, quantity and flow of the rows with this reason."""
    return [
        (fill.bar, close_to(fill.quantity), close_to(fill.flow))
        for fill in outcome.fills
        if REASONS[fill.reason] == reason
    ]
