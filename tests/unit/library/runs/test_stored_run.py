"""A run read from disk shows what it showed when it was new."""

import json

import numpy as np
import pytest

import tradewright as tw
from tradewright.library.warming import synthetic_bars


@pytest.fixture(scope="module", params=["saved", "kept"])
def pair(request, tmp_path_factory):
    """A run that has ambiguous bars, closed trades and an open one, and the same read from disk."""
    params = {"fast": 5, "slow": 20}
    run = tw.backtest(
        "ma_crossover", "sample:GOOG", params=params, direction="both", stop_loss=1.0, take_profit=1.0
    )
    place = tmp_path_factory.mktemp("runs")
    if request.param == "saved":
        yield run, tw.StoredRun(run.save(place / "one"))
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRADEWRIGHT_HOME", str(place))
        yield run, tw.StoredRun(run.keep())


def test_tables_are_equal_to_the_bit_and_of_one_type(pair):
    run, stored = pair
    for name in ("trade_columns", "fill_columns", "equity_columns"):
        fresh, read = getattr(run, name)(), getattr(stored, name)()
        assert list(fresh) == list(read)
        for column, values in fresh.items():
            assert values.dtype.kind == read[column].dtype.kind, column
            np.testing.assert_array_equal(values, read[column], column)


def test_tables_that_were_read_cannot_be_changed_by_who_shows_them(pair):
    _, stored = pair
    with pytest.raises(ValueError, match="read-only"):
        stored.trade_columns()["pnl"][0] = 1.0


def test_open_trades_are_equal_and_typed_also_when_there_are_none(tmp_path):
    for close_at_end in (False, True):
        run = tw.backtest("ma_crossover", synthetic_bars(), close_at_end=close_at_end)
        stored = tw.StoredRun(run.save(tmp_path / str(close_at_end)))
        fresh, read = run.trade_columns(still_open=True), stored.trade_columns(still_open=True)
        for column, values in fresh.items():
            assert values.dtype.kind == read[column].dtype.kind, column
            np.testing.assert_array_equal(values, read[column], column)


def test_what_json_printed_is_printed_again(pair):
    run, stored = pair
    assert stored.to_dict() == json.loads(json.dumps(run.to_dict()))
    assert list(stored.to_dict()) == list(run.to_dict())


def test_views_are_equal(pair):
    run, stored = pair
    assert (stored.fingerprint, stored.result_hash, stored.manifest) == (
        run.fingerprint, run.result_hash, run.manifest
    )  # fmt: skip
    assert stored.trades.equals(run.trades)
    assert stored.fills.equals(run.fills)
    assert stored.equity.equals(run.equity)
    assert stored.to_polars().trades.equals(run.to_polars().trades)
    assert repr(stored) == f"Stored{run!r}"
    assert stored.strategy_title == run.strategy_title
    assert stored.origin == run.origin


def test_envelope_is_kept_and_has_something_to_say(pair):
    run, stored = pair
    assert stored.envelope == run.envelope
    assert run.envelope["ambiguous_bars"] > 0
    low, high = run.envelope["metrics"]["total_return"]
    assert low < high
    assert low == run.metrics["total_return"]


def test_bars_come_from_the_sample_and_profile_runs_again(pair):
    run, stored = pair
    assert stored.bars is not None
    assert stored.bars.checksum == run.bars.checksum
    assert stored.profile("backtesting.py") == run.profile("backtesting.py")


def test_saving_what_was_read_gives_the_same_run(pair, tmp_path):
    _, stored = pair
    again = tw.StoredRun(stored.save(tmp_path / "copy"))
    assert again.to_dict() == stored.to_dict()
    assert again.origin == stored.origin


def test_profile_that_would_not_be_of_this_run_is_refused(pair, tmp_path, monkeypatch):
    _, stored = pair
    opened = tw.StoredRun(stored.path)
    monkeypatch.setitem(opened.facts, "result_hash", "0" * 64)
    with pytest.raises(tw.TradewrightError, match="E_RUN_OTHER"):
        opened.profile("quantstats")


def test_run_without_its_bars_says_where_they_were_looked_for(tmp_path):
    folder = tw.backtest("momentum", synthetic_bars(300), params={"lookback": 10}).save(tmp_path / "run")
    stored = tw.StoredRun(folder)
    assert stored.bars is None
    with pytest.raises(tw.TradewrightError, match=r"E_RUN_DATA.*not kept.*came from no file") as refused:
        stored.profile("vectorbt")
    assert "bars=" in refused.value.fix


def test_open_run_takes_what_is_open_already(pair):
    run, stored = pair
    assert tw.open_run(run) is run
    assert tw.open_run(stored.path).fingerprint == run.fingerprint


@pytest.mark.parametrize("given", [None, 5, [1, 2], {"run": {}}])
def test_open_run_of_what_names_no_run_says_so(given):
    with pytest.raises(tw.TradewrightError, match=rf"E_PARAMETER.*not by a {type(given).__name__}"):
        tw.open_run(given)


@pytest.mark.parametrize("given", ["x" * 300, "x/" + "y" * 300, "a\0b"])
def test_open_run_of_a_name_that_no_folder_has_is_no_run(given):
    with pytest.raises(tw.TradewrightError, match="E_RUN: "):
        tw.open_run(given)
