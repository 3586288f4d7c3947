"""Combining bars: worked by hand, and what does not add up."""

import numpy as np
import pytest

from tests.factories import flat_bars
from tradewright.core.bars import Bars
from tradewright.core.calendar import Calendar
from tradewright.core.errors import InputError
from tradewright.core.instrument import Instrument
from tradewright.core.resample import adds_up, align, resample
from tradewright.core.timeframe import Timeframe


def steady(start: str, end: str, timeframe: str, calendar: str = "24/7") -> Bars:
    """Return bars without gaps whose close counts them and whose volume is 1."""
    span = Timeframe.parse(timeframe).ns
    first, last = (int(np.datetime64(text, "ns").astype(np.int64)) for text in (start, end))
    time = np.arange(first, last, span)
    count = np.arange(1.0, time.size + 1)
    columns = {
        "open": count,
        "high": count + 0.5,
        "low": count - 0.5,
        "close": count,
        "volume": np.ones(time.size),
    }
    return Bars(time, columns, timeframe=timeframe, instrument=Instrument("X", calendar=Calendar(calendar)))


def clock(ns: np.ndarray) -> list[str]:
    return [str(np.datetime64(int(moment), "ns"))[:16] for moment in ns]


def test_resample_hours_to_days_by_hand() -> None:
    days = resample(steady("2024-01-01T00", "2024-01-03T05", "1h"), "1d")
    assert clock(days.time) == ["2024-01-01T00:00", "2024-01-02T00:00"]
    assert days.open.tolist() == [1, 25]
    assert days.high.tolist() == [24.5, 48.5]
    assert days.low.tolist() == [0.5, 24.5]
    assert days.close.tolist() == [24, 48]
    assert days.volume.tolist() == [24, 24]


def test_first_bin_that_is_entered_late_is_dropped() -> None:
    assert clock(resample(steady("2024-01-01T01", "2024-01-03T00", "1h"), "1d").time) == ["2024-01-02T00:00"]


def test_forex_day_and_week_close_at_five_in_new_york_over_daylight_saving() -> None:
    bars = steady("2024-03-03T22", "2024-03-18T22", "1h", "24/5")
    days = resample(bars, "1d")
    assert clock(days.close_time)[3:7] == [
        "2024-03-07T22:00",
        "2024-03-08T22:00",
        "2024-03-11T21:00",
        "2024-03-12T21:00",
    ]
    weeks = resample(bars, "1w")
    assert clock(weeks.time) == ["2024-03-03T22:00", "2024-03-10T21:00"]
    assert clock(weeks.close_time) == ["2024-03-08T22:00", "2024-03-15T21:00"]


def test_four_hours_count_from_the_start_of_the_trading_date() -> None:
    bars = steady("2024-03-07T22", "2024-03-11T21", "1h", "24/5")
    made = resample(bars, "4h")
    assert clock(made.time[:6])[-1] == "2024-03-08T18:00"
    assert (made.close_time - made.time <= Timeframe.parse("4h").ns).all()
    # The trading date of the change has 23 hours: its last bin is cut at 17:00 New York.
    sunday = clock(made.time).index("2024-03-10T18:00")
    assert clock(made.close_time)[sunday] == "2024-03-10T21:00"
    assert clock(made.time)[sunday + 1] == "2024-03-10T21:00"


def test_week_of_daily_stock_bars_closes_with_friday_where_the_calendar_has_weekends() -> None:
    stock = steady("2024-01-01T00", "2024-01-15T00", "1d", "XNYS")
    assert clock(resample(stock, "1w").close_time) == ["2024-01-06T05:00", "2024-01-13T05:00"]
    crypto = steady("2024-01-01T00", "2024-01-15T00", "1d")
    assert clock(resample(crypto, "1w").close_time) == ["2024-01-08T00:00", "2024-01-15T00:00"]


