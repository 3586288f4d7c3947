"""Every note about data reaches the reader in words of its own."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np

import tradewright as tw
from tests.factories import flat_bars, make_bars, make_rules, make_signals
from tradewright.engine.simulate import simulate
from tradewright.engine.types import COUNTERS
from tradewright.library.warming import synthetic_bars
from tradewright.research.around.world import world_of
from tradewright.research.cautions import cautions_of
from tradewright.research.surroundings import surroundings_of

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


def test_every_counter_of_the_engine_has_words_of_its_own() -> None:
    bars, rules = make_bars([(10, 10, 10, 10)] * 3), make_rules()
    quiet = simulate(bars, make_signals(3), rules)
    counted = replace(quiet, counters=dict.fromkeys(COUNTERS, 7))
    said = {caution.code: caution for caution in cautions_of(bars, counted, rules) if caution.count == 7}
    assert len(said) == len(COUNTERS)
    assert [code for code, caution in said.items() if "while reading the data" in caution.message] == []
    assert all("7" in caution.message for caution in said.values())
    assert "W_IMPACT_NO_VOLUME" in said


def told(bars: tw.Bars, signals: tw.Signals, **rules: object) -> dict[str, int]:
    ruled = make_rules(**rules)
    return {said.code: said.count for said in cautions_of(bars, simulate(bars, signals, ruled), ruled)}


def with_volume(volume: float, *prices: float) -> tw.Bars:
    bars = flat_bars(*prices)
    columns = {**bars.columns, "volume": np.full(len(bars), volume)}
    return tw.Bars(bars.time, columns, timeframe="1d", instrument=bars.instrument)


def test_orders_larger_than_a_tenth_of_the_volume_are_counted() -> None:
    signals = make_signals(4, long_entry=[0], long_exit=[1])
    # 10,000 at 100 buys 100 units and sells them again.
    assert told(with_volume(999, 100, 100, 100, 100), signals)["W_LARGE_ORDERS"] == 2
    assert "W_LARGE_ORDERS" not in told(with_volume(1_001, 100, 100, 100, 100), signals)
    assert "W_LARGE_ORDERS" not in told(with_volume(0, 100, 100, 100, 100), signals)
    assert "W_LARGE_ORDERS" not in told(with_volume(999, 100, 100, 100, 100), signals, participation=0.5)


def test_leverage_without_a_margin_is_told() -> None:
    bars, signals = flat_bars(100, 100), make_signals(2)
    assert "W_NO_MARGIN" in told(bars, signals, leverage=2.0)
    assert "W_NO_MARGIN" not in told(bars, signals, leverage=2.0, maintenance_margin=0.01)
    assert "W_NO_MARGIN" not in told(bars, signals)


def test_what_is_lent_for_nothing_is_told_only_when_it_was_held() -> None:
    bars = flat_bars(100, 100, 100)
    short, long = make_signals(3, short_entry=[0]), make_signals(3, long_entry=[0])
    assert "W_NO_BORROW" in told(bars, short, direction="short")
    assert "W_NO_BORROW" not in told(bars, short, direction="short", borrow_rate=0.01)
    assert "W_NO_BORROW" not in told(bars, make_signals(3), direction="short")
    assert "W_NO_BORROW" in told(bars, long, leverage=2.0)
    assert "W_NO_BORROW" not in told(bars, long, leverage=2.0, sizing="equity:0.5")
    assert "W_NO_BORROW" not in told(bars, long)


def test_funding_is_a_charge_for_a_short() -> None:
    bars, rules = flat_bars(100, 100, 100), make_rules(direction="short")
    world = world_of(payments={"funding": [("2020-01-03", 0.0)]})
    surroundings, _ = surroundings_of(bars, rules, world)
    simulation = simulate(bars, make_signals(3, short_entry=[0]), rules, 0, surroundings)
    assert "W_NO_BORROW" not in {said.code for said in cautions_of(bars, simulation, rules)}


def test_margin_that_full_leverage_is_below_at_once_is_told() -> None:
    bars, signals = flat_bars(100, 100, 100), make_signals(3, long_entry=[0])
    for leverage, margin in ((5.0, 0.2), (20.0, 0.1)):
        rules = make_rules(leverage=leverage, maintenance_margin=margin)
        assert simulate(bars, signals, rules).trades["bars_held"].tolist() == [0]  # in its own bar
        assert "W_MARGIN_TOO_HIGH" in told(bars, signals, leverage=leverage, maintenance_margin=margin)
    assert "W_MARGIN_TOO_HIGH" not in told(bars, signals, leverage=5.0, maintenance_margin=0.19)
    assert "W_MARGIN_TOO_HIGH" not in told(bars, signals, leverage=1.0, maintenance_margin=0.9)


def test_costs_that_no_venue_charges_are_told() -> None:
    bars, signals = flat_bars(100, 100, 100, 100), make_signals(4, long_entry=[0], long_exit=[1])
    for dear in ({"fee": 0.1}, {"half_spread": 60}, {"slippage": 0.3}, {"fee_per_order": 500}):
        assert "W_COST_HIGH" in told(bars, signals, **dear), dear
    for usual in ({"fee": 0.01}, {"half_spread": 0.1}, {"slippage": 0.005}, {"fee_per_order": 1}, {}):
        assert "W_COST_HIGH" not in told(bars, signals, **usual), usual
    assert "W_COST_HIGH" not in told(bars, make_signals(4), fee=0.1)  # nothing was paid


def test_rebate_that_no_venue_pays_is_told() -> None:
    bars, signals = flat_bars(100, 100), make_signals(2)
    assert "W_REBATE_HIGH" in told(bars, signals, maker_fee=-0.02)
    assert "W_REBATE_HIGH" not in told(bars, signals, maker_fee=-0.001)
    assert "W_REBATE_HIGH" not in told(bars, signals, maker_fee=0.0)


def test_kelly_that_fell_to_nothing_says_since_when() -> None:
    """Two trades that lose: from the second one's exit on, the share is 0 and no entry has a size."""
    bars = flat_bars(*[100.0 - i for i in range(12)])
    signals = make_signals(12, long_entry=[0, 3, 6, 9], long_exit=[1, 4, 7, 10])
    rules = make_rules(sizing={"kind": "kelly", "value": 0.5, "period": 2})
    simulation = simulate(bars, signals, rules)
    assert simulation.trades["exit_bar"].tolist() == [2, 5]
    said = {caution.code: caution for caution in cautions_of(bars, simulation, rules)}
    assert "since 2020-01-06" in said["W_KELLY_ENDED"].message
    assert said["W_KELLY_ENDED"].count == simulation.counters["below_minimum"] == 2
    assert "W_BELOW_MINIMUM" not in said


