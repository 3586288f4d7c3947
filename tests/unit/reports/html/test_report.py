"""The report as a reader of its file finds it: the numbers of the JSON, all texts harmless, no strangers."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

import tradewright as tw
from tests.unit.reports.runs import HOSTILE, finished, material, walk
from tradewright.metrics.catalog import CATALOG
from tradewright.reports.html.report import report_page
from tradewright.reports.packing import unpack

VOID = {"meta", "link", "input", "br"}


class Reader(HTMLParser):
    """Collects elements, scripts and visible text; complains of elements that are not closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.text: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "script":
            self.scripts.append((self.elements[-1][1], data))
        elif self.open and self.open[-1] != "style":
            self.text.append(data)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


def data_of(reader: Reader) -> dict:
    return next(json.loads(text) for attributes, text in reader.scripts if attributes.get("id") == "data")


@pytest.fixture(scope="module")
def run():
    return finished(strategy="rsi_reversal", stop_loss=3.0, take_profit=5.0)


@pytest.fixture(scope="module")
def reader(run):
    return read(report_page(material(run)))


def test_metrics_and_warnings_on_the_page_are_those_of_the_json(run, reader):
    data, said = data_of(reader), json.loads(json.dumps(run.to_dict()))
    assert data["metrics"] == said["metrics"]
    assert data["warnings"] == said["warnings"]
    assert data["run"].items() <= said["run"].items()


def test_trades_on_the_page_are_the_doubles_of_the_json_and_the_table(run, reader):
    packed = data_of(reader)["trades"]
    columns = unpack(packed)
    rows = run.to_dict()["trades"]
    assert packed["closed"] == len(rows) > 20
    for name in ("quantity", "entry_price", "exit_price", "pnl", "return", "fees", "mae", "mfe"):
        assert columns[name][: len(rows)].tobytes() == np.array([row[name] for row in rows]).tobytes()
        assert columns[name][: len(rows)].tobytes() == run.trades[name].to_numpy().tobytes()
    times = np.array([row["entry_time"][:-1] for row in rows], "datetime64[s]").astype(np.int64)
    assert columns["entry_time"][: len(rows)].tolist() == times.tolist()


def test_curves_on_the_page_are_the_equity_table(run, reader):
    curves = unpack(data_of(reader)["curves"])
    assert curves["equity"].tobytes() == run.equity["equity"].to_numpy().tobytes()
    assert curves["drawdown"].tobytes() == run.equity["drawdown"].to_numpy().tobytes()
    assert curves["close"].tobytes() == run.bars.close.tobytes()


def test_every_metric_stands_with_its_formula_and_exact_value(run, reader):
    text = "".join(reader.text)
    for metric in CATALOG:
        assert metric.title in text
        assert metric.formula in text
        value = run.metrics[metric.id]
        assert f"{metric.id} = {'null' if value is None else value}" in text


def test_every_warning_stands_with_its_words_and_code(run, reader):
    text = "".join(reader.text)
    assert run.warnings
    for said in run.warnings:
        assert said["code"] in text
        assert said["message"][1:] in text


def test_formulas_are_reached_by_keyboard(reader):
    tips = {attributes["id"] for tag, attributes in reader.elements if attributes.get("role") == "tooltip"}
    asking = [
        a["aria-describedby"] for tag, a in reader.elements if tag == "button" and "aria-describedby" in a
    ]
    assert len(asking) == len(CATALOG) + 8
    assert set(asking) == tips


