"""Every note about data reaches the reader in words of its own."""

import re
from pathlib import Path

import numpy as np

import tradewright as tw
from tradewright.library.warming import synthetic_bars

SOURCE = Path(tw.__file__).parent


def noted(bars: tw.Bars, **notes: int) -> dict[str, str]:
    made = tw.Bars(bars.time, bars.columns, timeframe=bars.timeframe, instrument=bars.instrument, notes=notes)
    run = tw.backtest("ma_crossover", made, params={"fast": 2, "slow": 5})
    return {warning["code"]: warning["message"] for warning in run.warnings if warning["code"] in notes}


def test_every_code_that_reading_data_can_note_has_its_own_words():
    rooms = [*(SOURCE / "data").rglob("*.py"), *(SOURCE / "core").rglob("*.py")]
    codes = {code for path in rooms for code in re.findall(r"\bW_[A-Z_]+\b", path.read_text("utf-8"))}

    said = noted(synthetic_bars(60), **dict.fromkeys(codes, 3))

    assert len(codes) > 12
    assert said.keys() == codes
    assert len(set(said.values())) == len(codes)
    assert [code for code, words in said.items() if "while reading the data" in words] == []


def test_spike_is_told_with_its_place_and_size():
    bars = synthetic_bars(60)
    columns = {name: np.array(column) for name, column in bars.columns.items()}
    columns["high"][7] = columns["close"][6] * 40
    slipped = tw.Bars(bars.time, columns, timeframe=bars.timeframe, instrument=bars.instrument)

    words = noted(slipped, W_JUMP=1)["W_JUMP"]

    at = str(bars.time[7].astype("datetime64[ns]"))[:19]
    assert words.endswith(f": 1. The first is bar 7 ({at}Z), at 40 times the close before it.")
