"""A run beside something one could simply have held: alpha, beta, buy and hold (7.2, 7.4)."""

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import Bars
from tradewright.core.errors import DataError
from tradewright.core.timeframe import NS_PER_DAY, NS_PER_SECOND
from tradewright.metrics.defined import NO_DEVIATION, finite
from tradewright.metrics.passes import Floats, Times, fit_line, floats
from tradewright.metrics.periods import Periods, day_ends
from tradewright.metrics.returns import Returns

Comparison = dict[str, float | None]

_CLOCK_CHANGES = 2 * 3_600 * NS_PER_SECOND  # more than any makes


def hold_path(window: Bars, fee: float) -> Floats | None:
    """Growth factor, at each close, of buying at the first open after the window's start and holding.

    The first decision falls at the close of the window's first bar, so the first open after the start
    is the second bar's; None when there is none. The fee, a fraction, is paid once and sized as an all-in
    entry's (5.1).
    """
    if len(window) < 2:
        return None
    path = window.close / (float(window.open[1]) * (1 + fee))
    path[0] = 1.0  # nothing could be bought within the first bar
    return path


def against_holding(returns: Returns, held: Floats | None) -> Comparison:
    """``alpha`` and ``beta`` against buying and holding, whose growth by bar is `held`; see `hold_path`."""
    if held is None:
        return _UNKNOWN
    points = np.concatenate(([1.0], returns.periods.ends_of(held)))
    return _regress(_changes(points), returns.values, returns.risk_free, returns.periods.per_year)


def against_benchmark(points: Floats, returns: Returns, window: Bars, benchmark: Bars) -> Comparison:
    """``alpha`` and ``beta`` against `benchmark`, both read at the periods in which both have a bar.

    Raises
    ------
    DataError
        ``E_BENCHMARK`` when its bars are longer than the run's periods or none falls into the run.
    """
    _check_length(window, benchmark)
    closes = _closes_by_period(window, returns.periods, benchmark)
    both = np.flatnonzero(~np.isnan(closes))
    if not both.size:
        raise DataError(
            "E_BENCHMARK",
            f"benchmark {benchmark!r} has no bar in common with the run over {window!r}.",
            fix="Give a benchmark that covers the dates of the run.",
            details={"benchmark": benchmark.symbol, "symbol": window.symbol},
        )
    if both.size < 3:
        return _UNKNOWN
    # Fewer periods a year when some had to be left out; the risk-free return grows to match.
    steps = (both.size - 1) / float(both[-1] - both[0])
    risk_free = (1 + returns.risk_free) ** (1 / steps) - 1
    theirs, ours = _changes(closes[both]), _changes(points[both])
    return _regress(theirs, ours, risk_free, returns.periods.per_year * steps)


_UNKNOWN: Comparison = {"alpha": None, "beta": None}


def _regress(theirs: Floats, ours: Floats, risk_free: float, per_year: float) -> Comparison:
    """Jensen's alpha (arithmetic, per year) and beta: the line of our returns on theirs."""
    n = theirs.size
    if n < 2:
        return _UNKNOWN
    line = fit_line(floats(theirs), floats(ours))
    if (line.square_x / (n - 1)) ** 0.5 <= NO_DEVIATION:
        return _UNKNOWN
    alpha = (line.mean_y - risk_free) - line.slope * (line.mean_x - risk_free)
    return {"alpha": finite(alpha * per_year), "beta": finite(line.slope)}


def _changes(points: Floats) -> Floats:
    """Return of each step between `points`; 0 from an account that has nothing left."""
    before = points[:-1]
    return np.divide(points[1:] - before, before, out=np.zeros(before.size), where=before > 0)


def _check_length(window: Bars, benchmark: Bars) -> None:
    if benchmark.timeframe.ns > max(window.timeframe.ns, NS_PER_DAY):
        raise DataError(
            "E_BENCHMARK",
            f"bars of {benchmark.timeframe} of {benchmark.symbol} are too long for the run's periods.",
            fix=f"Give a benchmark with bars of {'1d' if window.timeframe.is_intraday else window.timeframe} "
            "or shorter.",
            details={"benchmark": str(benchmark.timeframe), "run": str(window.timeframe)},
        )


def _closes_by_period(window: Bars, periods: Periods, benchmark: Bars) -> Floats:
    """Return the benchmark's last close within each period of the run, NaN where it has none."""
    starts, ends = _dates(window, periods.last_bars)
    theirs = day_ends(benchmark.time, benchmark.instrument.calendar)
    shorter = benchmark.timeframe.is_intraday
    picked = theirs if shorter else np.arange(len(benchmark))
    _, known = _dates(benchmark, picked if shorter else None)
    found = np.searchsorted(known, ends, side="right") - 1
    inside = (found >= 0) & (known[found] >= starts)
    return np.where(inside, benchmark.close[picked][found], np.nan)


def _dates(bars: Bars, last_bars: npt.NDArray[np.int64] | None) -> tuple[Times, Times]:
    """Return the first and last trading date of each period of `bars`."""
    calendar = bars.instrument.calendar
    if last_bars is not None:
        dates = calendar.trading_days(bars.time[last_bars])
        return dates, dates
    dates = calendar.trading_days(bars.time)
    # Whole days, of which a change of clocks may take an hour from one or add it.
    days = -(-(bars.close_time - bars.time - _CLOCK_CHANGES) // NS_PER_DAY)
    return dates, dates + np.maximum(days, 1) - 1
