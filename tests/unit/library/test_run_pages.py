"""A run on a page, in a notebook and as a chart, whether it has just ended or was read from disk."""

import json
import re

import numpy as np
import pytest

import tradewright as tw
from tests.unit.reports.runs import finished, material, walk
from tradewright.core.errors import InputError
from tradewright.library.run_pages import held
from tradewright.reports.packing import unpack


def data_of(page: str) -> dict:
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page)[1])


def test_report_of_a_run_is_one_file_and_is_not_replaced_unasked(tmp_path):
    run = finished()
    path = run.report(tmp_path / "x.html")
    assert data_of(path.read_text("utf-8"))["run"]["fingerprint"] == run.fingerprint
    with pytest.raises(InputError) as refused:
        run.report(str(path))
    assert refused.value.code == "E_PAGE_EXISTS"
    run.report(str(path), overwrite=True)


def test_held_curve_ends_with_the_return_of_buy_and_hold():
    run = finished()
    curve = held(run)
    assert curve[0] == 10_000.0
    assert curve[-1] / 10_000 - 1 == pytest.approx(run.metrics["buy_and_hold_return"], rel=1e-12)
    bought = run.bars.open[1] * 1.001
    assert curve[1:] == pytest.approx(10_000 * run.bars.close[1:] / bought, rel=1e-12)


def test_held_curve_of_a_single_bar_is_the_cash():
    bars = walk(60, seconds=86_400)
    run = tw.backtest("ma_crossover", bars, params={"fast": 3, "slow": 9}, start="2020-02-29")
    assert held(run).tolist() == [10_000.0]


@pytest.mark.parametrize(
    ("n", "said"), [(50_000, "1 candle = 1 bar"), (50_001, "downsampled: 1 candle = 6 bars")]
)
def test_plot_says_when_it_downsamples(n, said, tmp_path):
    run = tw.backtest("ma_crossover", walk(n, seconds=60), params={"fast": 300, "slow": 900})
    chart = run.plot()
    assert f"{n:,} bars, {said};" in repr(chart)
    curves = data_of(chart.save(tmp_path / "chart.html").read_text("utf-8"))["curves"]
    columns = unpack(curves)
    assert columns["time"].size == -(-n // curves["bars_each"]) <= 50_000
    assert columns["high"].max() == run.bars.high.max()
    assert columns["equity_low" if "equity_low" in columns else "equity"].min() == run.equity["equity"].min()


def test_notebook_shows_a_card_for_a_run_and_a_frame_for_its_chart():
    run = finished()
    assert run._repr_html_().startswith("<div")
    assert run.plot()._repr_html_().startswith("<iframe srcdoc=")


def test_material_is_of_the_window_and_not_of_the_history_before_it():
    bars = walk(400, seconds=86_400)
    run = tw.backtest("ma_crossover", bars, params={"fast": 3, "slow": 9}, start="2020-07-01")
    drawn = material(run)
    assert np.array_equal(drawn.time, bars.time[182:])
    assert drawn.equity.size == drawn.drawdown.size == drawn.benchmark.size == 218


def test_report_of_a_run_read_from_disk_is_that_of_the_new_one(tmp_path):
    run = finished(strategy="rsi_reversal", stop_loss=3.0, take_profit=5.0)
    new = data_of(run.report(tmp_path / "new.html").read_text("utf-8"))
    read = data_of(tw.open_run(run.save(tmp_path / "run")).report(tmp_path / "read.html").read_text("utf-8"))
    assert read["metrics"] == new["metrics"]
    assert read["trades"] == new["trades"]
    assert unpack(read["curves"])["equity"].tobytes() == unpack(new["curves"])["equity"].tobytes()
