"""Results of runs for tests of the metrics: an equity curve and trades as given, without an engine."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import Bars
from tradewright.core.calendar import Calendar
from tradewright.core.instrument import Instrument
from tradewright.core.resample import resample
from tradewright.core.timeframe import Timeframe
from tradewright.engine.types import FILL, TRADE, Simulation


def closes(
    prices: Sequence[float],
    *,
    timeframe: str = "1d",
    calendar: str = "24/7",
    first: str = "2020-01-01",
    time: npt.NDArray[np.int64] | None = None,
    opens: Sequence[float] | None = None,
) -> Bars:
    """Return bars with these closes; each opens at its own close unless `opens` says otherwise."""
    close = np.array(prices, np.float64)
    opened = close if opens is None else np.array(opens, np.float64)
    columns = {
        "open": opened,
        "high": np.maximum(opened, close),
        "low": np.minimum(opened, close),
        "close": close,
    }
    stamps = bar_times(len(close), timeframe, first) if time is None else time
    return Bars(
        stamps, columns, timeframe=timeframe, instrument=Instrument("TEST", calendar=Calendar(calendar))
    )


def resampled(count: int, timeframe: str, *, calendar: str = "24/5", first: str = "2021-01-04") -> Bars:
    """Return `count` weeks or months made of wavy weekdays from `first` on, with the calendar's closes."""
    begin = np.datetime64(first, "D").astype(np.int64)
    dates = begin + np.arange(40 + count * (7 if timeframe == "1w" else 31))
    dates = dates[(dates + 3) % 7 < 5]
    prices = 50 + 5 * np.sin(dates * dates) + np.arange(dates.size) % 3
    opens = Calendar(calendar).day_start(dates)
    days = closes(list(prices), calendar=calendar, time=opens, opens=list(np.roll(prices, 1)))
    return resample(days, timeframe).slice(0, count)


def bar_times(count: int, timeframe: str, first: str) -> npt.NDArray[np.int64]:
    """Return `count` open times from `first` on, without gaps; months by calendar."""
    frame = Timeframe.parse(timeframe)
    if frame.unit == "M":
        months = np.datetime64(first, "M") + frame.count * np.arange(count)
        return months.astype("datetime64[ns]").astype(np.int64)
    return np.datetime64(first, "ns").astype(np.int64) + frame.ns * np.arange(count, dtype=np.int64)


def trade(pnl: float, *, notional: float = 1_000.0, risk: float = np.nan, bars_held: int = 1) -> Any:
    """Return one closed long trade of dtype TRADE with this profit."""
    row = np.zeros(1, TRADE)
    row["side"], row["exit_reason"], row["quantity"], row["entry_price"] = 1, 1, 10.0, notional / 10.0
    row["pnl"], row["return"], row["risk"], row["bars_held"] = pnl, pnl / notional, risk, bars_held
    row["exit_price"] = row["entry_price"] + pnl / 10.0
    return row[0]


def trades(*profits: float) -> npt.NDArray[Any]:
    """Return trades of 1,000 notional each that made these profits."""
    return np.array([trade(pnl) for pnl in profits], TRADE)


def fill(quantity: float, price: float, fee: float = 0.0, slippage: float = 0.0, unit: float = 1.0) -> Any:
    """Return one fill of dtype FILL."""
    row = np.zeros(1, FILL)
    row["quantity"], row["price"], row["reference"], row["stop"] = quantity, price, price, np.nan
    row["fee"], row["slippage"], row["unit"] = fee, slippage, unit
    return row[0]


def simulation(
    equity: Sequence[float] | npt.NDArray[np.float64],
    *,
    cash: float = 100.0,
    closed: Sequence[Any] | npt.NDArray[Any] = (),
    still_open: Sequence[Any] = (),
    fills: Sequence[Any] | None = None,
    **changes: Any,
) -> Simulation:
    """Return a result with this equity; it has one fill unless `fills` says otherwise."""
    filled = [fill(1.0, 10.0)] if fills is None else list(fills)
    values = {
        "start": 0,
        "initial_cash": cash,
        "multiplier": 1.0,
        "equity": np.array(equity, np.float64),
        "fills": np.array(filled, FILL),
        "trades": np.array(list(closed), TRADE),
        "open_trades": np.array(list(still_open), TRADE),
        "bars_held": 0,
    }
    return Simulation(**{**values, **changes})
