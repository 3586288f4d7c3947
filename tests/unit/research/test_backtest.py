"""The use-case between strategy, engine and metrics."""

import numpy as np
import pytest

import tradewright as tw
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


def test_fingerprint_changes_with_everything_that_decides_the_result():
    bars = synthetic_bars(600)
    base = tw.backtest("ma_crossover", bars)
    nudged = bars.close.copy()
    nudged[-1] = np.nextafter(nudged[-1], 0)
    others = [
        tw.backtest("ma_crossover", with_prices(bars, close=nudged)),
        tw.backtest("ma_crossover", bars, params={"fast": 19}),
        tw.backtest("ma_crossover", bars, fee=0.0011),
        tw.backtest("ma_crossover", bars, start="1970-01-05"),
        tw.backtest("momentum", bars),
    ]
    assert len({run.fingerprint for run in [base, *others]}) == 6
    again = tw.backtest("ma_crossover", bars, params={"fast": 20.0}, cash=10_000.0)
    assert again.fingerprint == base.fingerprint
    assert again.result_hash == base.result_hash


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


def test_cautions_of_a_lone_winner_say_so():
    bars = synthetic_bars(600)
    run = tw.backtest("ma_crossover", bars, params={"fast": 5, "slow": 20})
    simulation = run._answer.simulation
    trades = simulation.trades.copy()
    trades["pnl"] = -1.0
    trades["pnl"][0] = len(trades) + 1.0
    from dataclasses import replace

    cautions = cautions_of(bars, replace(simulation, trades=trades), run._answer.rules)
    assert "W_ONE_TRADE" in {caution.code for caution in cautions}


def test_strategy_that_cannot_be_checked_for_foresight_says_so_in_the_result():
    class Fixed(tw.Strategy):
        def signals(self, *_):
            return tw.Signals(long_entry=np.ones(90, bool))

    assert "W_FORESIGHT_UNCHECKED" in codes(tw.backtest(Fixed, synthetic_bars(90)))
