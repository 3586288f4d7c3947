"""What to type for each command, one thing after another, and exit codes with a meaning of their own."""

import typer

EXAMPLES: dict[str, tuple[str, ...]] = {
    "import": (
        "tradewright import prices.csv --symbol GOOG",
        "tradewright import 'downloads/*.csv' --tz America/New_York --dry-run",
    ),
    "backtest": (
        "tradewright backtest ma_crossover --data sample:GOOG --stop-loss 5",
        "tradewright backtest ma_crossover --data sample:GOOG --param fast=5 --param slow=20 --name quick",
        "tradewright backtest examples/dip_in_uptrend.json --data store:GOOG:1d --direction both --json",
        "tradewright backtest examples/moving_averages.py:Cross --data prices.csv --out runs/first",
        "tradewright backtest ma_crossover --data sample:GOOG --venue ibkr --entry limit:1% --lifetime 5",
        "tradewright backtest ma_crossover --data sample:GOOG --stop-loss 2atr --take-profit 2r:0.5,4r:0.5",
    ),
    "portfolio": (
        "tradewright portfolio equal_weight --data sample:GOOG --data sample:IBM",
        "tradewright portfolio momentum_rotation --data sample:IBM --data sample:MSFT --param top=1 --json",
    ),
    "sweep": (
        "tradewright sweep ma_crossover --data sample:GOOG --grid fast=5..50:5",
        "tradewright sweep ma_crossover --data sample:IBM --grid fast=2..9 --grid slow=9 --where 'fast<slow'",
        "tradewright sweep ma_crossover --data sample:GOOG --grid stop_loss=none,2,5 --grid take_profit=5,10",
        "tradewright sweep rsi_reversal --data sample:GOOG --grid period=5..30 --samples 9 --method sobol",
    ),
    "optimize": (
        "tradewright optimize ma_crossover --data sample:GOOG --space fast=5..50",
        "tradewright optimize ma_crossover --data sample:GOOG --space fast=5..50 --space slow=20..200",
        "tradewright optimize ma_crossover --data sample:GOOG --space fast=5..50 --method sobol --trials 40",
        "tradewright optimize rsi_reversal --data sample:IBM --space period=5..30 --constraint 'trades>=9'",
        "tradewright optimize ma_crossover --data sample:IBM --space slow=50..90 --objective sharpe,cagr",
    ),
    "list": ("tradewright list", "tradewright list --strategy ma_crossover --limit 5"),
    "show": ("tradewright show last", "tradewright show runs/first"),
    "compare": ("tradewright compare last quick", "tradewright compare last quick runs/first --json"),
    "reproduce": ("tradewright reproduce quick", "tradewright reproduce runs/first --data prices.csv"),
    "export": ("tradewright export quick trades.csv", "tradewright export last tables --to parquet"),
    "delete": ("tradewright delete quick --yes",),
    "strategies": ("tradewright strategies", "tradewright strategies ma_crossover --json"),
    "modules": ("tradewright modules", "tradewright modules rsi"),
    "venues": ("tradewright venues", "tradewright venues binance:usdm@vip1"),
    "doctor": ("tradewright doctor",),
    "warm": ("tradewright warm",),
    "data list": ("tradewright data list",),
    "data show": ("tradewright data show local/GOOG/1d",),
    "data export": ("tradewright data export GOOG:1d goog.csv --start 2010-01-01",),
    "data verify": ("tradewright data verify",),
    "data prune": ("tradewright data prune", "tradewright data prune local/GOOG/1d --apply"),
    "data remove": ("tradewright data remove GOOG:1d", "tradewright data remove GOOG:1d --apply"),
}

ENDINGS: dict[str, dict[int, str]] = {
    "import": {3: "a file could not be taken; the others were."},
    "data verify": {3: "something is damaged."},
    "reproduce": {3: "it came to another result, or cannot be run again."},
    "doctor": {5: "something that a backtest needs is missing."},
}


def show_in_help(app: typer.Typer, group: str = "") -> None:
    """Put the first example of each command of `app` under its help."""
    for command in app.registered_commands:
        for line in EXAMPLES.get(f"{group}{command.name}", ())[:1]:
            command.epilog = f"For example: {line}"
