"""The last trades, as a terminal shows them."""

import io
from typing import Any

from rich.console import Console

from tradewright.entrypoints.cli.trade_table import print_trades

TRADE: dict[str, Any] = {
    "entry_time": "2020-01-01T00:00:00Z",
    "exit_time": "2020-01-03T00:00:00Z",
    "side": "long",
    "entry_price": 100.0,
    "exit_price": 110.0,
    "pnl": 1_000.0,
    "return": 0.1,
    "bars_held": 2,
    "exit_reason": "take_profit",
}


def printed(*trades: dict[str, Any]) -> str:
    page = io.StringIO()
    print_trades(Console(file=page, width=120), list(trades), [])
    return page.getvalue()


def test_trade_is_shown_with_profit_and_reason() -> None:
    last = printed(TRADE).splitlines()[-1].split()
    assert last == [
        "2020-01-01",
        "2020-01-03",
        "long",
        "100.00",
        "110.00",
        "+1,000",
        "+10.00%",
        "2",
        *last[-2:],
    ]
    assert last[-2:] == ["take", "profit"]


def test_trade_beyond_all_numbers_is_shown_with_dashes() -> None:
    last = printed({**TRADE, "pnl": None, "return": None}).splitlines()[-1].split()
    assert last[5:7] == ["—", "—"]
