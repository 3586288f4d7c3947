"""Fills of trades that entered or left in parts."""

import numpy as np

import tradewright as tw
from tradewright.library.run_pages import material_of
from tradewright.library.warming import synthetic_bars
from tradewright.reports.html.report import report_page
from tradewright.reports.parts import part_columns, trade_of_each
from tradewright.reports.trades import further_shown


def test_fills_belong_to_trades_from_flat_to_flat() -> None:
    # Bought twice, split 2:1, sold in two parts; then short, bought back by a reversal, long.
    quantity = [3.0, 1.0, 4.0, -3.0, -5.0, -2.0, 2.0, 1.0]
    kind = ["market", "limit", "event", "limit", "stop", "market", "market", "market"]
    found = trade_of_each({"quantity": np.array(quantity), "kind": np.array(kind)})
    assert found.tolist() == [0, 0, -1, 0, 0, 1, 1, 2]


def test_what_rounding_leaves_of_a_position_is_nothing() -> None:
    quantity = np.array([0.1, 0.2, -0.3, 1.0])
    assert trade_of_each({"quantity": quantity, "kind": np.array(["market"] * 4)}).tolist() == [0, 0, 0, 1]


def test_only_trades_of_several_parts_are_marked_by_their_fills() -> None:
    bars = synthetic_bars(600)
    crossing = {"fast": 5, "slow": 20}
    plain = material_of(tw.backtest("ma_crossover", bars, params=crossing))
    count = len(plain.document["trades"]) + len(plain.document["run"]["open_trades"])
    assert part_columns(plain, count)["bar"].size == 0
    run = tw.backtest("ma_crossover", bars, params=crossing, take_profit="1%:0.5,2%:0.5")
    material = material_of(run)
    rows = [*material.document["trades"], *material.document["run"]["open_trades"]]
    parts = part_columns(material, len(rows))
    for index in np.unique(parts["trade"]).astype(int):
        mine = parts["trade"] == index
        fills = rows[index]["entries"] + rows[index]["exits"]
        assert mine.sum() == fills > 2
        assert parts["price"][mine][0] == rows[index]["entry_price"]
        assert bars.time[int(parts["bar"][mine][0])] == np.datetime64(
            rows[index]["entry_time"][:-1], "ns"
        ).astype(int)
    assert set(parts["trade"]) == {
        i for i, row in enumerate(rows) if row["entries"] + row["exits"] > 2 - (i >= run.metrics["trades"])
    }


def test_table_shows_parts_and_carry_only_where_there_are_any() -> None:
    bars, crossing = synthetic_bars(600), {"params": {"fast": 5, "slow": 20}}
    funding = [(f"1970-01-{day:02d}", 0.001) for day in range(2, 25)]
    plain = material_of(tw.backtest("ma_crossover", bars, **crossing))
    full = material_of(
        tw.backtest("ma_crossover", bars, **crossing, funding=funding, take_profit="1%:0.5,2%:0.5")
    )
    assert further_shown(plain) == []
    assert further_shown(full) == ["carry", "exits"]
    assert "Exits" not in report_page(plain)
    assert "Exits" in report_page(full)
