"""Alpha, beta and buy and hold (engine.md 7.2, 7.4)."""

import math
from typing import Any

import numpy as np
import pytest

from tests.simulations import closes, resampled, simulation
from tradewright.core.bars import Bars
from tradewright.core.errors import DataError
from tradewright.metrics.summarize import Value, summarize


def wave(count: int, seed: int = 1) -> list[float]:
    return list(50 * np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 0.01, count))))


def held(bars: Bars, fee: float, cash: float = 100.0) -> list[float]:
    """Equity of an account that buys all it can at the second open."""
    units = cash / (bars.open[1] * (1 + fee))
    return [cash, *(units * bars.close[1:])]


def measure(equity: list[float], bars: Bars, *, fee: float = 0.0, **options: Any) -> dict[str, Value]:
    return summarize(simulation(equity), bars, fee=fee, **options)


@pytest.mark.parametrize("timeframe", ["1d", "1h", "1w"])
def test_an_account_that_buys_and_holds_has_beta_one_and_no_alpha(timeframe: str) -> None:
    bars = closes(wave(300), timeframe=timeframe, opens=wave(300, seed=2))
    values = measure(held(bars, fee=0.01), bars, fee=0.01)
    assert values["buy_and_hold_return"] == pytest.approx(values["total_return"], rel=1e-9)
    assert values["beta"] == pytest.approx(1.0, rel=1e-12)
    assert values["alpha"] == pytest.approx(0.0, abs=1e-11)


def test_buy_and_hold_buys_at_the_second_open_with_one_fee() -> None:
    # 100 of cash at 40 and 1 % fee; sold for nothing, marked at 60: 60 / 40.4 - 1.
    bars = closes([30.0, 45.0, 60.0], opens=[30.0, 40.0, 50.0])
    assert measure([100.0] * 3, bars, fee=0.01)["buy_and_hold_return"] == pytest.approx(
        60 / 40.4 - 1, rel=1e-12
    )


def test_buy_and_hold_of_a_later_window_starts_there() -> None:
    bars = closes([30.0, 45.0, 60.0, 90.0], opens=[30.0, 40.0, 50.0, 75.0])
    values = summarize(simulation([100.0, 100.0], start=2), bars, fee=0.0)
    assert values["buy_and_hold_return"] == pytest.approx(90 / 75 - 1, rel=1e-12)


def test_buy_and_hold_of_one_bar_is_undefined() -> None:
    values = measure([100.0], closes([50.0]))
    assert (values["buy_and_hold_return"], values["alpha"], values["beta"]) == (None, None, None)


def test_alpha_and_beta_of_an_account_at_twice_the_swing() -> None:
    # The asset returns b = 0, 0.1, -0.1, 0.05 (bought at the second open, which is the first close);
    # the account returns 2 b + 0.01. So beta 2 and alpha 0.01 a period, 365.25 periods a year.
    bars = closes([50.0, 55.0, 49.5, 51.975], opens=[50.0, 50.0, 55.0, 49.5])
    equity = list(100 * np.cumprod([1.01, 1.21, 0.81, 1.11]))
    values = measure(equity, bars)
    assert values["beta"] == pytest.approx(2.0, rel=1e-12)
    assert values["alpha"] == pytest.approx(0.01 * 365.25, rel=1e-11)


def test_alpha_and_beta_of_two_bars_are_the_line_through_both() -> None:
    # (0, 0.01) and (0.1, 0.05): slope 0.4, at 0 it stands at 0.01.
    bars = closes([50.0, 55.0], opens=[50.0, 50.0])
    values = measure([101.0, 106.05], bars)
    assert values["beta"] == pytest.approx(0.4, rel=1e-11)
    assert values["alpha"] == pytest.approx(0.01 * 365.25, rel=1e-11)


def test_alpha_pays_for_the_risk_free_return() -> None:
    bars = closes([50.0, 55.0, 49.5, 51.975], opens=[50.0, 50.0, 55.0, 49.5])
    equity = list(100 * np.cumprod([1.01, 1.21, 0.81, 1.11]))
    # (2 b + 0.01 - rf) - 2 (b - rf) = 0.01 + rf.
    rate = math.expm1(math.log(1.04) / 365.25)
    values = measure(equity, bars, risk_free=0.04)
    assert values["alpha"] == pytest.approx((0.01 + rate) * 365.25, rel=1e-11)


def test_beta_against_a_price_that_stands_still_is_undefined() -> None:
    values = measure([101.0, 99.0, 103.0], closes([50.0] * 3))
    assert (values["alpha"], values["beta"]) == (None, None)


def test_benchmark_that_the_account_mirrors_is_compared_from_the_second_bar() -> None:
    bars, market = closes(wave(40)), closes(wave(40, seed=7))
    equity = [100.0, *(100 * np.cumprod(1 + 0.5 * np.diff(market.close) / market.close[:-1]))]
    values = measure(equity, bars, benchmark=market)
    assert values["beta"] == pytest.approx(0.5, rel=1e-10)
    assert values["alpha"] == pytest.approx(0.0, abs=1e-10)


def test_benchmark_with_gaps_is_read_where_both_have_bars() -> None:
    # The market has every second day, and the account follows it over those; between, it does as it likes.
    days, market_days = wave(41), wave(21, seed=7)
    bars = closes(days)
    market = closes(market_days, time=bars.time[::2])
    equity = np.array(wave(41, seed=9))
    equity[::2] = 3 * np.array(market_days)
    values = measure(list(equity), bars, benchmark=market)
    assert values["beta"] == pytest.approx(1.0, rel=1e-10)
    assert values["alpha"] == pytest.approx(0.0, abs=1e-10)