@pytest.mark.parametrize("calendar", ["24/7", "24/5", "XNYS", "XTKS"])
@pytest.mark.parametrize("stamp", [0, 5, -2, -9])
def test_daily_bars_belong_to_the_date_of_their_middle_however_they_are_stamped(
    calendar: str, stamp: int
) -> None:
    days = np.arange("2024-01-01", "2024-03-04", dtype="datetime64[D]")
    days = days[np.is_busday(days)].astype("datetime64[ns]") + np.timedelta64(stamp, "h")
    one = np.ones(days.size)
    columns = dict.fromkeys(("open", "high", "low", "close", "volume"), one)
    instrument = Instrument("X", calendar=Calendar(calendar))
    weeks = resample(Bars(days.astype(np.int64), columns, timeframe="1d", instrument=instrument), "1w")
    assert len(weeks) >= 8
    assert (weeks.volume == 5).all()


def test_months_follow_the_calendar() -> None:
    months = resample(steady("2024-01-01T00", "2024-04-01T00", "1d"), "1M")
    assert months.volume.tolist() == [31, 29, 31]
    assert clock(months.close_time) == ["2024-02-01T00:00", "2024-03-01T00:00", "2024-04-01T00:00"]


def test_align_shows_a_day_at_its_last_hour_and_keeps_it() -> None:
    hours = steady("2024-01-01T00", "2024-01-03T12", "1h")
    days = resample(hours, "1d")
    seen = align(hours, days, days.close)
    assert np.isnan(seen[:23]).all()
    assert (seen[23:47] == 24).all()
    assert (seen[47:] == 48).all()


def test_align_of_a_column_that_does_not_fit_is_a_fault() -> None:
    bars = flat_bars(1, 2, 3)
    with pytest.raises(ValueError, match="2 values for 3 bars"):
        align(bars, bars, np.ones(2))


def test_resample_to_the_same_length_is_the_same_bars() -> None:
    bars = flat_bars(1, 2, 3)
    assert resample(bars, "1d") is bars
    assert align(bars, bars, bars.close).tolist() == [1, 2, 3]


def test_resample_of_no_bars_or_no_whole_bin_has_no_bars() -> None:
    bars = flat_bars(1, 2, 3)
    for none in (resample(bars.slice(0, 0), "1w"), resample(bars, "1w")):
        assert len(none) == 0
        assert str(none.timeframe) == "1w"
        assert np.isnan(align(bars, none, none.close)).all()


@pytest.mark.parametrize(
    ("base", "target", "fits"),
    [
        ("1m", "5m", True), ("5m", "1m", False), ("2m", "5m", False), ("1h", "1M", True), ("7m", "1M", False),
        ("1d", "1M", True), ("2d", "1M", False), ("1w", "1M", False), ("1w", "2w", True), ("1M", "3M", True),
        ("2M", "3M", False), ("1M", "1w", False), ("3M", "1M", False), ("1d", "1d", True),
    ],
)  # fmt: skip
def test_what_adds_up(base: str, target: str, fits: bool) -> None:
    assert adds_up(Timeframe.parse(base), Timeframe.parse(target)) == fits


def test_resample_to_what_does_not_add_up_is_refused() -> None:
    with pytest.raises(InputError, match="bars of 1d do not add up to 1h") as caught:
        resample(flat_bars(1, 2), "1h")
    assert caught.value.code == "E_TIMEFRAME"


def test_extra_columns_add_up_or_keep_their_last_value() -> None:
    columns = {name: [1.0, 1.0] for name in ("open", "high", "low", "close")}
    columns |= {"volume": [1, 2], "quote_volume": [3, 4], "trades_count": [5, 6], "adj_close": [7, 8]}
    made = resample(
        Bars([0, 43_200 * 10**9], columns, timeframe="12h", instrument="X", notes={"W_GAP": 1}), "1d"
    )
    assert [made.columns[name][0] for name in ("volume", "quote_volume", "trades_count", "adj_close")] == [
        3,
        7,
        11,
        8,
    ]
    assert made.notes == {"W_GAP": 1}
