"""A run as a trader reads it: what was run, the curve, the numbers, the doubts, and what next."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from tradewright.entrypoints.cli.metric_table import money, print_envelope, print_metrics, print_scores
from tradewright.entrypoints.cli.terminal import sparkline
from tradewright.entrypoints.cli.trade_table import print_trades
from tradewright.reports.words import costs_in_words, rules_in_words

WIDTH = 96


def print_run(console: Console, run: dict[str, Any], equity: Sequence[float]) -> None:
    """Print a run, given what ``--json`` would print and its equity curve."""
    facts = run["run"]
    console.print()
    console.print(Text(facts["title"], style="bold"), Text(f"on {facts['symbol']} {facts['timeframe']}"))
    span = f"{facts['start'][:10]} to {facts['last_bar'][:10]} UTC"
    console.print(f"{span} · {facts['bars']:,} bars", style="dim")
    console.print(f"{rules_in_words(facts['rules'])}, {costs_in_words(facts['rules'])}", style="dim")
    console.print()
    _print_curve(console, facts, equity)
    print_metrics(console, run["metrics"])
    print_scores(console, run["metrics"])
    print_envelope(console, run.get("envelope"))
    print_trades(console, run["trades"], facts["open_trades"])
    _print_warnings(console, run["warnings"])
    hashes = f"fingerprint {facts['fingerprint'][:16]} · data {facts['data_checksum'][:12]}"
    console.print(f"{hashes} · {facts['execution_time_ms']:.1f} ms", style="dim")


def _print_curve(console: Console, facts: dict[str, Any], equity: Sequence[float]) -> None:
    first, last = float(facts["rules"]["cash"]), float(equity[-1])
    left, right = f"{money(first)} ", f" {money(last)} {facts['currency']}"
    room = max(10, min(console.width, WIDTH) - len(left) - len(right))
    console.print(Text.assemble(left, (sparkline([first, *equity], room), "cyan"), (right, "bold")))
    console.print()


def _print_warnings(console: Console, warnings: list[dict[str, Any]]) -> None:
    console.print()
    for warning in warnings:
        console.print(f"[yellow]![/] {escape(warning['message'])} [dim]{warning['code']}[/]")
    if warnings:
        console.print()
