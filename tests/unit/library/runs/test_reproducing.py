"""Running a run again: from what was kept, whatever became of the files that it was made from."""

import json
import tempfile
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import tradewright as tw
from tradewright.core.canonical import digest
from tradewright.library.runs.directory import RunRecord, content_hash, write_run
from tradewright.library.stored import store
from tradewright.library.warming import synthetic_bars

CODE = """
import tradewright as tw
from levels import SLOW

class Cross(tw.Strategy):
    class Params(tw.StrategyParams):
        fast: int = 5

    def signals(self, bars, p):
        fast = tw.indicator("sma", bars, period=p.fast)
        slow = tw.indicator("sma", bars, period=SLOW)
        return tw.Signals(long_entry=tw.crosses_above(fast, slow), long_exit=tw.crosses_below(fast, slow))
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("TRADEWRIGHT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def walk(count: int) -> tw.Bars:
    """Return hourly bars of 2020."""
    bars = synthetic_bars(1_000).slice(0, count)
    start = np.datetime64("2020-01-01", "ns").astype(np.int64)
    return tw.Bars(start + bars.time, bars.columns, timeframe="1h", instrument="WALK")


def written(path: Path, bars: tw.Bars) -> Path:
    """Write bars as a price file."""
    rows = zip(
        bars.to_pandas().index.strftime("%Y-%m-%dT%H:%M:%SZ"),
        *(bars.column(name).tolist() for name in ("open", "high", "low", "close", "volume")),
        strict=True,
    )
    lines = ["timestamp,open,high,low,close,volume", *(",".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def prices(tmp_path):
    return written(tmp_path / "WALK_1h.csv", walk(300))


@pytest.fixture
def code(tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "levels.py").write_text("SLOW = 20\n")
    (folder / "cross.py").write_text(CODE)
    return folder / "cross.py"


@pytest.mark.parametrize("strategy", [card["id"] for card in tw.list_strategies()])
def test_every_built_in_strategy_comes_to_the_same(strategy, home):
    rules = {
        "direction": "both",
        "stop_loss": 2.0,
        "take_profit": tw.Level(value=2, unit="r"),
        "sizing": "risk:0.01",
    }
    run = tw.backtest(strategy, walk(900), start="2020-01-05", end="2020-01-30", **rules)
    run.keep()
    again = tw.reproduce(run.fingerprint[:8])
    assert again.same
    assert (again.kept, again.now) == (run.fingerprint, run.fingerprint)
    assert again.notes == ()


def test_document_comes_to_the_same_after_its_file_is_gone(home, tmp_path, prices):
    document = tmp_path / "mine.json"
    entry = {"label": "x", "operand": {"price": "close"}, "config": {"operator": "rising"}}
    block = {"label": "up", "subConfirmations": [entry]}
    document.write_text(json.dumps({"id": "mine", "decisionBlocks": [block], "exit": {"timeStop": 3}}))
    run = tw.backtest(str(document), prices)
    run.keep("mine")
    document.unlink()
    prices.unlink()
    again = tw.reproduce("mine")
    assert again.same
    assert again.kept == again.now
    assert len(again.notes) == 2
    assert "mine.json cannot be read any more" in again.notes[0]
    assert "WALK_1h.csv cannot be read any more" in again.notes[1]


def test_document_that_was_changed_is_told_and_not_used(home, tmp_path):
    document = tmp_path / "mine.json"
    entry = {"label": "x", "operand": {"price": "close"}, "config": {"operator": "rising"}}
    block = {"label": "up", "subConfirmations": [entry]}
    document.write_text(json.dumps({"id": "mine", "decisionBlocks": [block], "exit": {"timeStop": 3}}))
    tw.backtest(str(document), walk(300), direction="both").keep("m")
    assert tw.reproduce("m").notes == ()
    document.write_text(document.read_text().replace("rising", "falling"))
    again = tw.reproduce("m")
    assert again.same
    assert "mine.json has changed since" in again.notes[0]


def test_own_code_comes_to_the_same_from_the_text_that_was_kept(home, prices, code):
    run = tw.backtest(f"{code}:Cross", prices, params={"fast": 4})
    run.keep("own")
    assert set(tw.open_run("own").origin["code"]) == {"cross.py", "levels.py"}
    (code.parent / "levels.py").write_text("SLOW = 30\n")
    code.unlink()
    again = tw.reproduce("own")
    assert again.same
    assert again.kept == again.now
    assert len(again.notes) == 2
    assert any("cross.py is gone" in note for note in again.notes)
    assert any("levels.py has changed since" in note for note in again.notes)


def test_own_code_that_was_changed_is_not_called_the_one_that_ran(home, prices, code):
    tw.backtest(f"{code}:Cross", prices).keep("own")
    (code.parent / "levels.py").write_text("SLOW = 30\n")
    again = tw.reproduce("own", strategy=f"{code}:Cross")
    assert not again.same
    assert "the strategy's code is not the one that ran" in again.verdict
    assert again.trade is not None
    assert "total_return" in again.metrics


def test_names_that_lead_out_of_the_folder_are_refused(home, prices, code, tmp_path):
    run = tw.backtest(f"{code}:Cross", prices)
    record = run.record()
    record.origin["code"]["../evil.py"] = "raise SystemExit"
    folder = write_run(tmp_path / "run", record, overwrite=False)
    with pytest.raises(tw.TradewrightError, match=r"E_RUN_STRATEGY.*outside of its folder"):
        tw.reproduce(folder)
    assert not (tmp_path.parent / "evil.py").exists()


class Riser(tw.Strategy):
    def __init__(self, least=0.0):
        self.least = least

    def signals(self, bars, p):
        del p
        up = np.concatenate([[False], np.diff(bars.close) > self.least])
        return tw.Signals(long_entry=up, long_exit=~up)


def test_class_of_this_program_is_found_in_it(home):
    tw.backtest(Riser, walk(300)).keep("mine")
    again = tw.reproduce("mine")
    assert again.same
    assert again.kept == again.now


def test_object_with_attributes_must_be_given(home):
    tw.backtest(Riser(0.1), walk(300)).keep("mine")
    with pytest.raises(tw.TradewrightError, match=r"E_RUN_STRATEGY.*object with attributes"):
        tw.reproduce("mine")
    assert tw.reproduce("mine", strategy=Riser(0.1)).same
    other = tw.reproduce("mine", strategy=Riser(0.2))
    assert "the strategy's code is not the one that ran" in other.verdict


def test_run_that_is_at_hand_needs_nothing_kept(home):
    run = tw.backtest(Riser(0.1), walk(300), benchmark=walk(250))
    assert tw.reproduce(run).same
    assert tw.reproduce(run).kept == tw.reproduce(run).now
    assert not home.exists()


def test_file_that_has_grown_is_still_the_data(home, tmp_path):
    prices = written(tmp_path / "WALK_1h.csv", walk(300))
    folder = tw.backtest("momentum", prices, params={"lookback": 10}).save(tmp_path / "run")
    written(prices, walk(301))
    again = tw.reproduce(folder)
    assert again.same
    assert again.notes == ()


def test_file_that_was_changed_is_not_used_in_silence(home, tmp_path, prices):
    run = tw.backtest("momentum", prices, params={"lookback": 10})
    folder = run.save(tmp_path / "run")
    lines = prices.read_text().splitlines()
    prices.write_text("\n".join([lines[0], *lines[9:]]) + "\n")
    with pytest.raises(tw.TradewrightError, match=r"E_RUN_DATA.*holds others now"):
        tw.reproduce(folder)
    given = tw.reproduce(folder, bars=prices)
    assert not given.same
    assert "the data is not what the run saw" in given.verdict


def test_kept_bars_stand_in_for_a_file_that_was_changed(home, prices):
    tw.backtest("momentum", prices, params={"lookback": 10}).keep("m")
    lines = prices.read_text().splitlines()
    prices.write_text("\n".join([lines[0], *lines[9:]]) + "\n")
    again = tw.reproduce("m")
    assert again.same
    assert "holds other prices now" in again.notes[0]


def test_instrument_of_the_run_counts_not_that_of_the_same_prices(home):
    bars = walk(300)
    cheap, dear = (
        tw.Bars(
            bars.time, bars.columns, timeframe="1h", instrument=tw.Instrument("X", lot=lot, currency="EUR")
        )
        for lot in (0.0, 5.0)
    )
    tw.backtest("momentum", cheap, params={"lookback": 10}).keep("cheap")
    tw.backtest("momentum", dear, params={"lookback": 10}).keep("dear")
    assert tw.open_run("dear").bars.instrument.lot == 5.0
    assert tw.reproduce("cheap").same
    assert tw.reproduce("dear").same


def test_benchmark_is_kept_too(home, tmp_path, prices):
    other = written(tmp_path / "OTHER_1h.csv", walk(250))
    run = tw.backtest("momentum", prices, params={"lookback": 10}, benchmark=other, risk_free=0.02)
    run.keep("m")
    prices.unlink()
    other.unlink()
    stored = tw.open_run("m")
    assert stored.benchmark is not None
    assert tw.reproduce("m").kept == tw.reproduce("m").now


def test_samples_are_not_copied(home):
    tw.backtest("momentum", "sample:GOOG").keep()
    assert not (home / "bars").exists()
    assert tw.reproduce("last").same


def test_damaged_store_falls_back_to_the_file(home, prices):
    tw.backtest("momentum", prices, params={"lookback": 10}).keep("m")
    for path in store().root.rglob("*.parquet"):
        path.write_bytes(b"torn")
    for path in (store().root / "kept").rglob("*"):
        if path.is_file():
            path.write_bytes(b"torn")
    assert tw.reproduce("m").same


def test_other_version_is_named_and_the_result_still_counts(home, tmp_path):
    run = tw.backtest("momentum", "sample:IBM")
    record = run.record()
    manifest = record.manifest | {"tradewright": "0.0.9"}
    facts = record.summary["run"] | {"fingerprint": digest(manifest)}
    summary = record.summary | {"run": facts}
    folder = write_run(
        tmp_path / "run", RunRecord(summary, manifest, record.origin, record.tables), overwrite=False
    )
    again = tw.reproduce(folder)
    assert again.same
    assert again.kept != again.now
    assert [(row.kind, row.values[0]) for row in again.differences] == [("version", "0.0.9")]


def test_rule_of_another_version_is_named_with_the_version(home, tmp_path):
    record = tw.backtest("momentum", "sample:IBM").record()
    manifest = record.manifest | {"tradewright": "9.1", "rules": record.manifest["rules"] | {"iceberg": 3}}
    facts = record.summary["run"] | {"fingerprint": digest(manifest)}
    changed = RunRecord(record.summary | {"run": facts}, manifest, record.origin, record.tables)
    folder = write_run(tmp_path / "run", changed, overwrite=False)
    with pytest.raises(tw.TradewrightError, match=r"E_RUN_VERSION.*9\.1.*iceberg"):
        tw.reproduce(folder)


def test_keep_twice_is_one_run_and_its_bars_once(home, prices):
    run = tw.backtest("momentum", prices, params={"lookback": 10})
    assert run.keep() == run.keep("m")
    before = sorted(path for path in home.rglob("*") if path.is_file())
    tw.backtest("momentum", prices, params={"lookback": 10}).keep()
    assert sorted(path for path in home.rglob("*") if path.is_file()) == before
    assert tw.runs()[0].names == ("m",)


def resealed(folder: Path) -> None:
    """Give a run's files the checksums of what they hold now."""
    parts = json.loads((folder / "run.json").read_text())
    written_as, _ = parts.pop("format"), parts.pop("checksum")
    parts["files"] = {name: content_hash((folder / name).read_bytes()) for name in parts["files"]}
    (folder / "run.json").write_text(json.dumps({"format": written_as, "checksum": digest(parts), **parts}))


