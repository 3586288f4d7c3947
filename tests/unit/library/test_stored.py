"""Bars that are kept for a result, and where."""

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import tradewright as tw
from tests.factories import real_bars
from tradewright.core.bars import Bars
from tradewright.core.errors import DataError, EnvironmentFaultError, UnknownNameError
from tradewright.data.stores.parquet.links import Link
from tradewright.library.defaults import home
from tradewright.library.stored import keep, kept_bars, recall


@pytest.fixture(autouse=True)
def _home_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRADEWRIGHT_HOME", str(tmp_path / "home"))


def test_recall_of_kept_bars_returns_them_by_checksum_or_its_beginning() -> None:
    bars = real_bars("IBM")
    checksum = keep(bars, "ibm.csv")
    assert checksum == bars.checksum
    for asked in (checksum, checksum[:8]):
        assert recall(asked).checksum == bars.checksum
    assert keep(bars, "again") == checksum
    assert tw.store().series() == []
    assert recall(checksum).instrument == bars.instrument
    assert recall(checksum).notes == bars.notes


def test_keep_of_bars_that_disagree_keeps_both() -> None:
    bars = real_bars("IBM")
    other = Bars(
        bars.time,
        {name: np.array(column) * 2 for name, column in bars.columns.items()},
        timeframe="1d",
        instrument="IBM",
    )
    sums = [keep(bars, "a"), keep(other, "b")]
    assert [recall(checksum).checksum for checksum in sums] == [bars.checksum, other.checksum]


@pytest.mark.parametrize("asked", ["", "ffff", "0" * 64, "*", "../"])
def test_recall_of_what_was_never_kept_is_an_error(asked: str) -> None:
    keep(real_bars("IBM"), "a")
    with pytest.raises(UnknownNameError) as caught:
        recall(asked)
    assert caught.value.code == "E_SERIES"


def test_recall_of_a_checksum_with_another_end_is_an_error() -> None:
    checksum = keep(real_bars("IBM"), "a")
    with pytest.raises(UnknownNameError):
        recall(checksum[:40] + "0" * 24)


def test_home_is_chosen_by_the_environment_or_the_users_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tw.store().root == tmp_path / "home" / "bars"
    monkeypatch.delenv("TRADEWRIGHT_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert home() == tmp_path / "data" / "tradewright"
    monkeypatch.setenv("TRADEWRIGHT_HOME", "~/bars")
    assert home() == Path.home() / "bars"


def test_recall_of_kept_bars_of_which_some_are_short_returns_their_closes() -> None:
    week, day = 7 * 86_400 * 10**9, 86_400 * 10**9
    time = week * np.arange(20) + day * (np.arange(20) % 9 == 5)
    closes = np.append(np.minimum(time[:-1] + week, time[1:]), time[-1] + week)
    prices = {name: np.ones(20) for name in ("open", "high", "low", "close")}
    bars = Bars(time, prices, timeframe="1w", instrument="X", close_time=closes)
    assert np.array_equal(recall(keep(bars, "x.csv")).close_time, closes)


# --------------------------------------------------------------------------- beside stored series

IBM = tw.SeriesKey("IBM", "1d")


def louder(bars: Bars) -> Bars:
    columns = dict(bars.columns) | {"volume": bars.volume + 1}
    return Bars(bars.time, columns, timeframe="1d", instrument="IBM")


def archives(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "home" / "bars" / "kept").glob("*.npz"))


def test_keep_of_what_a_series_has_writes_no_second_copy(tmp_path: Path) -> None:
    bars = real_bars("IBM")
    tw.store().write(IBM, bars, source="a")
    for given, source in ((bars, "ibm.csv"), (tw.load("store:IBM", start="2004-01-01"), "store:IBM")):
        assert recall(keep(given, source)).checksum == given.checksum
    assert archives(tmp_path) == []
    assert [one.series for one in kept_bars().entries()] == ["local/IBM/1d@1"] * 2


def test_bars_kept_by_version_outlive_replacement_and_prune(tmp_path: Path) -> None:
    bars = real_bars("IBM")
    tw.store().write(IBM, bars, source="a")
    part = tw.load("store:IBM", start="2004-01-01", end="2008-12-31")
    sums = [keep(tw.load("store:IBM"), "store:IBM"), keep(part, "store:IBM")]
    tw.store().write(IBM, louder(bars), source="b", replace=True)
    tw.store().write(IBM, louder(louder(bars)), source="c", replace=True)
    pruned = tw.store().prune(IBM, apply=True)
    assert (pruned.versions, pruned.pinned) == ((2,), (1,))
    assert archives(tmp_path) == []
    assert [recall(checksum).checksum for checksum in sums] == [bars.checksum, part.checksum]
    kept_bars().forget(sums)
    assert tw.store().prune(IBM, apply=True).versions == (1,)
    assert tw.store().prune(IBM).bytes == 0
    with pytest.raises(UnknownNameError):
        recall(sums[0])


