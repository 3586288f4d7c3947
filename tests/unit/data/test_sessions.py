"""Scheduled sessions by calendar: hours, holidays, early closes, what is absent."""

import sys

import exchange_calendars
import numpy as np
import pytest

from tradewright.core.bars import Bars
from tradewright.core.calendar import Calendar, calendar_ids
from tradewright.core.errors import EnvironmentFaultError, InputError
from tradewright.core.instrument import Instrument
from tradewright.core.timeframe import NS_PER_DAY, Timeframe
from tradewright.data import sessions as module
from tradewright.data.samples import sample
from tradewright.data.sessions import sessions_of

# The package itself, asked beside ours, uses what pandas 4 will not have.
OLD_PANDAS = "ignore::DeprecationWarning"


def bars_at(moments: np.ndarray, calendar: str, timeframe: str) -> Bars:
    time = moments.astype("datetime64[ns]").astype(np.int64)
    price = np.full(time.size, 100.0)
    columns = dict.fromkeys(("open", "high", "low", "close", "volume"), price)
    instrument = Instrument("X", calendar=Calendar(calendar))
    return Bars(time, columns, timeframe=timeframe, instrument=instrument)


def bars_between(start: str, stop: str, calendar: str, timeframe: str) -> Bars:
    step = np.timedelta64(Timeframe.parse(timeframe).ns, "ns")
    return bars_at(
        np.arange(np.datetime64(start, "ns"), np.datetime64(stop, "ns"), step), calendar, timeframe
    )


def ended(bars: Bars) -> list[str]:
    """Return the closes, in UTC, of the bars at which a session ends."""
    reached = sessions_of(bars).ends(bars.time, bars.close_time).reached
    return [str(np.datetime64(int(close), "ns"))[:16] for close in bars.close_time[reached]]


# Ends by the exchanges' own calendars, in UTC.
@pytest.mark.parametrize(
    ("calendar", "start", "stop", "ends"),
    [
        ("24/7", "2024-03-09", "2024-03-11", ["2024-03-10T00:00", "2024-03-11T00:00"]),
        # Friday in winter time, then Monday in summer time; none on Saturday and Sunday.
        ("24/5", "2024-03-08", "2024-03-12", ["2024-03-08T22:00", "2024-03-11T21:00"]),
        # Thanksgiving is a holiday, the day after closes at 13:00 New York.
        ("XNYS", "2024-11-27", "2024-12-03", ["2024-11-27T21:00", "2024-11-29T18:00", "2024-12-02T21:00"]),
        ("XNAS", "2025-01-08", "2025-01-11", ["2025-01-08T21:00", "2025-01-10T21:00"]),  # day of mourning
        ("XNYS", "2001-09-10", "2001-09-18", ["2001-09-10T20:00", "2001-09-17T20:00"]),
        # Good Friday and Easter Monday, with summer time between them.
        ("XHEL", "2024-03-28", "2024-04-03", ["2024-03-28T16:30", "2024-04-02T15:30"]),
        ("XHEL", "2024-06-20", "2024-06-25", ["2024-06-20T15:30", "2024-06-24T15:30"]),  # Midsummer Eve
        ("XLON", "2024-12-23", "2024-12-28", ["2024-12-23T16:30", "2024-12-24T12:30", "2024-12-27T16:30"]),
        # 15:00 until 2024-11-04, which was a holiday; 15:30 from the 5th on.
        ("XTKS", "2024-11-01", "2024-11-06", ["2024-11-01T06:00", "2024-11-05T06:30"]),
    ],
)
def test_session_ends_at_the_scheduled_close(calendar: str, start: str, stop: str, ends: list[str]) -> None:
    assert ended(bars_between(start, stop, calendar, "30m")) == ends


def test_bar_that_runs_past_the_close_ends_the_session() -> None:
    # New York closes at 20:00 UTC in summer; four-hour bars of 13:30 close at 17:30 and 21:30.
    bars = bars_at(np.array(["2024-07-02T13:30", "2024-07-02T17:30"], "M8[ns]"), "XNYS", "4h")
    assert ended(bars) == ["2024-07-02T21:30"]


@pytest.mark.parametrize("calendar", ["24/7", "24/5", "XNYS", "XHEL"])
def test_session_whose_last_bar_is_absent_is_missed_and_not_guessed(calendar: str) -> None:
    whole = bars_between("2024-07-01", "2024-07-06", calendar, "1h")
    ends = sessions_of(whole).ends(whole.time, whole.close_time)
    row = np.flatnonzero(ends.reached)[2]
    kept = np.delete(np.arange(len(whole)), row)
    holed = bars_at(whole.time[kept].astype("M8[ns]"), calendar, "1h")
    found = sessions_of(holed).ends(holed.time, holed.close_time)
    assert found.reached.tolist() == ends.reached[kept].tolist()
    assert ends.missed.size == 0
    assert found.missed.size == 1
    assert whole.time[row] < found.missed[0] <= whole.close_time[row]


