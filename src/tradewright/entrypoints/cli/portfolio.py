"""``tradewright portfolio``."""

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

import tradewright as tw
from tradewright.entrypoints.cli import options as opt
from tradewright.entrypoints.cli.backtest import read_params
from tradewright.entrypoints.cli.metric_table import money, print_metrics
from tradewright.entrypoints.cli.terminal import flush, out, print_json, say, sparkline

_DATA, _LIMITS = "Data", "Limits"
_WIDTH, _SHOWN = 96, 10
# Rules that a portfolio takes, and its own limits; each is an option under the same name.
_RULES = (
    "fee", "fee_per_unit", "fee_per_order", "fee_minimum", "slippage", "slippage_ticks", "half_spread",
    "borrow_rate", "cash", "direction", "leverage", "maintenance_margin", "close_at_end", "tie_tolerance",
)  # fmt: skip

Strategy = Annotated[
    str,
    typer.Argument(
        help="equal_weight, momentum_rotation, pairs_spread, or file.py:Class.", show_default=False
    ),
]
Sources = Annotated[
    list[str],
    typer.Option(
        "--data",
        help="Folder, price file, store:SERIES or sample:SYMBOL; repeat for more.",
        rich_help_panel=_DATA,
        metavar="PATH_OR_SERIES",
    ),
]


def _limit(flag: str, words: str, metavar: str, panel: str = _LIMITS) -> typer.models.OptionInfo:
    return typer.Option(flag, help=words, rich_help_panel=panel, metavar=metavar, show_default=False)


Calendar = Annotated[
    str | None, _limit("--calendar", "Of all series, such as XNYS (24/7).", "CALENDAR", _DATA)
]
Rebalance = Annotated[
    str | None, _limit("--rebalance", "bar, a number of bars, month_start, week_end ...", "WHEN", "Decisions")
]
_OPTIONS: dict[str, Any] = {
    **{name: opt.FURTHER[name] for name in _RULES},
    "min_trade": Annotated[
        float | None, _limit("--min-trade", "Leave smaller changes, a fraction of equity (0).", "FRACTION")
    ],
    "max_weight": Annotated[
        float | None, _limit("--max-weight", "Most of equity in one symbol (no limit).", "FRACTION")
    ],
    "max_exposure": Annotated[
        float | None, _limit("--max-exposure", "Most of equity in all symbols (no limit).", "FRACTION")
    ],
    "max_positions": Annotated[
        int | None, _limit("--max-positions", "Slots of ranked signals (10); not with weights.", "COUNT")
    ],
}


@opt.with_options(_OPTIONS, after="rebalance")
def portfolio(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    strategy: Strategy,
    data: Sources,
    timeframe: opt.Timeframe = None,
    timezone: opt.Timezone = None,
    calendar: Calendar = None,
    start: opt.Start = None,
    end: opt.End = None,
    param: opt.Param = None,
    rebalance: Rebalance = None,
    risk_free: opt.RiskFree = 0.0,
    as_json: opt.Json = False,
    **further: Any,
) -> None:
    """Run a portfolio strategy on many instruments with one wallet; the run is not kept."""
    if not tw.is_warm():
        say("preparing compiled code; this takes a while once, and is kept for later runs ...")
    given: Any = {
        name: value.casefold() if isinstance(value, str) else value
        for name, value in further.items()
        if value is not None
    }
    params: dict[str, Any] = {**read_params(param or [])}
    if rebalance is not None:
        params["rebalance"] = rebalance
    panel = tw.load_panel(data, timeframe=timeframe, timezone=timezone, calendar=calendar)
    run = tw.portfolio(strategy, panel, params=params, start=start, end=end, risk_free=risk_free, **given)
    if as_json:
        print_json(run.to_dict())
    else:
        print_portfolio(out(), run)
    flush()


def print_portfolio(console: Console, run: "tw.PortfolioRun") -> None:
    """Print what was run, the curve, the numbers, who brought what, and the doubts."""
    facts = run.facts
    console.print()
    console.print(Text(facts["title"], style="bold"), Text(f"on {facts['symbol']} {facts['timeframe']}"))
    span = f"{facts['start'][:10]} to {facts['last_bar'][:10]} UTC"
    console.print(f"{span} · {facts['bars']:,} bars · {_in_words(facts)}", style="dim")
    console.print()
    _print_curve(console, run)
    print_metrics(console, run.metrics)
    _print_contributions(console, run)
    console.print()
    for warning in run.warnings:
        console.print(f"[yellow]![/] {escape(warning['message'])} [dim]{warning['code']}[/]")
    console.print(f"fingerprint {facts['fingerprint'][:16]} · not kept", style="dim")


def _in_words(facts: dict[str, Any]) -> str:
    rules, limits = facts["rules"], facts["limits"]
    parts = [str(rules["direction"]), f"fee {rules['fee']:.3%}"]
    parts += [f"leverage {rules['leverage']:g}"] if rules["leverage"] != 1 else []
    parts += [f"slippage {rules['slippage']:.3%}"] if rules["slippage"] else []
    parts += [
        f"{name.replace('_', ' ')} {limits[name]:g}"
        for name in ("min_trade", "max_weight", "max_exposure")
        if limits[name]
    ]
    return ", ".join(parts)


def _print_curve(console: Console, run: "tw.PortfolioRun") -> None:
    equity = run.equity_columns()["equity"]
    first, last = float(run.metrics["initial_cash"]), float(equity[-1])
    left, right = f"{money(first)} ", f" {money(last)} {run.facts['currency']}"
    room = max(10, min(console.width, _WIDTH) - len(left) - len(right))
    console.print(Text.assemble(left, (sparkline([first, *equity], room), "cyan"), (right, "bold")))
    console.print()


def _print_contributions(console: Console, run: "tw.PortfolioRun") -> None:
    """Print what the symbols brought: of many the best and the worst."""
    ranked = sorted(run.contributions.items(), key=lambda pair: -pair[1])
    shown = ranked if len(ranked) <= _SHOWN else [*ranked[: _SHOWN // 2], *ranked[-_SHOWN // 2 :]]
    final = run.weights.iloc[-1]
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for name in ("Symbol", "Brought", "Weight at end"):
        table.add_column(name, justify="left" if name == "Symbol" else "right", no_wrap=True)
    for symbol, brought in shown:
        table.add_row(escape(symbol), money(brought, signed=True), f"{final[symbol]:.1%}")
    console.print()
    some = "" if len(shown) == len(ranked) else f", the {_SHOWN // 2} best and worst of {len(ranked):,}"
    console.print(f"Contributions{some}", style="bold")
    console.print(table)
