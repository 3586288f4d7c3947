"""``tradewright optimize``."""

from typing import TYPE_CHECKING, Any

import typer

import tradewright as tw
from tradewright.core.errors import CancelledError
from tradewright.entrypoints.cli import options as opt
from tradewright.entrypoints.cli.optimizing.found import Best, best_of, shares_of
from tradewright.entrypoints.cli.optimizing.optimize_options import OPTIONS, Space, asked
from tradewright.entrypoints.cli.optimizing.optimize_report import print_search
from tradewright.entrypoints.cli.optimizing.optimize_steps import print_next, single_run
from tradewright.entrypoints.cli.optimizing.stopping import stoppable
from tradewright.entrypoints.cli.progress import counting
from tradewright.entrypoints.cli.terminal import flush, out, print_json, say

if TYPE_CHECKING:
    from tradewright.library.optimizing.result import OptimizeResult

# A search that is done by then says nothing before its result.
_PATIENCE_S = 2.0


@opt.with_options({**OPTIONS, **opt.FURTHER}, after="param")
def optimize(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    context: typer.Context,
    strategy: opt.Strategy,
    data: opt.Data,
    space: Space,
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
    """Search for the parameters and rules with which a strategy does best."""
    question = asked(further, space, param)
    tw.check_strategy(strategy)
    if not tw.is_warm():
        say("preparing compiled code; this takes a while once, and is kept for later runs ...")
    bars = tw.load(
        data, symbol=symbol, timeframe=timeframe, timezone=timezone, calendar=calendar, currency=prices_in
    )
    window: Any = {"start": start, "end": end, "risk_free": risk_free}
    with (
        stoppable("stopping with what is found so far; Ctrl-C again stops at once") as stopping,
        counting("scoring", lines=True, patience_s=_PATIENCE_S, stopping=stopping),
    ):
        result = tw.optimize(strategy, bars, **question, **window)
    best = best_of(result, further["top"])
    if as_json:
        print_json(_plain(context, result, best))
    else:
        print_search(out(), result, best)
        print_next(out(), context, best)
    flush()
    if result.cancelled:
        raise typer.Exit(CancelledError.exit_code)


def _plain(context: typer.Context, result: "OptimizeResult", best: Best) -> dict[str, Any]:
    rows = [row | {"command": single_run(context, row)} for row in best.plain()]
    return {
        "search": {name: value for name, value in result.facts.items() if name != "best"},
        "best": {"by": list(result.objectives), "front": best.front, "rows": rows},
        "importance": shares_of(result),
        "warnings": result.warnings,
    }
