"""Series keys and the local store over drawn names, bars and orders of writing."""

import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tradewright.core.bars import Bars
from tradewright.core.errors import DataError
from tradewright.core.timeframe import NS_PER_DAY
from tradewright.data.series_key import SeriesKey
from tradewright.data.stores.parquet.store import ParquetStore

_names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=16)
_plain = _names.filter(lambda name: not set(name) & set("/@"))
_keys = st.builds(
    SeriesKey, _names, st.sampled_from(["1m", "1M", "1h", "1d", "1w"]), _plain, _plain | st.just("")
)
KEY = SeriesKey("X", "1d")


@given(_keys)
def test_folder_of_any_key_is_read_back_and_holds_nothing_unsafe(key: SeriesKey) -> None:
    folder = key.folder()
    assert SeriesKey.from_folder(folder) == key
    assert len(folder.parts) == 4
    for level in folder.parts:
        assert level.isascii()
        assert not set(level) & set('<>:"/\\|?*\0 ')
        assert not level.endswith(".")
    assert SeriesKey.parse(str(key)) == key


@given(st.lists(_keys, min_size=2, max_size=2, unique=True))
def test_folders_of_two_keys_differ_without_regard_to_capitals(keys: list[SeriesKey]) -> None:
    first, second = (str(key.folder()).casefold() for key in keys)
    assert first != second


_ODD = np.array([0.0, -0.0, np.nan, -np.nan, np.inf, 5e-324, 1e308])


@st.composite
def _series(draw: st.DrawFn) -> Bars:
    """Draw a series with gaps and year ends, and an extra column of odd numbers."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    days = np.flatnonzero(random.random(draw(st.integers(1, 900))) < draw(st.sampled_from([1.0, 0.9, 0.2])))
    days = days if days.size else np.array([3])
    close = np.round(random.uniform(1, 100, days.size), 2)
    columns: dict[str, Any] = {"open": close, "high": close + 1, "low": close / 2, "close": close}
    columns["volume"] = random.choice([0.0, -0.0, 1.5], days.size)
    columns["odd"] = random.choice(_ODD, days.size)
    first = int(np.datetime64("2021-06-01", "ns").astype(np.int64))
    return Bars(first + NS_PER_DAY * days, columns, timeframe="1d", instrument="X")


@settings(max_examples=30)
@given(bars=_series(), data=st.data())
def test_series_written_in_any_pieces_is_the_series(bars: Bars, data: st.DataObject) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(bars)), max_size=4))
    bounds = [0, *sorted(cuts), len(bars)]
    spans = [(max(0, i - data.draw(st.integers(0, 20))), j) for i, j in pairwise(bounds)]
    with tempfile.TemporaryDirectory() as folder:
        store = ParquetStore(Path(folder))
        for start, stop in data.draw(st.permutations([span for span in spans if span[0] < span[1]])):
            store.write(KEY, bars.slice(start, stop), source="piece")
        assert store.read(KEY).checksum == bars.checksum
        assert store.verify(KEY) == []
        i, j = sorted(data.draw(st.tuples(st.integers(0, len(bars) - 1), st.integers(0, len(bars) - 1))))
        part = store.read(KEY, start=int(bars.time[i]), end=int(bars.time[j]))
        assert part.checksum == bars.slice(i, j).checksum


@settings(max_examples=30)
@given(old=_series(), new=_series(), replace=st.booleans())
def test_write_over_stored_bars_keeps_what_it_says(old: Bars, new: Bars, replace: bool) -> None:
    stored = {int(t): row for t, row in zip(old.time, _rows(old), strict=True)}
    fresh = {int(t): row for t, row in zip(new.time, _rows(new), strict=True)}
    clash = [t for t in stored.keys() & fresh.keys() if not _agree(stored[t], fresh[t])]
    with tempfile.TemporaryDirectory() as folder:
        store = ParquetStore(Path(folder))
        store.write(KEY, old, source="a")
        try:
            store.write(KEY, new, source="b", replace=replace)
        except DataError as refused:
            expected = str(np.datetime64(min(clash), "ns"))[:19]
            assert (refused.code, refused.details["time"], replace) == ("E_OVERLAP", expected, False)  # noqa: PT017 - both ends are looked at
            assert store.read(KEY).checksum == old.checksum
            return
        assert replace or not clash
        found = store.read(KEY)
        assert store.read(KEY, version=1).checksum == old.checksum
    assert found.time.tolist() == sorted(stored.keys() | fresh.keys())
    for t, row in zip(found.time.tolist(), _rows(found), strict=True):
        wanted = fresh.get(t, stored.get(t))
        other = stored.get(t, wanted)
        assert np.array_equal(row[:5], wanted[:5], equal_nan=True)
        assert np.array_equal(row[5], other[5] if np.isnan(wanted[5]) else wanted[5], equal_nan=True)


def _rows(bars: Bars) -> np.ndarray:
    return np.column_stack([bars.columns[name] for name in ("open", "high", "low", "close", "volume", "odd")])


def _agree(one: np.ndarray, two: np.ndarray) -> bool:
    fields = np.array_equal(one[:5], two[:5], equal_nan=True)
    return fields and bool(one[5] == two[5] or np.isnan(one[5]) or np.isnan(two[5]))
