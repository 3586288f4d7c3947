"""A run as a trader reads it: what was run, the curve, the numbers, the doubts, and what next."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from tradewright.entrypoints.cli.terminal import sparkline
from tradewright.metrics.catalog import CATALOG, Metric

WIDTH = 96

# Three columns of what one looks at first, by metric id, each with a label that fits 80 columns.
COLUMNS = {
    "Return": {
        "total_return": "Total return",
        "buy_and_hold_return": "Buy and hold",
        "cagr": "CAGR",
        "final_equity": "Final equity",
        "fees_paid": "Fees",
        "slippage_paid": "Slippage",
        "exposure": "Exposure",
        "turnover": "Turnover/year",
    },
    "Risk": {
        "max_drawdown": "Max drawdown",
        "max_drawdown_duration": "Longest",
        "volatility": "Volatility",
        "sharpe": "Sharpe",
        "sortino": "Sortino",
        "calmar": "Calmar",
        "var_95": "VaR 95 %",
        "ulcer_index": "Ulcer index",
    },
    "Trades": {
        "trades": "Closed trades",
        "win_rate": "Win rate",
        "profit_factor": "Profit factor",
        "expectancy": "Mean return",
        "avg_win": "Mean win",
        "avg_loss": "Mean loss",
        "avg_bars_held": "Bars held",
        "sqn": "SQN",
    },
}
_METRICS = {metric.id: metric for metric in CATALOG}
_PATTERNS = {"fraction": "{:.2%}", "count": "{:,}", "band": "{}", "bars": "{:,.1f}", "currency": "{:,.0f}"}
_SIGNED = {"total_return", "buy_and_hold_return", "cagr", "expectancy", "avg_win"}
_NUMBERS = {"In", "Out", "P&L", "Return", "Bars"}


@dataclass(frozen=True, slots=True)
class Command:
    """What was typed, to say what to type next."""

    strategy: str
    data: str
    folder: Path | None


def print_run(
    console: Console, run: dict[str, Any], equity: Sequence[float], command: Command | None
) -> None:
    """Print a run, given what ``--json`` would print and its equity curve."""
    facts = run["run"]
    width = min(console.width, WIDTH)
    console.print()
    console.print(Text(facts["title"], style="bold"), Text(f"on {facts['symbol']} {facts['timeframe']}"))
    console.print(
        f"{facts['start'][:10]} to {facts['last_bar'][:10]} UTC · {facts['bars']:,} bars", style="dim"
    )
    console.print(_rules(facts), style="dim")
    console.print()
    _print_curve(console, facts, equity, width)
    console.print(_metric_table(run["metrics"]))
    _print_stability(console, run["metrics"])
    _print_trades(console, run)
    _print_warnings(console, run["warnings"])
    console.print(
        f"fingerprint {facts['fingerprint'][:16]} · data {facts['data_checksum'][:12]}"
        f" · {facts['execution_time_ms']:.1f} ms",
        style="dim",
    )
    if command is not None:
        _print_next(console, command)


def _rules(facts: dict[str, Any]) -> str:
    rules = facts["rules"]
    parts = [rules["direction"], rules["sizing"]["kind"], f"fee {rules['fee']:.3%}"]
    parts += [f"slippage {rules['slippage']:.3%}"] if rules["slippage"] else []
    for name, word in (("stop_loss", "stop"), ("take_profit", "target")):
        if rules[name]:
            parts.append(f"{word} {rules[name]['value']:g} {rules[name]['unit'].replace('percent', '%')}")
    parts += [f"trailing {rules['trailing']:g} %"] if rules["trailing"] else []
    parts += [f"time stop {rules['time_stop']} bars"] if rules["time_stop"] else []
    when = "fills at the next open" if rules["fill_on"] == "next_open" else "fills at the close"
    return ", ".join([*parts, when])


def _print_curve(console: Console, facts: dict[str, Any], equity: Sequence[float], width: int) -> None:
    first, last = facts["rules"]["cash"], float(equity[-1])
    ends = f"{first:,.0f} ", f" {last:,.0f} {facts['currency']}"
    line = sparkline([first, *equity], max(10, width - len(ends[0]) - len(ends[1])))
    console.print(Text.assemble(ends[0], (line, "cyan"), (ends[1], "bold")))
    console.print()


def _metric_table(metrics: dict[str, Any]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=True, header_style="bold", padding=(0, 2, 0, 0))
    for title in COLUMNS:
        table.add_column(title, style="dim", no_wrap=True)
        table.add_column("", justify="right", no_wrap=True)
    for row in zip(*(labels.items() for labels in COLUMNS.values()), strict=True):
        table.add_row(
            *(cell for name, label in row for cell in (label, shown(_METRICS[name], metrics[name])))
        )
    return table


def shown(metric: Metric, value: Any) -> Text:
    """Return a metric's value as people read it: percent, days, thousands; a dash where undefined."""
    if value is None:
        return Text("—", style="dim")
    if metric.unit == "seconds":
        return Text(f"{value / 86_400:,.0f} days" if value >= 86_400 else f"{value / 3_600:.1f} h")
    pattern = "{:+.2%}" if metric.id in _SIGNED else _PATTERNS.get(metric.unit, "{:,.2f}")
    return Text(pattern.format(value))