@pytest.mark.parametrize(
    ("table", "column"), [("trades", "pnl"), ("equity", "equity"), ("fills", "price"), ("equity", "drawdown")]
)
def test_table_that_was_changed_with_its_checksums_is_not_the_same(table, column, home, tmp_path):
    folder = tw.backtest("momentum", "sample:GOOG").save(tmp_path / "run")
    path = folder / f"{table}.parquet"
    frame = pl.read_parquet(path)
    frame.with_columns(pl.col(column) * 2).write_parquet(path)
    resealed(folder)
    again = tw.reproduce(folder)
    assert not again.same
    assert again.tables == (table,)
    assert again.verdict.endswith(f"not what it gives: {table}.")


def test_metric_that_was_changed_with_its_checksum_is_not_the_same(home, tmp_path):
    folder = tw.backtest("momentum", "sample:GOOG").save(tmp_path / "run")
    text = (folder / "run.json").read_text()
    sharpe = json.loads(text)["metrics"]["sharpe"]
    (folder / "run.json").write_text(text.replace(repr(sharpe), repr(sharpe + 1)))
    resealed(folder)
    again = tw.reproduce(folder)
    assert not again.same
    assert "metrics" in again.verdict


def test_table_without_a_column_is_broken(home, tmp_path):
    folder = tw.backtest("momentum", "sample:GOOG").save(tmp_path / "run")
    path = folder / "fills.parquet"
    pl.read_parquet(path).drop("price").write_parquet(path)
    resealed(folder)
    with pytest.raises(tw.TradewrightError, match=r"E_RUN_BROKEN.*fills\.parquet.*price"):
        tw.reproduce(folder)


