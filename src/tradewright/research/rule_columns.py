"""The measures that rules read at the deciding bar and that anyone can compute: ATR and volatility."""

import math
from dataclasses import replace

import numpy as np

from tradewright.core.bars import Bars
from tradewright.core.errors import InputError
from tradewright.core.timeframe import NS_PER_DAY
from tradewright.data.sessions import sessions_of
from tradewright.engine.columns import measures_of
from tradewright.engine.rules import Rules
from tradewright.engine.types import Floats, Signals
from tradewright.kernels.moments import rolling_mean_std
from tradewright.metrics.passes import floats
from tradewright.metrics.periods import DAYS_PER_YEAR
from tradewright.modules import registry
from tradewright.research.around.payments import Payments

_PRICES = ("open", "high", "low", "close")


def with_columns(signals: Signals, bars: Bars, rules: Rules, splits: Payments | None = None) -> Signals:
    """Add the measures that `rules` read; those that the strategy brings stand.

    ``atr:N`` is the module ``atr`` over N bars, ``volatility:N`` is :func:`annual_volatility` of N returns.
    A column of the strategy's own that is missing is the engine's to refuse (``E_COLUMN``).

    Parameters
    ----------
    splits
        Of the instrument, when `bars` are not adjusted for them. Measures are then taken from prices of one
        kind, so that a split is no move, and each ATR is in the units of its own bar (engine.md 5.1).
    """
    missing = sorted(measures_of(rules) - set(signals.columns))
    if not missing:
        return signals
    found = {name: measure_column(name, bars, splits) for name in missing}
    return replace(signals, columns={**signals.columns, **found})


def measure_column(name: str, bars: Bars, splits: Payments | None = None) -> Floats:
    """Return one measure, ``atr:N`` or ``volatility:N``, as :func:`with_columns` says; ``(len(bars),)``."""
    units = None if splits is None else units_of_first(bars, splits)
    return _measure(name, bars if units is None else _restated(bars, units), units)


def _measure(name: str, bars: Bars, units: Floats | None) -> Floats:
    what, _, period = name.partition(":")
    if what == "atr":
        size = registry.compute("atr", bars, {"period": int(period)})["atr"]
        return size if units is None else size / units
    return annual_volatility(bars, int(period))


def units_of_first(bars: Bars, splits: Payments) -> Floats | None:
    """Return how many units of each bar one unit of the first bar has become; None when it stays one.

    A split counts from the bar at whose open it takes effect (3.1). A value depends on no later split, so
    that prices times these units are alike and still tell nothing of what comes.

    Returns
    -------
    ndarray or None
        float64, above 0, shape ``(len(bars),)``.
    """
    bar = np.searchsorted(bars.close_time, splits.time, side="right")
    inside = (bar > 0) & (bar < len(bars))
    if not inside.any():
        return None
    ratio = np.ones(len(bars), np.float64)
    np.multiply.at(ratio, bar[inside], splits.value[inside])
    return floats(np.cumprod(ratio))


def _restated(bars: Bars, units: Floats) -> Bars:
    """Return the prices of what one unit of the first bar has become."""
    columns = {name: bars.columns[name] * units for name in _PRICES}
    return Bars(
        bars.time, columns, timeframe=bars.timeframe, instrument=bars.instrument, close_time=bars.close_time
    )


def annual_volatility(bars: Bars, period: int) -> Floats:
    """Return the annual volatility of the last `period` returns at each close (engine.md 5.1).

    The sample standard deviation (ddof 1) of the last `period` simple close-to-close returns, times
    ``sqrt(bars_a_year(bars))``.

    Returns
    -------
    ndarray
        float64, a fraction, shape ``(len(bars),)``; NaN where fewer than `period` returns are known, so
        before bar `period`.
    """
    found = np.full(len(bars), np.nan)
    if len(bars) <= period:
        return found
    _, spread = rolling_mean_std(floats(np.diff(bars.close) / bars.close[:-1]), period)
    found[1:] = spread * math.sqrt(period / (period - 1) * bars_a_year(bars))
    return found


def bars_a_year(bars: Bars) -> float:
    """Return how many bars of this length a year has by the calendar, whatever the series itself holds.

    Bars longer than a day: 365.25 days over the bar's length. Daily bars: the trading days a year of
    engine.md 7.1 (365.25 for ``24/7``, 260 for ``24/5``, 252 for exchanges). Shorter bars: those days times
    the bars of a day, which are 24 hours over the bar's length, or for an exchange the length of its median
    scheduled session in the calendar year of the first bar over the bar's length, rounded up. Nothing here
    depends on bars that come later, so that a size decided today does not either.

    Raises
    ------
    InputError
        ``E_CALENDAR_RANGE`` for shorter bars of an exchange that has no schedule for their dates.
    EnvironmentFaultError
        ``E_EXTRA`` when ``exchange_calendars`` is needed and not installed.
    """
    length = bars.timeframe.ns
    if length > NS_PER_DAY:
        return DAYS_PER_YEAR * NS_PER_DAY / length
    calendar = bars.instrument.calendar
    if not bars.timeframe.is_intraday:
        return calendar.periods_per_year
    day = _session_ns(bars) if calendar.is_exchange else NS_PER_DAY
    return calendar.periods_per_year * -(-day // length)


def _session_ns(bars: Bars) -> int:
    """Return the nanoseconds of the median session in the calendar year in which the series begins."""
    try:
        sessions = sessions_of(bars.slice(0, 1))
    except InputError as refused:
        if refused.code == "E_CALENDAR_RANGE":
            refused.fix = "Use later data, daily bars, or another sizing than volatility."
        raise
    return int(np.median(sessions.close - sessions.open))
