"""Where periods end and how many a year has (engine.md 7.1)."""

import numpy as np
import pytest

from tests.reference.metrics import trading_date
from tests.simulations import bar_times, closes
from tradewright.core.bars import Bars
from tradewright.core.calendar import Calendar
from tradewright.metrics.periods import day_ends, divide

HOUR = 3_600_000_000_000


def flat(count: int, timeframe: str, calendar: str = "24/7", first: str = "2021-01-01") -> Bars:
    return closes([50.0] * count, timeframe=timeframe, calendar=calendar, first=first)


@pytest.mark.parametrize("calendar", ["24/7", "24/5", "XNYS", "XHEL", "XLON", "XTKS"])
def test_day_ends_over_two_years_of_clock_changes_are_the_dates_of_the_calendar(calendar: str) -> None:
    time = bar_times(24 * 365 * 2, "1h", "2019-12-30T05:00")
    kept = np.random.default_rng(5).random(time.size) < 0.4  # gaps of hours, and whole days
    kept[24 * 100 : 24 * 130] = False
    time = time[kept]
    dates = [trading_date(int(stamp), calendar) for stamp in time]
    expected = [i for i in range(len(dates)) if i + 1 == len(dates) or dates[i] != dates[i + 1]]
    assert day_ends(time, Calendar(calendar)).tolist() == expected


def test_day_ends_of_forex_bars_change_at_17_new_york_on_both_sides_of_daylight_saving() -> None:
    # New York leaves daylight saving on 2020-11-01: 17:00 is 21:00 UTC on Friday 30 October, 22:00 UTC
    # on Monday 2 November. Bars open at 20:00, 21:00, 22:00 and 23:00 UTC of both days.
    evening = np.arange(20, 24) * HOUR
    days = np.array(["2020-10-30", "2020-11-02"], "datetime64[ns]").astype(np.int64)
    time = (days[:, None] + evening).ravel()
    assert day_ends(time, Calendar("24/5")).tolist() == [0, 3, 5, 7]


def test_day_ends_of_a_single_bar_are_that_bar() -> None:
    assert day_ends(bar_times(1, "1m", "2021-01-01"), Calendar("XNYS")).tolist() == [0]


def test_periods_of_intraday_bars_are_trading_dates() -> None:
    # 30 bars of 1 h from midnight: 24 on the first date, 6 on the second.
    periods = divide(flat(30, "1h"))
    assert periods.count == 2
    assert periods.ends_of(np.arange(30.0)).tolist() == [23.0, 29.0]


@pytest.mark.parametrize("timeframe", ["1d", "3d", "1w", "1M"])
def test_periods_of_bars_of_a_day_or_more_are_the_bars(timeframe: str) -> None:
    periods = divide(flat(10, timeframe))
    assert periods.count == 10
    assert periods.ends_of(np.arange(10.0)).tolist() == list(range(10))


@pytest.mark.parametrize(
    ("timeframe", "calendar", "count", "per_year"),
    [
        ("1d", "24/7", 364, 365.25),
        ("1d", "24/5", 100, 260.0),
        ("1d", "XNYS", 100, 252.0),
        ("1h", "XHEL", 100, 252.0),
        ("1m", "24/7", 100, 365.25),
        ("1w", "XNYS", 20, 365.25 / 7),
        ("2d", "24/7", 20, 365.25 / 2),
        ("1M", "24/7", 11, 12.0),
    ],
)
def test_periods_a_year_under_one_year_are_of_the_calendar(
    timeframe: str, calendar: str, count: int, per_year: float
) -> None:
    assert divide(flat(count, timeframe, calendar)).per_year == pytest.approx(per_year, rel=1e-15)


def test_periods_a_year_from_one_year_on_are_counted() -> None:
    # 500 bars of 1 d, every second day: 999 days of 86,400 s from the first open to the last close.
    bars = closes([50.0] * 500, calendar="XNYS", time=bar_times(1_000, "1d", "2019-01-01")[::2])
    periods = divide(bars)
    assert periods.years == pytest.approx(999 / 365.25, rel=1e-15)
    assert periods.per_year == pytest.approx(500 / (999 / 365.25), rel=1e-15)


def test_years_of_monthly_bars_end_where_the_calendar_month_does() -> None:
    # January and February 2020: 31 + 29 days.
    assert divide(flat(2, "1M", first="2020-01-01")).days == pytest.approx(60.0, rel=1e-15)
