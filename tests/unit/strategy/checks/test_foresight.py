"""Code that sees the future is caught; code that only remembers, prints or needs many bars is not."""

import json

import numpy as np
import pandas as pd
import pytest

from tests.documents import walking_bars
from tradewright.core.errors import StrategyCodeError
from tradewright.engine.types import Signals
from tradewright.strategy.prepared import prepare
from tradewright.strategy.python_strategy import Strategy

BARS = walking_bars(90)


def deciding(entry):
    """Return a strategy that enters where `entry` of the bars says."""

    class Decided(Strategy):
        def signals(self, bars, _):
            return Signals(long_entry=entry(bars))

    return prepare(Decided)


def older(decide):
    class OldOne:
        def __init__(self):
            self.calls = 0

        def generate_signals(self, frame):
            return decide(self, frame)

    return prepare(OldOne)


def one_bar_ahead(bars):
    entry = np.zeros(len(bars), bool)
    entry[:-1] = bars.close[1:] > bars.close[:-1]
    return entry


def test_decision_from_the_next_bar_is_refused_and_located():
    with pytest.raises(StrategyCodeError) as caught:
        deciding(one_bar_ahead).signals(BARS, 1e-11)

    error = caught.value
    assert error.code == "E_LOOKAHEAD"
    assert "strategy 'decided' looks ahead: its long_entry at bar" in error.message
    row = error.details["bar"]
    assert error.details["shown"] - 1 == row  # only the last bar shown can change
    assert error.details["time"] == str(BARS.time[row].astype("datetime64[ns]"))[:19]
    assert "bars up to i only" in error.fix
    assert "tw.above" in error.fix


@pytest.mark.parametrize(
    "entry",
    [
        lambda bars: bars.close > bars.close.mean(),
        lambda bars: bars.close == bars.close.min(),
        lambda bars: bars.close[::-1] > 100,
        lambda bars: np.arange(len(bars)) == len(bars) - 1,
        lambda bars: pd.Series(bars.close).rolling(5, center=True).mean().to_numpy() > bars.close,
        lambda _: np.random.default_rng().random(len(_)) > 0.5,
    ],
    ids=["mean", "minimum", "reversed", "last bar", "centred", "random"],
)
def test_other_ways_to_see_the_future_are_refused(entry):
    with pytest.raises(StrategyCodeError, match="looks ahead"):
        deciding(entry).signals(BARS, 1e-11)


def test_atr_column_from_the_future_is_refused():
    class Wide(Strategy):
        def signals(self, bars, _):
            spread = np.full(len(bars), bars.high.max() - bars.low.min())
            return Signals(long_entry=bars.close > 0, atr_stop=spread)

    with pytest.raises(StrategyCodeError, match="its atr_stop at bar 0"):
        prepare(Wide).signals(BARS, 1e-11)


def test_older_class_is_checked_like_any_other():
    ahead = older(lambda _, frame: (frame.close.shift(-1) > frame.close).astype(int).tolist())
    with pytest.raises(StrategyCodeError, match="'old_one' looks ahead: its long_entry at bar"):
        ahead.signals(BARS, 1e-11)

    honest = older(lambda _, frame: (frame.close > frame.close.shift(1)).astype(int).tolist())
    honest.signals(BARS, 1e-11)
    assert not any("FORESIGHT" in text for text in honest.warnings)


def test_state_left_by_one_decision_does_not_look_like_foresight():
    def counted(self, frame):
        self.calls += 1
        return [1 if self.calls == 1 else -1] * len(frame)

    older(counted).signals(BARS, 1e-11)


def test_seeded_random_code_passes():
    deciding(lambda bars: np.random.default_rng(7).random(len(bars)) > 0.5).signals(BARS, 1e-11)


def test_code_that_cannot_run_on_fewer_bars_is_warned_about():
    fixed = deciding(lambda _: np.ones(90, bool))

    fixed.signals(BARS, 1e-11)

    assert fixed.warnings[-1].partition(":")[0] == "W_FORESIGHT_UNCHECKED"


def test_code_that_needs_many_bars_is_checked_on_what_is_enough():
    def entry(bars):
        if len(bars) < 70:
            raise ValueError("too few")
        return one_bar_ahead(bars)

    with pytest.raises(StrategyCodeError, match="with the first 89"):
        deciding(entry).signals(BARS, 1e-11)


def test_one_bar_decides_without_anything_to_compare():
    assert deciding(one_bar_ahead).signals(walking_bars(1), 1e-11).long_entry.tolist() == [False]


def test_prints_go_to_standard_error_once(capsys):
    def loud(bars):
        print(f"deciding on {len(bars)}")  # noqa: T201 - what is under test
        return bars.close > 0

    deciding(loud).signals(BARS, 1e-11)

    assert capsys.readouterr() == ("", "deciding on 90\n")


@pytest.mark.parametrize(
    ("index", "row"),
    [(np.arange(90)[::-1], 0), (np.r_[0:50, 51:90, 50], 50), (np.arange(1, 91), 0)],
)
def test_pandas_column_in_another_order_is_refused(index, row):
    def entry(bars):
        return pd.Series(bars.close > 100, index=index[: len(bars)])

    with pytest.raises(StrategyCodeError, match=f"long_entry is a pandas column .* row {row} is labelled"):
        deciding(entry).signals(BARS, 1e-11)


def test_pandas_column_by_the_bars_own_times_is_read():
    frame = BARS.to_pandas()
    for found in (frame.close, frame.close.tz_localize(None), frame.close.reset_index(drop=True)):
        entry = deciding(lambda bars, found=found: (found > 100).iloc[: len(bars)])
        assert np.array_equal(entry.signals(BARS, 1e-11).long_entry, BARS.close > 100)


def test_pandas_column_of_reversed_times_is_refused():
    with pytest.raises(StrategyCodeError, match="another order than the bars"):
        deciding(lambda bars: (bars.to_pandas().close > 100)[::-1]).signals(BARS, 1e-11)
    with pytest.raises(StrategyCodeError, match="what generate_signals returned is a pandas column"):
        older(lambda _, frame: frame.close[::-1] * 0).signals(BARS, 1e-11)


def test_exit_called_by_user_code_is_an_error_of_that_code():
    with pytest.raises(StrategyCodeError, match="SystemExit: it ended the process itself, with 3"):
        deciding(lambda _: exit(3)).signals(BARS, 1e-11)  # noqa: PLR1722 - what a user writes


def test_long_text_of_an_exception_is_told_in_one_line():
    def entry(_):
        raise ValueError("first line\nsecond line")

    with pytest.raises(StrategyCodeError) as caught:
        deciding(entry).signals(BARS, 1e-11)

    assert "ValueError: first line." in caught.value.message
    assert "\n" not in caught.value.message
    assert "second line" in json.dumps(caught.value.details)
