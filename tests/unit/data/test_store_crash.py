"""The local store when something goes wrong in the middle: the old state or the new one, never a third."""

import multiprocessing
import os
import resource
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tradewright.core.bars import Bars
from tradewright.core.errors import DataError, EnvironmentFaultError, TradewrightError
from tradewright.core.timeframe import NS_PER_DAY
from tradewright.data.series_key import SeriesKey
from tradewright.data.stores.parquet.files import put
from tradewright.data.stores.parquet.store import ParquetStore

KEY = SeriesKey("AAPL", "1d")
DISK = frozenset({"open", "os.rename", "os.remove", "os.mkdir"})


def daily(first: int, count: int, *, price: float = 100.0) -> Bars:
    """Return daily bars from `first` days after 2020."""
    close = price + np.arange(first, first + count) / 64
    columns = {"open": close, "high": close + 1, "low": close - 1, "close": close}
    start = int(np.datetime64("2020-01-01", "ns").astype(np.int64))
    time = start + NS_PER_DAY * np.arange(first, first + count)
    return Bars(time, columns, timeframe="1d", instrument="AAPL")


OLD = daily(0, 500)
# What may follow: bars of new and old years added, and bars replaced.
WRITES: dict[str, tuple[Bars, bool]] = {
    "append": (daily(450, 400), False),
    "replace": (daily(100, 300, price=500.0), True),
}


class Watch:
    """Calls back before each operation on files under a folder; an audit hook cannot be taken out again."""

    folder: Path | None = None
    told: Callable[[], None] | None = None


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event in DISK and Watch.told and str(arguments[0]).startswith(str(Watch.folder)):
        told, Watch.told = Watch.told, None
        told()
        Watch.told = told


@contextmanager
def watched(folder: Path, told: Callable[[], None]) -> Iterator[None]:
    if not getattr(Watch, "installed", False):
        sys.addaudithook(_audit)
        Watch.installed = True
    Watch.folder, Watch.told = folder, told
    try:
        yield
    finally:
        Watch.told = None


def states_on_disk(tmp_path: Path, root: Path, work: Callable[[], Any]) -> list[Path]:
    """Return copies of the store as it was before each operation on its files: what a crash there leaves."""
    copies: list[Path] = []

    def copy() -> None:
        copies.append(tmp_path / f"crash-{len(copies)}")
        shutil.copytree(root, copies[-1]) if root.exists() else copies[-1].mkdir()

    with watched(root, copy):
        work()
    copy()
    return copies


@pytest.mark.parametrize("name", WRITES)
def test_write_stopped_before_any_operation_leaves_the_old_or_the_new_state(
    tmp_path: Path, name: str
) -> None:
    given, replace = WRITES[name]
    root = tmp_path / "bars"
    store = ParquetStore(root)
    store.write(KEY, OLD.slice(0, 480), source="a")
    store.write(KEY, OLD, source="a")
    crashes = states_on_disk(tmp_path, root, lambda: store.write(KEY, given, source="b", replace=replace))
    new = store.read(KEY)
    allowed = {OLD.checksum: 2, new.checksum: 3}
    seen: list[str] = []
    assert len(crashes) > 10
    for crash in crashes:
        left = ParquetStore(crash)
        seen.append(left.read(KEY).checksum)
        assert left.verify(KEY) == []
        assert len(left.lineage(KEY)) == allowed[seen[-1]]
        left.write(KEY, given, source="again", replace=replace)
        assert left.read(KEY).checksum == new.checksum
        for day in (850, 851):
            left.write(KEY, daily(day, 1), source="more")
        assert [entry.version for entry in left.lineage(KEY)] == [1, 2, 3, 4, 5]
        left.prune(KEY, apply=True)
        assert left.prune(KEY).pieces == ()
        assert left.verify(KEY) == []
    # First always the old state, from some moment on always the new one.
    assert seen == sorted(seen, key=lambda checksum: allowed[checksum])
    assert set(seen) == set(allowed)


