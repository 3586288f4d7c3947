"""``tradewright show``: a run again."""

from typing import Annotated

import typer

import tradewright as tw
from tradewright.entrypoints.cli.options import Json
from tradewright.entrypoints.cli.report import print_run
from tradewright.entrypoints.cli.terminal import out, print_json

Run = Annotated[
    str,
    typer.Argument(
        help="Folder that --out wrote; of a kept run its fingerprint, name, or last.", show_default=False
    ),
]


def show(run: Run, as_json: Json = False) -> None:
    """Show a run that was kept, or written with --out."""
    stored = tw.open_run(run)
    if as_json:
        print_json(stored.to_dict())
    else:
        print_run(out(), stored.to_dict(), stored.equity_columns()["equity"])
