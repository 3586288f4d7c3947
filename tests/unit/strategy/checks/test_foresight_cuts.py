"""Rare decisions that see the future are caught on every window; honest code is on none."""

import numpy as np
import pandas as pd
import pytest

from tests.documents import walking_bars
from tradewright.core.errors import StrategyCodeError
from tradewright.engine.types import Signals
from tradewright.strategy.prepared import prepare
from tradewright.strategy.python_strategy import Strategy

BARS = walking_bars(600, timeframe="1d", span_ns=86_400_000_000_000)
WINDOWS = [BARS.slice(7 * k, len(BARS) - 11 * k) for k in range(8)]


def run(decide, bars):
    class Planted(Strategy):
        def signals(self, bars, _):
            return decide(bars)

    return prepare(Planted).signals(bars, 1e-11)


def caught(decide):
    found = 0
    for bars in WINDOWS:
        try:
            run(decide, bars)
        except StrategyCodeError as error:
            if error.code != "E_LOOKAHEAD":
                raise
            found += 1
    return found


def later(bars, ahead=1):
    """Return the move over the next bars, unknown at the end."""
    close = pd.Series(bars.close)
    return (close.shift(-ahead) / close - 1).to_numpy()


def average(bars, period):
    return pd.Series(bars.close).rolling(period).mean().to_numpy()


def weekly(bars, *, known):
    close = bars.to_pandas()["close"]
    if known:
        week = close.resample("W-FRI").last().shift(1).reindex(close.index, method="bfill")
    else:
        week = close.resample("W-FRI", label="left").last().reindex(close.index, method="ffill")
    return Signals(long_entry=(close > week).to_numpy(), long_exit=(close < week).to_numpy())


def stopped_at_swings(bars, *, known):
    """Enter seldom, with the stop at the last low that stands out by three bars on either side."""
    low = pd.Series(bars.low)
    swing = low.where(low == low.rolling(7, center=True).min())
    swing = (swing.shift(3) if known else swing).ffill()
    close = pd.Series(bars.close)
    entry = close > close.rolling(40).max().shift(1)
    return Signals(
        long_entry=entry.to_numpy(),
        long_exit=(close < close.rolling(40).min().shift(1)).to_numpy(),
        columns={"stop_long": swing.to_numpy()},
    )


def stopped_at_falls(bars, *, known):
    """Enter seldom, with the stop at the low of the last fall of 2 %, which is rarer still."""
    close = pd.Series(bars.close)
    fell = close.pct_change() < -0.02
    level = pd.Series(bars.low).where(fell).shift(0 if known else -1).ffill()
    entry = close > close.rolling(20).max().shift(1)
    return Signals(long_entry=entry.to_numpy(), columns={"stop_long": level.to_numpy()})


CHEATS = {
    "one bar, 2 %": lambda bars: Signals(long_entry=later(bars) > 0.02, long_exit=later(bars) < -0.02),
    "one bar, 2.5 %, entries only": lambda bars: Signals(long_entry=later(bars) > 0.025),
    "five bars, 5 %": lambda bars: Signals(
        long_entry=later(bars, 5) > 0.05, long_exit=later(bars, 5) < -0.05
    ),
    "honest entry, peeking exit": lambda bars: Signals(
        long_entry=bars.close > average(bars, 20), long_exit=later(bars) < -0.022
    ),
    "honest long, peeking short": lambda bars: Signals(
        long_entry=bars.close > average(bars, 20),
        long_exit=bars.close < average(bars, 20),
        short_entry=later(bars) < -0.022,
        short_exit=bars.close > average(bars, 5),
    ),
    "stands aside before a fall": lambda bars: Signals(long_entry=~(later(bars) < -0.022)),
    "honest entry, stop at a swing that is not over": lambda bars: stopped_at_swings(bars, known=False),
    "honest entry, stop at a fall to come": lambda bars: stopped_at_falls(bars, known=False),
    "week's close at its beginning": lambda bars: weekly(bars, known=False),
}


@pytest.mark.parametrize("name", CHEATS)
def test_rare_decision_that_sees_the_future_is_refused_on_every_window(name):
    assert caught(CHEATS[name]) == len(WINDOWS)


def around(values, level):
    return Signals(long_entry=values > level, long_exit=values < level)


def rolled_by_sums(bars):
    sums, mean = np.cumsum(bars.close), np.full(len(bars), np.nan)
    mean[20:] = (sums[20:] - sums[:-20]) / 20
    return mean


def by_fourier(bars):
    size, weights = 2 * len(bars), np.ones(20) / 20
    return np.fft.irfft(np.fft.rfft(bars.close, size) * np.fft.rfft(weights, size), size)[: len(bars)]


def standing(bars):
    close = pd.Series(bars.close)
    return ((close - close.rolling(3).mean()) / close.rolling(3).std()).to_numpy()


def seeded(bars):
    drawn = np.random.default_rng(1).random(len(bars))
    return Signals(long_entry=drawn < 0.1, long_exit=drawn > 0.9)


HONEST = {
    "ewm": lambda bars: around(pd.Series(bars.close).ewm(span=10).mean().to_numpy(), bars.close),
    "rolling": lambda bars: around(bars.close, average(bars, 30)),
    "cumsum": lambda bars: around(bars.close, rolled_by_sums(bars)),
    "convolve": lambda bars: around(bars.close, np.convolve(bars.close, np.ones(50) / 50)[: len(bars)]),
    "fft": lambda bars: around(bars.close, by_fourier(bars)),
    "rolling z-score": lambda bars: around(standing(bars), 0.5),
    "seeded": seeded,
    "last week's close": lambda bars: weekly(bars, known=True),
    "stop at the last swing": lambda bars: stopped_at_swings(bars, known=True),
    "stop at the last fall": lambda bars: stopped_at_falls(bars, known=True),
    "never": lambda bars: Signals(long_entry=np.zeros(len(bars), bool)),
}


@pytest.mark.parametrize("name", HONEST)
def test_honest_code_passes_on_every_window(name):
    assert caught(HONEST[name]) == 0


def test_object_that_counts_its_decisions_passes():
    class Counter(Strategy):
        def __init__(self):
            self.calls = 0

        def signals(self, bars, _):
            self.calls += 1
            rows = np.arange(len(bars)) % 7
            return Signals(long_entry=rows == self.calls, long_exit=rows == 5)

    for bars in WINDOWS:
        prepare(Counter()).signals(bars, 1e-11)


@pytest.mark.parametrize("name", ["rolling", "fft", "seeded", "never"])
def test_check_decides_on_few_bars_more(name):
    shown = []

    def decide(bars):
        shown.append(len(bars))
        return HONEST[name](bars)

    run(decide, BARS)

    assert shown[0] == 600
    assert shown[-1] == 599
    assert 4 <= len(shown) <= 6
    assert sum(shown[1:]) < 3.2 * 600


def test_single_decision_is_hidden_too():
    def lowest(bars):
        return Signals(long_entry=bars.close == bars.close.min())

    assert caught(lowest) == len(WINDOWS)
