"""The use-case between strategy, engine and metrics."""

import numpy as np
import pytest

import tradewright as tw
from tradewright.core.errors import DataError
from tradewright.library.warming import synthetic_bars
from tradewright.research.cautions import cautions_of


def codes(run: tw.Run) -> set[str]:
    return {warning["code"] for warning in run.warnings}


def with_prices(bars: tw.Bars, **columns: np.ndarray) -> tw.Bars:
    return tw.Bars(
        bars.time, {**bars.columns, **columns}, timeframe=bars.timeframe, instrument=bars.instrument
    )


def document(**market: object) -> dict:
    return {
        "marketContext": {"direction": "Long", **market},
        "decisionBlocks": [
            {
                "label": "Trend",
                "subConfirmations": [
                    {
                        "label": "SMA",
                        "moduleId": "sma",
                        "config": {"operator": "<", "value": {"price": "close"}, "period": 5},
                    }
                ],
            }
        ],
        "exit": {"takeProfit": 1.0, "stopLoss": 1.0},
    }


def fingerprint(strategy: object = "ma_crossover", bars: tw.Bars | None = None, **question: object) -> str:
    return tw.backtest(strategy, bars or synthetic_bars(600), **question).fingerprint


def traded_as(**instrument: object) -> tw.Bars:
    bars = synthetic_bars(600)
    return tw.Bars(
        bars.time, bars.columns, timeframe="1h", instrument=tw.Instrument("SYNTHETIC", **instrument)
    )


# Every field of the rules with a value that is not its default.
OTHER_RULES = {
    "direction": "both",
    "cash": 10_001.0,
    "fee": 0.0011,
    "slippage": 0.0001,
    "half_spread": 0.01,
    "leverage": 2.0,
    "maintenance_margin": 0.01,
    "currency": "USD",
    "maker_fee": 0.0002,
    "fee_per_unit": 0.005,
    "fee_per_order": 1.0,
    "fee_minimum": 2.0,
    "slippage_ticks": 1.0,
    "slippage_atr": 0.05,
    "impact": 0.1,
    "borrow_rate": 0.03,
    "pyramiding": 2,
    "participation": 0.5,
    "entry": {"kind": "limit", "offset": 1.0},
    "limit_fill": "through",
    "on_conflict": "oco",
    "break_even": 1.0,
    "session_end": True,
    "sizing": "equity:0.5",
    "size_on": "decision",
    "fill_on": "close",
    "intrabar": "path",
    "on_opposite": "exit",
    "stop_loss": 3.0,
    "take_profit": 3.0,
    "trailing": 3.0,
    "time_stop": 30,
    "close_at_end": True,
    "tie_tolerance": 1e-10,
}
# What some of them need beside them.
NEEDED_RULES = {"on_conflict": {"entry": {"kind": "stop", "offset": 1.0}, "direction": "both"}}
OTHER_INSTRUMENTS = {
    "tick": {"tick": 0.05},
    "lot": {"lot": 0.5},
    "minimum_notional": {"minimum_notional": 1.0},
    "multiplier": {"multiplier": 2.0},
    "calendar": {"calendar": tw.Calendar("24/5")},
    "currency": {"currency": "EUR"},
}


def test_every_rule_has_another_value_to_try():
    assert set(OTHER_RULES) == set(tw.Rules.model_fields)


def test_fingerprint_changes_with_everything_that_decides_the_result():
    bars = synthetic_bars(600)
    nudged = bars.close.copy()
    nudged[-1] = np.nextafter(nudged[-1], 0)
    busier = with_prices(bars, volume=bars.volume + 1)
    found = {
        "nothing": fingerprint(),
        "close": fingerprint(bars=with_prices(bars, close=nudged)),
        "volume": fingerprint(bars=busier),
        "parameter": fingerprint(params={"fast": 19}),
        "start": fingerprint(start="1970-01-05"),
        "end": fingerprint(end="1970-01-20"),
        "strategy": fingerprint("momentum"),
        "risk_free": fingerprint(risk_free=0.02),
        "benchmark": fingerprint(benchmark=busier),
        "other benchmark": fingerprint(benchmark=with_prices(bars, close=nudged)),
    }
    ticking = {"slippage_ticks": traded_as(tick=0.01)}
    for name, value in OTHER_RULES.items():
        rules = {name: value, **NEEDED_RULES.get(name, {})}
        found[f"rule {name}"] = fingerprint(bars=ticking.get(name), **rules)
    found["needed rules"] = fingerprint(**NEEDED_RULES["on_conflict"])
    for name, fields in OTHER_INSTRUMENTS.items():
        found[f"instrument {name}"] = fingerprint(bars=traded_as(**fields))
    prints = list(found.values())
    assert {name for name, value in found.items() if prints.count(value) > 1} == set()


