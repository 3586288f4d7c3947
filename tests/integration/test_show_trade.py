"""``tradewright show RUN --trade N``."""

import json

import pytest

from tests.integration.test_command_line import CROSS, prices, run_json  # noqa: F401 - prices is a fixture
from tests.integration.test_run_commands import run_page


@pytest.fixture(autouse=True)
def kept(prices, capsys, tmp_path, monkeypatch):  # noqa: F811 - the fixture imported above
    monkeypatch.setenv("TRADEWRIGHT_HOME", str(tmp_path / "home"))
    return run_json(capsys, "backtest", "ma_crossover", "--data", str(prices), *CROSS)


def test_trade_is_told_in_words_with_rules(kept, capsys):
    page = run_page(capsys, "show", "last", "--trade", "1").out

    assert page.startswith(f"Trade 1 of {len(kept['trades']) + len(kept['run']['open_trades'])}: long ")
    flat = " ".join(page.split())
    assert "that close decided a long entry: a market order for the next open. [2.5, 3.3]" in flat
    assert "Result: " in flat
    assert "[5.5, 5.6]" in flat


def test_trade_as_data_is_one_object(kept, capsys):
    told = json.loads(run_page(capsys, "show", "last", "--trade", "2", "--json").out)

    assert told["trade"] == 2
    assert told["steps"][-1]["numbers"]["pnl"] == kept["trades"][1]["pnl"]


@pytest.mark.parametrize("number", ["0", "9999"])
def test_number_that_no_trade_has_names_the_range(kept, capsys, number):
    page = run_page(capsys, "show", "last", "--trade", number, code=2)

    assert page.out == ""
    assert f"E_TRADE: there is no trade {number}. Choose one from 1 to " in page.err
