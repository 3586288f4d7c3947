"""``tradewright data`` as a user types it."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

import tradewright as tw
from tests.factories import real_bars
from tradewright.core.bars import Bars
from tradewright.entrypoints.cli.main import exit_code
from tradewright.entrypoints.cli.wording import size
from tradewright.library.stored import keep

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
    assert row["gaps"] == 1  # the week of 2001-09-11; weekends and holidays are none
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
    assert "Did you mean 'store:IBM:1d'?" in capsys.readouterr().err


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


def test_list_shows_a_damaged_series_and_all_others(capsys: pytest.CaptureFixture[str], root: Path) -> None:
    other = real_bars("MSFT")
    tw.store().write(tw.SeriesKey.of(other), other, source="a")
    (path,) = root.rglob("symbol=MSFT/*/year=2005/*.parquet")
    path.unlink()
    told = answer(capsys, "list", code=3)
    assert [row["series"] for row in told["series"]] == [IBM]
    assert [(row["series"], row["code"]) for row in told["damaged"]] == [("local/MSFT/1d", "E_STORE_BROKEN")]
    assert exit_code(["data", "list"]) == 3
    text = capsys.readouterr().out
    assert IBM in text
    assert "damaged local/MSFT/1d" in text


@pytest.mark.parametrize("left", ["older", "none"])
def test_state_that_was_lost_is_told_by_verify(
    capsys: pytest.CaptureFixture[str], root: Path, left: str
) -> None:
    for path in root.rglob("version-*.json"):
        if left == "none" or path.name == "version-000002.json":
            path.unlink()
    faults = answer(capsys, "verify", code=3)["faults"]
    assert ("version-000002.json", "is missing") in [(f["place"], f["problem"]) for f in faults]
    assert len(answer(capsys, "list", code=0 if left == "older" else 3)["series"]) == (left == "older")


def test_series_of_a_newer_version_is_shown_and_hides_no_other(
    capsys: pytest.CaptureFixture[str], root: Path
) -> None:
    other = real_bars("MSFT")
    tw.store().write(tw.SeriesKey.of(other), other, source="a")
    (path,) = root.rglob("symbol=MSFT/*/version-*.json")
    path.write_text(path.read_text(encoding="utf-8").replace('"format": 1', '"format": 2'), encoding="utf-8")
    told = answer(capsys, "list", code=3)
    assert [row["series"] for row in told["series"]] == [IBM]
    assert [row["code"] for row in told["damaged"]] == ["E_STORE_FORMAT"]
    (root / "store.json").write_text('{"format": 2}', encoding="utf-8")
    assert exit_code(["data", "list"]) == 3
    assert "E_STORE_FORMAT" in capsys.readouterr().err


def test_kept_bars_are_counted_by_list_and_named_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    bars = real_bars("MSFT")
    checksum = keep(bars, "msft.csv")
    kept = answer(capsys, "list")["kept"]
    assert kept == {"count": 1, "bytes": tw.kept_bars().entries()[0].bytes}
    assert exit_code(["data", "list"]) == 0
    text = capsys.readouterr().out
    assert "MSFT" not in text
    assert "bars of 1 source, " in text
    (row,) = answer(capsys, "list", "--kept")["kept"]
    assert (row["checksum"], row["symbol"], row["source"]) == (checksum, "MSFT", "msft.csv")
    assert exit_code(["data", "list", "--kept"]) == 0
    assert f"{checksum[:12]}  MSFT 1d" in capsys.readouterr().out


def test_prune_leaves_what_kept_runs_need_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    first = tw.store().read(tw.SeriesKey("IBM", "1d"), version=1)
    newest = tw.load("store:IBM")
    tw.store().write(tw.SeriesKey("IBM", "1d"), first, source="again", replace=True)
    checksums = [keep(tw.load("store:IBM"), "store:IBM"), keep(newest, "memory")]
    assert exit_code(["data", "prune", "--apply"]) == 0
    assert tw.kept_bars().recall(checksums[0]).checksum == first.checksum
    tw.store().write(tw.SeriesKey("IBM", "1d"), newest, source="more", replace=True)
    capsys.readouterr()
    assert answer(capsys, "prune", "--apply")["series"][0]["pinned"] == [3]
    assert exit_code(["data", "prune"]) == 0
    assert "version 3 stays, kept runs need it" in capsys.readouterr().out
    assert len(answer(capsys, "prune", "--kept", "1")["kept"]) == 0
    last = answer(capsys, "prune", "--kept", "0", "--apply")
    assert sorted(last["kept"]) == sorted(checksums)
    assert last["series"][0]["versions"] == [3]
    assert tw.kept_bars().entries() == []


def test_prune_sweeps_what_crashes_left(capsys: pytest.CaptureFixture[str], root: Path) -> None:
    keep(real_bars("MSFT"), "msft.csv")
    (series,) = root.glob("owner=*/venue=*/symbol=*/timeframe=*")
    shutil.copytree(series, series.with_name(f"{series.name}.removed"))
    old, new = (root / "kept" / f"{name}.npz.1-1.partial" for name in ("old", "new"))
    for path in (old, new):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    answer(capsys, "prune", "--apply", IBM)
    left = answer(capsys, "prune")["left"]
    assert left > 100_000
    assert [row["series"] for row in answer(capsys, "list")["series"]] == [IBM]
    assert answer(capsys, "prune", "--apply")["left"] == left
    assert not old.exists()
    assert new.exists()
    assert answer(capsys, "prune")["bytes"] == 0
    assert answer(capsys, "verify")["sound"] is True


def test_remove_takes_a_series_away_but_not_what_runs_need(
    capsys: pytest.CaptureFixture[str], root: Path
) -> None:
    bars = tw.load("store:IBM")
    checksum = keep(bars, "store:IBM")
    assert answer(capsys, "remove", "IBM") == {"series": IBM, "applied": False, "lost": []}
    assert len(tw.store().series()) == 1
    assert exit_code(["data", "remove", "IBM", "--apply"]) == 0
    assert tw.store().series() == []
    assert not list(root.rglob("*.parquet"))
    assert tw.kept_bars().recall(checksum).checksum == bars.checksum
    assert exit_code(["data", "remove", "IBM", "--apply"]) == 2


def test_damaged_series_can_be_removed_and_imported_again(
    capsys: pytest.CaptureFixture[str], root: Path
) -> None:
    checksum = keep(tw.load("store:IBM"), "store:IBM")
    for path in root.rglob("version-*.json"):
        path.write_text("{", encoding="utf-8")
    assert answer(capsys, "remove", IBM, "--apply")["lost"] == [checksum]
    tw.store().write(tw.SeriesKey("IBM", "1d"), real_bars("IBM"), source="again")
    assert answer(capsys, "verify")["sound"] is True


@pytest.mark.parametrize("name", ["IBM_1d.csv", "IBM_1d.csv.gz", "IBM_1d.parquet"])
def test_export_comes_back_to_the_same_bars(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str
) -> None:
    bars = tw.load("store:IBM")
    told = answer(capsys, "export", "IBM:1d", str(tmp_path / name))
    assert told["checksum"] == bars.checksum
    assert exit_code(["data", "export", "IBM:1d", str(tmp_path / name)]) == 2
    assert "E_EXPORT_EXISTS" in capsys.readouterr().err
    (one,) = tw.import_files(tmp_path / name, venue="back")
    assert one.key is not None
    assert tw.store().read(one.key).checksum == told["checksum"]
    words = ["data", "export", IBM, str(tmp_path / name), "--overwrite", "--start", "2010-01-04"]
    assert exit_code(words) == 0
    assert tw.load(tmp_path / name).checksum == tw.load(f"store:{IBM}", start="2010-01-04").checksum


@pytest.mark.parametrize(
    ("file", "code", "ends"), [("x.xls", "E_EXPORT_KIND", 2), ("no/such/folder/x.csv", "E_WRITE", 5)]
)
def test_export_that_cannot_be_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, file: str, code: str, ends: int
) -> None:
    assert exit_code(["data", "export", "IBM", str(tmp_path / file)]) == ends
    assert code in capsys.readouterr().err


@pytest.mark.parametrize(
    ("count", "told"),
    [(0, "0 bytes"), (999, "999 bytes"), (1_000, "1.0 KB"), (1_550_000, "1.6 MB"), (7 * 10**12, "7000.0 GB")],
)
def test_size_is_told_in_the_unit_that_fits(count: int, told: str) -> None:
    assert size(count) == told


@pytest.mark.parametrize("days", ["-1", "nan", "much"])
def test_prune_refuses_what_is_no_number_of_days(days: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["data", "prune", "--kept", days, "--apply"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("E_USAGE: Invalid value for '--kept'")
