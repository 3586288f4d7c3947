"""``tradewright import``: price files into the store, and what was understood of them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import tradewright as tw
from tradewright.core.errors import DataError
from tradewright.entrypoints.cli import options as opt
from tradewright.entrypoints.cli.progress import counting
from tradewright.entrypoints.cli.stored.import_report import print_file, print_sum
from tradewright.entrypoints.cli.terminal import out, print_json, say

if TYPE_CHECKING:
    from tradewright.library.importing import ImportedFile

Files = Annotated[
    list[Path],
    typer.Argument(help="Price files, folders of them, or patterns such as '*.csv'.", show_default=False),
]
Symbol = Annotated[
    str | None, typer.Option(help="What the prices are of.", metavar="SYMBOL", show_default=False)
]
Timeframe = Annotated[
    str | None,
    typer.Option(help="Bar length; finer rows are combined to it.", metavar="1h", show_default=False),
]
Timezone = Annotated[
    str | None,
    typer.Option("--tz", help="Zone of times that name none (UTC).", metavar="ZONE", show_default=False),
]
Venue = Annotated[str, typer.Option(help="Where it trades.", metavar="NAME")]
Owner = Annotated[
    str, typer.Option(help="Whose series it is; shared without it.", metavar="NAME", show_default=False)
]
Source = Annotated[
    str | None,
    typer.Option(
        help="What lineage says they come from (the file's path).", metavar="TEXT", show_default=False
    ),
]
Replace = Annotated[bool, typer.Option("--replace", help="Let the files win over stored bars that disagree.")]
Strict = Annotated[bool, typer.Option("--strict", help="Refuse a file that needs any repair.")]
DateOrder = Annotated[
    str | None,
    typer.Option(help="How 03/04/2024 is meant: dmy or mdy.", metavar="ORDER", show_default=False),
]
Decimal = Annotated[
    str | None,
    typer.Option(help="What stands before decimals: '.' or ','.", metavar="SIGN", show_default=False),
]
Label = Annotated[
    str | None,
    typer.Option(help="Whether times say when bars open or close.", metavar="WHICH", show_default=False),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Read and compare everything; write nothing.")]


def import_files(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    files: Files,
    symbol: Symbol = None,
    timeframe: Timeframe = None,
    timezone: Timezone = None,
    venue: Venue = "local",
    owner: Owner = "",
    source: Source = None,
    date_order: DateOrder = None,
    decimal: Decimal = None,
    label: Label = None,
    strict: Strict = False,
    replace: Replace = False,
    dry_run: DryRun = False,
    as_json: opt.Json = False,
) -> None:
    """Read price files into the store, each whole or not at all, and say what was understood."""
    done: list[ImportedFile] = []
    reading: Any = {"date_order": date_order, "decimal": decimal, "label": label, "strict": strict}

    def told(one: "ImportedFile") -> None:
        done.append(one)
        if not as_json:
            print_file(out(), one, whole=dry_run or (len(files) == 1 and files[0].is_file()))

    try:
        with counting("importing", lines=as_json):
            tw.import_files(
                files,
                told=told,
                symbol=symbol,
                timeframe=timeframe,
                timezone=timezone,
                venue=venue,
                owner=owner,
                source=source,
                replace=replace,
                dry_run=dry_run,
                **reading,
            )
    except KeyboardInterrupt:
        say("what was complete is stored; the same command again takes the rest")
        raise
    finally:
        if as_json:
            print_json({"dry_run": dry_run, "files": [one.to_dict() for one in done]})
        elif done:
            print_sum(out(), done, dry_run=dry_run)
    if any(one.outcome == "failed" for one in done):
        raise typer.Exit(DataError.exit_code)