class Above(tw.Strategy):
    """Enters above a level that its maker chose."""

    def __init__(self, level: float) -> None:
        self.level = level

    def signals(self, bars, p):
        del p
        return tw.Signals(long_entry=bars.close > self.level, long_exit=bars.close < self.level)


def test_fingerprint_changes_with_the_state_of_a_python_strategy():
    low, high, again = (fingerprint(Above(level)) for level in (99.0, 100.0, 99.0))
    assert low != high
    assert low == again


def test_fingerprint_stays_with_another_spelling_of_the_same_run():
    base = tw.backtest("ma_crossover", synthetic_bars(600))
    again = tw.backtest(
        "ma_crossover", synthetic_bars(600), params={"fast": 20.0}, cash=10_000.0, risk_free=0
    )
    assert again.fingerprint == base.fingerprint
    assert again.result_hash == base.result_hash


def test_fingerprint_leaves_out_the_market_that_a_document_names():
    gold, own = (tw.backtest(document(market=name), synthetic_bars(600)) for name in ("XAUUSD", "SYNTHETIC"))
    assert gold.fingerprint == own.fingerprint
    assert "W_MARKET" in codes(gold)
    assert "W_MARKET" not in codes(own)


def test_manifest_names_what_the_metrics_depend_on():
    bars = synthetic_bars(600)
    run = tw.backtest("ma_crossover", bars, risk_free=0.03, benchmark=bars)
    assert run.manifest["metrics"] == {"risk_free": 0.03, "benchmark": bars.checksum}
    assert run.to_dict()["run"]["risk_free"] == 0.03
    plain = tw.backtest("ma_crossover", bars).manifest["metrics"]
    assert plain == {"risk_free": 0, "benchmark": None}


def test_start_scores_the_window_with_indicators_from_before_it():
    bars = synthetic_bars(600)
    whole = tw.backtest("ma_crossover", bars, params={"fast": 5, "slow": 20})
    late = tw.backtest("ma_crossover", bars, params={"fast": 5, "slow": 20}, start="1970-01-10")
    first = np.searchsorted(bars.time, np.datetime64("1970-01-10", "ns").astype(np.int64))
    assert len(late.equity) == len(bars) - first
    entries = [time for time in whole.trades["entry_time"] if time > late.equity.index[0]]
    assert list(late.trades["entry_time"]) == entries[: len(late.trades)]


def test_end_hides_every_later_bar():
    bars = synthetic_bars(600)
    cut = tw.backtest("ma_crossover", bars, end="1970-01-20")
    stop = int(np.searchsorted(bars.time, np.datetime64("1970-01-21", "ns").astype(np.int64)))
    assert cut.result_hash == tw.backtest("ma_crossover", bars.slice(0, stop)).result_hash
    assert cut.manifest["series"]["bars"] == stop


def test_warnings_name_what_limits_trust():
    bars = synthetic_bars(600)
    assert "W_FILL_ON_CLOSE" in codes(tw.backtest("ma_crossover", bars, fill_on="close"))
    assert "W_OPTIMISTIC" in codes(tw.backtest("ma_crossover", bars, intrabar="optimistic"))
    assert "W_NO_FEE" in codes(tw.backtest("ma_crossover", bars, fee=0))
    assert "W_FEW_TRADES" in codes(tw.backtest("ma_crossover", bars))
    assert "W_CAPPED" in codes(tw.backtest("ma_crossover", bars, sizing="quantity:100000"))
    assert "W_AMBIGUOUS_BARS" in codes(
        tw.backtest("momentum", bars, params={"lookback": 5}, stop_loss=0.3, take_profit=0.3)
    )
    quiet = with_prices(
        bars, **{name: np.full(len(bars), 100.0) for name in ("open", "high", "low", "close")}
    )
    assert "W_NO_TRADES" in codes(tw.backtest("ma_crossover", quiet))


def test_document_market_and_timeframe_that_differ_are_said():
    run = tw.backtest(document(market="XAUUSD", timeframe="15m"), synthetic_bars(600))
    assert {"W_MARKET", "W_TIMEFRAME"} <= codes(run)
    assert not {"W_MARKET", "W_TIMEFRAME"} & codes(
        tw.backtest(document(market="SYNTHETIC", timeframe="1h"), synthetic_bars(600))
    )


def test_document_test_period_sets_the_window_unless_dates_are_given():
    bars = synthetic_bars(600)
    run = tw.backtest(document(testPeriod="10d"), bars)
    assert len(run.equity) == 240
    assert "W_TEST_PERIOD" in codes(run)
    dated = tw.backtest(document(testPeriod="10d"), bars, start="1970-01-03")
    assert len(dated.equity) == 600 - 48


