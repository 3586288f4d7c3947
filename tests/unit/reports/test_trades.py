"""Trades on the page are those of the JSON, and stand at the bars where they happened."""

import math

import numpy as np
import pytest

import tradewright as tw
from tests.unit.reports.runs import finished, material, walk
from tradewright.reports.trades import NUMBERS, reason_totals, trade_columns


def test_trades_are_the_doubles_of_the_document():
    drawn = material(finished())
    found, rows = trade_columns(drawn), drawn.document["trades"]
    assert found.closed == len(rows) > 5
    for name in NUMBERS:
        assert found.columns[name][: found.closed].tolist() == [row[name] for row in rows]
    said = [found.reasons[int(i)] for i in found.columns["reason"][: found.closed]]
    assert said == [row["exit_reason"] for row in rows]


@pytest.mark.parametrize("fill_on", ["next_open", "close"])
def test_trades_stand_at_bars_that_traded_their_prices(fill_on):
    run = tw.backtest(
        "ma_crossover", walk(900), params={"fast": 3, "slow": 9}, fill_on=fill_on, close_at_end=True
    )
    drawn = material(run)
    found, bars = trade_columns(drawn).columns, drawn.bars
    price = bars.open if fill_on == "next_open" else bars.close
    entries = found["entry_bar"].astype(int)
    assert found["entry_price"].tolist() == price[entries].tolist()
    held = found["exit_bar"] - found["entry_bar"]
    assert held.tolist() == found["bars_held"].tolist()


def test_trades_of_a_window_count_bars_from_its_start():
    bars = walk(900)
    start = np.datetime64(int(bars.time[500]), "ns").astype("datetime64[s]").item()
    drawn = material(tw.backtest("ma_crossover", bars, params={"fast": 3, "slow": 9}, start=start))
    found = trade_columns(drawn).columns
    rows = found["entry_bar"].astype(int)
    assert found["entry_time"].tolist() == (drawn.time[rows] / 1e9).tolist()
    assert drawn.time[0] == bars.time[500]


def test_open_trades_come_after_the_closed_ones_and_none_is_a_number_they_lack():
    drawn = material(finished())
    row = dict(drawn.document["trades"][0], pnl=None)
    drawn.document["run"]["open_trades"] = [row]
    found = trade_columns(drawn)
    assert found.columns["pnl"].size == found.closed + 1
    assert math.isnan(found.columns["pnl"][-1])


def test_reasons_add_up_to_all_closed_trades():
    run = finished(strategy="rsi_reversal", stop_loss=2.0, take_profit=3.0)
    rows = run.to_dict()["trades"]
    totals = reason_totals(rows)
    assert len(totals) > 1
    assert [total.count for total in totals] == sorted((total.count for total in totals), reverse=True)
    assert sum(total.count for total in totals) == run.metrics["trades"]
    assert math.fsum(total.pnl for total in totals) == pytest.approx(sum(row["pnl"] for row in rows))


class EveryFourth(tw.Strategy):
    title = "Every fourth bar"

    def signals(self, bars, _p):
        turn = np.arange(len(bars)) % 4
        return tw.Signals(long_entry=turn == 0, long_exit=turn == 2)


def even_trades() -> tw.Run:
    """Buy and sell at prices whose difference is the spread, but for what rounding leaves of it."""
    i = np.arange(400)
    price = np.round(100 + np.random.default_rng(0).integers(0, 40, i.size) * 0.1, 1)
    price[i % 4 == 3] = np.round(price[i % 4 == 1] + 0.2, 1)
    columns = {"open": price, "high": price + 0.05, "low": price - 0.05, "close": price}
    time = np.datetime64("2020-01-01", "ns").astype(np.int64) + i * 86_400 * 10**9
    bars = tw.Bars(time, columns, timeframe="1d", instrument="TEST")
    return tw.backtest(EveryFourth, bars, fee=0, half_spread=0.1)


def test_outcomes_are_those_that_the_metrics_count():
    run = even_trades()
    drawn = material(run)
    outcome = trade_columns(drawn).columns["outcome"]
    rows = drawn.document["trades"]
    assert (outcome == 1).sum() == run.metrics["wins"]
    assert (outcome == -1).sum() == run.metrics["losses"]
    assert sum(row["pnl"] > 0 for row in rows) > run.metrics["wins"]  # by their sign alone
    assert sum(total.wins for total in reason_totals(rows)) == run.metrics["wins"]


@pytest.mark.parametrize("fraction", [123_000_000, 1, 999_999_999])
def test_times_with_fractions_of_a_second_stand_at_their_bars_and_lose_nothing(fraction):
    bars = walk(300)
    shifted = tw.Bars(bars.time + fraction, bars.columns, timeframe="1h", instrument="TEST")
    run = tw.backtest("ma_crossover", shifted, params={"fast": 3, "slow": 9})
    drawn = material(run)
    found, entry = trade_columns(drawn).columns, run.trade_columns()["entry_time"]
    closed = slice(0, entry.size)
    assert drawn.time[found["entry_bar"][closed].astype(int)].tolist() == entry.tolist()
    assert found["entry_price"][closed].tolist() == [
        shifted.open[i] for i in found["entry_bar"][closed].astype(int)
    ]
    seconds = found["entry_time"][closed].astype(np.int64)
    assert (seconds * 10**9 + found["entry_ns"][closed].astype(np.int64)).tolist() == entry.tolist()
    assert "entry_ns" not in trade_columns(material(finished())).columns
