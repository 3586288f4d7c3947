"""Bars that are kept for a result, and where."""

from pathlib import Path

import numpy as np
import pytest

import tradewright as tw
from tests.factories import real_bars
from tradewright.core.bars import Bars
from tradewright.core.errors import UnknownNameError
from tradewright.library.defaults import home
from tradewright.library.stored import keep, recall


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
    assert len(tw.store().series()) == 1


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


@pytest.mark.parametrize("asked", ["", "ffff", "0" * 64])
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
