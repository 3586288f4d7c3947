"""What a user holds after a backtest."""

import json
from datetime import UTC, date, datetime

import numpy as np
import polars as pl
import pytest

import tradewright as tw
from tradewright.library.warming import synthetic_bars


@pytest.fixture(scope="module")
def run() -> tw.Run:
    return tw.backtest("ma_crossover", synthetic_bars(600), params={"fast": 5, "slow": 20}, direction="both")


def test_frames_agree_with_metrics_and_with_each_other(run):
    assert len(run.trades) == run.metrics["trades"]
    assert run.trades["pnl"].sum() == pytest.approx(run.trade_columns()["pnl"].sum(), rel=1e-12)
    assert run.equity["equity"].iloc[-1] == run.metrics["final_equity"]
    assert run.equity["drawdown"].min() == pytest.approx(run.metrics["max_drawdown"], rel=1e-12)
    assert len(run.fills) == 2 * len(run.trades) + len(run.to_dict()["run"]["open_trades"])
    frames = run.to_polars()
    assert frames.trades["pnl"].to_list() == run.trades["pnl"].tolist()
    assert frames.equity["timestamp"].dtype == pl.Datetime("ns", "UTC")
    assert str(run.trades["entry_time"].dt.tz) == "UTC"
    assert run.equity.index.equals(synthetic_bars(600).to_pandas().index)


def test_saved_run_reads_back_to_the_last_digit(run, tmp_path):
    folder = run.save(tmp_path / "kept")
    again = tw.StoredRun(folder)
    assert again.to_dict() == json.loads(json.dumps(run.to_dict()))
    assert again.equity.equals(run.equity)
    assert pl.read_parquet(folder / "trades.parquet").equals(run.to_polars().trades)
    assert json.loads((folder / "manifest.json").read_text()) == run.manifest


def test_save_overwrites_a_run_only_when_told(run, tmp_path):
    run.save(tmp_path / "kept")
    with pytest.raises(tw.TradewrightError, match="E_RUN_EXISTS"):
        run.save(tmp_path / "kept")
    run.save(tmp_path / "kept", overwrite=True)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_save_that_fails_half_way_leaves_nothing(run, tmp_path, monkeypatch):
    def full_disk(*_args: object, **_kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pl.DataFrame, "write_parquet", full_disk)
    with pytest.raises(tw.TradewrightError, match="No space left"):
        run.save(tmp_path / "kept")
    assert list(tmp_path.iterdir()) == []


def test_repr_names_strategy_series_and_fingerprint(run):
    assert repr(run).startswith("Run(ma_crossover on SYNTHETIC 1h: ")
    assert run.fingerprint[:12] in repr(run)


def test_backtest_takes_the_instruments_fee_unless_told():
    bars = synthetic_bars(600)
    venue = tw.Bars(
        bars.time,
        bars.columns,
        timeframe="1h",
        instrument=tw.Instrument("X", taker_fee=0.004, currency="EUR"),
    )
    assert tw.backtest("momentum", venue, params={"lookback": 10}).manifest["rules"]["fee"] == 0.004
    assert tw.backtest("momentum", venue, params={"lookback": 10}, fee=0.0).manifest["rules"]["fee"] == 0
    assert tw.backtest("momentum", bars, params={"lookback": 10}).manifest["rules"]["fee"] == 0.001


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"bars": 3}, "E_BARS"),
        ({"strategy": 7}, "E_"),
        ({"cahs": 5}, "E_PARAMETER_NAME"),
        ({"stop_loss": -1}, "E_PARAMETER"),
        ({"stop_loss": tw.Level(value=2, unit="r")}, "E_PARAMETER"),
        ({"sizing": "risk:0.01"}, "E_PARAMETER"),
        ({"start": "2030-01-01"}, "E_RANGE"),
        ({"risk_free": "x"}, "E_PARAMETER"),
        ({"fee": "0.1"}, "fee.* should be a number"),
        ({"cash": True}, "cash.* should be a number"),
        ({"time_stop": True}, "time_stop.* should be a number"),
        ({"risk_free": 5}, "E_PARAMETER"),
        ({"start": 20100101}, "E_DATE"),
        ({"end": 1.5}, "E_DATE"),
        ({"benchmark": 3}, "E_BARS"),
        ({"benchmark": "no/such/file.csv"}, "E_FILE"),
        ({"params": {"fast": float("nan")}}, "E_"),
    ],
)
def test_backtest_wrong_argument_is_one_clear_error(arguments, code):
    wrong = {"strategy": "ma_crossover", "bars": synthetic_bars(), **arguments}
    with pytest.raises(tw.TradewrightError, match=code) as caught:
        tw.backtest(wrong.pop("strategy"), wrong.pop("bars"), **wrong)
    assert "\n" not in str(caught.value)


def test_window_may_be_dates():
    bars = synthetic_bars(600)
    spoken = tw.backtest("ma_crossover", bars, start="1970-01-05", end="1970-01-20")
    meant = tw.backtest("ma_crossover", bars, start=date(1970, 1, 5), end=date(1970, 1, 20))
    last = datetime(1970, 1, 20, 23, tzinfo=UTC)
    exact = tw.backtest("ma_crossover", bars, start=datetime(1970, 1, 5, tzinfo=UTC), end=last)
    assert spoken.fingerprint == meant.fingerprint == exact.fingerprint


def test_benchmark_may_be_a_path():
    bars = tw.load("sample:IBM")
    named = tw.backtest("ma_crossover", bars, benchmark="sample:MSFT")
    given = tw.backtest("ma_crossover", bars, benchmark=tw.load("sample:MSFT"))
    assert named.fingerprint == given.fingerprint
    assert named.metrics["beta"] == given.metrics["beta"]
    assert named.metrics["beta"] != tw.backtest("ma_crossover", bars).metrics["beta"]


@pytest.mark.parametrize("fill_on", ["close", "next_open"])
def test_fills_and_trades_tell_one_time(fill_on):
    params = {"fast": 5, "slow": 20}
    made = tw.backtest("ma_crossover", synthetic_bars(600), params=params, fill_on=fill_on)
    closed = 2 * len(made.trades)
    assert closed > 4
    assert made.fills["time"].tolist()[:closed:2] == made.trades["entry_time"].tolist()
    assert made.fills["time"].tolist()[1:closed:2] == made.trades["exit_time"].tolist()


def test_four_threads_give_one_result():
    from concurrent.futures import ThreadPoolExecutor

    bars = synthetic_bars(2_000)
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda _: tw.backtest("rsi_reversal", bars, stop_loss=2.0), range(16)))
    assert len({run.result_hash for run in runs}) == 1
    assert len({run.fingerprint for run in runs}) == 1
    assert np.isfinite(runs[0].metrics["final_equity"])


@pytest.mark.parametrize("name", ["quantstat", None, 3])
def test_profile_unknown_name_is_one_clear_error(run, name):
    with pytest.raises(tw.TradewrightError, match="E_PROFILE"):
        run.profile(name)
