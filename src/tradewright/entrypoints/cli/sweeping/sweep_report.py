"""A sweep as a trader reads it: how many combinations, the best of them, the doubts."""

from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from tradewright.entrypoints.cli.metric_table import counted, shown
from tradewright.entrypoints.cli.sweeping.best_table import Best
from tradewright.entrypoints.cli.sweeping.fitted_table import fitted_table, scores_of, title_of, value_text
from tradewright.metrics.catalog import BY_ID

if TYPE_CHECKING:
    from tradewright.library.sweeping.result import SweepResult

# So many tries find something good by chance alone.
_MANY = 20
_PLATEAU = "Plateau"


def print_sweep(console: Console, result: "SweepResult", best: Best) -> None:
    """Print what was swept, the best combinations, and what limits the trust in them."""
    facts = result.facts
    console.print()
    title = Text(str(facts.get("title", facts["strategy"])), style="bold")
    console.print(title, Text(f"on {facts['symbol']} {facts['timeframe']}"))
    console.print(_counts(result), style="dim")
    console.print()
    if best.rows:
        console.print(_heading(best), style="bold")
        console.print(best_table(result, best, console.width))
    else:
        console.print(_nothing(best))
    console.print()
    if best.rows and result.scored >= _MANY:
        console.print(
            f"The best of {result.scored:,} looks better than it is: see its plateau, and other bars.",
            style="dim",
        )
    for warning in result.warnings:
        console.print(f"[yellow]![/] {escape(str(warning['message']))} [dim]{warning['code']}[/]")
    if result.folder is not None:
        console.print(f"scores in {escape(str(result.folder))}", style="dim", soft_wrap=True)
    hashes = f"fingerprint {result.fingerprint[:16]} · result {result.result_hash[:12]}"
    console.print(f"{hashes} · {result.execution_time_s:.2f} s", style="dim")


def _counts(result: "SweepResult") -> str:
    over = " x ".join(f"{len(values):,} {name}" for name, values in result.axes.items())
    parts = [f"{counted(result.size, 'combination')} of {over}"]
    parts += [f"{result.excluded:,} excluded by conditions"] if result.excluded else []
    parts += [f"{result.fallbacks:,} scored bar by bar"] if result.fallbacks else []
    return " · ".join(parts)


def _heading(best: Best) -> str:
    least = f" with {counted(best.min_trades, 'trade')} or more" if best.min_trades else ""
    return f"Best by {title_of(best.metric)}{least}"


def _nothing(best: Best) -> str:
    least = f" and {counted(best.min_trades, 'trade')} or more" if best.min_trades else ""
    return f"No combination has a value of {title_of(best.metric)}{least}."


def best_table(result: "SweepResult", best: Best, width: int) -> Table:
    """Return the table of the best: parameters, the metric, its plateau, others where there is room."""
    first = {name: [value_text(row["values"][name]) for row in best.rows] for name in result.axes}
    first[title_of(best.metric)] = scores_of(best.rows, best.metric)
    if "plateau" in best.rows[0]:
        first[_PLATEAU] = [shown(BY_ID[best.metric], row["plateau"]) for row in best.rows]
    others = {name: scores_of(best.rows, name) for name in result.metrics if name != best.metric}
    return fitted_table(first, others, width)
