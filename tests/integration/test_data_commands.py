"""``tradewright data`` as a user types it."""

import json
from pathlib import Path
from typing import Any

import pytest

import tradewright as tw
from tests.factories import real_bars
from tradewright.core.bars import Bars
from tradewright.entrypoints.cli.data import size
from tradewright.entrypoints.cli.main import exit_code

IBM = "local/IBM/1d"


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the root of a store with two states of one series."""
    monkeypatch.setenv("TRADEWRIGHT_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "160")
    bars = real_bars("IBM")
    columns = dict(bars.columns) | {"volume": bars.volume + 1}
    other = Bars(bars.time, columns, timeframe="1d", instrument="IBM").slice(100, 200)
    tw.store().write(tw.SeriesKey("IBM", "1d"), bars, source="ibm [old].csv")
    tw.store().write(tw.SeriesKey("IBM", "1d"), other, source="fixed.csv", replace=True)
    return tmp_path / "bars"


def answer(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> Any:
    assert exit_code(["data", *words, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def test_list_names_every_series_with_what_it_holds(capsys: pytest.CaptureFixture[str]) -> None:
    (row,) = answer(capsys, "list")["series"]
    bars = real_bars("IBM")
    assert (row["series"], row["bars"], row["versions"]) == (IBM, len(bars), [1, 2])
    assert (row["first"], row["last"]) == ("2000-03-01T00:00:00Z", "2013-03-01T00:00:00Z")
    assert row["gaps"] > 600
    assert exit_code(["data", "list"]) == 0
    assert f"{IBM}  {len(bars):,}" in capsys.readouterr().out


def test_show_tells_gaps_and_lineage(capsys: pytest.CaptureFixture[str]) -> None:
    shown = answer(capsys, "show", IBM)
    assert shown["checksum"] == tw.store().read(tw.SeriesKey("IBM", "1d")).checksum
    assert [(entry["source"], entry["changed"]) for entry in shown["lineage"]] == [
        ("ibm [old].csv", 0),
        ("fixed.csv", 100),
    ]
    assert {"first": "2001-09-11T00:00:00Z", "last": "2001-09-16T00:00:00Z", "bars": 6} in shown["gaps"]
    assert exit_code(["data", "show", IBM]) == 0
    text = capsys.readouterr().out
    assert "ibm [old].csv" in text
    assert "2001-09-11" in text


def test_show_of_an_unknown_series_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["data", "show", "local/IBN/1d"]) == 2
    assert f"Did you mean '{IBM}'?" in capsys.readouterr().err


def test_verify_finds_damage_and_ends_with_the_code_for_data(
    capsys: pytest.CaptureFixture[str], root: Path
) -> None:
    assert answer(capsys, "verify") == {"sound": True, "faults": []}
    (path,) = root.rglob("year=2005/*.parquet")
    path.write_bytes(path.read_bytes()[:-9])
    found = answer(capsys, "verify", code=3)
    assert found["sound"] is False
    assert [(fault["series"], fault["place"]) for fault in found["faults"]] == [
        (IBM, "year=2005/000001.parquet")
    ]
    assert exit_code(["data", "verify", IBM]) == 3
    assert "1 fault." in capsys.readouterr().out


def test_prune_says_first_and_removes_with_apply(capsys: pytest.CaptureFixture[str], root: Path) -> None:
    files = sorted(root.rglob("*.parquet"))
    planned = answer(capsys, "prune")
    assert planned["applied"] is False
    assert planned["series"][0]["versions"] == [1]
    assert sorted(root.rglob("*.parquet")) == files
    assert exit_code(["data", "prune"]) == 0
    assert "tradewright data prune --apply" in capsys.readouterr().out
    assert answer(capsys, "prune", IBM, "--apply")["bytes"] == planned["bytes"] > 0
    assert len(list(root.rglob("*.parquet"))) < len(files)
    assert answer(capsys, "prune")["bytes"] == 0


def test_list_of_nothing_says_where_it_looked(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRADEWRIGHT_HOME", str(tmp_path / "empty"))
    assert exit_code(["data", "list"]) == 0
    assert "nothing is stored in" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("count", "told"),
    [(0, "0 bytes"), (999, "999 bytes"), (1_000, "1.0 KB"), (1_550_000, "1.6 MB"), (7 * 10**12, "7000.0 GB")],
)
def test_size_is_told_in_the_unit_that_fits(count: int, told: str) -> None:
    assert size(count) == told
