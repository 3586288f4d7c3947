"""A sweep as a trader reads it: how many combinations, the best of them, the doubts."""

from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from tradewright.entrypoints.cli.metric_table import BLOCKS, counted, shown
from tradewright.entrypoints.cli.sweeping.best_table import Best
from tradewright.metrics.catalog import BY_ID

if TYPE_CHECKING:
    from tradewright.library.sweeping.result import SweepResult

_LABELS = {name: label for block in BLOCKS.values() for name, label in block.items()}
# What has room before anything else.
_FIRST = ("total_return", "max_drawdown", "trades", "win_rate", "profit_factor")
_GAP = 2
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
    return f"Best by {_title(best.metric)}{least}"


def _nothing(best: Best) -> str:
    least = f" and {counted(best.min_trades, 'trade')} or more" if best.min_trades else ""
    return f"No combination has a value of {_title(best.metric)}{least}."


def best_table(result: "SweepResult", best: Best, width: int) -> Table:
    """Return the table of the best: parameters, the metric, its plateau, others where there is room."""
    columns = {name: [_value(row["values"][name]) for row in best.rows] for name in result.axes}
    columns[_title(best.metric)] = _cells(best, best.metric)
    if "plateau" in best.rows[0]:
        columns[_PLATEAU] = [shown(BY_ID[best.metric], row["plateau"]) for row in best.rows]
    room = width - sum(map(_width, columns, columns.values()))
    for name in sorted(result.metrics, key=_rank):
        column = _cells(best, name)
        room -= _width(_title(name), column) if name != best.metric else 0
        if name != best.metric and room >= 0:
            columns[_title(name)] = column
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, _GAP, 0, 0))
    for name in columns:
        table.add_column(escape(name), justify="right", overflow="fold")
    for row in zip(*columns.values(), strict=True):
        table.add_row(*row)
    return table


def _rank(metric: str) -> int:
    return _FIRST.index(metric) if metric in _FIRST else len(_FIRST)


def _cells(best: Best, name: str) -> list[Text]:
    return [shown(BY_ID[name], row["metrics"][name]) for row in best.rows]


def _width(title: str, cells: list[Text]) -> int:
    return max(len(title), *map(len, cells)) + _GAP


def _title(metric: str) -> str:
    return _LABELS.get(metric) or BY_ID[metric].title


def _value(value: Any) -> Text:
    if value is None:
        return Text("none", style="dim")
    return Text(f"{value:.6g}" if isinstance(value, float) else str(value))