def test_file_that_is_given_is_read_as_the_run_s_own_was(home, tmp_path, prices):
    bars = tw.load(prices, symbol="MINE", timeframe="2h", start="2020-01-03")
    folder = tw.backtest("momentum", bars, params={"lookback": 10}).save(tmp_path / "run")
    moved = prices.rename(tmp_path / "elsewhere.csv")
    again = tw.reproduce(folder, bars=moved)
    assert again.same
    assert again.differences == []


def test_same_prices_under_another_name_are_no_difference(home, tmp_path, prices):
    folder = tw.backtest("momentum", prices, params={"lookback": 10}).save(tmp_path / "run")
    moved = prices.rename(tmp_path / "OTHER_1h.csv")
    for given in (moved, tw.load(moved)):
        again = tw.reproduce(folder, bars=given)
        assert again.same
        assert again.differences == []


def test_prices_of_another_symbol_are_told_and_not_refused(home, tmp_path, prices):
    lines = prices.read_text().splitlines()
    named = ["symbol," + lines[0], *("AAA," + line for line in lines[1:])]
    (tmp_path / "a.csv").write_text("\n".join(named))
    (tmp_path / "b.csv").write_text("\n".join([named[0], *named[9:]]).replace("AAA", "BBB"))
    run = tw.backtest("momentum", tw.load(tmp_path / "a.csv", symbol="AAA"), params={"lookback": 10})
    again = tw.reproduce(run.save(tmp_path / "run"), bars=tmp_path / "b.csv")
    assert not again.same
    assert ("AAA", "BBB") in [row.values for row in again.differences]


