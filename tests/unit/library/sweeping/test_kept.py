"""A sweep that its user stops: what is scored stays, is counted, and the same call goes on from there."""

import pytest

import tradewright as tw
from tradewright.core.errors import CancelledError
from tradewright.core.hooks import SilentHooks, installed
from tradewright.library.warming import synthetic_bars

BARS = synthetic_bars(600)
GRID = {"fast": range(3, 23), "slow": range(30, 50)}


class Stop(SilentHooks):
    """Stops after some pieces, in the way that is asked for."""

    def __init__(self, error, pieces):
        self.error, self.left, self.told = error, pieces, []

    def progress(self, done, total, message):
        self.told.append((done, total, message))
        self.left -= 1
        if self.left < 0:
            raise self.error


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("TRADEWRIGHT_HOME", str(tmp_path / "home"))


def swept(**asked):
    return tw.sweep("ma_crossover", BARS, grid=GRID, executor="threads:2", **asked)


@pytest.mark.parametrize("make", [lambda: CancelledError("E_CANCELLED", "stopped."), KeyboardInterrupt])
@pytest.mark.parametrize("pieces", [0, 1, 3])
def test_stopped_sweep_goes_on_from_its_folder(tmp_path, make, pieces):
    folder, stop = tmp_path / "scores", Stop(make(), pieces)
    with installed(stop), pytest.raises(type(stop.error)) as caught:
        swept(folder=folder)
    (note,) = caught.value.__notes__
    assert f"of 400 combinations are kept in '{folder}': the same call goes on from there." in note
    kept = int(note.partition(" of ")[0])
    assert 0 <= kept < 400
    assert (kept > 0) == (pieces > 0)
    assert tw.trials(BARS).count == kept

    after = Stop(None, 10**6)
    with installed(after):
        result = swept(folder=folder)
    assert after.told[0] == (kept, 400, "combinations")
    assert after.told[-1] == (400, 400, "combinations")
    assert result.scored == 400
    assert tw.trials(BARS).count == 400
    assert result.result_hash == swept().result_hash


def test_stopped_sweep_in_memory_says_that_nothing_is_kept():
    stop = Stop(CancelledError("E_CANCELLED", "stopped."), 2)
    with installed(stop), pytest.raises(CancelledError, match="Nothing is kept; with folder="):
        swept()
    assert 0 < tw.trials(BARS).count < 400