def test_ids_are_given_once(reader):
    ids = [attributes["id"] for _, attributes in reader.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_page_asks_nobody_for_anything(reader):
    for tag, attributes in reader.elements:
        assert "src" not in attributes
        address = attributes.get("href") or ""
        assert tag in {"a", "link"} or not address
        assert tag != "link" or address == "data:,"


def test_policy_allows_exactly_the_scripts_of_the_page(reader):
    policy = next(a["content"] for tag, a in reader.elements if tag == "meta" and "http-equiv" in a)
    assert "default-src 'none'" in policy
    allowed = set(re.findall(r"'sha256-([^']+)'", policy))
    programs = [text for attributes, text in reader.scripts if attributes.get("type") != "application/json"]
    digests = {base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in programs}
    assert len(programs) == 2
    assert digests == allowed
    assert "unsafe-inline" not in policy.split("style-src")[0]
    assert not any(name.startswith("on") for _, attributes in reader.elements for name in attributes)


def test_hostile_names_are_shown_and_do_nothing():
    bars = walk(300, symbol=HOSTILE)
    bars = tw.Bars(
        bars.time,
        bars.columns,
        timeframe="1h",
        instrument=tw.Instrument(HOSTILE, currency='"><img src=x onerror=alert(1)>', venue="<b>"),
    )
    run = tw.backtest("ma_crossover", bars, params={"fast": 3, "slow": 9})
    drawn = material(run)
    drawn.document["run"]["title"] = HOSTILE
    drawn.document["warnings"].append({"code": HOSTILE, "message": HOSTILE, "count": 1})
    reader = read(report_page(drawn))
    assert len(reader.scripts) == 3
    assert HOSTILE in "".join(reader.text)
    assert not any(tag in {"img", "b"} and attributes for tag, attributes in reader.elements)
    assert data_of(reader)["facts"]["symbol"] == HOSTILE


@pytest.mark.parametrize("n", [1, 2, 31])
def test_window_of_few_bars_without_a_trade_is_drawn(n):
    bars = walk(60, seconds=86_400)
    start = str(np.datetime64(int(bars.time[60 - n]), "ns"))[:10]
    run = tw.backtest("ma_crossover", bars, params={"fast": 20, "slow": 55}, start=start)
    reader = read(report_page(material(run)))
    data = data_of(reader)
    assert data["facts"]["bars"] == n
    assert unpack(data["curves"])["equity"].size == n
    if not run.metrics["trades"] and not run.metrics["open_trades"]:
        assert "No trade in this window" in "".join(reader.text)


def test_run_whose_prices_are_gone_is_drawn_without_candles(run):
    drawn = material(run)
    gone = type(drawn)(drawn.document, drawn.manifest, drawn.time, drawn.equity, drawn.drawdown)
    reader = read(report_page(gone))
    curves = unpack(data_of(reader)["curves"])
    assert {"open", "benchmark"}.isdisjoint(curves)
    assert "prices of this run are gone" in "".join(reader.text)


def test_large_run_says_how_many_bars_a_candle_is_and_what_is_there_in_full():
    run = tw.backtest("ma_crossover", walk(30_000), params={"fast": 40, "slow": 160}, direction="both")
    reader = read(report_page(material(run)))
    text, data = "".join(reader.text), data_of(reader)
    assert "1 candle = 6 bars of 1h: 30,000 bars are drawn as 5,000 candles" in text
    detail = data["detail"]
    bars = sum(detail["stops"]) - sum(detail["starts"])
    assert 0 < bars <= 15_000
    assert f"{bars:,} bars are here one by one: {detail['trades']:,} trades with" in text


def test_pair_of_readings_stands_beside_what_depends_on_it(run):
    drawn = material(run)
    metrics = {name: [value, value] for name, value in drawn.document["metrics"].items()}
    metrics["total_return"] = [-0.125, 0.25]
    drawn.document["envelope"] = {"ambiguous_bars": 1_234, "metrics": metrics}
    text = "".join(read(report_page(drawn)).text)
    assert "1,234 ambiguous bars" in text
    assert text.count("\N{MINUS SIGN}12.50 % … 25.00 %") == 2
    assert text.count(" … ") == 5  # the pair on its card and in its group, and the sentence about pairs


def test_account_that_outgrows_every_number_is_drawn():
    bars = walk(300, seconds=86_400)
    prices = np.repeat([1e-300, 2e-300, 1e5, 5e4, 1e6], 60)
    columns = dict.fromkeys(("open", "high", "low", "close"), prices)
    grown = tw.Bars(bars.time, columns, timeframe="1d", instrument="TEST")
    drawn = material(tw.backtest("ma_crossover", grown, params={"fast": 5, "slow": 20}))
    reader = read(report_page(drawn))
    assert data_of(reader)["metrics"]["final_equity"] is None
    assert max(map(len, "".join(reader.text).split())) < 100
    assert unpack(data_of(reader)["curves"])["equity"].tobytes() == drawn.equity.tobytes()


def test_page_of_100_000_bars_in_unrounded_prices_keeps_its_promise():
    bars = walk(100_000, seconds=60)
    columns = {name: column * np.pi for name, column in bars.columns.items()}
    unrounded = tw.Bars(bars.time, columns, timeframe="1m", instrument="TEST")
    run = tw.backtest("ma_crossover", unrounded, params={"fast": 5, "slow": 11}, direction="both")
    assert run.metrics["trades"] > 5_000
    page = report_page(material(run))
    assert len(page.encode()) < 1_500_000
    reader = read(page)
    each = data_of(reader)["curves"]["bars_each"]
    assert f"1 candle = {each} bars of 1m" in "".join(reader.text)


def test_only_reasons_of_closed_trades_can_be_chosen():
    run = finished()
    assert run.metrics["open_trades"] == 1
    drawn = material(run)
    options = re.search(r'data-filter="reason".*?</select>', report_page(drawn))[0]
    said = {row["exit_reason"] for row in drawn.document["trades"]}
    assert set(re.findall(r'value="(\w+)"', options)) == said
    assert "end_of_data" not in options


def test_page_without_prices_promises_no_marks(run):
    drawn = material(run)
    gone = type(drawn)(drawn.document, drawn.manifest, drawn.time, drawn.equity, drawn.drawdown)
    assert "a click on a mark" in report_page(drawn)
    assert "a click on a mark" not in report_page(gone)


def test_names_that_run_from_right_to_left_are_set_apart():
    bars = walk(300)
    named = tw.Instrument("A\u202eB", currency="\u202eC")
    run = tw.backtest("ma_crossover", tw.Bars(bars.time, bars.columns, timeframe="1h", instrument=named))
    page = report_page(material(run))
    shown = page[: page.index("<details>")]
    for name in ("A\u202eB", "\u202eC"):
        assert shown.count(name) == shown.count(f"\u2068{name}\u2069") > 2


def test_money_of_a_small_account_is_readable():
    run = tw.backtest("ma_crossover", walk(300), params={"fast": 3, "slow": 9}, cash=0.5)
    page = report_page(material(run))
    assert f"{run.metrics['fees_paid']:.6f}".partition(".")[2] in page.partition("All ")[2]
    assert "0.500000 USD" in page
    assert data_of(read(page))["facts"]["money"] == 6