def test_kelly_of_a_win_and_a_larger_loss_is_below_nothing() -> None:
    """A gain of 10 % and a loss of 20 %: 0.5 - 0.5 / 0.5 is -0.5; after an equal loss it were 0."""
    signals = make_signals(9, long_entry=[0, 3, 6], long_exit=[1, 4])
    rules = make_rules(sizing={"kind": "kelly", "value": 1.0, "period": 2})
    for last, ended in ((88.0, True), (99.0, True), (104.5, False)):
        bars = flat_bars(100, 100, 110, 110, 110, last, last, last, last)
        simulation = simulate(bars, signals, rules)
        assert (simulation.counters["below_minimum"] == 1) == ended
        said = {caution.code for caution in cautions_of(bars, simulation, rules)}
        assert ("W_KELLY_ENDED" in said) == ended, last


def test_kelly_that_still_trades_keeps_the_words_about_minimums() -> None:
    """The second entry is under the minimum; the share itself is above 0."""
    bars = flat_bars(*[100.0 + i for i in range(8)], minimum_notional=1_500)
    signals = make_signals(8, long_entry=[0, 3], long_exit=[1, 4])
    rules = make_rules(sizing={"kind": "kelly", "value": 0.1, "period": 1, "initial": 0.5})
    said = {caution.code for caution in cautions_of(bars, simulate(bars, signals, rules), rules)}
    assert "W_BELOW_MINIMUM" in said
    assert "W_KELLY_ENDED" not in said


def test_jumps_at_splits_that_are_given_need_no_note() -> None:
    bars = tw.sample("AAPL")
    given = [("2000-06-21", 2.0), ("2005-02-28", 2.0)]
    for splits, end, count in ((given, None, None), (given, "2003-01-02", None), (given[:1], None, 1)):
        run = tw.backtest("ma_crossover", bars, splits=splits, end=end)
        said = {warning["code"]: warning["count"] for warning in run.warnings}
        assert said.get("W_SPLIT") == count
