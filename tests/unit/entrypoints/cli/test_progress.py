"""How far work is, as it is told where there is no terminal."""

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
