"""Bars written to files of other tools, to the last digit."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import tradewright as tw
from tradewright.core.errors import DataError

PRICES = ("open", "high", "low", "close")
DAY = 86_400 * 10**9


def flat(close: np.ndarray, **extra: np.ndarray) -> tw.Bars:
    time = DAY * np.arange(11_000, 11_000 + close.size)
    return tw.Bars(time, dict.fromkeys(PRICES, close) | extra, timeframe="1d", instrument="X")


@given(
    arrays(np.float64, 6, elements=st.floats(1e-9, 1e15)), arrays(np.float64, 6, elements=st.floats(0, 1e300))
)
def test_numbers_keep_every_digit_through_csv(
    tmp_path_factory: pytest.TempPathFactory, close: np.ndarray, volume: np.ndarray
) -> None:
    bars = flat(close, volume=volume)
    path = tw.export_bars(bars, tmp_path_factory.mktemp("export") / "X_1d.csv")
    assert tw.load(path).checksum == bars.checksum


def test_times_below_a_second_keep_every_digit(tmp_path: Path) -> None:
    bars = flat(np.arange(1.0, 9.0))
    shifted = tw.Bars(bars.time + 1, bars.columns, timeframe="1d", instrument="X")
    text = tw.export_bars(shifted, tmp_path / "X_1d.csv").read_text(encoding="utf-8")
    assert text.split("\n")[1].startswith("2000-02-13T00:00:00.000000001Z,1.0,")


def test_value_that_is_not_known_is_an_empty_cell(tmp_path: Path) -> None:
    bars = flat(np.arange(1.0, 4.0), quote_volume=np.array([np.nan, -1.5, 2.0]))
    path = tw.export_bars(bars, tmp_path / "X_1d.csv")
    cells = [line.split(",") for line in path.read_text(encoding="utf-8").split()]
    at = cells[0].index("quote_volume")
    assert [row[at] for row in cells[1:]] == ["", "-1.5", "2.0"]


def test_column_that_a_spreadsheet_would_run_goes_to_parquet_only(tmp_path: Path) -> None:
    bars = flat(np.arange(1.0, 4.0), **{"=cmd|' /C calc'!A0": np.ones(3)})
    with pytest.raises(DataError, match="formula") as caught:
        tw.export_bars(bars, tmp_path / "X_1d.csv")
    assert caught.value.code == "E_COLUMN"
    assert list(tmp_path.iterdir()) == []
    table = pl.read_parquet(tw.export_bars(bars, tmp_path / "X_1d.parquet"))
    assert table.columns == ["timestamp", *bars.columns]
    assert table["timestamp"].to_physical().to_list() == bars.time.tolist()
    assert table["close"].to_list() == bars.close.tolist()
