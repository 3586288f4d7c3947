"""Ratios of returns on accounts small enough to work out by hand (engine.md 7.2)."""

import math
from typing import Any

import numpy as np
import pytest

from tests.simulations import closes, simulation
from tradewright.metrics.summarize import Value, summarize


def measure(
    equity: list[float], *, cash: float = 100.0, risk_free: float = 0.0, timeframe: str = "1d", **run: Any
) -> dict[str, Value]:
    bars = closes([50.0] * len(equity), timeframe=timeframe)
    return summarize(simulation(equity, cash=cash, **run), bars, fee=0.0, risk_free=risk_free)


# 100 -> 110 -> 99 -> 108.9: returns 0.1, -0.1, 0.1; mean 1/30; deviations 1/15, -2/15, 1/15.
UP_DOWN_UP = [110.0, 99.0, 108.9]


def test_sharpe_of_three_returns_is_mean_over_sample_deviation() -> None:
    # Sum of squares 6/225, over n - 1: 3/225, root sqrt(3)/15; Sharpe (1/30) * 15/sqrt(3) * sqrt(365.25).
    assert measure(UP_DOWN_UP)["sharpe"] == pytest.approx(math.sqrt(365.25) / (2 * math.sqrt(3)), rel=1e-12)


def test_sharpe_takes_the_risk_free_return_per_period() -> None:
    rate = 1.05 ** (1 / 365.25) - 1
    expected = (1 / 30 - rate) * 15 / math.sqrt(3) * math.sqrt(365.25)
    assert measure(UP_DOWN_UP, risk_free=0.05)["sharpe"] == pytest.approx(expected, rel=1e-12)


def test_sortino_divides_by_the_downside_of_all_periods() -> None:
    # Downside: sqrt(0.1^2 / 3), not / 1.
    expected = (1 / 30) / math.sqrt(0.01 / 3) * math.sqrt(365.25)
    assert measure(UP_DOWN_UP)["sortino"] == pytest.approx(expected, rel=1e-12)


def test_volatility_annualises_the_sample_deviation() -> None:
    assert measure(UP_DOWN_UP)["volatility"] == pytest.approx(
        math.sqrt(3) / 15 * math.sqrt(365.25), rel=1e-12
    )


def test_omega_weighs_gains_against_losses() -> None:
    assert measure(UP_DOWN_UP)["omega"] == pytest.approx(2.0, rel=1e-12)


def test_skew_and_kurtosis_are_population_moments() -> None:
    # m2 = 2/225; m3 = (1 - 8 + 1)/15^3/3 = -2/3375; skew = -2/3375 / (2/225)^1.5 = -1/sqrt(2).
    # m4 = (1 + 16 + 1)/15^4/3 = 6/50625; kurtosis = (6/50625) / (4/50625) = 1.5.
    values = measure(UP_DOWN_UP)
    assert values["skew"] == pytest.approx(-1 / math.sqrt(2), rel=1e-12)
    assert values["kurtosis"] == pytest.approx(1.5, rel=1e-12)


def test_kurtosis_of_many_normal_returns_is_near_three() -> None:
    returns = np.random.default_rng(11).normal(0, 0.01, 20_000)
    values = measure(list(100 * np.cumprod(1 + returns)))
    assert values["kurtosis"] == pytest.approx(3.0, abs=0.15)
    assert values["skew"] == pytest.approx(0.0, abs=0.1)


def equity_of(returns: list[float]) -> list[float]:
    return list(100 * np.cumprod([1 + value for value in returns]))


def test_value_at_risk_on_a_whole_rank_is_that_return() -> None:
    # 21 returns -0.10, -0.09 ... 0.10: rank 0.05 * 20 = 1, so -0.09; the mean of -0.10 and -0.09 is -0.095.
    values = measure(equity_of([i / 100 for i in range(-10, 11)]))
    assert values["var_95"] == pytest.approx(-0.09, rel=1e-11)
    assert values["cvar_95"] == pytest.approx(-0.095, rel=1e-11)
    assert values["tail_ratio"] == pytest.approx(1.0, rel=1e-11)


def test_value_at_risk_between_ranks_is_interpolated() -> None:
    # 11 returns -0.05 ... 0.05: rank 0.5, half way from -0.05 to -0.04; only -0.05 is at or under it.
    values = measure(equity_of([i / 100 for i in range(-5, 6)]))
    assert values["var_95"] == pytest.approx(-0.045, rel=1e-11)
    assert values["cvar_95"] == pytest.approx(-0.05, rel=1e-11)


def test_expected_shortfall_counts_all_returns_tied_with_the_quantile() -> None:
    # One loss of a half and 59 flat periods: rank 2.95 is a flat one, so every return is at or under 0.
    values = measure([50.0] * 60)
    assert values["var_95"] == 0.0
    assert values["cvar_95"] == pytest.approx(-0.5 / 60, rel=1e-12)
    assert values["tail_ratio"] is None


@pytest.mark.parametrize("count", [399, 400, 401, 5_000])
def test_tails_of_many_returns_equal_numpy_quantiles(count: int) -> None:
    returns = np.random.default_rng(count).standard_t(2, count) / 100
    equity = 100 * np.cumprod(1 + np.clip(returns, -0.5, 0.5))
    actual = np.diff(equity, prepend=100) / np.concatenate(([100], equity[:-1]))
    low, high = np.quantile(actual, [0.05, 0.95])
    values = measure(list(equity))
    assert values["var_95"] == pytest.approx(low, rel=1e-9)
    assert values["cvar_95"] == pytest.approx(actual[actual <= low].mean(), rel=1e-9)
    assert values["tail_ratio"] == pytest.approx(high / -low, rel=1e-9)