def test_bars_that_are_stamped_within_a_second_come_to_the_same(home, tmp_path):
    bars = walk(300)
    step = np.int64(1_000_000_000)
    time = bars.time[0] + step // 4 + step * np.arange(300)
    own = tw.Bars(time, bars.columns, timeframe="1s", instrument="TICK")
    run = tw.backtest("momentum", own, params={"lookback": 10}, start="2020-01-01T00:00:20.250")
    run.keep("ticks")
    again = tw.reproduce("ticks")
    assert again.same
    assert again.kept == again.now


def test_named_strategy_runs_with_the_parameters_of_the_run(home):
    tw.backtest("ma_crossover", "sample:GOOG", params={"fast": 7}).keep("seven")
    again = tw.reproduce("seven", strategy="ma_crossover")
    assert again.same
    assert again.kept == again.now


def test_other_strategy_runs_with_the_parameters_that_it_has(home):
    tw.backtest("ma_crossover", "sample:GOOG", params={"fast": 7}).keep("seven")
    again = tw.reproduce("seven", strategy="momentum")
    assert ("strategy", "id") in [(row.kind, row.name) for row in again.differences]
    assert ("fast", (7, None)) in [(row.name, row.values) for row in again.differences]


READER = """
import tradewright as tw
from pathlib import Path

class Reader(tw.Strategy):
    def signals(self, bars, p):
        least = float((Path(__file__).parent / "least.txt").read_text())
        return tw.Signals(long_entry=bars.close > least, long_exit=bars.close < least)
"""


