"""Profiles: names as in the catalogue, figures as the packages gave them, no number out of nothing."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import tradewright as tw
from tests.simulations import closes, simulation, trade, trades
from tools.references.profiles import PAGE, page
from tradewright.core.bars import Bars
from tradewright.core.errors import UnknownNameError
from tradewright.engine.types import Simulation
from tradewright.metrics.catalog import BY_ID
from tradewright.metrics.profiles.catalog import CATALOG
from tradewright.metrics.profiles.profile import PROFILES, profile

ROOT = Path(__file__).resolve().parents[3]
# One small account, and what the packages themselves say of it; tests/peers asks them again.
SAID: dict[str, Any] = json.loads((ROOT / "tests/golden/profiles.json").read_text(encoding="utf-8"))


def small_account() -> tuple[Simulation, Bars]:
    account = SAID["account"]
    closed = trades(*account["profits"])
    closed["entry_bar"], closed["exit_bar"] = account["entries"], account["exits"]
    bars = closes(account["closes"], opens=account["opens"], first="2021-01-25")
    return simulation(account["equity"], cash=account["cash"], closed=closed), bars


def known(values: dict[str, float | None]) -> dict[str, float]:
    """Return the numbers, with NaN for None: what pytest can compare."""
    return {key: math.nan if value is None else value for key, value in values.items()}


@pytest.mark.parametrize("name", PROFILES)
def test_profile_of_a_small_account_is_what_the_package_said(name: str) -> None:
    run, bars = small_account()
    said = SAID[name]
    ours = profile(name, run, bars, fee=0.001, risk_free=0.03)
    same = pytest.approx(known(said), rel=1e-9, abs=1e-13, nan_ok=True)
    assert known({key: ours[key] for key in said}) == same
    # These three are of its portfolio, which tests/peers asks for a real run.
    assert ours.keys() - said.keys() <= {"Start Value", "End Value", "Total Fees Paid"}


@pytest.mark.parametrize("name", PROFILES)
def test_profile_has_the_catalogue_s_names_in_its_order(name: str) -> None:
    run, bars = small_account()
    entries = next(package.entries for package in CATALOG if package.name == name)
    names = [entry.name for entry in entries]
    assert list(profile(name, run, bars, fee=0.0)) == names
    assert len(set(names)) == len(names)
    assert {entry.ours for entry in entries} <= {"", *BY_ID}
    assert all(entry.formula for entry in entries)


def test_profile_of_an_unknown_package_names_the_nearest() -> None:
    run, bars = small_account()
    with pytest.raises(UnknownNameError) as caught:
        profile("quantstat", run, bars, fee=0.0)
    assert (caught.value.code, caught.value.details["nearest"]) == ("E_PROFILE", ["quantstats"])


@pytest.mark.parametrize("name", PROFILES)
def test_profile_sees_nothing_before_the_window(name: str) -> None:
    run, bars = small_account()
    early = closes([9.0, *bars.close], opens=[9.0, *bars.open], first="2021-01-24")
    moved = run.trades.copy()
    moved["entry_bar"] += 1
    moved["exit_bar"] += 1
    later = simulation(run.equity, cash=run.initial_cash, closed=moved, start=1)
    assert profile(name, later, early, fee=0.001) == profile(name, run, bars, fee=0.001)


def test_periods_of_bars_within_the_day_are_days_but_for_vectorbt() -> None:
    hourly = closes([10.0] * 72, timeframe="1h", first="2021-03-01")
    equity = np.repeat([101.0, 99.0, 104.0], 24) + np.tile([0.0] * 12 + [0.5] * 11 + [0.0], 3)
    daily = closes([10.0] * 3, first="2021-03-01")
    for name in ("quantstats", "empyrical"):
        expected = known(profile(name, simulation([101.0, 99.0, 104.0]), daily, fee=0.0))
        values = known(profile(name, simulation(equity), hourly, fee=0.0))
        assert values == pytest.approx(expected, rel=1e-12, nan_ok=True)
    bars = profile("vectorbt", simulation(equity), hourly, fee=0.0)
    deviation = np.diff(equity, prepend=100.0) / np.array([100.0, *equity[:-1]])
    assert bars["Annualized Volatility [%]"] == pytest.approx(
        100 * deviation.std(ddof=1) * math.sqrt(365 * 24), rel=1e-12
    )


def test_returns_that_quantstats_takes_for_prices_have_no_number() -> None:
    bars = closes([10.0] * 4)
    doubled = profile("quantstats", simulation([100.0, 150.0, 300.0, 330.0]), bars, fee=0.0)
    assert set(doubled.values()) == {None}
    nearly = profile("quantstats", simulation([100.0, 150.0, 299.0, 330.0]), bars, fee=0.0)
    assert nearly["comp"] == pytest.approx(2.3)


@pytest.mark.parametrize("name", PROFILES)
def test_an_account_that_never_moves_has_no_ratio(name: str) -> None:
    values = profile(name, simulation([100.0] * 40, fills=[]), closes([10.0] * 40), fee=0.0)
    ratios = {key: value for key, value in values.items() if "harpe" in key or "ortino" in key}
    assert ratios
    assert set(ratios.values()) == {None}


@pytest.mark.parametrize("name", PROFILES)
@given(
    equity=arrays.arrays(
        np.float64,
        st.integers(1, 12),
        elements=st.sampled_from([100.0, 100.0, 101.0, 99.0, 0.0, -5.0, 1e-300, 1e300, math.inf]),
    ),
    profits=st.lists(st.sampled_from([0.0, 5.0, -5.0, 1e-12]), max_size=4),
)
def test_profile_of_any_account_is_finite_or_none(name: str, equity: Any, profits: list[float]) -> None:
    closed = [trade(pnl) for pnl in profits]
    values = profile(
        name, simulation(equity, closed=closed), closes([10.0, 11.0, 9.0] * 4).slice(0, equity.size), fee=0.0
    )
    assert all(value is None or (type(value) is float and math.isfinite(value)) for value in values.values())


def test_run_gives_its_profile_with_its_fee_and_risk_free_return() -> None:
    random = np.random.default_rng(1)
    bars = closes(list(50 * np.exp(np.cumsum(random.normal(0, 0.02, 300)))))
    plain, charged = (
        tw.backtest("ma_crossover", bars, risk_free=rate).profile("empyrical") for rate in (0.0, 0.05)
    )
    run = tw.backtest("ma_crossover", bars)
    assert plain["cum_returns_final"] == pytest.approx(run.metrics["total_return"], rel=1e-9)
    assert plain["beta"] == pytest.approx(run.metrics["beta"], rel=1e-9)
    assert charged["sharpe_ratio"] != plain["sharpe_ratio"]


def test_page_of_the_profiles_is_what_the_run_and_the_catalogue_say() -> None:
    current = (ROOT / PAGE).read_text(encoding="utf-8")
    assert page(ROOT) == current, "run `make docs`"
    assert all(f"### {package.name} {package.version}" in current for package in CATALOG)
