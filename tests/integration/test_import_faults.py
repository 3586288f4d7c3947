"""``tradewright import`` when the machine fails in the middle: killed, interrupted, full, read-only."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import tradewright as tw
from tests.factories import real_bars

# Runs the command line, and does `ACT` before the n-th operation on files of the store.
_FAULTY = """
import os, resource, signal, sys
from tradewright.entrypoints.cli.main import run
home, act, left = os.environ["TRADEWRIGHT_HOME"], os.environ["ACT"], [int(os.environ["AT"])]
def watch(event, arguments):
    if event in {"open", "os.rename", "os.remove", "os.mkdir"} and str(arguments[0]).startswith(home):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), getattr(signal, act))
if act == "FULL":
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (left[0], left[0]))
else:
    sys.addaudithook(watch)
run()
"""
IBM, MSFT = tw.SeriesKey("IBM", "1d"), tw.SeriesKey("MSFT", "1d")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with two files, of which half of the first is stored already."""
    monkeypatch.setenv("TRADEWRIGHT_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    for symbol in ("IBM", "MSFT"):
        frame: Any = real_bars(symbol).to_pandas()
        frame.to_csv(f"{symbol}_1d.csv")
    tw.store().write(IBM, real_bars("IBM").slice(0, 1000), source="before")
    return tmp_path


def faulty(folder: Path, act: str, at: int) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", _FAULTY, "import", "IBM_1d.csv", "MSFT_1d.csv"],
        env=dict(os.environ) | {"ACT": act, "AT": str(at)},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def require_whole() -> None:
    """Require each series to be as before or as after, and the import to be possible now."""
    before = {IBM: real_bars("IBM").slice(0, 1000).checksum}
    after = {key: real_bars(key.symbol).checksum for key in (IBM, MSFT)}
    for key in tw.store().series():
        assert tw.store().read(key).checksum in {before.get(key), after[key]}
        assert tw.store().verify(key) == []
    assert {one.outcome for one in tw.import_files(["IBM_1d.csv", "MSFT_1d.csv"])} <= {"stored", "unchanged"}
    for key, checksum in after.items():
        assert tw.store().read(key).checksum == checksum
        assert tw.store().verify(key) == []


@pytest.mark.slow
@pytest.mark.parametrize("at", [5, 30, 60, 120])
def test_import_killed_at_any_step_leaves_whole_series(folder: Path, at: int) -> None:
    assert faulty(folder, "SIGKILL", at).returncode == -signal.SIGKILL
    require_whole()


@pytest.mark.campaign
@pytest.mark.parametrize("at", range(1, 240, 3))
def test_import_killed_at_every_step_leaves_whole_series(folder: Path, at: int) -> None:
    assert faulty(folder, "SIGKILL", at).returncode in {-signal.SIGKILL, 0}
    require_whole()


@pytest.mark.slow
@pytest.mark.parametrize("at", [30, 120])
def test_import_stopped_by_the_user_keeps_what_is_complete_and_says_how_to_go_on(
    folder: Path, at: int
) -> None:
    stopped = faulty(folder, "SIGINT", at)
    assert stopped.returncode == 130
    assert "the same command again takes the rest" in stopped.stderr
    assert "Traceback" not in stopped.stderr
    require_whole()


@pytest.mark.slow
@pytest.mark.parametrize("room", [100, 5_000])
def test_import_on_a_full_disk_is_a_fault_of_the_machine_and_loses_nothing(folder: Path, room: int) -> None:
    full = faulty(folder, "FULL", room)
    assert full.returncode == 5
    assert full.stderr.startswith("E_WRITE: cannot write to the store at ")
    assert tw.store().read(IBM).checksum == real_bars("IBM").slice(0, 1000).checksum
    require_whole()


def test_import_into_a_home_that_cannot_be_written_is_a_fault_of_the_machine(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRADEWRIGHT_HOME", "/proc/self/nowhere")
    with pytest.raises(tw.TradewrightError) as caught:
        tw.import_files(folder / "IBM_1d.csv")
    assert (caught.value.code, caught.value.exit_code) == ("E_WRITE", 5)
    assert tw.store().series() == []
