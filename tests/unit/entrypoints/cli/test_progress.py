"""How far work is, as it is told where there is no terminal."""

import time

import pytest

from tradewright.core.hooks import check_cancelled, progress
from tradewright.entrypoints.cli.progress import counting


def test_lines_come_every_twentieth_and_on_stderr_only(capsys: pytest.CaptureFixture[str]) -> None:
    with counting("importing", lines=True):
        for done in range(201):
            progress(done, 200, "a file")
    told = capsys.readouterr()
    lines = told.err.splitlines()
    assert told.out == ""
    assert lines[0] == "importing 10 of 200"
    assert lines[-1] == "importing 200 of 200"
    assert len(lines) == 20


def test_one_step_has_no_lines_and_silence_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    with counting("importing", lines=True):
        progress(0, 1, "a file")
        progress(1, 1, "")
    with counting("importing", lines=False):
        progress(100, 200, "a file")
    assert capsys.readouterr().err == ""


def test_counting_ends_with_the_block(capsys: pytest.CaptureFixture[str]) -> None:
    with counting("importing", lines=True):
        check_cancelled()
    progress(5, 10, "nobody listens")
    assert capsys.readouterr().err == ""


def test_work_that_is_soon_done_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with counting("scoring", lines=True, patience_s=60.0):
        for done in range(201):
            progress(done, 200, "")
    assert capsys.readouterr().err == ""


def test_long_work_says_how_long_the_rest_takes(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = time.monotonic()
    now = (begun + 20 * step for step in range(2, 100))
    monkeypatch.setattr("time.monotonic", lambda: next(now))
    with counting("scoring", lines=True):
        progress(1, 100, "")
        progress(99, 100, "")
    first, last = capsys.readouterr().err.splitlines()
    assert first.startswith("scoring 1 of 100, ")
    assert first.endswith(" min left")
    assert last == "scoring 99 of 100"
