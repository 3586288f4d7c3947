"""Every note about data reaches the reader in words of its own."""

import re
from pathlib import Path

import numpy as np

import tradewright as tw
from tests.factories import make_bars, make_rules, make_signals
from tradewright.engine.simulate import simulate
from tradewright.library.warming import synthetic_bars
from tradewright.research.cautions import cautions_of

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


def drifting(step: float, turn: int | None = None, n: int = 200) -> tw.Bars:
    """Daily bars that climb (fall) by `step` a bar with a ripple, and the other way from bar `turn` on."""
    slope = np.full(n, step)
    if turn is not None:
        slope[turn:] *= -1
    close = 300 + np.cumsum(slope) + 4 * np.sin(np.arange(n) / 3)
    columns = {"open": close, "high": close + 0.1, "low": close - 0.1, "close": close}
    time = np.datetime64("2020-01-01", "ns").astype(np.int64) + 86_400_000_000_000 * np.arange(n)
    return tw.Bars(time, columns, timeframe="1d", instrument="TEST")


def regime(bars: tw.Bars, **rules: object) -> str | None:
    run = tw.backtest("ma_crossover", bars, params={"fast": 2, "slow": 5}, **rules)
    assert run.metrics["trades"] > 1
    return next((said["message"] for said in run.warnings if said["code"] == "W_ONE_REGIME"), None)


def test_long_trades_in_a_market_that_rose_in_every_quarter_are_told_so():
    said = regime(drifting(0.8))
    assert said is not None
    assert "rose in each quarter" in said
    assert "every trade was long" in said


def test_short_trades_in_a_market_that_fell_in_every_quarter_are_told_so():
    said = regime(drifting(-0.8), direction="short")
    assert said is not None
    assert "fell in each quarter" in said


def test_one_regime_is_not_said_of_a_market_that_turned_or_of_trades_on_both_sides():
    assert regime(drifting(0.8, turn=160)) is None
    assert regime(drifting(0.8), direction="both") is None
    assert regime(drifting(-0.8)) is None  # long against the trend has seen what hurts it


def test_one_regime_is_not_said_of_a_short_window():
    assert regime(drifting(0.8, n=99)) is None


def test_ruin_is_dated_by_the_close_that_ended_the_account() -> None:
    """A short of 100 % of equity: up first, then gone on the fourth day, with no closed trade before."""
    bars = make_bars([(100, 100, 100, 100), (100, 100, 90, 90), (90, 90, 90, 90), (95, 300, 95, 300)])
    signals = make_signals(4, short_entry=[0])
    rules = make_rules(direction="short", leverage=1.0, intrabar="pessimistic")
    simulation = simulate(bars, signals, rules)
    said = {caution.code: caution.message for caution in cautions_of(bars, simulation, rules)}
    assert "ruined on 2020-01-04" in said["W_RUINED"]


def test_ruin_without_a_closed_trade_is_told() -> None:
    """Entering at the last close with costs beyond the account leaves nothing, and closes nothing."""
    bars = make_bars([(100, 100, 100, 100)] * 2)
    rules = make_rules(fill_on="close", leverage=1_000.0, slippage=0.01)
    simulation = simulate(bars, make_signals(2, long_entry=[1]), rules)
    assert simulation.equity[-1] <= 0
    assert simulation.trades.size == 0
    said = {caution.code: caution.message for caution in cautions_of(bars, simulation, rules)}
    assert "ruined on 2020-01-02" in said["W_RUINED"]


def test_one_trade_warning_counts_what_is_still_open() -> None:
    """+10 and -5 closed, and a position that doubles and is still open: without it, nothing is lost."""
    rows = [(100, 100, 100, 100), (100, 110, 100, 110), (110, 110, 110, 110), (110, 110, 105, 105)]
    rows += [(105, 105, 105, 105), (105, 210, 105, 210)]
    bars, rules = make_bars(rows), make_rules()
    signals = make_signals(6, long_entry=[0, 2, 4], long_exit=[1, 3])
    simulation = simulate(bars, signals, rules)
    closed, still_open = simulation.trades["pnl"], simulation.open_trades["pnl"]
    assert closed.sum() > 0
    assert still_open.size == 1
    assert "W_ONE_TRADE" not in {caution.code for caution in cautions_of(bars, simulation, rules)}


def test_one_trade_warning_comes_when_the_rest_gains_nothing() -> None:
    rows = [(100, 100, 100, 100), (100, 110, 100, 110), (110, 110, 110, 110), (110, 110, 110, 110)]
    bars, rules = make_bars([*rows, (110, 110, 110, 110)]), make_rules()
    simulation = simulate(bars, make_signals(5, long_entry=[0, 2], long_exit=[1, 3]), rules)
    assert simulation.trades.size == 2
    assert "W_ONE_TRADE" in {caution.code for caution in cautions_of(bars, simulation, rules)}


def test_one_regime_is_not_said_of_a_market_that_fell_by_a_fifth_on_the_way() -> None:
    steady = np.linspace(100, 200, 400)
    fallen = steady.copy()
    fallen[150:170] *= 0.75
    codes = []
    for closes in (steady, fallen):
        bars = make_bars([(p, p, p, p) for p in closes])
        rules = make_rules()
        simulation = simulate(bars, make_signals(400, long_entry=[0]), rules)
        codes.append({caution.code for caution in cautions_of(bars, simulation, rules)})
    assert "W_ONE_REGIME" in codes[0]
    assert "W_ONE_REGIME" not in codes[1]