def test_benchmark_with_gaps_has_as_many_periods_a_year_as_are_read() -> None:
    # Every second day of 41: 20 returns, 182.625 a year. The account gains 1 % on top of each.
    market_days = wave(21, seed=7)
    bars = closes(wave(41))
    market = closes(market_days, time=bars.time[::2])
    over = 1 + np.diff(market_days) / market_days[:-1] + 0.01
    equity = np.full(41, 100.0)
    equity[::2] = 100 * np.concatenate(([1.0], np.cumprod(over)))
    values = measure(list(equity), bars, benchmark=market)
    assert values["alpha"] == pytest.approx(0.01 * 365.25 / 2, rel=1e-9)


def test_benchmark_with_gaps_has_the_risk_free_return_of_the_steps_that_are_read() -> None:
    # As above, at beta 2 over two days a step: (2 b + 0.01 - rf) - 2 (b - rf) = 0.01 + rf, rf of two days.
    market_days = wave(21, seed=7)
    bars = closes(wave(41))
    market = closes(market_days, time=bars.time[::2])
    over = 1 + 2 * np.diff(market_days) / market_days[:-1] + 0.01
    equity = np.full(41, 100.0)
    equity[::2] = 100 * np.concatenate(([1.0], np.cumprod(over)))
    values = measure(list(equity), bars, benchmark=market, risk_free=0.5)
    two_days = 1.5 ** (2 / 365.25) - 1
    assert values["beta"] == pytest.approx(2.0, rel=1e-10)
    assert values["alpha"] == pytest.approx((0.01 + two_days) * 365.25 / 2, rel=1e-9)


def test_benchmark_goes_on_beside_an_account_that_has_nothing_left() -> None:
    # The account returns -1 and then nothing; the market 0.1, -0.1, 0.1: mean 1/30, ours -1/3.
    # cov = (-2/3 * 1/15 + 1/3 * -2/15 + 1/3 * 1/15) / 2 = -1/30; var = 1/75; beta = -2.5.
    market = closes([100.0, 110.0, 99.0, 108.9])
    values = measure([100.0, 0.0, 0.0, 0.0], closes([50.0] * 4), benchmark=market)
    assert values["beta"] == pytest.approx(-2.5, rel=1e-9)
    assert values["alpha"] == pytest.approx((-1 / 3 + 2.5 / 30) * 365.25, rel=1e-9)


def test_benchmark_in_days_serves_a_run_in_hours_by_trading_date() -> None:
    # New York dates: bars of 1 h from 04:00 UTC in October are 00:00 local, daily bars are stamped there too.
    hours = closes(wave(24 * 12), timeframe="1h", calendar="XNYS", first="2020-10-05T04:00")
    market = closes(wave(12, seed=3), calendar="XNYS", first="2020-10-05T04:00")
    equity = np.repeat(2 * market.close, 24)
    values = measure(list(equity), hours, benchmark=market)
    assert values["beta"] == pytest.approx(1.0, rel=1e-10)


def test_benchmark_in_hours_serves_a_run_in_days_by_its_last_close() -> None:
    hours = closes(wave(24 * 12), timeframe="1h")
    days = closes(wave(12, seed=3))
    values = measure(list(2 * hours.close[23::24]), days, benchmark=hours)
    assert values["beta"] == pytest.approx(1.0, rel=1e-10)


def test_benchmark_in_days_serves_a_run_in_weeks_and_months() -> None:
    days = closes(wave(400))
    weeks = closes(wave(57, seed=2), timeframe="1w")
    assert measure(list(days.close[6::7]), weeks, benchmark=days)["beta"] == pytest.approx(1.0, rel=1e-10)
    months = closes(wave(13, seed=2), timeframe="1M")
    ends = np.searchsorted(days.close_time, months.close_time)
    assert measure(list(days.close[ends]), months, benchmark=days)["beta"] == pytest.approx(1.0, rel=1e-10)


def test_benchmark_in_days_serves_months_that_a_change_of_clocks_shortens() -> None:
    # New York's March 2021 is an hour short of 31 days; its last day, a Wednesday, still belongs to it.
    months = resampled(14, "1M")
    dates = np.arange(18_631, 18_631 + 460)  # from 2021-01-04
    days = months.instrument.calendar.day_start(dates[(dates + 3) % 7 < 5])
    market = closes(wave(days.size, seed=5), calendar="24/5", time=days)
    ends = np.searchsorted(market.time, months.close_time) - 1
    values = measure(list(2 * market.close[ends]), months, benchmark=market)
    assert values["beta"] == pytest.approx(1.0, rel=1e-10)


def test_benchmark_of_two_common_bars_leaves_alpha_undefined() -> None:
    market = closes([50.0, 51.0], first="2020-01-02")
    values = measure([100.0, 101.0, 102.0, 103.0], closes([50.0] * 4), benchmark=market)
    assert (values["alpha"], values["beta"]) == (None, None)


@pytest.mark.parametrize("first", ["2010-01-01", "2030-01-01"])
def test_benchmark_of_other_years_is_refused(first: str) -> None:
    with pytest.raises(DataError, match="no bar in common") as refused:
        measure([100.0] * 4, closes([50.0] * 4), benchmark=closes([50.0] * 4, first=first))
    assert refused.value.code == "E_BENCHMARK"
    assert "covers the dates" in refused.value.fix


@pytest.mark.parametrize(("run", "market"), [("1d", "1w"), ("1h", "1w"), ("1w", "1M")])
def test_benchmark_with_longer_bars_than_periods_is_refused(run: str, market: str) -> None:
    with pytest.raises(DataError, match="too long") as refused:
        measure(
            [100.0] * 4, closes([50.0] * 4, timeframe=run), benchmark=closes([50.0] * 4, timeframe=market)
        )
    assert ("1w" if run == "1w" else "1d") in refused.value.fix
