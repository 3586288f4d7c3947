import numpy as np

from tradewright.core.bars import Bars
from tradewright.core.spikes import spike_size, spikes

HOUR = 3_600_000_000_000


def columns(close):
    close = np.array(close, float)
    return {"open": close, "high": close * 1.01, "low": close * 0.99, "close": close, "volume": close}


def found(*close, **changed):
    made = columns(close)
    for name, (row, value) in changed.items():
        made[name][row] = value
    return spikes(made["high"], made["low"], made["close"]).tolist()


def test_one_bar_far_from_both_neighbours_is_a_spike():
    assert found(10, 10_000, 10) == [1]
    assert found(10, 10, 0.01, 10, 10) == [2]
    assert found(10, 10, 10, high=(1, 50.0)) == [1]
    assert found(10, 10, 10, low=(1, 2.0)) == [1]


def test_moves_that_stay_and_moves_that_are_small_are_none():
    assert found(10, 100, 100, 100) == []
    assert found(100, 10, 10) == []
    assert found(10, 10, 10, high=(1, 49.9)) == []
    assert found(10, 10, 10, low=(1, 2.1)) == []
    assert found(10, 10_000) == []


def test_spike_size_is_that_of_the_farther_end():
    made = columns([10, 10, 10])
    made["high"][1], made["low"][1] = 60.0, 9.0
    assert spike_size(made["high"], made["low"], made["close"], 1) == 6.0
    made["low"][1] = 0.5
    assert spike_size(made["high"], made["low"], made["close"], 1) == 0.05


def test_view_and_resampled_frame_keep_what_is_known_about_volume():
    made = columns([10, 11, 12, 13])
    silent = Bars(np.arange(4) * HOUR, {**made, "volume": np.zeros(4)}, timeframe="1h", instrument="X")
    assert silent.notes == silent.slice(0, 2).notes == {"W_NO_VOLUME": 1}
    spoken = Bars(
        np.arange(4) * HOUR, {**made, "volume": np.array([0, 0, 0, 5.0])}, timeframe="1h", instrument="X"
    )
    assert spoken.notes == spoken.slice(0, 2).notes == {}
