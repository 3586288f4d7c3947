"""Price files into the store: whole or not at all, and told."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tradewright as tw
from tests.factories import real_bars
from tradewright.core.errors import DataError, EnvironmentFaultError, InputError
from tradewright.core.hooks import SilentHooks, installed

DAILY = tw.SeriesKey("IBM", "1d")


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a series in files of a year each."""
    monkeypatch.setenv("TRADEWRIGHT_HOME", str(tmp_path / "home"))
    folder = tmp_path / "files"
    folder.mkdir()
    frame: Any = real_bars("IBM").to_pandas()
    for year in range(2003, 2006):
        frame[frame.index.year == year].to_csv(folder / f"IBM_{year}.csv")
    return folder


def put(path: Path, bars: tw.Bars) -> Path:
    frame: Any = bars.to_pandas()
    frame.to_csv(path)
    return path


def years() -> tw.Bars:
    bars = real_bars("IBM")
    first, last = (int(np.datetime64(day, "ns").astype(np.int64)) for day in ("2003-01-01", "2006-01-01"))
    i, j = np.searchsorted(bars.time, (first, last))
    return bars.slice(int(i), int(j))


@pytest.mark.parametrize("named", ["folder", "pattern", "files", "backwards"])
def test_files_of_years_become_one_series_in_any_order(files: Path, named: str) -> None:
    each = sorted(files.iterdir())
    paths: dict[str, Any] = {
        "folder": files,
        "pattern": str(files / "*.csv"),
        "files": each,
        "backwards": [*each[::-1], each[0]],
    }
    done = tw.import_files(paths[named])
    assert [one.outcome for one in done] == ["stored"] * 3
    assert tw.store().series() == [DAILY]
    assert tw.store().read(DAILY).checksum == years().checksum
    assert sum(one.added for one in done) == sum(one.bars for one in done) == len(years())


def test_file_that_cannot_be_read_is_told_and_the_others_are_kept(files: Path) -> None:
    (files / "IBM_2004.csv").write_text("Date,Open,High,Low,Close\n2004-01-02,1,2,x,1\n", encoding="utf-8")
    done = tw.import_files([files, files / "none.csv"])
    assert [one.outcome for one in done] == ["stored", "failed", "stored", "failed"]
    assert [one.error.code for one in done if one.error] == ["E_NUMBER", "E_FILE"]
    assert done[1].to_dict()["code"] == "E_NUMBER"
    assert done[1].key is None
    assert len(tw.store().read(DAILY)) == len(years()) - 252


def test_file_again_changes_nothing_and_is_told_so(files: Path) -> None:
    tw.import_files(files)
    assert {one.outcome for one in tw.import_files(files)} == {"unchanged"}
    assert len(tw.store().lineage(DAILY)) == 3


def changed(bars: tw.Bars) -> tw.Bars:
    columns = dict(bars.columns) | {"high": np.where(np.arange(len(bars)) == 7, bars.high + 1, bars.high)}
    return tw.Bars(bars.time, columns, timeframe="1d", instrument="IBM")


@pytest.mark.parametrize("dry_run", [True, False])
def test_file_that_disagrees_fails_unless_it_may_replace(files: Path, dry_run: bool) -> None:
    tw.import_files(files)
    other = put(files / "IBM_1d.csv", changed(years()))
    (refused,) = tw.import_files(other, dry_run=dry_run)
    assert (refused.outcome, refused.key) == ("failed", DAILY)
    assert refused.error is not None
    assert refused.error.code == "E_OVERLAP"
    assert refused.error.details["bars"] == 1
    assert "--replace" in refused.error.fix
    (taken,) = tw.import_files(other, dry_run=dry_run, replace=True)
    assert (taken.added, taken.changed) == (0, 1)
    assert (tw.store().read(DAILY).checksum == years().checksum) == dry_run


def test_dry_run_says_what_would_be_new_and_writes_nothing(files: Path, tmp_path: Path) -> None:
    (first,) = tw.import_files(files / "IBM_2003.csv", dry_run=True)
    assert (first.outcome, first.added) == ("previewed", 252)
    assert not (tmp_path / "home").exists()
    tw.import_files(files / "IBM_2003.csv")
    again, new = tw.import_files([files / "IBM_2003.csv", files / "IBM_2004.csv"], dry_run=True)
    assert (again.added, new.added) == (0, 252)
    assert len(tw.store().read(DAILY)) == 252


