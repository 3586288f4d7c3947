"""Accounts for tests of the profiles: gentle and wild, flat, ruined, in every length of bar."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tests.simulations import bar_times, simulation
from tradewright.core.bars import Bars
from tradewright.engine.types import TRADE, Simulation

CASH = 10_000.0
TRADE_COLUMNS = ("entry_bar", "exit_bar", "side", "quantity", "entry_price", "exit_price", "pnl", "return")

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Account:
    """One run, and what a peer is told of it."""

    bars: Bars
    run: Simulation
    risk_free: float = 0.0
    fee: float = 0.001

    def handed(self) -> Bars:
        """Return the bars with the equity, and with the trades one a row, as further columns."""
        count = len(self.bars)
        table = np.concatenate((self.run.trades, self.run.open_trades))
        columns: dict[str, Any] = {**self.bars.columns, "equity": self.run.equity}
        flags = np.arange(table.size) >= self.run.trades.size
        for name in (*TRADE_COLUMNS, "fees"):
            columns[name] = _padded(table[name].astype(np.float64), count)
        columns["still_open"] = _padded(flags.astype(np.float64), count)
        return Bars(self.bars.time, columns, timeframe=self.bars.timeframe, instrument="TEST")


def _padded(values: Floats, count: int) -> Floats:
    column = np.full(count, np.nan)
    column[: values.size] = values
    return column


def accounts() -> dict[str, Account]:
    """Return accounts by name: random ones of every kind, then the corners."""
    found: dict[str, Account] = {}
    kinds = ("1d", "1d", "1d", "1w", "1M", "1h", "15m", "4h")
    for seed in range(24):
        random = np.random.default_rng(seed)
        timeframe = kinds[seed % len(kinds)]
        count = int(random.choice([40, 90, 300, 700]))
        spread = float(random.choice([0.003, 0.01, 0.04]))
        steps = random.standard_t(3, count) * spread if seed % 3 else random.normal(0.0005, spread, count)
        steps[random.random(count) < random.choice([0.0, 0.3, 0.8])] = 0.0
        found[f"random {seed} {timeframe}"] = account(
            random, np.maximum(steps, -0.6), timeframe=timeframe, risk_free=float(random.choice([0, 0.03]))
        )
    for name, steps in CORNERS.items():
        found[name] = account(np.random.default_rng(99), np.array(steps))
    still = account(np.random.default_rng(5), np.array(_WAVE))
    flat = Bars(still.bars.time, dict.fromkeys(("open", "high", "low", "close"), np.full(30, 50.0)),
                timeframe="1d", instrument="TEST")  # fmt: skip
    found["a market that stands still"] = Account(flat, still.run, fee=0.0)
    for count, sign in ((0, 1.0), (1, 1.0), (1, -1.0), (2, 1.0), (9, -1.0), (9, 1.0)):
        random = np.random.default_rng(count)
        found[f"{count} trades {sign:+}"] = account(
            random, random.normal(0, 0.01, 60), count=count, sign=sign
        )
    return found


_WAVE = list(np.random.default_rng(3).normal(0, 0.01, 30))
CORNERS: dict[str, list[float]] = {
    "two bars": [0.01, -0.02],
    "three bars": [0.01, -0.02, 0.015],
    "four bars": [0.01, -0.02, 0.015, 0.03],
    "nothing happens": [0.0] * 30,
    "one return": [0.0] * 20 + [0.02] + [0.0] * 9,
    "only up": [abs(step) for step in _WAVE],
    "only down": [-abs(step) for step in _WAVE],
    "under water from the first bar": [-0.5, *_WAVE],
    "under water from the first bar, then again": [-0.05, *[0.01, 0.013] * 5, -0.03, *[0.001, 0.0] * 5],
    "down on the last bar only": [*[0.01, 0.02] * 15, -0.04],
    "ruined": [0.01, -0.02, 0.03, -1.0, 0.0, 0.0],
    "below nothing": [0.01, -0.02, 0.03, -1.3, 0.0, 0.0],
    "taken for prices": [0.0, 0.5, 1.5, 0.2, 0.3],
    "doubled": [0.0, 0.5, 1.0, 0.2, 0.3],
}


def account(
    random: np.random.Generator,
    steps: Floats,
    *,
    timeframe: str = "1d",
    risk_free: float = 0.0,
    count: int | None = None,
    sign: float = 0.0,
) -> Account:
    """Return an account whose bars return `steps`, beside a market of its own and some trades."""
    n = steps.size
    time = bar_times(n, timeframe, "2019-03-01")
    if timeframe == "1d" and n > 40:  # a market that has weekends
        days = bar_times(2 * n, timeframe, "2019-03-01")
        time = days[(days // 86_400_000_000_000 + 3) % 7 < 5][:n]
    close = 50 * np.exp(np.cumsum(random.normal(0, 0.012, n)))
    opened = close * np.exp(random.normal(0, 0.003, n))
    columns = {
        "open": opened,
        "high": np.maximum(opened, close),
        "low": np.minimum(opened, close),
        "close": close,
    }
    bars = Bars(time, columns, timeframe=timeframe, instrument="TEST")
    size = int(random.integers(0, n // 3 + 1)) if count is None else count
    table = _trades(random, size, n, sign)
    still_open = table[-1:] if count is None and size > 2 and random.random() < 0.5 else table[:0]
    closed = table[: size - still_open.size]
    run = simulation(CASH * np.cumprod(1 + steps), cash=CASH, closed=closed, still_open=still_open)
    return Account(bars, run, risk_free)


def _trades(random: np.random.Generator, size: int, bars: int, sign: float) -> npt.NDArray[Any]:
    """Return `size` trades, one after the other; `sign` makes all win or all lose."""
    table = np.zeros(size, TRADE)
    marks = np.sort(random.integers(0, bars, 2 * size))
    table["entry_bar"], table["exit_bar"] = marks[::2], marks[1::2]
    table["side"] = random.choice([-1, 1], size)
    table["quantity"], table["entry_price"] = random.uniform(1, 9, size), random.uniform(40, 60, size)
    profit = random.normal(0, 20, size)
    profit[random.random(size) < 0.1] = 0.0
    table["pnl"] = np.abs(random.normal(5, 2, size)) * sign if sign else profit
    table["return"] = table["pnl"] / (table["quantity"] * table["entry_price"])
    table["exit_price"] = table["entry_price"] + table["side"] * table["pnl"] / table["quantity"]
    table["fees"] = random.uniform(0, 2, size)
    return table
