"""What every store of bars promises, written once and run against each of them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.factories import real_bars
from tradewright.core.bars import Bars
from tradewright.core.calendar import Calendar
from tradewright.core.errors import DataError, InputError, UnknownNameError
from tradewright.core.instrument import Instrument
from tradewright.core.resample import resample
from tradewright.core.timeframe import NS_PER_DAY
from tradewright.data.bar_store import BarStore
from tradewright.data.series_key import SeriesKey
from tradewright.data.stores.parquet.store import ParquetStore

HOUR_NS = NS_PER_DAY // 24
NEW_YEAR = int(np.datetime64("2024-01-01", "ns").astype(np.int64))
KEY = SeriesKey("BTC/USDT:USDT", "1h", "binance")
TRADED = Instrument(
    "BTC/USDT:USDT", "binance", "crypto", "USDT", 0.1, 0.001, 5.0, 2.0, Calendar("24/7"), 0.0002, 0.0005
)

STORES: dict[str, Callable[[Path], BarStore]] = {"parquet": ParquetStore}


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BarStore:
    return STORES[request.param](tmp_path / "bars")


def hourly(first: int, count: int, *, price: float = 100.0, notes: Any = None, **extra: float) -> Bars:
    """Return hourly bars from `first` hours after the new year of 2024, each price its own."""
    close = price + np.arange(first, first + count) / 64
    columns = {"open": close, "high": close + 1, "low": close - 1, "close": close, "volume": close % 7}
    columns |= {name: np.full(count, value) for name, value in extra.items()}
    time = NEW_YEAR + HOUR_NS * np.arange(first, first + count)
    return Bars(time, columns, timeframe="1h", instrument=TRADED, notes=notes)


def test_read_after_write_returns_the_same_bars_to_the_bit(store: BarStore) -> None:
    bars = hourly(-50, 100, notes={"W_GAP": 2}, quote_volume=3.5)
    written = store.write(KEY, bars, source="a file")
    found = store.read(KEY)
    assert written.checksum == found.checksum == bars.checksum
    assert (written.version, written.added, written.changed) == (1, 100, 0)
    assert (found.instrument, found.timeframe, found.notes) == (bars.instrument, bars.timeframe, bars.notes)


def weekly() -> tuple[Bars, Bars]:
    """Return weeks that close when the bar length says, and the same that close on Fridays."""
    plain = resample(real_bars("IBM"), "1w")
    return plain, plain.closing_at(plain.time + 5 * NS_PER_DAY)


def test_read_of_bars_with_closes_by_calendar_returns_those_closes(store: BarStore) -> None:
    _, fridays = weekly()
    key = SeriesKey.of(fridays)
    store.write(key, fridays.slice(0, 200), source="a")
    store.write(key, fridays.slice(150, len(fridays)), source="b")
    assert np.array_equal(store.read(key).close_time, fridays.close_time)


def test_write_of_closes_by_calendar_to_bars_without_gives_all_their_closes(store: BarStore) -> None:
    plain, fridays = weekly()
    key = SeriesKey.of(plain)
    store.write(key, plain.slice(0, 300), source="a")
    store.write(key, fridays.slice(300, len(fridays)), source="b")
    expected = np.concatenate((plain.close_time[:300], fridays.close_time[300:]))
    assert np.array_equal(store.read(key).close_time, expected)
    assert np.array_equal(store.read(key, version=1).close_time, expected[:300])


def test_write_of_bars_without_closes_keeps_those_of_the_stored(store: BarStore) -> None:
    plain, fridays = weekly()
    key = SeriesKey.of(plain)
    store.write(key, fridays.slice(0, 300), source="a")
    store.write(key, plain.slice(290, len(plain)), source="b")
    expected = np.concatenate((fridays.close_time[:300], plain.close_time[300:]))
    assert np.array_equal(store.read(key).close_time, expected)


def test_write_of_what_is_there_changes_nothing(store: BarStore) -> None:
    bars = hourly(0, 100)
    first = store.write(KEY, bars, source="a")
    for again in (bars, bars.slice(20, 70), bars.slice(5, 5)):
        assert store.write(KEY, again, source="b") == replace(first, added=0)
    assert [entry.source for entry in store.lineage(KEY)] == ["a"]


def test_write_of_nothing_to_nothing_is_an_error(store: BarStore) -> None:
    with pytest.raises(DataError) as caught:
        store.write(KEY, hourly(0, 0), source="a")
    assert caught.value.code == "E_EMPTY"
    assert store.series() == []


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)])
def test_write_in_pieces_of_any_order_equals_one_write(store: BarStore, order: tuple[int, ...]) -> None:
    bars = hourly(-50, 100)
    for piece in order:
        store.write(KEY, bars.slice(max(0, 25 * piece - 10), 25 * piece + 25), source="piece")
    assert store.read(KEY).checksum == bars.checksum


def test_write_that_disagrees_names_the_first_bar_and_changes_nothing(store: BarStore) -> None:
    bars = hourly(0, 100)
    store.write(KEY, bars, source="a")
    other = bars.slice(90, 100)
    volume = other.volume.copy()
    volume[[3, 7]] += 1
    other = Bars(other.time, {**other.columns, "volume": volume}, timeframe="1h", instrument=TRADED)
    with pytest.raises(DataError, match="volume") as caught:
        store.write(KEY, other, source="b")
    assert caught.value.code == "E_OVERLAP"
    assert caught.value.details["time"] == "2024-01-04T21:00:00"
    assert caught.value.details["stored"] == bars.volume[93]
    assert caught.value.details["given"] == bars.volume[93] + 1
    assert caught.value.details["bars"] == 2
    assert store.read(KEY).checksum == bars.checksum


def test_write_with_replace_takes_the_new_values_and_keeps_the_old_state(store: BarStore) -> None:
    old, new = hourly(0, 100), hourly(40, 80, price=200.0)
    store.write(KEY, old, source="a")
    written = store.write(KEY, new, source="b", replace=True)
    assert (written.version, written.added, written.changed) == (2, 20, 60)
    found = store.read(KEY)
    assert np.array_equal(found.close, np.concatenate((old.close[:40], new.close)))
    assert store.read(KEY, version=1).checksum == old.checksum


def test_write_of_bars_on_another_grid_is_refused_even_with_replace(store: BarStore) -> None:
    bars = hourly(0, 100)
    store.write(KEY, bars, source="a")
    shifted = Bars(bars.time + HOUR_NS // 2, bars.columns, timeframe="1h", instrument=TRADED)
    with pytest.raises(DataError, match="apart") as caught:
        store.write(KEY, shifted, source="b", replace=True)
    assert caught.value.code == "E_OVERLAP"
    assert store.read(KEY).checksum == bars.checksum


def test_write_of_another_grid_beside_the_turn_of_the_year_is_refused(store: BarStore) -> None:
    store.write(KEY, hourly(0, 10), source="a")
    before = hourly(-5, 5)
    shifted = Bars(before.time + HOUR_NS // 3 * 2, before.columns, timeframe="1h", instrument=TRADED)
    with pytest.raises(DataError, match="2023-12-31T23:40:00") as caught:
        store.write(KEY, shifted, source="b")
    assert caught.value.code == "E_OVERLAP"
    store.write(KEY, before, source="b")
    assert store.read(KEY).checksum == hourly(-5, 15).checksum


def test_write_with_a_column_more_fills_it_where_it_is_known(store: BarStore) -> None:
    store.write(KEY, hourly(-50, 100), source="a")
    written = store.write(KEY, hourly(20, 40, funding=0.25), source="b")
    assert (written.added, written.changed) == (10, 30)
    found = store.read(KEY)
    assert np.isnan(found.column("funding")[:70]).all()
    assert (found.column("funding")[70:] == 0.25).all()
    store.write(KEY, hourly(55, 30), source="c")
    assert np.isnan(store.read(KEY).column("funding")[110:]).all()


def test_write_of_another_symbol_or_timeframe_is_refused(store: BarStore) -> None:
    for key in (replace(KEY, symbol="ETH/USDT"), replace(KEY, timeframe="4h")):
        with pytest.raises(InputError) as caught:
            store.write(key, hourly(0, 10), source="a")
        assert caught.value.code == "E_SERIES"
    assert store.series() == []


def test_read_of_a_range_returns_bars_that_open_in_it(store: BarStore) -> None:
    bars = hourly(-9000, 18_000, price=1_000.0)
    store.write(KEY, bars, source="a")
    for i, j in ((0, 1), (8_990, 9_010), (17_000, 18_000), (100, 100)):
        found = store.read(KEY, start=int(bars.time[i]), end=int(bars.time[i]) + (j - i) * HOUR_NS)
        assert found.checksum == bars.slice(i, j).checksum
    assert len(store.read(KEY, end=int(bars.time[0]))) == 0
    assert len(store.read(KEY, start=int(bars.time[-1]) + 1)) == 0
    assert len(store.read(KEY, start=int(bars.time[5]) + 1, end=int(bars.time[7]))) == 1


def test_read_of_chosen_columns_returns_those_beside_the_prices(store: BarStore) -> None:
    store.write(KEY, hourly(0, 10, funding=1.0, basis=2.0), source="a")
    assert store.read(KEY, columns=["basis"]).extra == ("basis",)
    assert store.read(KEY, columns=[]).extra == ()
    with pytest.raises(UnknownNameError, match="basis"):
        store.read(KEY, columns=["bases"])


def test_read_of_an_unknown_series_names_the_nearest(store: BarStore) -> None:
    store.write(KEY, hourly(0, 10), source="a")
    for call in (store.read, store.coverage, store.lineage, store.verify, store.prune):
        with pytest.raises(UnknownNameError, match="binance/BTC/USDT:USDT/1h") as caught:
            call(replace(KEY, symbol="BTC/USDT"))
        assert caught.value.code == "E_SERIES"


def test_read_of_a_version_returns_that_state_after_appends(store: BarStore) -> None:
    bars = hourly(-50, 100, notes={"W_GAP": 1})
    for stop in (30, 55, 80, 100):
        store.write(KEY, bars.slice(max(0, stop - 30), stop), source=str(stop))
    for version, stop in enumerate((30, 55, 80, 100), 1):
        found = store.read(KEY, version=version)
        assert found.checksum == bars.slice(0, stop).checksum
        assert found.notes == store.lineage(KEY)[version - 1].series_notes
    assert store.coverage(KEY).versions == (1, 2, 3, 4)
    ranged = store.read(KEY, version=2, start=int(bars.time[50]))
    assert ranged.checksum == bars.slice(50, 55).checksum


def test_read_of_a_version_before_bars_were_put_in_between_returns_that_state(store: BarStore) -> None:
    bars = hourly(0, 100)
    store.write(KEY, bars.slice(0, 20), source="a")
    store.write(KEY, bars.slice(40, 60), source="b")
    split = store.read(KEY).checksum
    for start, stop in ((20, 40), (60, 80), (80, 100)):
        store.write(KEY, bars.slice(start, stop), source="c")
    assert store.read(KEY, version=2).checksum == split
    assert store.read(KEY, version=1).checksum == bars.slice(0, 20).checksum
    assert store.read(KEY, version=4).checksum == bars.slice(0, 80).checksum


def test_read_of_a_version_that_never_was_says_which_there_are(store: BarStore) -> None:
    store.write(KEY, hourly(0, 10), source="a")
    with pytest.raises(DataError, match="It has 1") as caught:
        store.read(KEY, version=7)
    assert caught.value.code == "E_STORE_VERSION"


def test_series_lists_every_key_once(store: BarStore) -> None:
    keys = [KEY, replace(KEY, owner="ann"), replace(KEY, owner="shared"), replace(KEY, venue="Binance")]
    for key in (*keys, *keys):
        store.write(key, hourly(0, 10), source="a")
    assert store.series() == sorted(keys)


def test_series_of_one_owner_does_not_touch_that_of_another(store: BarStore) -> None:
    store.write(KEY, hourly(0, 10), source="a")
    store.write(replace(KEY, owner="ann"), hourly(0, 10, price=500.0), source="b")
    assert store.read(KEY).checksum == hourly(0, 10).checksum


def test_coverage_names_ranges_and_gaps(store: BarStore) -> None:
    store.write(KEY, hourly(0, 10, funding=1.0), source="a")
    store.write(KEY, hourly(13, 5), source="b")
    coverage = store.coverage(KEY)
    assert (coverage.bars, coverage.columns, coverage.version) == (15, ("funding",), 2)
    hours = [
        ((s.first - NEW_YEAR) // HOUR_NS, (s.last - NEW_YEAR) // HOUR_NS, s.bars) for s in coverage.ranges
    ]
    assert hours == [(0, 9, 10), (13, 17, 5)]
    gaps = [((s.first - NEW_YEAR) // HOUR_NS, (s.last - NEW_YEAR) // HOUR_NS, s.bars) for s in coverage.gaps]
    assert gaps == [(10, 12, 3)]
    assert coverage.gap_count == 1
    assert (coverage.first, coverage.last) == (NEW_YEAR, NEW_YEAR + 17 * HOUR_NS)
    assert coverage.checksum == store.read(KEY).checksum
    assert coverage.bytes > 0


def test_lineage_tells_every_write_that_changed_something(store: BarStore) -> None:
    store.write(KEY, hourly(0, 10, notes={"W_GAP": 1}), source="first.csv")
    store.write(KEY, hourly(8, 10, notes={"W_GAP": 3}), source="zweite\u2028Zeile \udcff.csv")
    store.write(KEY, hourly(18, 2, notes={"W_GAP": 3}), source="c")
    first, second, third = store.lineage(KEY)
    assert (first.source, first.rows, first.added, first.bars) == ("first.csv", 10, 10, 10)
    assert second.source == "zweite\u2028Zeile \\udcff.csv"
    assert (second.version, second.rows, second.added, second.changed, second.bars) == (2, 10, 8, 0, 18)
    assert second.given == hourly(8, 10).checksum
    assert [entry.series_notes for entry in (first, second, third)] == [{"W_GAP": n} for n in (1, 3, 6)]
    assert third.checksum == store.read(KEY).checksum


def test_bars_added_little_by_little_are_one_series_all_the_time(store: BarStore) -> None:
    bars = hourly(-30, 120)
    given = Bars(
        np.delete(bars.time, 60),
        {n: np.delete(c, 60) for n, c in bars.columns.items()},
        timeframe="1h",
        instrument=TRADED,
    )
    for stop in range(1, len(given) + 1, 3):
        store.write(KEY, given.slice(max(0, stop - 5), stop), source=str(stop))
        assert store.read(KEY).checksum == given.slice(0, stop).checksum
    versions = store.coverage(KEY).versions
    assert versions == tuple(range(1, 41))
    assert store.read(KEY, version=7).checksum == given.slice(0, 19).checksum
    assert store.verify(KEY) == []
    store.prune(KEY, apply=True)
    assert store.read(KEY, version=7).checksum == given.slice(0, 19).checksum


def test_bars_added_that_open_inside_the_last_one_are_refused(store: BarStore) -> None:
    bars = hourly(0, 100)
    store.write(KEY, bars, source="a")
    late = Bars(
        bars.time[-1:] + HOUR_NS // 3,
        {n: c[-1:] for n, c in bars.columns.items()},
        timeframe="1h",
        instrument=TRADED,
    )
    with pytest.raises(DataError, match="apart") as caught:
        store.write(KEY, late, source="b")
    assert caught.value.code == "E_OVERLAP"
    other = hourly(99, 20, price=300.0)
    with pytest.raises(DataError, match="1 of 1 bars"):
        store.write(KEY, other, source="b")
    assert store.read(KEY).checksum == bars.checksum
    assert store.write(KEY, other, source="b", replace=True).changed == 1


def test_series_with_short_runs_and_long_ones_comes_back(store: BarStore) -> None:
    """Times of long runs are told by their first and their number; those of short ones are read."""
    hours = np.concatenate((np.arange(0, 40_000), np.arange(40_001, 41_000, 2), np.arange(41_005, 60_000)))
    close = 100 + hours / 64
    columns = {"open": close, "high": close + 1, "low": close - 1, "close": close, "volume": close % 7}
    bars = Bars(NEW_YEAR + HOUR_NS * hours, columns, timeframe="1h", instrument=TRADED)
    store.write(KEY, bars, source="a")
    assert store.read(KEY).checksum == bars.checksum
    assert sum(gap.bars for gap in store.coverage(KEY).gaps) == 60_000 - hours.size
    assert sum(stretch.bars for stretch in store.coverage(KEY).ranges) == hours.size
    i, j = 39_990, 40_600
    found = store.read(KEY, start=int(bars.time[i]), end=int(bars.time[j]))
    assert found.checksum == bars.slice(i, j).checksum


def test_prune_says_first_and_removes_when_told(store: BarStore) -> None:
    old, new = hourly(0, 3000), hourly(0, 3000, price=200.0)
    store.write(KEY, old, source="a")
    store.write(KEY, new, source="b", replace=True)
    planned = store.prune(KEY)
    assert planned.versions == (1,)
    assert planned.bytes > 10_000
    assert store.read(KEY, version=1).checksum == old.checksum
    before = store.coverage(KEY).bytes
    assert store.prune(KEY, apply=True) == planned
    assert before - store.coverage(KEY).bytes == planned.bytes
    assert store.prune(KEY).bytes == 0
    assert store.read(KEY).checksum == new.checksum
    assert len(store.lineage(KEY)) == 2
    with pytest.raises(DataError) as caught:
        store.read(KEY, version=1)
    assert caught.value.code == "E_STORE_VERSION"


def test_verify_of_a_sound_series_finds_nothing(store: BarStore) -> None:
    store.write(KEY, hourly(-50, 100), source="a")
    store.write(KEY, hourly(0, 90, price=300.0), source="b", replace=True)
    assert store.verify(KEY) == []


def irregular(name: str) -> Bars:
    """Return honest bars of which some are closer together than they are long."""
    if name == "1h":  # 9:30, 10:00, 11:00 ... 15:00, over two turns of the year
        days = pd.bdate_range("2023-12-20", "2025-01-10", tz="America/New_York")
        hours = [pd.Timedelta(minutes=m) for m in (570, *range(600, 960, 60))]
        time = pd.DatetimeIndex([day + hour for day in days for hour in hours])
    elif name == "4h":  # by New York's clock, over its changes
        clock = pd.date_range("2023-12-20 17:00", "2024-12-31", freq="4h")
        time = clock.tz_localize("America/New_York", ambiguous="NaT", nonexistent="NaT").dropna()
    else:  # the first trading day of the week
        weeks = pd.date_range("2022-01-03", "2024-12-30", freq="W-MON", tz="UTC")
        time = pd.DatetimeIndex([day + pd.Timedelta(days=int(i % 9 == 0)) for i, day in enumerate(weeks)])
    close = 100 + np.arange(len(time)) / 64
    columns = {"open": close, "high": close + 1, "low": close - 1, "close": close, "volume": close}
    return Bars.from_pandas(pd.DataFrame(columns, index=time.rename("timestamp")), "X", name)


@pytest.mark.parametrize("name", ["1h", "4h", "1w"])
def test_bars_of_which_some_are_short_come_back_from_one_write_and_from_two(
    store: BarStore, tmp_path: Path, name: str
) -> None:
    bars = irregular(name)
    key = SeriesKey.of(bars)
    assert bars.notes["W_INTERVAL"] > 0
    assert store.write(key, bars, source="a").added == len(bars)
    in_two = ParquetStore(tmp_path / "in two")
    half = len(bars) // 2
    for piece in (bars.slice(half, len(bars)), bars.slice(0, half + 5)):
        in_two.write(key, piece, source="b")
    for found in (store.read(key), in_two.read(key)):
        assert found.checksum == bars.checksum
        assert np.array_equal(found.close_time, bars.close_time)
    assert store.verify(key) == []


@pytest.mark.parametrize("name", ["1h", "1w"])
def test_bars_of_which_some_are_short_can_be_written_one_by_one(store: BarStore, name: str) -> None:
    whole = irregular(name)
    at = int(np.searchsorted(whole.time, np.datetime64("2023-12-28", "ns").astype(np.int64)))
    bars = whole.slice(at, at + 30)
    key = SeriesKey.of(bars)
    for row in range(len(bars)):
        # Each by itself has the close that its length says.
        one = {column: values[row : row + 1] for column, values in bars.columns.items()}
        single = Bars(bars.time[row : row + 1], one, timeframe=name, instrument="X")
        assert store.write(key, single, source="live").added == 1
    found = store.read(key)
    assert found.checksum == bars.checksum
    assert np.array_equal(found.close_time[:-1], np.minimum(bars.close_time[:-1], bars.time[1:]))
    assert store.verify(key) == []


def test_version_before_a_bar_was_cut_short_keeps_its_close(store: BarStore) -> None:
    week = 7 * NS_PER_DAY
    time = NEW_YEAR + np.array([0, week + NS_PER_DAY, 2 * week])
    columns = {name: np.ones(3) for name in ("open", "high", "low", "close")}
    first = Bars(time[:2], {n: c[:2] for n, c in columns.items()}, timeframe="1w", instrument="X")
    next_one = Bars(time[2:], {n: c[2:] for n, c in columns.items()}, timeframe="1w", instrument="X")
    key = SeriesKey.of(first)
    store.write(key, first, source="a")
    store.write(key, next_one, source="b")
    assert store.read(key).close_time.tolist() == [time[0] + week, time[2], time[2] + week]
    assert store.read(key, version=1).close_time.tolist() == [time[0] + week, time[1] + week]


def test_write_of_bars_between_all_those_stored_is_refused(store: BarStore) -> None:
    bars = hourly(0, 100)
    store.write(KEY, bars, source="a")
    between = Bars(bars.time + HOUR_NS // 2, bars.columns, timeframe="1h", instrument=TRADED).slice(0, 99)
    with pytest.raises(DataError, match="198 bars are like this") as caught:
        store.write(KEY, between, source="b")
    assert caught.value.code == "E_OVERLAP"
    assert store.read(KEY).checksum == bars.checksum
