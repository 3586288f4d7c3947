"""A price series under a notebook cell."""

import tradewright as tw
from tests.factories import flat_bars, real_bars
from tests.unit.reports.runs import HOSTILE


def test_bars_show_size_period_and_both_ends():
    bars = real_bars("IBM")
    html = bars._repr_html_()
    assert "IBM" in html
    assert f"{len(bars):,} bars of 1d" in html
    assert str(bars.time[0].astype("datetime64[ns]"))[:10] in html
    assert f"{bars.close[-1]:.2f}" in html
    assert html.count("<tr>") == 8
    assert "…" in html


def test_few_bars_are_shown_whole():
    assert flat_bars(1, 2, 3)._repr_html_().count("<tr>") == 4


def test_numbers_of_a_column_have_one_number_of_decimals():
    html = flat_bars(1.5, 1000.25, 3)._repr_html_()
    assert all(f">{text}<" in html for text in ("1.50", "1,000.25", "3.00"))
    assert ">1e-12<" in flat_bars(1e-12, 2)._repr_html_()


def test_empty_bars_say_so_and_notes_are_counted():
    bars = flat_bars(1, 2, 3)
    assert "W_NO_VOLUME: 1" in bars._repr_html_()
    assert "0 bars of 1d" in bars.slice(0, 0)._repr_html_()


def test_names_are_escaped():
    bars = flat_bars(1, 2)
    named = tw.Bars(bars.time, {**bars.columns, HOSTILE: bars.close}, timeframe="1d", instrument=HOSTILE)
    assert "<script" not in named._repr_html_()
