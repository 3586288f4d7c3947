"""Every metric of a run at once: the one door of this room."""

import numpy as np

from tradewright.core.bars import Bars
from tradewright.core.errors import DataError, ParameterError
from tradewright.engine.types import Simulation
from tradewright.metrics.benchmark import against_benchmark, against_holding, hold_path
from tradewright.metrics.catalog import CATALOG
from tradewright.metrics.defined import finite, ratio
from tradewright.metrics.drawdown import drawdowns, walk
from tradewright.metrics.passes import Floats
from tradewright.metrics.periods import divide
from tradewright.metrics.returns import growth_rate, period_returns, risk_adjusted, shape, tails
from tradewright.metrics.scores import edge_stability, k_ratio, prop_verification
from tradewright.metrics.trade_stats import activity, judge, trade_numbers

Value = float | int | str | None


@np.errstate(over="ignore", invalid="ignore")  # what has no finite value is None, and needs no warning
def summarize(
    simulation: Simulation,
    bars: Bars,
    *,
    fee: float,
    risk_free: float = 0.0,
    benchmark: Bars | None = None,
    held: Floats | None = None,
) -> dict[str, Value]:
    """Return every metric of engine.md 7.2 to 7.5.

    Parameters
    ----------
    simulation
        The raw result of a run.
    bars
        The series that it ran on, whole: the window is ``bars[simulation.start:]``.
    fee
        Fraction of notional, for the entry of buy and hold.
    risk_free
        Yearly risk-free return, a fraction.
    benchmark
        What alpha and beta compare with; by default buying and holding the run's own instrument.
    held
        Growth factor, at each close of the window, of buying and holding; by default that of the bars'
        prices alone, which rates, dividends and splits change.

    Returns
    -------
    dict
        Id -> value, in the order of :data:`tradewright.metrics.catalog.CATALOG`, which holds unit and
        formula of each. Counts are int, bands str, all else float; what is undefined is None.

    Raises
    ------
    DataError
        ``E_WINDOW`` when the window is empty or `bars` are not those of the simulation;
        ``E_BENCHMARK`` when the benchmark has too long bars or none in common with the run.
    ParameterError
        ``E_PARAMETER`` for a risk-free return of -1 or below, or not finite.
    """
    _check(simulation, bars, risk_free)
    outcomes = judge(simulation.trades)
    path = hold_path(bars.slice(simulation.start, len(bars)), fee) if held is None else held
    numbers = _numbers(simulation, bars, risk_free, benchmark, path) | trade_numbers(simulation, outcomes)
    numbers["calmar"] = ratio(numbers["cagr"], -(numbers["max_drawdown"] or 0))
    values = {**numbers, **edge_stability(outcomes.won), **prop_verification(numbers)}
    return {metric.id: values[metric.id] for metric in CATALOG}


def _numbers(
    simulation: Simulation, bars: Bars, risk_free: float, benchmark: Bars | None, held: Floats | None
) -> dict[str, float | int | None]:
    """Everything that the equity curve and the fills say."""
    initial, equity = simulation.initial_cash, simulation.equity
    window = bars.slice(simulation.start, len(bars))
    periods = divide(window)
    path = walk(equity, initial, bars, simulation.start)
    points = periods.ends_of(equity)
    returns = period_returns(points, initial, periods, risk_free)
    compared = (
        against_holding(returns, held)
        if benchmark is None
        else against_benchmark(points, returns, window, benchmark)
    )
    growth = float(equity[-1]) / initial
    return {
        "initial_cash": float(initial),
        "final_equity": finite(equity[-1]),
        "total_return": finite(growth - 1),
        "buy_and_hold_return": None if held is None else finite(held[-1] - 1),
        "cagr": growth_rate(growth, periods),
        "k_ratio": k_ratio(points, initial, periods.per_year),
        **risk_adjusted(returns, traded=simulation.fills.size > 0),
        **shape(returns),
        **tails(returns),
        **compared,
        **drawdowns(path, growth - 1),
        **activity(simulation, path.mean_equity, periods.years),
    }


def _check(simulation: Simulation, bars: Bars, risk_free: object) -> None:
    n = int(np.size(simulation.equity))
    if not n or simulation.start + n != len(bars):
        raise DataError(
            "E_WINDOW",
            f"a run of {n:,} bars from bar {simulation.start:,} does not end with {bars!r}.",
            fix="Give the whole series that the simulation ran on, with at least one bar in its window.",
            details={"start": simulation.start, "equity": n, "bars": len(bars)},
        )
    if not isinstance(risk_free, int | float) or isinstance(risk_free, bool) or not -1 < risk_free < 1:
        raise ParameterError(
            "E_PARAMETER",
            f"risk_free is {risk_free!r}; it is a yearly fraction between -1 and 1.",
            fix="Write 0.02 for 2 % a year.",
            details={"name": "risk_free", "value": risk_free},
        )
