"""``tradewright show``: a run again."""

from typing import Annotated

import typer
from rich.markup import escape

import tradewright as tw
from tradewright.entrypoints.cli.options import Json
from tradewright.entrypoints.cli.report import print_run
from tradewright.entrypoints.cli.terminal import out, print_json
from tradewright.research.explanation.figures import moment
from tradewright.research.explanation.told import Explanation, cited

Run = Annotated[
    str,
    typer.Argument(
        help="Folder that --out wrote; of a kept run its fingerprint, name, or last.", show_default=False
    ),
]


Trade = Annotated[
    int | None,
    typer.Option(
        "--trade",
        metavar="N",
        help="Tell why trade N went as it did; the first is 1, as in the report.",
        show_default=False,
    ),
]


def show(run: Run, trade: Trade = None, as_json: Json = False) -> None:
    """Show a run that was kept, or written with --out; with --trade, why one of its trades went so."""
    stored = tw.open_run(run)
    if trade is not None:
        _show_trade(stored.why(trade), as_json=as_json)
    elif as_json:
        print_json(stored.to_dict())
    else:
        print_run(out(), stored.to_dict(), stored.equity_columns()["equity"])


def _show_trade(told: Explanation, *, as_json: bool) -> None:
    if as_json:
        print_json(told.to_dict())
        return
    console = out()
    console.print(escape(told.title), style="bold")
    for step in told.steps:
        console.print()
        console.print(
            f"[dim]{escape(moment(step.time))}[/]  {escape(step.text)}[dim]{escape(cited(step.rules))}[/]"
        )
