"""The whole summary: real prices against the reference, windows, refusals, repeatability."""

import math

import numpy as np
import pytest
from bokeh_sampledata import stocks

from tests.reference.metrics import reference_metrics
from tests.simulations import closes, fill, simulation, trade
from tradewright.core.bars import Bars
from tradewright.core.errors import DataError, ParameterError
from tradewright.engine.rules import Rules
from tradewright.engine.simulate import simulate
from tradewright.engine.types import Signals, Simulation
from tradewright.metrics.summarize import summarize


def real_run(symbol: str) -> tuple[Simulation, Bars]:
    """An account that holds a share every other fortnight, on real prices from 2000 on."""
    rows = getattr(stocks, symbol)
    time = np.array(rows["date"], "datetime64[ns]").astype(np.int64)
    bars = closes(rows["close"], calendar="XNYS", time=time, opens=rows["open"])
    start, n = 100, len(bars)
    days = np.arange(start, n)
    inside = days // 10 % 2 == 0
    change = np.diff(bars.close[start - 1 :], prepend=0)[1:]
    equity = 1_000.0 + np.cumsum(np.where(inside, change, 0.0))
    exits = np.flatnonzero(np.diff(inside.astype(int)) == -1)
    profit = np.diff(equity[exits], prepend=1_000.0)
    closed = [trade(float(pnl), risk=35.0, bars_held=10) for pnl in profit]
    fills = [fill((-1.0) ** i, float(price), fee=0.01) for i, price in enumerate(bars.open[start::10])]
    run = simulation(
        equity, cash=1_000.0, start=start, closed=closed, fills=fills, bars_held=int(inside.sum())
    )
    return run, bars


@pytest.mark.parametrize("symbol", ["AAPL", "GOOG"])
def test_summary_of_real_prices_equals_the_reference(symbol: str) -> None:
    run, bars = real_run(symbol)
    ours = summarize(run, bars, fee=0.002, risk_free=0.01)
    for name, wanted in reference_metrics(run, bars, fee=0.002, risk_free=0.01).items():
        assert wanted is not None, name  # the case is rich enough to define all of them
        assert ours[name] == pytest.approx(wanted, rel=1e-9), name


def test_summary_is_the_same_every_time_to_the_last_bit() -> None:
    run, bars = real_run("IBM")
    assert summarize(run, bars, fee=0.002) == summarize(run, bars, fee=0.002)


def test_summary_changes_nothing_it_was_given() -> None:
    run, bars = real_run("MSFT")
    before = run.equity.copy(), run.trades.copy(), run.fills.copy()
    summarize(run, bars, fee=0.002)
    assert run.equity.flags.writeable
    for kept, now in zip(before, (run.equity, run.trades, run.fills), strict=True):
        assert kept.tobytes() == now.tobytes()


def test_summary_takes_sealed_and_strided_equity() -> None:
    bars = closes([50.0, 52.0, 51.0])
    sealed = np.array([101.0, 99.0, 102.0])
    sealed.flags.writeable = False
    strided = np.array([101.0, 0.0, 99.0, 0.0, 102.0, 0.0])[::2]
    plain = simulation([101.0, 99.0, 102.0])
    for equity in (sealed, strided):
        run = Simulation(0, 100.0, 1.0, equity, plain.fills, plain.trades, plain.open_trades, 0)
        assert summarize(run, bars, fee=0.0) == summarize(plain, bars, fee=0.0)


def test_summary_of_a_window_does_not_see_the_bars_before_it() -> None:
    run = simulation([101.0, 99.0, 102.0], start=2)
    late = closes([50.0, 52.0, 51.0], first="2020-01-03")
    early = closes([10.0, 900.0, 50.0, 52.0, 51.0])
    assert summarize(run, early, fee=0.0) == summarize(simulation([101.0, 99.0, 102.0]), late, fee=0.0)


@pytest.mark.parametrize(("equity", "count"), [([], 0), ([], 3), ([100.0], 2), ([100.0, 101.0], 1)])
def test_summary_of_bars_that_are_not_the_run_s_is_refused(equity: list[float], count: int) -> None:
    with pytest.raises(DataError) as refused:
        summarize(simulation(equity), closes([50.0] * count), fee=0.0)
    assert refused.value.code == "E_WINDOW"


@pytest.mark.parametrize("rate", [-1.0, -3.0, math.nan, math.inf])
def test_risk_free_that_is_no_rate_is_refused(rate: float) -> None:
    with pytest.raises(ParameterError, match="risk_free") as refused:
        summarize(simulation([100.0]), closes([50.0]), fee=0.0, risk_free=rate)
    assert refused.value.code == "E_PARAMETER"


def test_one_open_trade_in_one_bar_still_gives_a_summary() -> None:
    run = simulation([99.0], still_open=[trade(-1.0)], bars_held=1)
    values = summarize(run, closes([50.0], timeframe="1m"), fee=0.001)
    assert (values["total_return"], values["exposure"], values["open_trades"]) == (
        pytest.approx(-0.01),
        1.0,
        1,
    )
    assert values["max_drawdown_duration"] == 60.0


@pytest.mark.parametrize(
    "equity",
    [
        [1e300] * 40,  # 1e298 in forty days: no rate a year
        [1e-300, 1e300] * 20,
        [1e308, math.inf] * 20,
        [1e308, -math.inf, math.nan] * 14,
        [math.nan] * 40,
    ],
)
def test_summary_of_an_account_beyond_all_numbers_is_undefined_and_no_fault(equity: list[float]) -> None:
    closed = [trade(pnl, notional=1.0, risk=1e-300) for pnl in (1e308, 1e308, -1e308, math.inf)]
    fills = [fill(1e200, 1e200, fee=1e308), fill(-1e200, 1e200, fee=1e308)]
    run = simulation(equity, cash=100.0, closed=closed, fills=fills)
    values = summarize(run, closes([50.0] * len(equity)), fee=0.0, risk_free=0.02)
    assert values["cagr"] is None
    assert values["fees_paid"] is None
    assert all(not isinstance(value, float) or math.isfinite(value) for value in values.values())


@pytest.mark.parametrize("direction", ["long", "both"])
def test_summary_of_an_engine_run_that_overflows_is_undefined_and_no_fault(direction: str) -> None:
    # 1e304 units, all for 10,000, become worth more than a float can say; with `both`, they are sold too.
    bars = closes([1e-300] * 3 + [1e5] * 40)
    at = np.arange(len(bars))
    rules = Rules.model_validate({"direction": direction, "fee": 0.0})
    run = simulate(bars, Signals(long_entry=at == 0, short_entry=at == 9), rules)
    assert not np.isfinite(run.equity).all()
    values = summarize(run, bars, fee=0.0)
    assert values["final_equity"] is None
    assert values["cagr"] is None
