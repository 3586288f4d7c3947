"""``tradewright import`` as a user types it."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import tradewright as tw
from tests.factories import real_bars
from tradewright.entrypoints.cli.main import exit_code


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with two good files and one that is not."""
    monkeypatch.setenv("TRADEWRIGHT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)
    for symbol in ("IBM", "MSFT"):
        frame: Any = real_bars(symbol).to_pandas()
        frame.to_csv(f"{symbol}_1d.csv")
    Path("bad_1d.csv").write_text("Date,Open,High,Low,Close\n2020-01-02,1,2,x,1\n", encoding="utf-8")
    return tmp_path


def test_import_says_what_was_understood_and_what_to_type_next(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["import", "IBM_1d.csv"]) == 0
    text = capsys.readouterr().out
    assert "stored" in text
    assert f"local/IBM/1d · {len(real_bars('IBM')):,} bars · 2000-03-01 to 2013-03-01 UTC" in text
    assert max(map(len, text.splitlines())) <= 80
    (line,) = [line.strip() for line in text.splitlines() if "backtest" in line]
    assert line == "tradewright backtest ma_crossover --data store:IBM:1d"
    assert exit_code(shlex.split(line)[1:]) == 0
    assert "IBM" in capsys.readouterr().out


def test_import_keeps_the_right_files_and_ends_with_the_code_for_data(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert exit_code(["import", "IBM_1d.csv", "bad_1d.csv", "MSFT_1d.csv"]) == 3
    text = " ".join(capsys.readouterr().out.split())
    assert "E_NUMBER bad_1d.csv row 2: low 'x' is not a number." in text
    assert "3 files, 1 failed" in text
    assert [key.symbol for key in tw.store().series()] == ["IBM", "MSFT"]


def test_import_of_a_folder_tells_each_file_in_few_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["import", "."]) == 3
    text = capsys.readouterr().out
    assert "layout" not in text
    assert text.count("stored ") == 2


def test_import_as_json_is_one_object_on_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["import", ".", "--json", "--dry-run"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert told["dry_run"] is True
    assert [(file["path"], file["outcome"]) for file in told["files"]] == [
        ("IBM_1d.csv", "previewed"),
        ("MSFT_1d.csv", "previewed"),
        ("bad_1d.csv", "failed"),
    ]
    assert told["files"][2]["code"] == "E_NUMBER"
    assert told["files"][0]["first"] == "2000-03-01T00:00:00Z"
    assert tw.store().series() == []


def test_import_that_disagrees_says_how_many_the_first_and_the_ways_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    exit_code(["import", "IBM_1d.csv"])
    columns = dict(real_bars("IBM").columns)
    other = tw.Bars(
        real_bars("IBM").time, columns | {"volume": columns["close"]}, timeframe="1d", instrument="I"
    )
    frame: Any = other.to_pandas()
    frame.to_csv("IBM_1d.csv")
    capsys.readouterr()
    assert exit_code(["import", "IBM_1d.csv"]) == 3
    text = " ".join(capsys.readouterr().out.split())
    assert "E_OVERLAP IBM 2000-03-01T00:00:00: volume is" in text
    assert f"{len(other):,} of {len(other):,} bars that both have disagree" in text
    assert "--replace" in text
    assert exit_code(["import", "IBM_1d.csv", "--replace"]) == 0
    assert f"{len(other):,} replaced" in capsys.readouterr().out


def test_import_with_a_wrong_option_is_an_error_of_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code(["import", "IBM_1d.csv", "--tz", "Mars"]) == 2
    assert "E_TZ" in capsys.readouterr().err


def test_import_into_a_home_that_is_a_file_is_a_fault_of_the_machine(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("home").write_text("a file", encoding="utf-8")
    assert exit_code(["import", "IBM_1d.csv"]) == 5
    assert "E_WRITE" in capsys.readouterr().err


@pytest.mark.slow
def test_two_imports_at_once_both_end_whole_and_stand_in_lineage(files: Path) -> None:
    frame: Any = real_bars("IBM").to_pandas()
    frame[:2000].to_csv("early_IBM.csv")
    frame[1000:].to_csv("late_IBM.csv")
    command = [sys.executable, "-c", "from tradewright.entrypoints.cli.main import run; run()", "import"]
    writers = [
        subprocess.Popen([*command, name, "--symbol", "IBM"], env=dict(os.environ), cwd=files)
        for name in ("early_IBM.csv", "late_IBM.csv")
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    key = tw.SeriesKey("IBM", "1d")
    assert tw.store().read(key).checksum == real_bars("IBM").checksum
    sources = {Path(entry.source).name for entry in tw.store().lineage(key)}
    assert sources == {"early_IBM.csv", "late_IBM.csv"}
    assert tw.store().verify(key) == []
