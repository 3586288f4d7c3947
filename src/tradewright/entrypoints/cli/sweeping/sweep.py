"""``tradewright sweep``."""

import shlex
from typing import TYPE_CHECKING, Annotated, Any

import typer

import tradewright as tw
from tradewright.entrypoints.cli import options as opt
from tradewright.entrypoints.cli.next_steps import again
from tradewright.entrypoints.cli.progress import counting
from tradewright.entrypoints.cli.sweeping.best_table import Best, best_of
from tradewright.entrypoints.cli.sweeping.sweep_options import OPTIONS, asked
from tradewright.entrypoints.cli.sweeping.sweep_report import print_sweep
from tradewright.entrypoints.cli.sweeping.sweep_steps import print_next
from tradewright.entrypoints.cli.terminal import flush, out, print_json, say

if TYPE_CHECKING:
    from tradewright.core.bars import Bars
    from tradewright.library.sweeping.result import SweepResult

# A sweep that is done by then says nothing before its result.
_PATIENCE_S = 2.0

Sources = Annotated[
    list[str],
    typer.Option(
        "--data",
        help="Price file, store:SERIES, or sample:SYMBOL; repeat to go through several.",
        rich_help_panel="Data",
        metavar="PATH_OR_SERIES",
    ),
]


@opt.with_options({**OPTIONS, **opt.FURTHER}, after="param")
def sweep(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    context: typer.Context,
    strategy: opt.Strategy,
    data: Sources,
    symbol: opt.Symbol = None,
    timeframe: opt.Timeframe = None,
    timezone: opt.Timezone = None,
    calendar: opt.Calendar = None,
    prices_in: opt.PricesIn = None,
    start: opt.Start = None,
    end: opt.End = None,
    param: opt.Param = None,
    risk_free: opt.RiskFree = 0.0,
    as_json: opt.Json = False,
    **further: Any,
) -> None:
    """Score many combinations of parameters and rules, and show the best."""
    question = asked(further, param)
    tw.check_strategy(strategy)
    if not tw.is_warm():
        say("preparing compiled code; this takes a while once, and is kept for later runs ...")
    series = [
        tw.load(
            source,
            symbol=symbol,
            timeframe=timeframe,
            timezone=timezone,
            calendar=calendar,
            currency=prices_in,
        )
        for source in data
    ]
    window: Any = {"start": start, "end": end, "risk_free": risk_free}
    result = _scored(context, strategy, series, {**question, **window})
    best = best_of(result, further)
    if as_json:
        print_json(_plain(result, best))
    else:
        print_sweep(out(), result, best)
        print_next(out(), context, result, best)
    flush()


def _scored(
    context: typer.Context, strategy: str, series: "list[Bars]", question: dict[str, Any]
) -> "SweepResult":
    try:
        with counting("scoring", lines=True, patience_s=_PATIENCE_S):
            return tw.sweep(strategy, series[0] if len(series) == 1 else series, **question)
    except KeyboardInterrupt:
        _tell_how_to_resume(context)
        raise


def _tell_how_to_resume(context: typer.Context) -> None:
    if context.params["no_keep"]:
        say("nothing is kept; without --no-keep a sweep that was stopped goes on where it was")
        return
    say("what was scored is kept; the same command goes on from there:")
    say(f"  {shlex.join(again(context, without={'fresh'}))}")


def _plain(result: "SweepResult", best: Best) -> dict[str, Any]:
    return {
        "sweep": result.facts,
        "best": {"by": best.metric, "min_trades": best.min_trades, "rows": best.rows},
        "warnings": result.warnings,
    }
