"""Trades of a run as a table: a pandas frame, in which a whole number is a trade that explains itself."""

import copy
import pickle

import pandas as pd
import pytest

import tradewright as tw
from tests.simulations import closes
from tradewright.core.errors import InputError

PRICES = [100 + 10 * ((i // 6) % 2) + i % 5 for i in range(120)]


@pytest.fixture(scope="module")
def run():
    return tw.backtest("ma_crossover", closes(PRICES), params={"fast": 2, "slow": 5}, slippage=0.001)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("TRADEWRIGHT_HOME", str(tmp_path / "home"))


def test_position_is_a_trade_that_says_why(run):
    trade = run.trades[2]

    assert trade.why.number == 3
    assert trade.why == run.why(3)
    assert trade["pnl"] == run.trades["pnl"].iloc[2]
    assert trade.why.steps[-1].numbers["pnl"] == trade.pnl
    assert run.trades[-1].why.number == len(run.trades)


def test_table_is_the_frame_that_it_was(run):
    assert isinstance(run.trades, pd.DataFrame)
    plain = pd.DataFrame(run.trades)
    pd.testing.assert_frame_equal(run.trades, plain)
    assert run.trades["pnl"].sum() == plain["pnl"].sum()
    assert list(run.trades[["pnl", "return"]]) == ["pnl", "return"]
    assert len(run.trades[1:3]) == 2


@pytest.mark.parametrize(
    "turned",
    [
        lambda trades: trades[trades["pnl"] < 0],
        lambda trades: trades[trades["pnl"] < 0].reset_index(drop=True),
        lambda trades: trades.sort_values("pnl"),
        lambda trades: trades.tail(3),
        copy.deepcopy,
    ],
)
def test_trade_is_known_however_the_table_was_turned(run, turned):
    found = turned(run.trades)[0]

    assert found.why.steps[-1].numbers["pnl"] == found.pnl


def test_position_that_is_not_there_names_the_range(run):
    with pytest.raises(
        IndexError, match=r"no trade at position 999\. Positions are 0 to \d+, or -1 for the last"
    ):
        run.trades[999]
    with pytest.raises(InputError, match="The table has no trades"):
        run.trades[run.trades["pnl"] > 1e9][0]
    with pytest.raises(KeyError):
        run.trades["no such column"]


def test_row_that_cannot_be_told_says_so(run):
    with pytest.raises(InputError, match="columns that tell trades apart are gone"):
        run.trades[["pnl"]][0].why  # noqa: B018
    changed = run.trades.copy()
    changed["pnl"] += 1
    with pytest.raises(InputError, match="not those of a trade of its run"):
        changed[0].why  # noqa: B018
    with pytest.raises(InputError, match="does not know its run"):
        pd.concat([run.trades, run.trades])[0].why  # noqa: B018


def test_pickled_table_is_a_plain_frame(run):
    again = pickle.loads(pickle.dumps(run.trades))  # noqa: S301

    assert type(again) is pd.DataFrame
    assert type(pickle.loads(pickle.dumps(run.trades[0]))) is pd.Series  # noqa: S301
    pd.testing.assert_frame_equal(again, pd.DataFrame(run.trades))


@pytest.mark.parametrize("number", [0, -1, 1.5, "3", True, 10_000])
def test_number_that_no_trade_has_is_refused(run, number):
    with pytest.raises(InputError, match="E_TRADE"):
        run.why(number)


def test_kept_run_tells_the_same(run, home):
    run.keep(name="told")

    assert tw.open_run("told").why(2).to_dict() == run.why(2).to_dict()
    assert str(tw.open_run("told").trades[1].why) == str(run.why(2))


def test_run_without_its_bars_tells_from_its_fills(run, home, tmp_path):
    stored = tw.open_run(run.save(tmp_path / "alone"))

    told = stored.why(2)
    assert (
        "Told from the fills alone: E_RUN_DATA: the bars of TEST that this run saw are gone"
        in told.steps[0].text
    )
    assert told.title == run.why(2).title
    fills = [step.numbers["price"] for step in told.steps if "reason" in step.numbers]
    assert fills == [step.numbers["price"] for step in run.why(2).steps if "parts" in step.numbers]
    assert told.steps[-1].numbers["pnl"] == run.why(2).steps[-1].numbers["pnl"]
    assert told.to_dict()["steps"][-1]["rules"] == ["5.5"]


def test_notebook_shows_every_step(run):
    shown = run.why(1)._repr_html_()

    assert run.why(1).title in shown
    assert shown.count("<div>") == len(run.why(1).steps) + 1