def test_atr_levels_get_their_column():
    bars = synthetic_bars(600)
    run = tw.backtest(
        "momentum", bars, params={"lookback": 5}, stop_loss=tw.Level(value=2, unit="atr", period=10)
    )
    atr = tw.indicator("atr", bars, period=10)
    stopped = run.trades[run.trades["exit_reason"] == "stop_loss"]
    assert len(stopped)
    starts = {time.value: i for i, time in enumerate(run.equity.index)}
    for trade in stopped.itertuples():
        decision = starts[trade.entry_time.value] - 1
        level = trade.entry_price - 2 * atr[decision]
        opened = bars.open[starts[trade.exit_time.value]]
        assert trade.exit_price == pytest.approx(min(level, opened), rel=1e-12)


class OwnRange(tw.Strategy):
    """Enters now and then, with a range of its own for the stop."""

    def signals(self, bars, p):
        del p
        now_and_then = np.arange(len(bars)) % 10 == 0
        return tw.Signals(long_entry=now_and_then, atr_stop=0.01 * bars.close)


def test_atr_of_the_strategy_itself_wins_over_the_computed_one():
    bars = synthetic_bars(600)
    level = tw.Level(value=1, unit="atr")
    run = tw.backtest(OwnRange, bars, stop_loss=level, take_profit=level, fee=0)
    rows = {time.value: i for i, time in enumerate(run.equity.index)}
    atr = tw.indicator("atr", bars, period=14)
    stops, targets = [], []
    for trade in run.trades.itertuples():
        decision, opened = rows[trade.entry_time.value] - 1, bars.open[rows[trade.exit_time.value]]
        if trade.exit_reason == "stop_loss":
            stops.append(trade.exit_price - min(trade.entry_price - 0.01 * bars.close[decision], opened))
        if trade.exit_reason == "take_profit":
            targets.append(trade.exit_price - max(trade.entry_price + atr[decision], opened))
    assert min(len(stops), len(targets)) > 3
    assert np.allclose([*stops, *targets], 0, atol=1e-9)


def test_series_without_volume_is_said():
    frame = synthetic_bars(600).to_pandas()
    bare = tw.Bars.from_pandas(frame.drop(columns="volume"), "X")
    assert "W_NO_VOLUME" in codes(tw.backtest("ma_crossover", bare))
    assert "W_NO_VOLUME" not in codes(tw.backtest("ma_crossover", tw.Bars.from_pandas(frame, "X")))


def test_cautions_of_a_lone_winner_say_so():
    bars = synthetic_bars(600)
    run = tw.backtest("ma_crossover", bars, params={"fast": 5, "slow": 20})
    simulation = run._answer.simulation
    trades = simulation.trades.copy()
    trades["pnl"] = -1.0
    trades["pnl"][0] = len(trades) + 1.0
    from dataclasses import replace

    none = simulation.open_trades[:0]
    cautions = cautions_of(bars, replace(simulation, trades=trades, open_trades=none), run._answer.rules)
    assert "W_ONE_TRADE" in {caution.code for caution in cautions}


def test_strategy_that_cannot_be_checked_for_foresight_says_so_in_the_result():
    class Fixed(tw.Strategy):
        def signals(self, *_):
            return tw.Signals(long_entry=np.ones(90, bool))

    assert "W_FORESIGHT_UNCHECKED" in codes(tw.backtest(Fixed, synthetic_bars(90)))


def words(run: tw.Run, code: str) -> str:
    return " ".join(warning["message"] for warning in run.warnings if warning["code"] == code)


def test_series_too_short_is_told_the_true_need():
    with pytest.raises(DataError, match=r"needs 5,001 bars to decide; .* has 600") as caught:
        tw.backtest("ma_crossover", synthetic_bars(600), params={"slow": 5000})
    assert caught.value.details == {"needed": 5001, "bars": 600}


def test_test_period_longer_than_the_data_is_told():
    bars = synthetic_bars(600)
    run = tw.backtest(document(testPeriod="1y"), bars)
    assert "tests its last 1y, and the data begins later" in words(run, "W_TEST_PERIOD")
    whole = tw.backtest(document(testPeriod="25d"), bars)
    assert words(whole, "W_TEST_PERIOD") == ""


def test_start_that_overrules_the_document_is_told():
    bars = synthetic_bars(600)
    run = tw.backtest({**document(testPeriod="2d"), "quickTest": True}, bars, start="1970-01-05")
    told = "the document tests its last 2d and last 5,000 bars (quickTest); start decides instead."
    assert words(run, "W_TEST_PERIOD") == told
    assert words(tw.backtest(document(), bars, start="1970-01-05"), "W_TEST_PERIOD") == ""


@pytest.mark.parametrize(
    ("direction", "told"),
    [
        ("both", "direction is both, but the strategy has no short entry."),
        ("short", "direction is short, but the strategy has no short entry."),
        ("long", ""),
    ],
)
def test_direction_that_the_strategy_cannot_trade_is_told(direction, told):
    class LongOnly(tw.Strategy):
        def signals(self, bars, _):
            return tw.Signals(long_entry=bars.close > bars.open)

    run = tw.backtest(LongOnly, synthetic_bars(90), direction=direction)
    assert words(run, "W_ONE_SIDED") == told
