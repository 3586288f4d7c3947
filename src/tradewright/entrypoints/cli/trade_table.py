"""The last trades of a run, in as many columns as the terminal has room for."""

from typing import Any

from rich.console import Console
from rich.table import Table

SHOWN = 5
_NUMBERS = {"In", "Out", "P&L", "Return", "Bars"}
# What is left out first when room is short.
_ROOM_FOR = {"In": 78, "Out": 78, "Bars": 78, "Exit": 60}


def print_trades(console: Console, trades: list[dict[str, Any]], still_open: list[dict[str, Any]]) -> None:
    """Print the last closed trades and the open one, marked at the last close."""
    if not trades and not still_open:
        return
    rows = _rows([*trades[-SHOWN:], *({**trade, "exit_reason": "marked"} for trade in still_open)])
    table = Table(
        box=None, pad_edge=False, header_style="dim", padding=(0, 2 if console.width >= 96 else 1, 0, 0)
    )
    clock = len(rows[0]["Entry"]) - len("2020-01-01")
    names = [
        name for name in rows[0] if console.width >= _ROOM_FOR.get(name, 0) + (3 * clock if clock else 0)
    ]
    for name in names:
        table.add_column(name, justify="right" if name in _NUMBERS else "left", no_wrap=True)
    for row in rows:
        table.add_row(*(row[name] for name in names))
    console.print()
    count, tail = min(SHOWN, len(trades)), ", and the open one" if still_open else ""
    console.print(f"Last {count} of {len(trades):,} closed trades{tail}", style="bold")
    console.print(table)


def _rows(trades: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Format trades; daily bars without their clock, prices with the decimals their size asks for."""
    daily = all(trade["entry_time"].endswith("T00:00:00Z") for trade in trades)
    length = 10 if daily else 16
    decimals = 2 if min(trade["entry_price"] for trade in trades) >= 20 else 5
    cents = 0 if max(abs(trade["pnl"] or 0) for trade in trades) >= 1_000 else 2
    return [
        {
            "Entry": trade["entry_time"][:length].replace("T", " "),
            "Exit": "open"
            if trade["exit_reason"] == "marked"
            else trade["exit_time"][:length].replace("T", " "),
            "Side": trade["side"],
            "In": f"{trade['entry_price']:.{decimals}f}",
            "Out": f"{trade['exit_price']:.{decimals}f}",
            "P&L": _shown(trade["pnl"], f"+,.{cents}f"),
            "Return": _shown(trade["return"], "+.2%"),
            "Bars": f"{trade['bars_held']:,}",
            "Why": trade["exit_reason"].replace("_", " "),
        }
        for trade in trades
    ]


def _shown(value: float | None, pattern: str) -> str:
    """Write a number; a dash for one that no float can say."""
    return "—" if value is None else format(value, pattern)
