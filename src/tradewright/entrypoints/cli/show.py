"""``tradewright show``: a run again, from where ``--out`` wrote it."""

from pathlib import Path
from typing import Annotated

import typer

from tradewright.entrypoints.cli.options import Json
from tradewright.entrypoints.cli.report import print_run
from tradewright.entrypoints.cli.terminal import out, print_json
from tradewright.library.run_directory import read_equity, read_run


def show(
    run: Annotated[Path, typer.Argument(help="Folder that --out wrote.", show_default=False)],
    as_json: Json = False,
) -> None:
    """Show a run that was kept with --out."""
    summary = read_run(run)
    if as_json:
        print_json(summary)
    else:
        print_run(out(), summary, read_equity(run), None)