def test_growth_per_year_of_a_doubling_over_two_years_is_root_two() -> None:
    # 731 daily bars are 2.00137 years.
    values = measure([150.0] * 730 + [200.0])
    assert values["cagr"] == pytest.approx(2 ** (365.25 / 731) - 1, rel=1e-12)


@pytest.mark.parametrize(("count", "defined"), [(29, False), (30, True)])
def test_growth_per_year_needs_thirty_days(count: int, defined: bool) -> None:
    values = measure([90.0] + [101.0] * (count - 1))
    assert (values["cagr"] is not None) == defined
    assert (values["calmar"] is not None) == defined


def test_calmar_is_growth_over_the_deepest_drawdown() -> None:
    values = measure([80.0] * 365 + [110.0])
    assert values["calmar"] == pytest.approx((1.1 ** (365.25 / 366) - 1) / 0.2, rel=1e-12)


def test_ratios_without_fills_are_undefined_even_beside_a_risk_free_return() -> None:
    values = measure([100.0] * 40, risk_free=0.03, fills=[])
    assert (values["sharpe"], values["sortino"]) == (None, None)


def test_ratios_of_one_return_are_undefined() -> None:
    values = measure([101.0])
    names = ("sharpe", "sortino", "volatility", "skew", "kurtosis", "alpha", "beta", "k_ratio", "cagr")
    assert {name: values[name] for name in names} == dict.fromkeys(names)
    assert values["var_95"] == pytest.approx(0.01, rel=1e-12)
    assert values["total_return"] == pytest.approx(0.01, rel=1e-12)


def test_ratios_of_a_steady_climb_are_undefined_for_want_of_deviation() -> None:
    # 0.5 % a period: what varies is the rounding of the account, 1e-16.
    values = measure([100 * 1.005 ** (i + 1) for i in range(60)])
    assert (values["sharpe"], values["skew"], values["kurtosis"], values["k_ratio"]) == (None,) * 4
    assert values["volatility"] == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("rest", [0.0, -20.0])
def test_returns_after_ruin_are_nothing(rest: float) -> None:
    # 100 -> 110 -> ruin: returns 0.1, ruin, then 0 for as long as the data lasts.
    values = measure([110.0, rest, rest, rest])
    ruin = rest / 110 - 1
    returns = [0.1, ruin, 0.0, 0.0]
    mean = sum(returns) / 4
    deviation = math.sqrt(sum((value - mean) ** 2 for value in returns) / 3)
    assert values["sharpe"] == pytest.approx(mean / deviation * math.sqrt(365.25), rel=1e-12)
    assert values["max_drawdown"] == pytest.approx(ruin, rel=1e-12)
    assert values["k_ratio"] is None


@pytest.mark.parametrize(("final", "expected"), [(0.0, -1.0), (-20.0, None)])
def test_growth_per_year_of_a_ruined_account_is_total_or_undefined(
    final: float, expected: float | None
) -> None:
    assert measure([100.0] * 39 + [final])["cagr"] == expected


def test_returns_of_intraday_bars_are_daily() -> None:
    # 48 bars of 1 h: days end at 110 and at 99, so the returns are 0.1 and -0.1; std sqrt(0.02).
    equity = [105.0] * 23 + [110.0] + [120.0] * 23 + [99.0]
    values = measure(equity, timeframe="1h")
    assert values["volatility"] == pytest.approx(math.sqrt(0.02) * math.sqrt(365.25), rel=1e-12)
    assert values["max_drawdown"] == pytest.approx(99 / 120 - 1, rel=1e-12)  # per bar, not per day


def test_returns_of_a_hundred_thousand_bars_keep_twelve_digits() -> None:
    # Tiny returns under a large noise: sums in exact fractions are the judge.
    noise = np.random.default_rng(3).normal(1e-7, 1e-2, 100_000)
    equity = 100 * np.exp(np.cumsum(noise))
    returns = np.diff(equity, prepend=100) / np.concatenate(([100], equity[:-1]))
    mean = math.fsum(returns) / returns.size
    deviation = math.sqrt(math.fsum((returns - mean) ** 2) / (returns.size - 1))
    values = measure(list(equity))
    years = 100_000 / 365.25
    expected = mean / deviation * math.sqrt(100_000 / years)
    assert values["sharpe"] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("scale", [1.0, 0.01, 3.0, 1e6])
def test_cvar_counts_days_that_lost_the_same_share_alike_in_any_currency(scale: float) -> None:
    # 21 returns, so var_95 is the second lowest: -2.1 %, which two days lost, their last digits apart.
    equity = [1000.0] * 8 + [990.0, 969.21, 1028.33181, 1038.6151281, 1049.00127938, 1059.49129217]
    equity += [1048.89637925, 1050.99417201, 1053.09616036, 1039.40591027, 996.79026795, 997.78705822]
    equity += [976.83353]
    run = measure([value * scale for value in equity], cash=1000.0 * scale)
    assert run["cvar_95"] == pytest.approx(-(0.041 + 0.021 + 0.021) / 3, rel=1e-6)
