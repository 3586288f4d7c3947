"""``tradewright doctor``: say whether this installation is fit for work."""

from dataclasses import asdict
from importlib.metadata import version

import typer
from rich.table import Table

import tradewright as tw
from tradewright.entrypoints.cli.options import Json
from tradewright.entrypoints.cli.terminal import out, print_json

UNFIT = 5


def doctor(as_json: Json = False) -> None:
    """Check the installation: versions, compiled code, sample data, and a backtest that must add up."""
    findings = tw.diagnose()
    healthy = all(finding.good for finding in findings)
    if as_json:
        rows = [asdict(finding) for finding in findings]
        print_json({"healthy": healthy, "version": version("tradewright"), "findings": rows})
    else:
        table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
        for column in ("", "", "detail"):
            table.add_column(column, overflow="fold")
        for finding in findings:
            mark = "[green]ok[/]" if finding.good else "[bold red]no[/]"
            table.add_row(mark, finding.subject, " ".join((finding.detail, finding.fix)).strip())
        out().print(table)
        out().print("Everything works." if healthy else "Something needs care; see above.", style="bold")
    if not healthy:
        raise typer.Exit(UNFIT)