def test_first_write_stopped_before_any_operation_leaves_nothing_or_all(tmp_path: Path) -> None:
    root = tmp_path / "bars"
    crashes = states_on_disk(tmp_path, root, lambda: ParquetStore(root).write(KEY, OLD, source="a"))
    listed = [ParquetStore(crash).series() for crash in crashes]
    assert [] in listed
    assert listed[-1] == [KEY]
    for crash, keys in zip(crashes, listed, strict=True):
        left = ParquetStore(crash)
        assert keys == [] or left.read(KEY).checksum == OLD.checksum
        left.write(KEY, OLD, source="again")
        assert left.read(KEY).checksum == OLD.checksum


def outcome(store: ParquetStore) -> str:
    """Return the checksum of what is read, or the code of the error."""
    try:
        return store.read(KEY).checksum
    except DataError as error:
        return error.code


def test_file_cut_short_is_told_or_the_state_before_is_read(tmp_path: Path) -> None:
    root = tmp_path / "bars"
    store = ParquetStore(root)
    store.write(KEY, OLD, source="a")
    store.write(KEY, WRITES["append"][0], source="b")
    new = outcome(store)
    said = {"E_STORE_BROKEN": "told", OLD.checksum: "old", new: "new"}
    files = [p for p in root.rglob("*") if p.is_file() and p.name not in {".lock", "store.json"}]
    outcomes: set[str] = set()
    for number, path in enumerate(files):
        for share in (0.0, 0.5, 0.99):
            copy = tmp_path / f"cut-{number}-{share}"
            shutil.copytree(root, copy)
            os.truncate(copy / path.relative_to(root), int(path.stat().st_size * share))
            left = ParquetStore(copy)
            outcomes.add(said[outcome(left)])
            assert outcome(left) == new or left.verify(KEY) != []
    assert outcomes == {"told", "old", "new"}


def test_write_beside_a_damaged_state_keeps_what_belongs_to_it(tmp_path: Path) -> None:
    store = ParquetStore(tmp_path)
    store.write(KEY, OLD, source="a")
    store.write(KEY, WRITES["append"][0], source="b")
    (state,) = tmp_path.rglob("version-000002.json")
    whole = state.read_bytes()
    state.write_bytes(whole[:-40])
    written = store.write(KEY, daily(500, 2), source="c")
    assert written.version == 3
    assert store.read(KEY).checksum == daily(0, 502).checksum
    state.write_bytes(whole)
    assert store.read(KEY, version=2).checksum == daily(0, 850).checksum


def test_files_of_a_year_stay_few_however_often_bars_are_added(tmp_path: Path) -> None:
    store = ParquetStore(tmp_path)
    for day in range(60):
        store.write(KEY, daily(day, 1), source="live")
    state = store.state(KEY)
    assert state is not None
    assert 1 < len(state.parts) <= 8
    assert len(list(tmp_path.rglob("*.parquet"))) <= 2 * 8
    assert store.read(KEY).checksum == daily(0, 60).checksum


def test_state_of_a_series_full_of_gaps_stays_small(tmp_path: Path) -> None:
    minutes = np.arange(200_000)
    minutes = minutes[minutes % 100 > 0]
    price = np.ones(minutes.size)
    time = OLD.time[0] + 60_000_000_000 * minutes
    names = ("open", "high", "low", "close")
    bars = Bars(time, dict.fromkeys(names, price), timeframe="1m", instrument="AAPL")
    store, key = ParquetStore(tmp_path), SeriesKey("AAPL", "1m")
    store.write(key, bars, source="a")
    (state,) = tmp_path.rglob("version-*.json")
    assert state.stat().st_size < 20_000
    assert store.read(key).checksum == bars.checksum
    assert len(store.coverage(key).gaps) == 1_999


def test_file_that_is_put_again_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    path, other = tmp_path / "state", tmp_path / "other name of it"
    put(path, b"old")
    other.hardlink_to(path)
    put(path, b"new")
    assert (path.read_bytes(), other.read_bytes()) == (b"new", b"old")
    assert sorted(tmp_path.iterdir()) == [other, path]


