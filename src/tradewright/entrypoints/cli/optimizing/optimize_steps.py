"""What to type after a search: the best combination on its own, and what keeps it honest."""

import shlex
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape

from tradewright.entrypoints.cli.next_steps import again
from tradewright.entrypoints.cli.optimizing.found import Best
from tradewright.entrypoints.cli.optimizing.optimize_options import OPTIONS
from tradewright.entrypoints.cli.sweeping.sweep_steps import backtest_words

_ENOUGH = "trades >= 30"


def print_next(console: Console, context: typer.Context, best: Best) -> None:
    """Suggest commands that go on from a search."""
    steps: list[tuple[str, str]] = []
    if best.optima:
        alone = single_run(context, best.plain()[0])
        steps += [(alone, "the best of them, trade by trade")] if alone else []
    if not context.params["constraint"]:
        words = [*again(context, ()), "--constraint", _ENOUGH]
        steps.append((shlex.join(words), "leave out luck of a few trades"))
    if not steps:
        return
    console.print()
    console.print("Next", style="bold")
    for words, why in steps:
        console.print(f"  {escape(words)}  [dim]# {why}[/]", soft_wrap=True)


def single_run(context: typer.Context, row: dict[str, Any]) -> str | None:
    """Return the command that runs one combination alone; None when options do not say it."""
    same = again(context, {*OPTIONS, "space", "as_json", "data"})
    params = row["arguments"].get("params", {})
    words = backtest_words(same, context.params["data"], row["params"], params)
    return shlex.join(words) if words else None