def test_venue_owner_symbol_and_source_name_the_series_and_its_lineage(files: Path) -> None:
    names: dict[str, Any] = {"symbol": "IBM.N", "venue": "nyse", "owner": "ann", "source": "a vendor"}
    (one,) = tw.import_files(files / "IBM_2003.csv", **names)
    key = tw.SeriesKey("IBM.N", "1d", "nyse", "ann")
    assert one.key == key
    assert tw.store().read(key).instrument == tw.Instrument("IBM.N", "nyse")
    assert [entry.source for entry in tw.store().lineage(key)] == ["a vendor"]
    (other,) = tw.import_files(files / "IBM_2004.csv")
    assert tw.store().lineage(other.key or key)[0].source == str(files / "IBM_2004.csv")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"timezone": "Mars/Base"}, "E_TZ"),
        ({"timeframe": "7x"}, "E_TIMEFRAME"),
        ({"venue": "a/b"}, "E_SERIES"),
        ({"owner": "a@b"}, "E_SERIES"),
        ({"symbol": ""}, "E_SERIES"),
        ({"date_order": "xyz"}, "E_IMPORT_OPTION"),
    ],
)
def test_option_that_is_wrong_for_every_file_is_refused_at_once(
    files: Path, options: dict[str, Any], code: str
) -> None:
    with pytest.raises(InputError) as caught:
        tw.import_files(files, **options)
    assert caught.value.code == code


def test_options_of_reading_reach_the_file_and_its_preview_is_handed_on(tmp_path: Path) -> None:
    days = "\n".join(f"0{day}.02.2023,1,2,1,2,5,red" for day in (1, 2, 3))
    path = tmp_path / "EU_1d.csv"
    path.write_text(f"Date,Open,High,Low,Close,Volume,Colour\n{days}\n", encoding="utf-8")
    (unclear,) = tw.import_files(path)
    assert unclear.error is not None
    assert unclear.error.code == "E_DATE"
    (one,) = tw.import_files(path, date_order="dmy")
    assert (one.outcome, one.added) == ("stored", 3)
    assert one.preview is not None
    assert one.preview.ignored == ("Colour",)
    assert one.to_dict()["understood"]["columns"]["Date"] == "timestamp"
    path.write_text("Date,Open,High,Low,Close\n2023-02-02,1,2,1,2\n2023-02-01,1,2,1,2\n", encoding="utf-8")
    (strict,) = tw.import_files(path, strict=True)
    assert strict.error is not None
    assert strict.error.code == "E_STRICT"


def test_folder_or_pattern_without_price_files_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "readme.md").write_text("none", encoding="utf-8")
    (tmp_path / "notes" / ".hidden.csv").write_text("none", encoding="utf-8")
    for path in (tmp_path / "notes", tmp_path / "*.tsv"):
        with pytest.raises(DataError, match=r"holds no price file|matches no file") as caught:
            tw.import_files(path)
        assert caught.value.code == "E_FILE"


def test_stop_between_files_keeps_those_before(files: Path) -> None:
    class Stopping(SilentHooks):
        """Stops before the second file."""

        def progress(self, done: int, total: int, message: str) -> None:
            assert total == 3
            if done == 1:
                raise KeyboardInterrupt(message)

    done: list[tw.ImportedFile] = []
    with installed(Stopping()), pytest.raises(KeyboardInterrupt, match="IBM_2004"):
        tw.import_files(files, told=done.append)
    assert [one.outcome for one in done] == ["stored"]
    assert len(tw.store().read(DAILY)) == 252


def test_home_that_is_a_file_is_an_environment_fault(files: Path, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file", encoding="utf-8")
    with pytest.raises(EnvironmentFaultError) as caught:
        tw.import_files(files)
    assert caught.value.code == "E_WRITE"
    assert str(tmp_path / "home") in caught.value.message


@pytest.mark.parametrize(
    ("names", "symbols"),
    [
        (("IBM_2003_2004", "IBM-2005", "IBM_20050103", "IBM_2005-01-03_2005-12-30", "IBM (1)"), ["IBM"]),
        (("IBM_2024-03", "IBM_2024-06", "IBM_202409"), ["IBM_2024-03", "IBM_2024-06", "IBM_202409"]),
    ],
)
def test_years_and_dates_are_parts_of_a_series_and_months_are_contracts(
    tmp_path: Path, names: tuple[str, ...], symbols: list[str]
) -> None:
    made = [put(tmp_path / f"{name}.csv", years()) for name in names]
    assert all(one.outcome in {"stored", "unchanged"} for one in tw.import_files(made))
    assert [key.symbol for key in tw.store().series()] == symbols


def test_accent_written_in_two_ways_is_one_series(tmp_path: Path) -> None:
    for name in ("Soci\u00e9t\u00e9.csv", "Socie\u0301te\u0301.csv"):
        tw.import_files(put(tmp_path / name, years()))
    assert [key.symbol for key in tw.store().series()] == ["Soci\u00e9t\u00e9"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_pipe_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "prices.csv")
    (done,) = tw.import_files(tmp_path / "prices.csv")
    assert done.error is not None
    assert done.error.code == "E_FILE"
    assert "pipe" in done.error.message
