"""Rates, payments, finer bars and venues: from ``tw.backtest`` into the run, onto disk, and back."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import tradewright as tw
from tradewright.core.errors import TradewrightError
from tradewright.library.runs.again import run_again
from tradewright.library.runs.directory import RunRecord, write_run
from tradewright.library.runs.shape import FURTHER_FILL_FIELDS, FURTHER_TRADE_FIELDS
from tradewright.library.warming import synthetic_bars
from tradewright.research.manifest import fingerprint_of

CROSS = {"params": {"fast": 5, "slow": 20}}


def hours(count: int = 600, symbol: str = "BTC/USDT") -> tw.Bars:
    bars = synthetic_bars(count)
    return tw.Bars(bars.time, bars.columns, timeframe="1h", instrument=tw.Instrument(symbol, currency="USDT"))


def euros(count: int = 620) -> tw.Bars:
    time = np.arange(-20, count - 20) * 3_600_000_000_000
    close = 0.9 + 0.01 * np.sin(np.arange(count))
    columns = dict.fromkeys(("open", "high", "low", "close"), close)
    return tw.Bars(time, columns, timeframe="1h", instrument="USDT/EUR")


def quarters(bars: tw.Bars) -> tw.Bars:
    """Cut each bar in four that go open, low, high, close."""
    time = (bars.time[:, None] + np.arange(4) * 900_000_000_000).ravel()
    prices = np.stack([bars.open, bars.low, bars.high, bars.close], axis=1).ravel()
    columns = dict.fromkeys(("open", "high", "low", "close"), prices)
    return tw.Bars(time, columns, timeframe="15m", instrument=bars.instrument)


FUNDING = [(f"1970-01-{day:02d}", 0.001) for day in range(1, 27)]
WORLDS = {
    "rates": lambda: {"currency": "EUR", "rates": euros()},
    "finer": lambda: {"intrabar": "magnified", "finer": quarters(hours()), "stop_loss": 1, "take_profit": 1},
    "funding": lambda: {"funding": FUNDING},
    "dividends": lambda: {"dividends": {"1970-01-05": 1.0, "1970-01-12": 2.0}},
    "splits": lambda: {"splits": [(f"1970-01-{day:02d}", 2) for day in range(3, 20, 3)]},
}


@pytest.mark.parametrize("name", WORLDS)
def test_world_decides_and_is_in_the_manifest(name: str) -> None:
    run = tw.backtest("ma_crossover", hours(), **CROSS, **WORLDS[name]())
    plain = tw.backtest("ma_crossover", hours(), **CROSS)
    assert run.result_hash != plain.result_hash
    assert set(run.manifest["world"]) == {name}
    assert "world" not in plain.manifest


@pytest.mark.parametrize("name", WORLDS)
def test_kept_run_with_a_world_is_reproduced(name: str) -> None:
    run = tw.backtest("ma_crossover", hours(), **CROSS, **WORLDS[name]())
    run.keep(f"around-{name}")
    again = tw.reproduce(f"around-{name}")
    assert again.same, again.verdict
    assert again.now == run.fingerprint
    kept = tw.open_run(f"around-{name}")
    assert kept.world is not None
    assert kept.world.to_dict() == run.world.to_dict()
    assert kept.manifest == run.manifest
    assert tw.reproduce(run).same


def test_fingerprint_changes_with_each_value_of_the_world() -> None:
    base = tw.backtest("ma_crossover", hours(), **CROSS, funding=FUNDING)
    other = tw.backtest("ma_crossover", hours(), **CROSS, funding=[*FUNDING[:-1], ("1970-01-26", 0.002)])
    assert base.fingerprint != other.fingerprint
    same = tw.backtest("ma_crossover", hours(), **CROSS, funding=dict(FUNDING))
    assert same.fingerprint == base.fingerprint


def test_payments_that_were_changed_after_the_run_are_refused() -> None:
    run = tw.backtest("ma_crossover", hours(), **CROSS, funding=FUNDING)
    origin = {**run.origin, "payments": {"funding": [["1970-01-05T00:00:00Z", 0.5]]}}
    run.keep()
    with pytest.raises(TradewrightError, match="something else") as refused:
        run_again(run.manifest, origin, run.facts)
    assert refused.value.code == "E_RUN_DATA"


def test_account_in_another_currency_says_so() -> None:
    run = tw.backtest("ma_crossover", hours(), **CROSS, currency="EUR", rates=euros())
    assert run.facts["currency"] == "EUR"
    with pytest.raises(TradewrightError) as refused:
        tw.backtest("ma_crossover", hours(), currency="EUR")
    assert refused.value.code == "E_NO_RATE"


def test_payments_are_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "funding.csv"
    file.write_text("Time, Value\n" + "".join(f"{day}T00:00Z,{rate}\n" for day, rate in FUNDING), "utf-8")
    read = tw.backtest("ma_crossover", hours(), **CROSS, funding=str(file))
    assert read.fingerprint == tw.backtest("ma_crossover", hours(), **CROSS, funding=FUNDING).fingerprint
    epochs = tmp_path / "splits.csv"
    epochs.write_text("time,value\n777600000,2\n", "utf-8")
    told = tw.backtest("ma_crossover", hours(), **CROSS, splits=epochs).origin["payments"]
    assert told == {"splits": [["1994-08-23T00:00:00Z", 2.0]]}


@pytest.mark.parametrize(("content", "words"), [("when,value\n", "no column time"), (None, "cannot be read")])
def test_file_of_payments_that_cannot_be_read_is_refused(
    tmp_path: Path, content: str | None, words: str
) -> None:
    file = tmp_path / "funding.csv"
    if content is not None:
        file.write_text(content, "utf-8")
    with pytest.raises(TradewrightError, match=words) as refused:
        tw.backtest("ma_crossover", hours(), funding=file)
    assert refused.value.code == "E_EVENT"


def test_venue_fills_in_below_the_caller_and_above_the_defaults() -> None:
    run = tw.backtest("ma_crossover", hours(), **CROSS, venue="binance:usdm@vip1", maker_fee=0.0)
    card = next(card for card in tw.list_venues() if card["name"].startswith("binance:usdm"))
    rules, instrument = run.manifest["rules"], run.manifest["series"]["instrument"]
    assert rules["maker_fee"] == 0.0
    assert 0 < rules["fee"] < 0.001
    assert rules["maintenance_margin"] == card["rules"]["maintenance_margin"]
    assert instrument["tick"] > 0
    assert instrument["lot"] > 0
    assert run.manifest["venue"] == {"name": "binance:usdm@vip1", "as_of": card["as_of"]}
    run.keep("at-a-venue")
    assert tw.reproduce("at-a-venue").same


def test_venue_leaves_an_instruments_own_steps() -> None:
    bars = hours()
    bars.instrument = replace(bars.instrument, lot=0.5)
    instrument = tw.backtest("ma_crossover", bars, **CROSS, venue="binance").manifest["series"]["instrument"]
    assert instrument["lot"] == 0.5
    assert instrument["tick"] == 0.01
    assert bars.instrument.tick == 0


def test_what_a_venue_does_not_know_is_told() -> None:
    run = tw.backtest("ma_crossover", hours(symbol="RARE/USDT"), **CROSS, venue="binance")
    assert "W_VENUE_STEPS" in {said["code"] for said in run.warnings}
    shares = tw.backtest("ma_crossover", hours(symbol="SAP"), **CROSS, venue="ibkr")
    codes = {said["code"] for said in shares.warnings}
    assert "W_VENUE_CURRENCY" in codes
    assert "W_NO_FEE" not in codes
    with pytest.raises(TradewrightError, match="unknown venue") as refused:
        tw.backtest("ma_crossover", hours(), venue="binanse")
    assert refused.value.code == "E_VENUE"


def test_instrument_brings_both_of_its_fees() -> None:
    bars = hours()
    bars.instrument = replace(bars.instrument, maker_fee=0.0001, taker_fee=0.0004)
    rules = tw.backtest("ma_crossover", bars, **CROSS).manifest["rules"]
    assert (rules["fee"], rules["maker_fee"]) == (0.0004, 0.0001)
    rules = tw.backtest("ma_crossover", bars, **CROSS, fee=0.002).manifest["rules"]
    assert (rules["fee"], rules["maker_fee"]) == (0.002, None)


def test_rules_are_read_in_words() -> None:
    words = {"entry": "limit:1% for 5", "take_profit": "2%:0.5,4%:0.5", "trailing": "chandelier:3"}
    run = tw.backtest("ma_crossover", hours(), **CROSS, **words)
    objects = tw.backtest(
        "ma_crossover",
        hours(),
        **CROSS,
        entry=tw.Entry(kind="limit", offset=1, lifetime=5),
        take_profit=(tw.Target(value=2, share=0.5), tw.Target(value=4, share=0.5)),
        trailing=tw.Trailing(value=3, unit="chandelier"),
    )
    assert run.fingerprint == objects.fingerprint


def older(run: tw.Run, folder: Path) -> Path:
    """Write a run as the version before resting orders did: fewer rules, fewer columns."""
    record = run.record()
    rules = {
        name: run.manifest["rules"][name] for name in ("direction", "cash", "fee", "slippage", "trailing")
    }
    manifest = {**run.manifest, "rules": {**rules, "sizing": {"kind": "all-in", "value": 1.0}}}
    summary = dict(record.summary)
    opened = [
        {name: value for name, value in row.items() if name not in FURTHER_TRADE_FIELDS}
        for row in summary["run"]["open_trades"]
    ]
    summary["run"] = {**summary["run"], "open_trades": opened, "fingerprint": fingerprint_of(manifest)}
    tables = SimpleNamespace(
        trades=record.tables.trades.drop(FURTHER_TRADE_FIELDS),
        fills=record.tables.fills.drop(FURTHER_FILL_FIELDS),
        equity=record.tables.equity,
    )
    return write_run(folder, RunRecord(summary, manifest, record.origin, tables), overwrite=False)


def test_run_of_an_older_version_still_opens(tmp_path: Path) -> None:
    run = tw.backtest("ma_crossover", hours(), **CROSS)
    old = tw.open_run(older(run, tmp_path / "old"))
    assert list(old.trades) == [name for name in run.trades if name not in FURTHER_TRADE_FIELDS]
    assert "kind" not in old.fills
    assert old.to_dict()["run"]["symbol"] == "BTC/USDT"
    assert set(old.trade_columns(still_open=True)) == set(old.trades)
    assert "<html" in old.report(tmp_path / "old.html").read_text("utf-8")
    assert tw.compare(run, old).differences == []


def test_tables_tell_orders_and_parts(tmp_path: Path) -> None:
    run = tw.backtest(
        "ma_crossover",
        hours(),
        **CROSS,
        entry="limit:0.2% for 10",
        take_profit="1%:0.5,2%:0.5",
        funding=FUNDING,
        sizing="equity:0.5",
    )
    trades, fills = run.trades, run.fills
    assert (trades["exits"] == 2).any()
    assert (trades["carry"] < 0).any()
    assert {"limit", "market", "event"} <= set(fills["kind"])
    entries = fills[fills["reason"] == "entry"]
    assert (entries["decided_time"] <= entries["time"]).all()
    assert fills["flow"].sum() == pytest.approx(
        trades["carry"].sum() + run.trade_columns(still_open=True)["carry"].sum()
    )
    for name in run.export(tmp_path / "tables", "csv"):
        if name.stem == "fills":
            assert name.read_text("utf-8").splitlines()[0].endswith("moment,kind,decided_time,unit,flow")
    run.save(tmp_path / "kept")
    kept = tw.open_run(tmp_path / "kept")
    assert kept.to_dict() == run.to_dict()
    assert kept.fills.equals(run.fills)


def test_envelope_of_a_magnified_run_is_of_whole_bars() -> None:
    bars = hours()
    brackets = {"stop_loss": 0.7, "take_profit": 0.7, **CROSS}
    run = tw.backtest("ma_crossover", bars, intrabar="magnified", finer=quarters(bars), **brackets)
    assert run.envelope["ambiguous_bars"] > 0
    readings = [
        tw.backtest("ma_crossover", bars, intrabar=how, **brackets) for how in ("pessimistic", "optimistic")
    ]
    for name, pair in run.envelope["metrics"].items():
        assert pair == [reading.metrics[name] for reading in readings]


def test_envelope_keeps_what_lies_around_the_bars() -> None:
    brackets = {"stop_loss": 0.7, "take_profit": 0.7, "funding": FUNDING, **CROSS}
    run = tw.backtest("ma_crossover", hours(), **brackets)
    assert run.envelope["metrics"]["final_equity"][0] == run.metrics["final_equity"]
    other = tw.backtest("ma_crossover", hours(), intrabar="optimistic", **brackets)
    assert run.envelope["metrics"]["final_equity"][1] == other.metrics["final_equity"]


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ({"participation": 0.1}, "E_NO_VOLUME"),
        ({"impact": 0.1}, "E_NO_VOLUME"),
        ({"slippage_ticks": 1}, "E_NO_TICK"),
        ({"intrabar": "magnified"}, "E_NO_FINER_BARS"),
        ({"leverage": 0}, "E_PARAMETER"),
        ({"sizing": "column"}, "E_COLUMN"),
        ({"trailing": "column"}, "E_COLUMN"),
        ({"currency": "GBP", "rates": euros()}, "E_NO_RATE"),
        ({"finer": euros()}, "E_FINER"),
        ({"entry": "limit:1%", "fill_on": "close"}, "E_PARAMETER"),
        ({"splits": [("1970-01-05", -2)]}, "E_EVENT"),
    ],
)
def test_bad_input_is_an_error_with_a_fix(rules: dict, code: str) -> None:
    bars = hours()
    silent = {name: column for name, column in bars.columns.items() if name != "volume"}
    still = tw.Bars(bars.time, silent, timeframe="1h", instrument=bars.instrument)
    with pytest.raises(TradewrightError) as refused:
        tw.backtest("ma_crossover", still, **rules)
    assert refused.value.code == code


def test_lot_larger_than_the_account_is_counted() -> None:
    bars = hours()
    bars.instrument = replace(bars.instrument, lot=1_000.0)
    run = tw.backtest("ma_crossover", bars, **CROSS)
    assert run.metrics["trades"] == 0
    assert {"W_BELOW_MINIMUM", "W_NO_TRADES"} <= {said["code"] for said in run.warnings}
