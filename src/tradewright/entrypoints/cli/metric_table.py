"""The numbers one looks at first, in three columns, or one below the other where there is no room."""

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tradewright.metrics.catalog import BY_ID, Metric

# By metric id, each with a label short enough for 80 columns.
BLOCKS = {
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
THREE_COLUMNS = 78
_PATTERNS = {"fraction": "{:.2%}", "count": "{:,}", "bars": "{:,.1f}"}
_SIGNED = {"total_return", "buy_and_hold_return", "cagr", "expectancy", "avg_win"}


def money(amount: float, *, signed: bool = False) -> str:
    """Write an amount: whole from a thousand on, with cents below."""
    sign = "+" if signed else ""
    return f"{amount:{sign},.0f}" if abs(amount) >= 1_000 else f"{amount:{sign},.2f}"


def shown(metric: Metric, value: Any) -> Text:
    """Return a metric's value as people read it: percent, days, thousands; a dash where undefined."""
    if value is None:
        return Text("—", style="dim")
    if metric.unit == "seconds":
        return Text(f"{value / 86_400:,.0f} days" if value >= 86_400 else f"{value / 3_600:.1f} h")
    if metric.unit == "currency":
        return Text(money(value))
    pattern = "{:+.2%}" if metric.id in _SIGNED else _PATTERNS.get(metric.unit, "{:,.2f}")
    return Text(pattern.format(value))


def print_metrics(console: Console, metrics: dict[str, Any]) -> None:
    """Print the three blocks, side by side where they fit."""
    if console.width >= THREE_COLUMNS:
        console.print(_table(metrics, tuple(BLOCKS)))
        return
    for title in BLOCKS:
        console.print(_table(metrics, (title,)))


def _table(metrics: dict[str, Any], titles: tuple[str, ...]) -> Table:
    table = Table(box=None, pad_edge=False, show_header=True, header_style="bold", padding=(0, 2, 0, 0))
    for title in titles:
        table.add_column(title, style="dim", no_wrap=True)
        table.add_column("", justify="right", no_wrap=True)
    for row in zip(*(BLOCKS[title].items() for title in titles), strict=True):
        table.add_row(*(cell for name, label in row for cell in (label, shown(BY_ID[name], metrics[name]))))
    return table


def counted(count: int, noun: str) -> str:
    """Write a number of things: ``1 bar``, ``2,000 bars``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def print_envelope(console: Console, envelope: dict[str, Any] | None) -> None:
    """Print the metrics that hang on how ambiguous bars are read, each under both readings."""
    if envelope is None or not envelope["ambiguous_bars"]:
        return
    pairs: dict[str, list[Any]] = envelope["metrics"]
    labels = {name: label for block in BLOCKS.values() for name, label in block.items()}
    differing = {name: label for name, label in labels.items() if pairs[name][0] != pairs[name][1]}
    bars = counted(envelope["ambiguous_bars"], "ambiguous bar")
    console.print()
    if not differing:
        console.print(f"{bars}: no number here hangs on how they are read", style="dim")
        return
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column("", style="dim", no_wrap=True)
    for side in ("against you", "for you"):
        table.add_column(side, justify="right", no_wrap=True)
    for name, label in differing.items():
        table.add_row(label, *(shown(BY_ID[name], value) for value in pairs[name]))
    console.print(
        f"If the {bars} fell ..." if bars.startswith("1 ") else f"If all {bars} fell ...", style="bold"
    )
    console.print(table)
    console.print("no proven bound: a trade that ends earlier makes room for others", style="dim")


def print_scores(console: Console, metrics: dict[str, Any]) -> None:
    """Print the two scores with their bands."""
    console.print()
    esi, usual = metrics["esi"], metrics["esi_shuffled_median"]
    if esi is not None:
        luck = "" if usual is None else f", shuffled trades would have {usual:.2f}"
        console.print(f"Edge stability [bold]{esi:.2f}[/] ({metrics['esi_band']}{luck})")
    if metrics["pvs"] is not None:
        console.print(f"Prop verification [bold]{metrics['pvs']:.2f}[/] ({metrics['pvs_band']})")
