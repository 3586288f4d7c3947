"""Every metric against the reference of `tests/reference/metrics.py`, on random accounts and trades."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.reference.metrics import reference_metrics
from tests.simulations import bar_times, closes, fill, resampled, simulation, trade
from tradewright.engine.rules import Level, Rules
from tradewright.engine.simulate import simulate
from tradewright.engine.types import Signals, Simulation
from tradewright.metrics.catalog import CATALOG
from tradewright.metrics.summarize import summarize

NOT_IN_REFERENCE = {"esi_shuffled_median", "esi_band", "pvs_band"}
# Steps of the account in tenths of a percent: many ties, new peaks, and now and then a ruin.
STEPS = st.one_of(st.sampled_from([0, 0, 10, -10]), st.integers(-60, 70))
PROFITS = st.one_of(st.sampled_from([0.0, 1e-10, -1e-10, 5.0, -5.0]), st.integers(-400, 400).map(float))
FRAMES = st.sampled_from(
    [
        ("1d", "24/7"),
        ("1d", "XNYS"),
        ("1w", "24/7"),
        ("1M", "24/7"),
        ("12h", "24/7"),
        ("4h", "24/5"),
        ("1h", "XNYS"),
    ]
)


@st.composite
def accounts(draw: st.DrawFn) -> tuple[Simulation, Any]:
    """Draw bars with gaps, an account that walks beside them, trades and fills."""
    timeframe, calendar = draw(FRAMES)
    steps = draw(st.lists(STEPS, min_size=1, max_size=120))
    n = len(steps)
    equity = 1_000.0 * np.cumprod(1 + np.array(steps) / 1_000)
    ruined_at = draw(st.one_of(st.none(), st.none(), st.integers(0, n - 1)))
    if ruined_at is not None:
        equity[ruined_at:] = draw(st.sampled_from([0.0, -3.5, -1e-9]))
    moves = np.array(draw(st.lists(st.integers(-30, 30), min_size=n, max_size=n)))
    prices = 50 * np.cumprod(1 + moves / 1_000)
    first = draw(st.sampled_from(["2019-02-25", "2020-10-19", "2021-03-08"]))
    slots = np.sort(draw(st.permutations(range(2 * n)))[:n]) if draw(st.booleans()) else np.arange(n)
    made = draw(st.sampled_from([None, None, None, "1w", "1M"]))
    bars = closes(
        prices,
        timeframe=timeframe,
        calendar=calendar,
        time=bar_times(2 * n, timeframe, first)[slots],
        opens=np.roll(prices, 1),
    )
    if made is not None:
        bars = resampled(n, made, calendar=draw(st.sampled_from(["24/5", "XNYS"])), first=first)
    profits = draw(st.lists(st.tuples(PROFITS, st.sampled_from([math.nan, 40.0, 70.0])), max_size=70))
    fills = draw(st.lists(st.tuples(st.integers(-9, 9).filter(bool), st.integers(1, 99)), max_size=9))
    unit = draw(st.sampled_from([1.0, 1.0, 5.0]))
    run = simulation(
        equity,
        cash=draw(st.sampled_from([1_000.0, 900.0, 1_250.0])),
        closed=[trade(pnl, risk=risk, bars_held=i % 7) for i, (pnl, risk) in enumerate(profits)],
        fills=[fill(float(q), float(p), fee=p / 10, slippage=p / 100, unit=unit) for q, p in fills],
        bars_held=draw(st.integers(0, n)),
    )
    return run, bars


@given(accounts(), st.sampled_from([0.0, 0.001]), st.sampled_from([0.0, 0.03]))
def test_metrics_of_any_account_equal_the_reference(
    account: tuple[Simulation, Any], fee: float, risk_free: float
) -> None:
    run, bars = account
    ours = summarize(run, bars, fee=fee, risk_free=risk_free)
    theirs = reference_metrics(run, bars, fee, risk_free)
    assert set(ours) == set(theirs) | NOT_IN_REFERENCE
    for name, wanted in theirs.items():
        assert ours[name] == (None if wanted is None else pytest.approx(wanted, rel=1e-9, abs=1e-11)), name


@given(accounts())
def test_metrics_of_any_account_are_typed_as_the_catalogue_says(account: tuple[Simulation, Any]) -> None:
    run, bars = account
    values = summarize(run, bars, fee=0.001)
    kinds = {"count": int, "band": str}
    for metric in CATALOG:
        value = values[metric.id]
        assert value is None or type(value) is kinds.get(metric.unit, float), metric.id
        assert not isinstance(value, float) or math.isfinite(value), metric.id


@given(accounts(), st.sampled_from([0.01, 3.0, 1e6]))
def test_metrics_of_a_scaled_account_change_in_currency_only(
    account: tuple[Simulation, Any], scale: float
) -> None:
    run, bars = account
    assume(run.equity.min() > 0)
    scaled = simulation(run.equity * scale, cash=run.initial_cash * scale, fills=[])
    small = summarize(simulation(run.equity, cash=run.initial_cash, fills=[]), bars, fee=0.0)
    large = summarize(scaled, bars, fee=0.0)
    for metric in CATALOG:
        before, factor = small[metric.id], scale if metric.unit == "currency" else 1.0
        if metric.unit == "band" or before is None:
            assert large[metric.id] == before, metric.id
        else:
            assert large[metric.id] == pytest.approx(before * factor, rel=1e-8, abs=1e-10), metric.id


@given(accounts())
def test_an_account_that_never_falls_has_no_drawdown_and_no_ratio_to_it(
    account: tuple[Simulation, Any],
) -> None:
    run, bars = account
    climb = run.initial_cash * np.cumprod(1 + np.abs(np.sin(np.arange(run.equity.size))) / 100)
    values = summarize(simulation(climb, cash=run.initial_cash), bars, fee=0.0)
    assert values["max_drawdown"] == 0
    assert values["max_drawdown_duration"] == 0
    assert values["ulcer_index"] == 0
    undefined = ("avg_drawdown", "recovery_factor", "calmar", "sortino", "omega")
    assert [values[name] for name in undefined] == [None] * 5


@pytest.mark.parametrize(("timeframe", "leverage"), [("1d", 1.0), ("4h", 1.0), ("1w", 30.0)])
def test_metrics_of_a_run_of_the_engine_equal_the_reference(timeframe: str, leverage: float) -> None:
    n, dice = 500, np.random.default_rng(4)
    prices = 50 * np.exp(np.cumsum(dice.normal(0, 0.01, n)))
    bars = closes(prices, timeframe=timeframe, opens=np.roll(prices, 1))
    rules = Rules(direction="both", slippage=0.0005, stop_loss=Level(value=2.0), leverage=leverage)
    run = simulate(bars, Signals(*(dice.random(n) < 0.1 for _ in range(4))), rules, start=20)
    ours = summarize(run, bars, fee=rules.fee)
    assert ours["trades"] > 20
    for name, wanted in reference_metrics(run, bars, rules.fee).items():
        assert ours[name] == (None if wanted is None else pytest.approx(wanted, rel=1e-9, abs=1e-11)), name


@pytest.mark.parametrize("timeframe", ["1d", "1h"])
def test_an_engine_run_that_buys_at_once_and_holds_is_buy_and_hold(timeframe: str) -> None:
    prices = 50 * np.exp(np.cumsum(np.random.default_rng(6).normal(0, 0.01, 200)))
    bars = closes(prices, timeframe=timeframe, opens=np.roll(prices, 1))
    run = simulate(bars, Signals(long_entry=np.arange(200) == 0), Rules(fee=0.002))
    values = summarize(run, bars, fee=0.002)
    assert values["total_return"] == pytest.approx(values["buy_and_hold_return"], rel=1e-12)
    assert values["beta"] == pytest.approx(1.0, rel=1e-12)
    assert values["alpha"] == pytest.approx(0.0, abs=1e-12)