def test_strategy_that_reads_a_file_beside_itself_is_told_so(home, tmp_path, prices):
    (tmp_path / "reader.py").write_text(READER)
    (tmp_path / "least.txt").write_text("100")
    tw.backtest(f"{tmp_path}/reader.py:Reader", prices).keep("reader")
    with pytest.raises(tw.TradewrightError, match=r"E_RUN_STRATEGY.*only Python text is kept") as refused:
        tw.reproduce("reader")
    assert "least.txt" in str(refused.value)
    assert "--strategy FILE.py:CLASS" in refused.value.fix
    assert str(Path(tempfile.gettempdir()) / "tradewright-") not in str(refused.value)
    assert tw.reproduce("reader", strategy=f"{tmp_path}/reader.py:Reader").same


def test_other_result_under_one_fingerprint_is_not_kept_and_not_named(home, tmp_path, prices):
    (tmp_path / "reader.py").write_text(READER)
    close = tw.load(prices).close
    (tmp_path / "least.txt").write_text(str(float(np.median(close))))
    first = tw.backtest(f"{tmp_path}/reader.py:Reader", prices)
    first.keep("mine")
    (tmp_path / "least.txt").write_text(str(float(np.quantile(close, 0.7))))
    second = tw.backtest(f"{tmp_path}/reader.py:Reader", prices)
    assert (first.fingerprint, first.result_hash != second.result_hash) == (second.fingerprint, True)
    with pytest.raises(tw.TradewrightError, match="E_RUN_OTHER"):
        second.keep("other")
    assert tw.open_run("mine").result_hash == first.result_hash
    assert tw.runs()[0].names == ("mine",)


def test_bars_that_are_no_bars_are_refused(home, prices):
    run = tw.backtest("momentum", prices, params={"lookback": 10})
    for given in (5, tw.load(prices).to_pandas()):
        with pytest.raises(tw.TradewrightError, match=f"E_BARS.*{type(given).__name__}"):
            tw.reproduce(run, bars=given)


@pytest.mark.parametrize("given", [["a", "b"], {"run": {}}, 5])
def test_compare_of_what_names_no_run_says_so(given, home, prices):
    run = tw.backtest("momentum", prices, params={"lookback": 10})
    with pytest.raises(tw.TradewrightError, match="E_PARAMETER"):
        tw.compare(run, given)


def test_run_that_is_kept_but_not_all_of_it_says_what_is_lacking(home, prices):
    run = tw.backtest("momentum", prices, params={"lookback": 10})
    (home / "runs").mkdir(parents=True)
    (home / "runs" / "names").write_text("in the way")
    (home / "bars").write_text("in the way")
    with pytest.raises(
        tw.TradewrightError, match="E_WRITE: the run is kept, but not by that name"
    ) as refused:
        run.keep("mine")
    assert refused.value.details["lacks"] == ["not by that name", "without its bars"]
    assert tw.open_run("last").fingerprint == run.fingerprint


def test_name_that_is_no_text_keeps_nothing(home, prices):
    with pytest.raises(tw.TradewrightError, match=r"E_PARAMETER.*not a int"):
        tw.backtest("momentum", prices, params={"lookback": 10}).keep(5)
    assert not (home / "runs").exists()


@pytest.mark.parametrize(
    "asked",
    [{"limit": "3"}, {"limit": 1.5}, {"limit": True}, {"limit": 0}, {"symbol": 5}, {"strategy": ["x"]}],
)
def test_list_asked_for_in_another_type_is_refused(asked, home):
    with pytest.raises(tw.TradewrightError, match=f"E_PARAMETER: {next(iter(asked))} is"):
        tw.runs(**asked)
