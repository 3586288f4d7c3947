"""Trading dates and where they begin."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradewright.core.calendar import Calendar, calendar_ids
from tradewright.core.errors import ParameterError, UnknownNameError
from tradewright.core.instrument import Instrument
from tradewright.core.timeframe import Timeframe

IDS = ["24/7", "24/5", "XNYS", "XNAS", "XHEL", "XLON", "XTKS"]
DAY = 86_400_000_000_000


def at(text: str) -> np.ndarray:
    return np.array([text], "datetime64[ns]").astype(np.int64)


@pytest.mark.parametrize(
    ("calendar", "moment", "day"),
    [
        ("24/7", "2024-03-10T23:59", "2024-03-10"),
        ("24/5", "2024-03-08T21:59", "2024-03-08"),  # winter time: the day ends at 22:00 UTC
        ("24/5", "2024-03-08T22:00", "2024-03-09"),
        ("24/5", "2024-03-11T20:59", "2024-03-11"),  # summer time: at 21:00
        ("24/5", "2024-03-11T21:00", "2024-03-12"),
        ("XNYS", "2024-01-02T04:59", "2024-01-01"),
        ("XNYS", "2024-07-02T04:00", "2024-07-02"),
        ("XTKS", "2024-01-01T15:00", "2024-01-02"),
        ("XHEL", "2024-01-01T22:00", "2024-01-02"),
    ],
)
def test_trading_date_follows_the_local_clock(calendar: str, moment: str, day: str) -> None:
    assert Calendar(calendar).trading_days(at(moment)) == (date.fromisoformat(day) - date(1970, 1, 1)).days


@given(st.sampled_from(IDS), st.lists(st.integers(0, 25_000), min_size=1, max_size=20))
def test_a_trading_date_begins_where_the_one_before_ends(calendar: str, days: list[int]) -> None:
    known = Calendar(calendar)
    starts = known.day_start(np.array(days))
    assert known.trading_days(starts).tolist() == days
    assert known.trading_days(starts - 1).tolist() == [day - 1 for day in days]


def test_calendar_that_is_not_known_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError) as caught:
        Calendar("XNYC")
    assert caught.value.code == "E_CALENDAR"
    assert "XNYS" in caught.value.details["nearest"]


@pytest.mark.parametrize(
    "values", [{"tick": -1.0}, {"lot": float("nan")}, {"minimum_notional": -5.0}, {"multiplier": 0.0}]
)
def test_instrument_with_steps_that_cannot_be_is_refused(values: dict[str, float]) -> None:
    with pytest.raises(ParameterError) as caught:
        Instrument("X", **values)  # pyright: ignore[reportArgumentType] - one number by name
    assert caught.value.code == "E_INSTRUMENT"


def test_instrument_trades_always_unless_told_otherwise() -> None:
    assert Instrument("X").calendar == Calendar("24/7")
    assert Instrument("X", calendar=Calendar("XHEL")).to_dict()["calendar"] == "XHEL"


@pytest.mark.parametrize("calendar", IDS)
def test_daily_bar_that_opens_at_midnight_utc_is_of_its_own_date(calendar: str) -> None:
    days = np.arange(18_000, 18_400)
    assert Calendar(calendar).bar_days(days * DAY, Timeframe.parse("1d")).tolist() == days.tolist()


def test_bar_shorter_than_a_day_is_of_the_date_of_its_open() -> None:
    calendar, time = Calendar("XNYS"), np.arange(10) * DAY // 4
    assert calendar.bar_days(time, Timeframe.parse("1h")).tolist() == calendar.trading_days(time).tolist()


def test_every_id_makes_a_calendar_with_a_zone_that_exists() -> None:
    noon = at("2024-01-10T12:00")
    assert set(IDS) <= set(calendar_ids())
    for name in calendar_ids():
        known = Calendar(name)
        assert known.is_exchange == (name not in {"24/7", "24/5"})
        assert abs(int(known.trading_days(noon)[0]) - int(noon[0]) // DAY) <= 1
