"""A run as a trader reads it: what was run, the curve, the numbers, the doubts, and what next."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from tradewright.entrypoints.cli.metric_table import money, print_metrics, print_scores
from tradewright.entrypoints.cli.next_steps import print_next
from tradewright.entrypoints.cli.terminal import sparkline
from tradewright.entrypoints.cli.trade_table import print_trades

WIDTH = 96
_UNITS = {"percent": " %", "atr": " ATR", "r": " R", "price": ""}
_FILLS = {"next_open": "fills at the next open", "close": "fills at the close that decides"}


def print_run(
    console: Console, run: dict[str, Any], equity: Sequence[float], typed: list[str] | None = None
) -> None:
    """Print a run, given what ``--json`` would print, its equity curve, and what was typed to get it."""
    facts = run["run"]
    console.print()
    console.print(Text(facts["title"], style="bold"), Text(f"on {facts['symbol']} {facts['timeframe']}"))
    span = f"{facts['start'][:10]} to {facts['last_bar'][:10]} UTC"
    console.print(f"{span} · {facts['bars']:,} bars", style="dim")
    console.print(rules_in_words(facts["rules"]), style="dim")
    console.print()
    _print_curve(console, facts, equity)
    print_metrics(console, run["metrics"])
    print_scores(console, run["metrics"])
    print_trades(console, run["trades"], facts["open_trades"])
    _print_warnings(console, run["warnings"])
    hashes = f"fingerprint {facts['fingerprint'][:16]} · data {facts['data_checksum'][:12]}"
    console.print(f"{hashes} · {facts['execution_time_ms']:.1f} ms", style="dim")
    if typed is not None:
        print_next(console, typed)


def rules_in_words(rules: dict[str, Any]) -> str:
    """Say the rules that a reader must know: direction, size and fee always, others where they act."""
    size = rules["sizing"]
    parts = [rules["direction"], size["kind"] + ("" if size["kind"] == "all-in" else f" {size['value']:g}")]
    parts += [f"leverage {rules['leverage']:g}"] if rules["leverage"] != 1 else []
    parts += [f"fee {rules['fee']:.3%}"]
    parts += [f"slippage {rules['slippage']:.3%}"] if rules["slippage"] else []
    parts += [f"half spread {rules['half_spread']:g}"] if rules["half_spread"] else []
    for name, word in (("stop_loss", "stop"), ("take_profit", "target")):
        level = rules[name]
        parts += [f"{word} {level['value']:g}{_UNITS[level['unit']]}"] if level else []
    parts += [f"trailing {rules['trailing']:g} %"] if rules["trailing"] else []
    parts += [f"time stop {rules['time_stop']} bars"] if rules["time_stop"] else []
    has_exits = rules["stop_loss"] or rules["take_profit"] or rules["trailing"]
    parts += [f"inside bars {rules['intrabar']}"] if has_exits else []
    return ", ".join([*parts, _FILLS[rules["fill_on"]]])


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
