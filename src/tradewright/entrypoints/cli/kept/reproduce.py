"""``tradewright reproduce``: a run once more, and whether it comes to the same."""

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

import tradewright as tw
from tradewright.core.errors import DataError
from tradewright.entrypoints.cli.kept.compare import in_words
from tradewright.entrypoints.cli.options import Json
from tradewright.entrypoints.cli.terminal import out, print_json

if TYPE_CHECKING:
    from tradewright.research.reproduce import Reproduction

DIGITS = 16
MOST_METRICS = 12

Run = Annotated[str, typer.Argument(help="Fingerprint, name, folder, or last.", show_default=False)]
Data = Annotated[
    str | None,
    typer.Option("--data", help="Prices to use instead of those kept.", metavar="PATH_OR_SERIES"),
]
Strategy = Annotated[
    str | None,
    typer.Option("--strategy", help="Strategy to use instead of the one kept.", metavar="ID_OR_FILE"),
]


def reproduce(run: Run, data: Data = None, strategy: Strategy = None, as_json: Json = False) -> None:
    """Run a run again and say whether it comes to the same; if not, exit with 3.

    A strategy of your own runs from the text that was kept with the run.
    """
    found = tw.reproduce(run, bars=data, strategy=strategy)
    if as_json:
        print_json(found.to_dict())
    else:
        _print(out(), found)
    if not found.same:
        raise typer.Exit(DataError.exit_code)


def _print(console: Console, found: "Reproduction") -> None:
    style = "bold green" if found.same else "bold yellow"
    console.print(f"[{style}]{escape(found.verdict[0].upper() + found.verdict[1:])}[/]", soft_wrap=True)
    kept, now = found.kept[:DIGITS], found.now[:DIGITS]
    console.print(f"fingerprint {kept}" + ("" if kept == now else f", now {now}"), style="dim")
    rows = [(in_words(row), *row.values) for row in found.differences]
    rows += [(name, *pair) for name, pair in list(found.metrics.items())[:MOST_METRICS]]
    if rows:
        console.print()
        console.print(_table(rows))
    left_out = len(found.metrics) - MOST_METRICS
    if left_out > 0:
        console.print(f"and {left_out} more metrics; --json has all", style="dim")
    if found.trade is not None:
        _print_trade(console, *found.trade)
    for note in found.notes:
        console.print(f"[yellow]![/] {escape(note)}", soft_wrap=True)


def _table(rows: list[tuple[Any, ...]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column("", style="dim", no_wrap=True)
    table.add_column("kept", justify="right", overflow="fold")
    table.add_column("now", justify="right", overflow="fold")
    for name, *values in rows:
        table.add_row(escape(str(name)), *(escape("none" if v is None else str(v)) for v in values))
    return table


def _print_trade(
    console: Console, index: int, kept: dict[str, Any] | None, now: dict[str, Any] | None
) -> None:
    console.print(f"\nThe first trade that differs is no. {index + 1:,}:")
    for label, trade in (("kept", kept), ("now", now)):
        console.print(f"  [dim]{label:4}[/] {escape(_trade_in_words(trade))}", soft_wrap=True)


def _trade_in_words(trade: dict[str, Any] | None) -> str:
    if trade is None:
        return "no such trade"
    entry, leave = (
        trade[name].removesuffix("Z").removesuffix("T00:00:00").replace("T", " ")
        for name in ("entry_time", "exit_time")
    )
    return (
        f"{trade['side']} {trade['quantity']!r} from {entry} at {trade['entry_price']!r} "
        f"to {leave} at {trade['exit_price']!r} ({trade['exit_reason'].replace('_', ' ')})"
    )
