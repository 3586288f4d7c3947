"""What a run hands to another package: returns, equity, trades, and what holding would have made."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import Bars
from tradewright.core.timeframe import NS_PER_DAY, Timeframe
from tradewright.engine.types import Simulation
from tradewright.metrics.benchmark import hold_path
from tradewright.metrics.periods import Periods, divide
from tradewright.metrics.returns import period_returns

Floats = npt.NDArray[np.float64]
Days = npt.NDArray[np.int64]

# What quantstats and empyrical want to be told of the length of a period; 252 is their default.
_PER_YEAR = {"1w": 52.0, "1M": 12.0, "3M": 4.0, "12M": 1.0}
TRADING_DAYS = 252.0


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """A run as arrays that the packages take.

    Attributes
    ----------
    window
        The bars that were traded.
    initial_cash, equity
        Account currency; `equity` at each close of the window.
    returns
        Return of each period (engine.md 7.1), the first over the initial cash.
    days
        Date of each period, whole days since 1970-01-01: of the bar's open in UTC, or the trading date
        when bars are shorter than a day.
    held
        Return of buying and holding the instrument over the same periods, with one entry fee.
    per_year
        Periods a year as quantstats and empyrical count them.
    risk_free
        Yearly fraction.
    trades, open_trades
        Dtype TRADE, with bars counted from the window's first.
    fees_paid
        Of every fill.
    """

    window: Bars
    initial_cash: float
    equity: Floats
    returns: Floats
    days: Days
    held: Floats
    per_year: float
    risk_free: float
    trades: npt.NDArray[Any]
    open_trades: npt.NDArray[Any]
    fees_paid: float

    @property
    def risk_free_per_period(self) -> float:
        """The risk-free return that compounds to the yearly one over `per_year` periods."""
        return float((1 + self.risk_free) ** (1 / self.per_year) - 1)


def material_of(
    simulation: Simulation, bars: Bars, *, fee: float, risk_free: float, held: Floats | None = None
) -> Material:
    """Gather what the packages need of a run over ``bars[simulation.start:]``; `held` as in `summarize`."""
    window = bars.slice(simulation.start, len(bars))
    periods = divide(window)
    points = periods.ends_of(simulation.equity)
    returns = period_returns(points, simulation.initial_cash, periods, risk_free).values
    return Material(
        window=window,
        initial_cash=float(simulation.initial_cash),
        equity=simulation.equity,
        returns=returns,
        days=_days(window, periods),
        held=_held(hold_path(window, fee) if held is None else held, periods),
        per_year=periods_per_year(window.timeframe),
        risk_free=risk_free,
        trades=_within(simulation.trades, simulation.start),
        open_trades=_within(simulation.open_trades, simulation.start),
        fees_paid=float(simulation.fills["fee"].sum()),
    )


def periods_per_year(timeframe: Timeframe) -> float:
    """52, 12, 4 or 1 for weeks, months, quarters and years; 252 for all else."""
    return _PER_YEAR.get(str(timeframe), TRADING_DAYS)


def _held(path: Floats | None, periods: Periods) -> Floats:
    if path is None:
        return np.zeros(periods.count)
    curve = np.concatenate(([1.0], periods.ends_of(path)))
    return curve[1:] / curve[:-1] - 1


def _days(window: Bars, periods: Periods) -> Days:
    if periods.last_bars is None:
        return window.time // NS_PER_DAY
    return window.instrument.calendar.trading_days(window.time[periods.last_bars])


def _within(trades: npt.NDArray[Any], start: int) -> npt.NDArray[Any]:
    """Count the bars of trades from the window's first, as a package does that saw nothing before it."""
    moved = trades.copy()
    moved["entry_bar"] -= start
    moved["exit_bar"] -= start
    return moved
