"""Ctrl-C as a wish first, and as an end when it comes again."""

import os
import signal

import pytest

from tradewright.entrypoints.cli.optimizing.stopping import stoppable


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_first_is_a_wish_and_the_second_an_exception(capsys: pytest.CaptureFixture[str]) -> None:
    with stoppable("stopping soon") as stopping:
        assert not stopping()
        interrupt()
        assert stopping()
        assert capsys.readouterr().err == "stopping soon\n"
        with pytest.raises(KeyboardInterrupt):
            interrupt()


def test_what_was_there_before_is_there_again() -> None:
    before = signal.getsignal(signal.SIGINT)
    with stoppable("stopping"):
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before
