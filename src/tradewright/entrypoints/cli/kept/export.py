"""``tradewright export``: a run as files for other programs."""

from pathlib import Path
from typing import Annotated, Any

import typer

import tradewright as tw
from tradewright.core.errors import InputError
from tradewright.entrypoints.cli.kept.target import FILES, PAGES
from tradewright.entrypoints.cli.options import Json
from tradewright.entrypoints.cli.terminal import out, print_json

Run = Annotated[str, typer.Argument(help="Fingerprint, name, folder, or last.", show_default=False)]
Target = Annotated[
    Path,
    typer.Argument(help="File (trades; of .json everything) or folder (all tables).", show_default=False),
]
Kind = Annotated[
    str | None,
    typer.Option("--to", help="csv, json, parquet or html; else what the file ends in.", metavar="KIND"),
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace files that are there.")]


def export(
    run: Run, target: Target, to: Kind = None, overwrite: Overwrite = False, as_json: Json = False
) -> None:
    """Write a run as CSV, JSON, Parquet or HTML."""
    kind: Any = to
    _require_agreement(target, to)
    written = tw.open_run(run).export(target, kind, overwrite=overwrite)
    if as_json:
        print_json({"written": [str(path) for path in written]})
    else:
        for path in written:
            out().print(str(path), markup=False, soft_wrap=True)


def _require_agreement(target: Path, to: str | None) -> None:
    """Refuse a file that ends in one kind and is asked to be another: it would become a folder."""
    ending = target.suffix.casefold()
    if to is not None and ending in {*FILES, *PAGES} and ending != f".{to.casefold()}":
        raise InputError(
            "E_EXPORT_KIND",
            f"--to {to} contradicts '{target.name}'.",
            fix=f"Name a folder, or a file that ends in .{to.casefold()}, or leave --to away.",
            details={"path": str(target), "to": to},
        )
