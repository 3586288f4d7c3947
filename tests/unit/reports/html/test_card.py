"""A run and its chart under a notebook cell."""

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.unit.reports.runs import HOSTILE, finished, material
from tradewright.reports.html.card import extremes, run_card
from tradewright.reports.html.chart_page import chart_page, framed


def test_card_has_headline_numbers_doubts_and_curve_and_no_script():
    run = finished()
    card = run_card(material(run))
    for label in ("Total return", "CAGR", "Sharpe", "Max drawdown", "Win rate", "Trades", "Exposure"):
        assert label in card
    assert f"{run.metrics['trades']:,}" in card
    assert all(said["code"] in card for said in run.warnings)
    assert "<polyline" in card
    assert "<script" not in card


def test_card_escapes_every_text():
    drawn = material(finished())
    run = drawn.document["run"]
    run["title"] = run["symbol"] = run["currency"] = HOSTILE
    drawn.document["warnings"] = [{"code": HOSTILE, "message": HOSTILE, "count": 1}]
    assert "<script" not in run_card(drawn)


@given(arrays(np.float64, st.integers(0, 3_000), elements=st.floats(-1e6, 1e6)))
def test_curve_of_many_points_keeps_both_ends_and_both_extremes(values):
    few = extremes(values, 50)
    assert few.size <= 4 * 50 or few.size == values.size <= 200
    if values.size:
        assert (few[0], few[-1], few.min(), few.max()) == (values[0], values[-1], values.min(), values.max())


def test_frame_holds_the_whole_page_as_one_attribute():
    page = chart_page(material(finished()))
    frame = framed(page)
    assert frame.count("<") == 2  # the frame itself; all else is escaped
    assert re.search(r'sandbox="allow-scripts"', frame)
    assert "All of the window is in this page" in page