def test_bars_kept_by_version_are_written_again_when_their_series_is_gone(tmp_path: Path) -> None:
    bars = real_bars("IBM")
    tw.store().write(IBM, bars, source="a")
    checksum = keep(bars, "store:IBM")
    shutil.rmtree(next((tmp_path / "home" / "bars").glob("owner=*")))
    assert kept_bars().verify()
    with pytest.raises(UnknownNameError):
        recall(checksum)
    assert keep(bars, "store:IBM") == checksum
    assert recall(checksum).checksum == checksum
    assert kept_bars().verify() == []
    assert len(kept_bars().entries()) == 1


def test_bars_whose_version_goes_while_they_are_being_kept_get_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bars = real_bars("IBM")
    tw.store().write(IBM, bars, source="a")
    write = Link.write

    def late(link: Link, path: Path, *, aside: str) -> None:
        tw.store().write(IBM, louder(bars), source="b", replace=True)
        tw.store().prune(IBM, apply=True)
        write(link, path, aside=aside)

    monkeypatch.setattr(Link, "write", late)
    assert recall(keep(bars, "ibm.csv")).checksum == bars.checksum
    assert len(archives(tmp_path)) == 1
    assert len(kept_bars().entries()) == 1


def test_bars_with_other_notes_than_the_series_have_a_copy_of_their_own(tmp_path: Path) -> None:
    bars = real_bars("IBM")
    tw.store().write(IBM, bars, source="a")
    noted = bars.slice(0, len(bars))
    noted.notes["W_TZ_ASSUMED"] = 1
    assert recall(keep(noted, "ibm.csv")).notes == noted.notes
    assert len(archives(tmp_path)) == 1


@pytest.mark.parametrize("damage", ["cut", "byte", "empty"])
def test_damaged_archive_is_told_and_found_by_verify(tmp_path: Path, damage: str) -> None:
    checksum = keep(real_bars("IBM"), "ibm.csv")
    (path,) = archives(tmp_path)
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes({"cut": raw[: len(raw) // 2], "byte": raw, "empty": b""}[damage])
    with pytest.raises(DataError) as caught:
        recall(checksum)
    assert caught.value.code == "E_STORE_BROKEN"
    (fault,) = kept_bars().verify()
    assert fault.place == f"kept/{path.name}"


def test_column_of_any_name_comes_back() -> None:
    bars = real_bars("IBM")
    columns = dict(bars.columns) | dict.fromkeys(("file", "a/b\x00c", "time", "x" * 300), bars.close * 2)
    odd = Bars(bars.time, columns, timeframe="1d", instrument=tw.Instrument("a/b", "x/y", taker_fee=0.1))
    back = recall(keep(odd, "\udcff.csv"))
    assert (back.checksum, list(back.columns), back.instrument) == (
        odd.checksum,
        list(columns),
        odd.instrument,
    )


def test_keep_without_a_frame_library(tmp_path: Path) -> None:
    code = (
        "import sys, tradewright as tw\n"
        "from tradewright.library.stored import keep, recall\n"
        "prices = {name: [1.0] for name in ('open', 'high', 'low', 'close')}\n"
        "bars = tw.Bars([0], prices, timeframe='1d', instrument='X')\n"
        "recall(keep(bars, 'x'))\n"
        "sys.exit(str({'polars', 'pandas', 'pyarrow'} & set(sys.modules) or ''))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""


def test_keep_by_many_threads_at_once_leaves_one_whole_file(tmp_path: Path) -> None:
    bars = real_bars("IBM")
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(keep, [bars] * 16, "abcdefghijklmnop")) == {bars.checksum}
    assert [path.name for path in (tmp_path / "home/bars/kept").iterdir()] == [f"{bars.checksum}.npz"]
    assert recall(bars.checksum).checksum == bars.checksum


def test_kept_bars_that_were_asked_for_again_are_not_idle(tmp_path: Path) -> None:
    checksum = keep(real_bars("IBM"), "a")
    (path,) = archives(tmp_path)
    os.utime(path, (0, 0))
    assert kept_bars().entries()[0].idle_days > 10_000
    keep(real_bars("IBM"), "a")
    (one,) = kept_bars().entries()
    assert one.idle_days < 1
    assert (one.checksum, one.symbol, one.bars, one.source) == (checksum, "IBM", len(real_bars("IBM")), "a")


def test_keep_in_a_home_that_is_a_file_is_an_environment_fault(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file", encoding="utf-8")
    with pytest.raises(EnvironmentFaultError) as caught:
        keep(real_bars("IBM"), "a")
    assert caught.value.code == "E_WRITE"


def test_keep_in_a_store_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home" / "bars").mkdir(parents=True)
    (tmp_path / "home" / "bars" / "store.json").write_text('{"format": 99}', encoding="utf-8")
    with pytest.raises(DataError) as caught:
        keep(real_bars("IBM"), "a")
    assert caught.value.code == "E_STORE_FORMAT"


def test_home_that_is_a_file_is_an_error_and_never_an_empty_list(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(EnvironmentFaultError, match="E_READ"):
        tw.store().series()
