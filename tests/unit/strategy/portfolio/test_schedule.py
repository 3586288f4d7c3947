"""When a portfolio decides (P4), against dates counted out by the standard library."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest

from tradewright.core.bars import Bars
from tradewright.core.errors import InputError, UnknownNameError
from tradewright.core.instrument import Instrument
from tradewright.core.timeframe import NS_PER_DAY
from tradewright.engine.portfolio.panel import Panel
from tradewright.research.portfolio import schedule_of
from tradewright.strategy.portfolio.schedule import Rhythm, decision_rows

EPOCH = date(1970, 1, 1)


def days_from(first, last):
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def panel_of(days, calendar="24/7"):
    time = np.array([(day - EPOCH).days for day in days], np.int64) * NS_PER_DAY
    ones = {name: np.ones(time.size) for name in ("open", "high", "low", "close")}
    return Panel.of({"A": Bars(time, ones, timeframe="1d", instrument=Instrument("A", calendar=calendar))})


def decided(days, rhythm, calendar="24/7", start=0):
    panel, read = panel_of(days, calendar), Rhythm.read(rhythm)
    return [days[row] for row in decision_rows(panel, read, start, schedule_of(panel, read))]


EVERY_DAY = days_from(date(2019, 11, 20), date(2021, 2, 10))
WEEKDAYS = [day for day in EVERY_DAY if day.weekday() < 5]
KEYS = {
    "week": lambda day: day.isocalendar()[:2],
    "month": lambda day: (day.year, day.month),
    "quarter": lambda day: (day.year, (day.month - 1) // 3),
    "year": lambda day: day.year,
}


@pytest.mark.parametrize("period", KEYS)
def test_start_of_a_period_is_its_first_row(period):
    key = KEYS[period]
    wanted = [day for i, day in enumerate(WEEKDAYS) if i == 0 or key(day) != key(WEEKDAYS[i - 1])]
    assert decided(WEEKDAYS, f"{period}_start") == wanted


@pytest.mark.parametrize("period", KEYS)
@pytest.mark.parametrize(("days", "calendar"), [(EVERY_DAY, "24/7"), (WEEKDAYS, "24/5")])
def test_end_of_a_period_is_its_last_trading_day(period, days, calendar):
    key = KEYS[period]
    wanted = [day for day, following in pairwise(days) if key(day) != key(following)]
    assert decided(days, f"{period}_end", calendar) == wanted


def test_end_of_a_month_on_a_weekend_is_decided_by_the_next_row_around_the_clock():
    # 2020-05-31 is a Sunday, which 24/7 trades and the data lacks.
    found = decided(days := [d for d in WEEKDAYS if date(2020, 5, 20) <= d <= date(2020, 6, 10)], "month_end")
    assert found == [date(2020, 6, 1)]
    assert decided(days, "month_end", "24/5") == [date(2020, 5, 29)]


def test_exchange_ends_a_month_with_its_last_scheduled_session():
    # Good Friday, 2018-03-30, is a holiday in New York, and 2018-03-29 the last session of that month.
    days = [d for d in days_from(date(2018, 3, 20), date(2018, 4, 10)) if d.weekday() < 5]
    open_days = [day for day in days if day != date(2018, 3, 30)]
    assert decided(open_days, "month_end", "XNYS") == [date(2018, 3, 29)]
    assert decided(open_days, "week_end", "XNYS") == [date(2018, 3, d) for d in (23, 29)] + [date(2018, 4, 6)]


def test_last_session_of_a_year_that_a_week_crosses_is_found():
    # 2020-12-31 is a Thursday; the week ends with the Thursday, for Friday is a holiday.
    days = [d for d in days_from(date(2020, 12, 21), date(2020, 12, 31)) if d.weekday() < 5]
    days.remove(date(2020, 12, 25))
    assert decided(days, "week_end", "XNYS") == [date(2020, 12, 24), date(2020, 12, 31)]


def test_missing_last_session_is_made_up_for_by_the_next_row():
    days = [day for day in EVERY_DAY if day != date(2020, 1, 31)]
    assert decided(days, "month_end")[2] == date(2020, 2, 1)


@pytest.mark.parametrize(
    "rhythm", ["bar", 7, "month_start", "month_end", "week_end", "quarter_end", "year_start"]
)
def test_rows_of_a_prefix_are_those_of_the_whole(rhythm):
    whole = decided(WEEKDAYS, rhythm, "24/5")
    for count in (1, 2, 9, 10, 29, 30, 31, 100, 200, 321):
        assert decided(WEEKDAYS[:count], rhythm, "24/5") == [
            day for day in whole if day <= WEEKDAYS[count - 1]
        ]


def test_window_begins_a_period_of_its_own():
    assert decided(EVERY_DAY, "month_start", start=3)[:2] == [date(2019, 11, 23), date(2019, 12, 1)]
    assert decided(EVERY_DAY, 5, start=3)[:2] == [date(2019, 11, 23), date(2019, 11, 28)]


def test_dates_are_decided_on_the_day_or_the_first_after_it():
    dates = ["2020-05-30", "2020-02-03", "2030-01-01"]
    assert decided(WEEKDAYS, dates) == [date(2020, 2, 3), date(2020, 6, 1)]
    assert decided(WEEKDAYS, ",".join(dates)) == decided(WEEKDAYS, dates)


def test_hours_of_a_month_end_with_the_last_one():
    begin = int(datetime(2020, 1, 30, tzinfo=UTC).timestamp())
    time = (begin + 3_600 * np.arange(80)) * 10**9
    ones = {name: np.ones(80) for name in ("open", "high", "low", "close")}
    panel = Panel.of({"A": Bars(time, ones, timeframe="1h", instrument="A")})
    assert decision_rows(panel, Rhythm.read("month_end")).tolist() == [47]
    assert decision_rows(panel, Rhythm.read("month_start")).tolist() == [0, 48]


@pytest.mark.parametrize("rhythm", [0, -1, True, None, [], 2.5])
def test_what_says_no_time_is_refused(rhythm):
    with pytest.raises(InputError, match="E_RHYTHM"):
        Rhythm.read(rhythm)


def test_misspelt_rhythm_names_the_nearest():
    with pytest.raises(UnknownNameError, match=r"month_end"):
        Rhythm.read("mont_end")
    with pytest.raises(InputError, match="E_DATE"):
        Rhythm.read("2020-13-01")