def test_changed_byte_in_a_file_is_found_by_verify(tmp_path: Path) -> None:
    store = ParquetStore(tmp_path)
    store.write(KEY, OLD, source="a")
    path = max(tmp_path.rglob("*.parquet"))
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 3] ^= 1
    path.write_bytes(bytes(raw))
    (fault,) = store.verify(KEY)
    assert fault.place == "year=2021/000001.parquet"
    assert "checksum" in fault.problem


def test_changed_byte_is_told_by_a_read_of_the_whole(tmp_path: Path) -> None:
    store = ParquetStore(tmp_path)
    store.write(KEY, OLD, source="a")
    path = max(tmp_path.rglob("*.parquet"))
    whole = path.read_bytes()
    for at in range(0, len(whole), len(whole) // 40):
        raw = bytearray(whole)
        raw[at] ^= 1
        path.write_bytes(bytes(raw))
        with pytest.raises(DataError, match="checksum differs") as caught:
            store.read(KEY)
        assert caught.value.code == "E_STORE_BROKEN"


def test_missing_file_is_told_by_read_and_verify(tmp_path: Path) -> None:
    store = ParquetStore(tmp_path)
    store.write(KEY, OLD, source="a")
    max(tmp_path.rglob("*.parquet")).unlink()
    with pytest.raises(DataError, match=r"000001\.parquet.*missing") as caught:
        store.read(KEY)
    assert caught.value.code == "E_STORE_BROKEN"
    for more in (daily(500, 100), daily(-900, 3)):
        with pytest.raises(DataError, match=r"000001\.parquet.*missing") as caught:
            store.write(KEY, more, source="b")
        assert caught.value.code == "E_STORE_BROKEN"
    (fault,) = store.verify(KEY)
    assert (fault.place, fault.problem) == ("year=2021/000001.parquet", "is missing")


@pytest.mark.parametrize("place", ["store.json", "version-000001.json"])
def test_store_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path, place: str) -> None:
    store = ParquetStore(tmp_path)
    store.write(KEY, OLD, source="a")
    (path,) = tmp_path.rglob(place)
    newer = path.read_text(encoding="utf-8").replace('"format": 1', '"format": 2')
    path.write_text(newer, encoding="utf-8")
    for call in (
        lambda: store.read(KEY),
        lambda: store.write(KEY, daily(500, 5), source="b"),
        lambda: store.prune(KEY, apply=True),
    ):
        with pytest.raises(DataError, match="has format 2") as caught:
            call()
        assert caught.value.code == "E_STORE_FORMAT"
    assert path.read_text(encoding="utf-8") == newer
    assert sorted(p.name for p in tmp_path.rglob("*.parquet")) == ["000001.parquet"] * 2


def test_write_into_what_is_no_folder_is_an_environment_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here", encoding="utf-8")
    store = ParquetStore(tmp_path / "file" / "bars")
    with pytest.raises(EnvironmentFaultError) as caught:
        store.series()
    assert caught.value.code == "E_READ"
    with pytest.raises(EnvironmentFaultError, match="file' is not a folder") as caught:
        store.write(KEY, OLD, source="a")
    assert caught.value.code == "E_WRITE"


@pytest.mark.parametrize("call", ["read", "coverage", "lineage", "prune", "verify"])
def test_state_that_cannot_be_opened_is_an_environment_fault(tmp_path: Path, call: str) -> None:
    store = ParquetStore(tmp_path)
    store.write(KEY, OLD, source="a")
    (state,) = tmp_path.rglob("version-*.json")
    state.unlink()
    state.mkdir()
    with pytest.raises(EnvironmentFaultError) as caught:
        getattr(store, call)(KEY)
    assert caught.value.code == "E_READ"


# --------------------------------------------------------------------------- processes

_SPAWN = multiprocessing.get_context("spawn")


def _write_on_full_disk(root: Path, room: int, results: Any) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    try:
        ParquetStore(root).write(KEY, daily(450, 900), source="b")
        results.put("written")
    except TradewrightError as error:
        results.put(error.code)


def _write_and_die(root: Path, at: int) -> None:
    left = [at]

    def count() -> None:
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    with watched(root, count):
        ParquetStore(root).write(KEY, WRITES["append"][0], source="b")


