"""Drawdowns by hand: where they begin and end, and what counts as the peak (engine.md 7.4)."""

import math

import pytest

from tests.simulations import closes, resampled, simulation
from tradewright.metrics.summarize import Value, summarize

DAY = 86_400.0


def measure(equity: list[float], *, cash: float = 100.0, **bars: str) -> dict[str, Value]:
    window = closes([50.0] * len(equity), **bars)
    return summarize(simulation(equity, cash=cash), window, fee=0.0)


def test_drawdown_starts_from_the_initial_cash() -> None:
    # The first bar closes at 90: 10 % under a peak of 100 that stands at the first bar's open.
    values = measure([90.0, 95.0, 100.0, 101.0])
    assert values["max_drawdown"] == pytest.approx(-0.1, rel=1e-12)
    assert values["max_drawdown_duration"] == 3 * DAY  # open of bar 0 to close of bar 2


def test_drawdown_duration_runs_from_close_of_the_last_peak_to_close_of_the_recovery() -> None:
    # Peak 120 at bars 1 and 2, below it at 3 and 4, back at 5: closes of bar 2 to bar 5.
    values = measure([110.0, 120.0, 120.0, 60.0, 90.0, 130.0])
    assert values["max_drawdown_duration"] == 3 * DAY
    assert values["max_drawdown"] == pytest.approx(-0.5, rel=1e-12)


def test_drawdown_duration_of_an_account_that_never_recovers_runs_to_the_last_close() -> None:
    values = measure([110.0, 105.0, 109.0, 104.0])
    assert values["max_drawdown_duration"] == 3 * DAY


def test_drawdown_duration_is_the_longest_not_that_of_the_deepest() -> None:
    # Half the account is lost for two days; later 1 % for four.
    values = measure([100.0, 50.0, 100.0, 99.0, 99.0, 99.0, 100.0])
    assert values["max_drawdown"] == pytest.approx(-0.5, rel=1e-12)
    assert values["max_drawdown_duration"] == 4 * DAY


def test_average_drawdown_is_over_the_deepest_points_of_episodes() -> None:
    # Episodes: -10 % and -20 % deep (over a peak of 100), and an open one of -30 %.
    values = measure([95.0, 90.0, 100.0, 80.0, 85.0, 100.0, 70.0])
    assert values["avg_drawdown"] == pytest.approx(-0.2, rel=1e-12)


def test_ulcer_index_is_the_root_mean_square_of_all_bars() -> None:
    # Depths 0, -0.1, -0.2, 0: sqrt(0.05 / 4).
    values = measure([100.0, 90.0, 80.0, 100.0])
    assert values["ulcer_index"] == pytest.approx(math.sqrt(0.05 / 4), rel=1e-12)


def test_recovery_factor_is_total_return_over_the_deepest_point() -> None:
    assert measure([80.0, 130.0])["recovery_factor"] == pytest.approx(1.5, rel=1e-12)


@pytest.mark.parametrize(("gap", "at_peak"), [(0.9e-11, True), (1.1e-11, False)])
def test_equity_equal_to_the_peak_by_the_tie_rule_is_at_the_peak(gap: float, at_peak: bool) -> None:
    values = measure([100.0, 100.0 * (1 - gap), 100.0, 90.0, 100.0])
    # As a drawdown of its own it would halve the average and start at bar 0.
    assert values["avg_drawdown"] == pytest.approx(-0.1 if at_peak else -0.05, rel=1e-9)
    assert measure([100.0, 100.0 * (1 - gap)])["max_drawdown"] == (
        0.0 if at_peak else pytest.approx(-gap, rel=1e-4)
    )


def test_a_tie_under_the_peak_does_not_lower_the_peak() -> None:
    # Ten steps of 0.9e-11 down: each ties with its neighbour, but from the second on not with the peak.
    steps = [100.0 * (1 - 0.9e-11 * i) for i in range(10)]
    assert measure(steps)["max_drawdown"] == pytest.approx(-8.1e-11, rel=1e-3)


def test_recovery_by_the_tie_rule_ends_a_drawdown() -> None:
    values = measure([90.0, 100.0 * (1 - 5e-12), 90.0, 90.0, 90.0])
    assert values["max_drawdown_duration"] == 3 * DAY  # close of bar 1 to close of bar 4
    assert values["avg_drawdown"] == pytest.approx(-0.1, rel=1e-12)


def test_drawdown_of_flat_equity_is_zero_with_undefined_averages() -> None:
    values = measure([100.0] * 5)
    assert (values["max_drawdown"], values["max_drawdown_duration"], values["ulcer_index"]) == (0.0, 0.0, 0.0)
    assert (values["avg_drawdown"], values["recovery_factor"]) == (None, None)


def test_drawdown_duration_of_monthly_bars_follows_the_calendar() -> None:
    # Peak at the close of January 2020, back at the close of March: 29 + 31 days.
    values = measure([110.0, 100.0, 110.0], timeframe="1M", first="2020-01-01")
    assert values["max_drawdown_duration"] == 60 * DAY


def test_drawdown_duration_of_monthly_bars_from_initial_cash_starts_at_the_first_open() -> None:
    values = measure([90.0, 100.0], timeframe="1M", first="2020-01-01")
    assert values["max_drawdown_duration"] == 60 * DAY


def test_drawdown_duration_of_weekly_bars_counts_whole_weeks() -> None:
    assert measure([90.0, 100.0], timeframe="1w")["max_drawdown_duration"] == 14 * DAY


def test_drawdown_of_an_account_below_zero_is_more_than_all_of_it() -> None:
    assert measure([120.0, -12.0, -12.0])["max_drawdown"] == pytest.approx(-1.1, rel=1e-12)


def test_drawdown_duration_of_weeks_made_of_days_runs_on_their_own_closes() -> None:
    # A week of 24/5 lasts from Sunday to Friday, 17:00 New York: 5 days of 7. Under the peak from
    # the first open to the last close are 7 weeks and 5 days.
    weeks = resampled(8, "1w")
    values = summarize(simulation([90.0] * 8, cash=100.0), weeks, fee=0.0)
    assert values["max_drawdown_duration"] == (7 * 7 + 5) * DAY


def test_drawdown_duration_of_a_later_window_starts_at_its_first_open() -> None:
    weeks = resampled(8, "1w")
    values = summarize(simulation([90.0] * 5, cash=100.0, start=3), weeks, fee=0.0)
    assert values["max_drawdown_duration"] == (4 * 7 + 5) * DAY
