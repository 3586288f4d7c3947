"""``tradewright list`` and ``tradewright delete``: the kept runs."""

import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

import tradewright as tw
from tradewright.core.errors import InputError, nearest
from tradewright.entrypoints.cli.options import Json
from tradewright.entrypoints.cli.terminal import out, print_json, say
from tradewright.library.runs.card import RunCard
from tradewright.library.runs.shelf import RunShelf

SHOWN = 20
DIGITS = 8
MOST_NAMED = 5
_RIGHT = {"Return", "Drawdown", "Sharpe", "Trades"}
_FOLDED = {"Name", "What", "Parameters"}
# What is left out first when room is short.
_ROOM_FOR = {"Parameters": 140, "From": 112, "To": 112, "Drawdown": 80, "Sharpe": 72, "Kept, UTC": 100}

Strategy = Annotated[
    str | None, typer.Option("--strategy", help="Only runs of this one.", metavar="ID", show_default=False)
]
Symbol = Annotated[
    str | None, typer.Option("--symbol", help="Only runs on this one.", metavar="SYMBOL", show_default=False)
]
Limit = Annotated[int, typer.Option("--limit", help="How many of the latest.", min=1)]
Runs = Annotated[
    list[str], typer.Argument(help="Fingerprint (4 digits or more), name, or last.", show_default=False)
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def list_runs(
    strategy: Strategy = None, symbol: Symbol = None, limit: Limit = SHOWN, as_json: Json = False
) -> None:
    """List the kept runs, the latest first."""
    found = tw.runs(strategy=strategy, symbol=symbol, limit=limit)
    if as_json:
        print_json(found.to_dict())
    elif not found:
        say(_nothing(strategy, symbol))
    else:
        console = out()
        print_cards(console, list(found))
        for card in filter(lambda card: card.damaged, found):
            console.print(f"[red]![/] {card.fingerprint[:DIGITS]}: {escape(card.damaged)}", soft_wrap=True)
        if found.total > len(found):
            console.print(f"{len(found):,} of {found.total:,}; --limit shows more", style="dim")


def _nothing(strategy: str | None, symbol: str | None) -> str:
    kept = tw.runs()
    if not kept:
        return "no run is kept yet; each 'tradewright backtest' keeps one"
    asked = {"--strategy": (strategy, {card.strategy for card in kept if card.strategy})}
    asked["--symbol"] = (symbol, {card.symbol for card in kept if card.symbol})
    near = [
        f"{name} {match}" for name, (text, known) in asked.items() for match in nearest(text or "", known)
    ]
    return "no such run is kept" + (f"; did you mean {' or '.join(near)}?" if near else "")


def delete(runs: Runs, yes: Yes = False, as_json: Json = False) -> None:
    """Delete kept runs; their bars stay in the store."""
    shelf = RunShelf()
    folders = list(dict.fromkeys(shelf.find(run) for run in runs))
    if not yes:
        _confirm([folder.name[:DIGITS] for folder in folders])
    for folder in folders:
        shelf.delete(folder)
    if as_json:
        print_json({"deleted": [folder.name for folder in folders]})
    else:
        out().print(f"deleted {', '.join(folder.name[:DIGITS] for folder in folders)}", soft_wrap=True)


def _confirm(runs: list[str]) -> None:
    if not sys.stdin.isatty():
        raise InputError(
            "E_CONFIRM", "deleting asks first, and there is nobody to ask.", fix="Say --yes to delete."
        )
    which = ", ".join(runs) if len(runs) <= MOST_NAMED else f"{len(runs)} runs"
    typer.confirm(f"Delete {which} for good?", abort=True, err=True)


def print_cards(console: Console, cards: list[RunCard]) -> None:
    """Print kept runs as a table with what there is room for."""
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    rows = [_row(card) for card in cards]
    names = [name for name in rows[0] if console.width >= _ROOM_FOR.get(name, 0)]
    if not any(card.names for card in cards):
        names.remove("Name")
    for name in names:
        # What is folded gives way before what would be cut.
        folded = name in _FOLDED
        table.add_column(
            name, justify="right" if name in _RIGHT else "left", no_wrap=not folded, overflow="fold"
        )
    for row in rows:
        table.add_row(*(row[name] for name in names))
    console.print(table)


def _row(card: RunCard) -> dict[str, str]:
    what = f"{card.strategy} on {card.symbol} {card.timeframe}"
    return {
        "Run": card.fingerprint[:DIGITS],
        "Name": escape(", ".join(card.names)),
        "What": "[red]damaged[/]" if card.damaged else escape(what),
        "Parameters": escape(" ".join(f"{name}={value}" for name, value in (card.params or {}).items())),
        "From": escape(card.start[:10]),
        "To": escape(card.last_bar[:10]),
        "Return": "" if card.damaged else _number(card.total_return, "+.2%"),
        "Drawdown": "" if card.damaged else _number(card.max_drawdown, ".2%"),
        "Sharpe": "" if card.damaged else _number(card.sharpe, ".2f"),
        "Trades": "" if card.damaged else f"{card.trades:,}",
        "Kept, UTC": card.kept[:16].replace("T", " "),
    }


def _number(value: float | None, pattern: str) -> str:
    return "—" if value is None else format(value, pattern)