def _write_many(root: Path, offset: int, results: Any) -> None:
    store = ParquetStore(root)
    for piece in range(offset, 20, 2):
        store.write(KEY, daily(40 * piece, 40), source=f"writer {offset}")
    results.put(offset)


def _run(target: Callable[..., None], *arguments: Any) -> int:
    process = _SPAWN.Process(target=target, args=arguments)
    process.start()
    process.join(120)
    assert process.exitcode is not None
    return process.exitcode


@pytest.mark.slow
@pytest.mark.parametrize("room", [100, 1_500, 5_000])
def test_full_disk_is_an_environment_fault_and_loses_nothing(tmp_path: Path, room: int) -> None:
    store = ParquetStore(tmp_path)
    store.write(KEY, OLD, source="a")
    before = sorted(p for p in tmp_path.rglob("*") if p.is_file())
    results = _SPAWN.Queue()
    assert _run(_write_on_full_disk, tmp_path, room, results) == 0
    assert results.get(timeout=10) == "E_WRITE"
    assert store.read(KEY).checksum == OLD.checksum
    assert store.verify(KEY) == []
    assert sorted(p for p in tmp_path.rglob("*") if p.is_file()) == before


@pytest.mark.slow
@pytest.mark.parametrize("at", [3, 8, 12, 15])
def test_killed_writer_leaves_the_old_or_the_new_state_and_no_lock(tmp_path: Path, at: int) -> None:
    store = ParquetStore(tmp_path, patience_s=5.0)
    store.write(KEY, OLD, source="a")
    assert _run(_write_and_die, tmp_path, at) == -signal.SIGKILL
    assert store.verify(KEY) == []
    assert store.read(KEY).checksum in {OLD.checksum, daily(0, 850).checksum}
    store.write(KEY, WRITES["append"][0], source="again")
    assert store.read(KEY).checksum == daily(0, 850).checksum


@pytest.mark.slow
def test_two_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    results = _SPAWN.Queue()
    writers = [_SPAWN.Process(target=_write_many, args=(tmp_path, n, results)) for n in (0, 1)]
    for writer in writers:
        writer.start()
    assert {results.get(timeout=30) for _ in writers} == {0, 1}
    for writer in writers:
        writer.join(60)
    store = ParquetStore(tmp_path)
    assert store.read(KEY).checksum == daily(0, 800).checksum
    assert len(store.lineage(KEY)) == 20
    assert store.verify(KEY) == []


def test_threads_that_write_and_read_at_once_see_whole_states_only(tmp_path: Path) -> None:
    store = ParquetStore(tmp_path)
    store.write(KEY, daily(0, 40), source="first")
    whole = {daily(0, 40 * n).checksum for n in range(1, 13)}

    def write(pieces: range) -> None:
        for piece in pieces:
            store.write(KEY, daily(0, 40 * piece), source="writer")

    def read(times: int) -> list[str]:
        return [store.read(KEY).checksum for _ in range(times)]

    with ThreadPoolExecutor(4) as pool:
        writers = [pool.submit(write, range(2, 13)) for _ in range(2)]
        readers = [pool.submit(read, 25) for _ in range(2)]
        assert {checksum for reader in readers for checksum in reader.result()} <= whole
        assert [writer.result() for writer in writers] == [None, None]
    assert store.read(KEY).checksum == daily(0, 480).checksum


def test_writer_that_does_not_finish_is_named(tmp_path: Path) -> None:
    store = ParquetStore(tmp_path, patience_s=0.05)
    store.write(KEY, OLD, source="a")

    def second() -> None:
        with pytest.raises(EnvironmentFaultError, match=f"process {os.getpid()}") as caught:
            ParquetStore(tmp_path, patience_s=0.05).write(KEY, daily(500, 5), source="b")
        assert caught.value.code == "E_STORE_BUSY"
        assert caught.value.retryable

    called: list[int] = []
    with watched(tmp_path, lambda: called.append(1) or (len(called) == 6 and second())):
        store.write(KEY, daily(500, 9), source="c")
    assert len(called) > 6
    assert store.read(KEY).checksum == daily(0, 509).checksum