@pytest.mark.parametrize("calendar", ["24/7", "24/5", "XNYS", "XTKS"])
@pytest.mark.parametrize("timeframe", ["1d", "1w", "1M"])
def test_bar_of_a_day_or_longer_is_its_own_session(calendar: str, timeframe: str) -> None:
    months = np.arange("1990-01", "1992-01", dtype="M8[M]")
    days = np.arange("1990-01-01", "1990-07-01", 7 if timeframe == "1w" else 1, dtype="M8[D]")
    bars = bars_at(months if timeframe == "1M" else days, calendar, timeframe)
    ends = sessions_of(bars).ends(bars.time, bars.close_time)
    assert ends.reached.all()
    assert ends.missed.size == 0


def test_daily_bars_that_lose_an_hour_to_summer_time_end_one_session_each() -> None:
    opens = np.array(["2024-03-30T00:00", "2024-03-31T00:00", "2024-03-31T23:00", "2024-04-01T23:00"])
    bars = bars_at(opens.astype("M8[ns]"), "24/7", "1d")
    ends = sessions_of(bars).ends(bars.time, bars.close_time)
    assert ends.reached.all()
    assert ends.missed.size == 0


def test_bars_of_no_length_have_no_sessions() -> None:
    assert len(sessions_of(bars_at(np.array([], "M8[ns]"), "XNYS", "1h"))) == 0


@pytest.mark.filterwarnings(OLD_PANDAS)
@pytest.mark.parametrize(
    ("calendar", "day", "nearest"),
    [
        ("XNYS", "1985-09-27", "1985-09-30"),
        ("XHEL", "2004-12-30", "2005-01-01"),
        ("XTKS", "1996-12-27", "1997-01-01"),
        ("XSHG", "2061-01-04", None),
    ],
)
def test_date_without_a_schedule_names_the_nearest(calendar: str, day: str, nearest: str | None) -> None:
    with pytest.raises(InputError) as caught:
        sessions_of(bars_between(f"{day}T05:00", f"{day}T15:00", calendar, "1h"))
    assert caught.value.code == "E_CALENDAR_RANGE"
    assert caught.value.details["value"] == day
    known = exchange_calendars.get_calendar(calendar).bound_max() if nearest is None else nearest
    assert caught.value.details["nearest"] == str(known)[:10]
    assert caught.value.details["nearest"] in caught.value.fix


def test_exchange_without_the_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "exchange_calendars", None)
    module._limits.cache_clear()
    with pytest.raises(EnvironmentFaultError) as caught:
        sessions_of(bars_between("2024-01-03", "2024-01-04", "XNYS", "1h"))
    assert caught.value.code == "E_EXTRA"


@pytest.mark.slow
@pytest.mark.filterwarnings(OLD_PANDAS)
@pytest.mark.parametrize("exchange", [name for name in calendar_ids() if Calendar(name).is_exchange])
def test_every_exchange_has_a_schedule_on_its_own_clock(exchange: str) -> None:
    known = exchange_calendars.get_calendar(exchange, start="2016-01-04", end="2025-12-31")
    assert str(known.tz) == Calendar(exchange).zone
    assert known.weekmask == "1111100"
    bars = bars_between("2024-01-02", "2024-12-30", exchange, "1h")
    sessions = sessions_of(bars)
    calendar = Calendar(exchange)
    np.testing.assert_array_equal(
        calendar.trading_days(sessions.open), calendar.trading_days(sessions.close - 1)
    )
    assert 235 <= len(sessions) <= 260
    assert sessions.ends(bars.time, bars.close_time).missed.size == 0


def test_schedule_of_new_york_has_the_days_that_a_stock_traded_on() -> None:
    traded = sample("AAPL").time // NS_PER_DAY
    start, stop = str(np.datetime64(int(traded[0]), "D")), str(np.datetime64(int(traded[-1]), "D"))
    calendar = Calendar("XNYS")
    opens = sessions_of(bars_between(f"{start}T05:00", f"{stop}T21:00", "XNYS", "1h")).open
    days = calendar.trading_days(opens)
    inside = days[(days >= traded[0]) & (days <= traded[-1])]
    np.testing.assert_array_equal(inside, traded)