def _print_stability(console: Console, metrics: dict[str, Any]) -> None:
    console.print()
    esi, usual = metrics["esi"], metrics["esi_shuffled_median"]
    if esi is not None:
        luck = "" if usual is None else f", shuffled trades would have {usual:.2f}"
        console.print(f"Edge stability [bold]{esi:.2f}[/] ({metrics['esi_band']}{luck})")
    if metrics["pvs"] is not None:
        console.print(f"Prop verification [bold]{metrics['pvs']:.2f}[/] ({metrics['pvs_band']})")


def _print_trades(console: Console, run: dict[str, Any], most: int = 5) -> None:
    trades, still_open = run["trades"], run["run"]["open_trades"]
    if not trades and not still_open:
        return
    roomy = console.width >= WIDTH
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2 if roomy else 1, 0, 0))
    for name in ("Entry", "Exit", "Side", "In", "Out", "P&L", "Return", "Bars", "Why"):
        table.add_column(name, justify="right" if name in _NUMBERS else "left", no_wrap=True)
    picked: list[dict[str, Any]] = [
        *trades[-most:],
        *({**trade, "exit_reason": "marked"} for trade in still_open),
    ]
    daily = all(trade["entry_time"].endswith("T00:00:00Z") for trade in picked)
    decimals = 2 if min(trade["entry_price"] for trade in picked) >= 20 else 5
    for trade in picked:
        table.add_row(*_trade_cells(trade, slice(0 if roomy or daily else 5, 10 if daily else 16), decimals))
    console.print()
    count = min(most, len(trades))
    tail = ", and the open one" if still_open else ""
    console.print(f"Last {count} of {len(trades):,} closed trades{tail}", style="bold")
    console.print(table)


def _trade_cells(trade: dict[str, Any], clock: slice, decimals: int) -> list[str]:
    """Format a trade, its times cut to the `clock` part of ISO 8601."""
    left = "open" if trade["exit_reason"] == "marked" else trade["exit_time"][clock].replace("T", " ")
    return [
        trade["entry_time"][clock].replace("T", " "),
        left,
        trade["side"],
        f"{trade['entry_price']:.{decimals}f}",
        f"{trade['exit_price']:.{decimals}f}",
        f"{trade['pnl']:+,.0f}",
        f"{trade['return']:+.2%}",
        f"{trade['bars_held']:,}",
        trade["exit_reason"].replace("_", " "),
    ]


def _print_warnings(console: Console, warnings: list[dict[str, Any]]) -> None:
    console.print()
    for warning in warnings:
        console.print(f"[yellow]![/] {escape(warning['message'])} [dim]{warning['code']}[/]")
    if warnings:
        console.print()


def _print_next(console: Console, command: Command) -> None:
    stem = f"tradewright backtest {command.strategy} --data {command.data}"
    steps = [
        (f"{stem} --stop-loss 5 --take-profit 10", "add exits"),
        (f"{stem} --json", "for a program"),
        (f"{stem} --out runs/first", "keep it")
        if command.folder is None
        else (f"tradewright show {command.folder}", "see it again"),
    ]
    console.print()
    console.print("Next", style="bold")
    width = max(len(line) for line, _ in steps)
    for line, why in steps:
        console.print(f"  {escape(line):<{width}}  [dim]{why}[/]", soft_wrap=True)
