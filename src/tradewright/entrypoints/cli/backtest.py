"""``tradewright backtest``."""

from typing import Any

import typer

import tradewright as tw
from tradewright.core.errors import InputError
from tradewright.entrypoints.cli import options as opt
from tradewright.entrypoints.cli.kept.target import Target
from tradewright.entrypoints.cli.next_steps import print_next
from tradewright.entrypoints.cli.report import print_run
from tradewright.entrypoints.cli.terminal import flush, out, print_json, say

# Options that are rules of the engine under the same name; read from the context, so each is named once.
RULE_OPTIONS = (
    "cash",
    "direction",
    "sizing",
    "leverage",
    "fee",
    "slippage",
    "half_spread",
    "stop_loss",
    "take_profit",
    "trailing",
    "time_stop",
    "on_opposite",
    "close_at_end",
    "fill_on",
    "intrabar",
    "size_on",
    "tie_tolerance",
)


def backtest(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    context: typer.Context,
    strategy: opt.Strategy,
    data: opt.Data,
    symbol: opt.Symbol = None,
    timeframe: opt.Timeframe = None,
    timezone: opt.Timezone = None,
    start: opt.Start = None,
    end: opt.End = None,
    param: opt.Param = None,
    cash: opt.Cash = None,
    direction: opt.Direction = None,
    sizing: opt.Sizing = None,
    leverage: opt.Leverage = None,
    fee: opt.Fee = None,
    slippage: opt.Slippage = None,
    half_spread: opt.HalfSpread = None,
    stop_loss: opt.StopLoss = None,
    take_profit: opt.TakeProfit = None,
    trailing: opt.Trailing = None,
    time_stop: opt.TimeStop = None,
    on_opposite: opt.OnOpposite = None,
    close_at_end: opt.CloseAtEnd = None,
    fill_on: opt.FillOn = None,
    intrabar: opt.Intrabar = None,
    size_on: opt.SizeOn = None,
    tie_tolerance: opt.TieTolerance = None,
    risk_free: opt.RiskFree = 0.0,
    as_json: opt.Json = False,
    folder: opt.Out = None,
    overwrite: opt.Overwrite = False,
    name: opt.Name = None,
    move_name: opt.MoveName = False,
    no_keep: opt.NoKeep = False,
) -> None:
    """Run a strategy on a price series and print what came of it."""
    target = Target(folder, overwrite=overwrite, keep=not no_keep, name=name, move_name=move_name)
    target.require_free()
    tw.check_strategy(strategy)
    if not tw.is_warm():
        say("preparing compiled code; this takes a while once, and is kept for later runs ...")
    given: Any = {
        name: _plain(context.params[name]) for name in RULE_OPTIONS if context.params[name] is not None
    }
    bars = tw.load(data, symbol=symbol, timeframe=timeframe, timezone=timezone)
    run = tw.backtest(
        strategy, bars, params=read_params(param or []), start=start, end=end, risk_free=risk_free, **given
    )
    try:
        if as_json:
            print_json(run.to_dict())
        else:
            print_run(out(), run.to_dict(), run.equity_columns()["equity"])
            print_next(out(), context, target.shown_as)
        flush()
    except BrokenPipeError:
        # Whoever reads the output has enough of it, and still wants the run.
        target.write(run)
        raise
    target.write(run)


def _plain(value: Any) -> Any:
    """Read words of a rule in any capitals, as documents do."""
    return value.casefold() if isinstance(value, str) else value


def read_params(pairs: list[str]) -> dict[str, str]:
    """Read ``name=value`` pairs; the strategy turns the text into its own types.

    Raises
    ------
    InputError
        ``E_PARAM`` for a pair without ``=`` or a name given twice.
    """
    params: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        name = name.strip()
        if not equals or not name or name in params:
            what = "is given twice" if name in params else "is not NAME=VALUE"
            raise InputError(
                "E_PARAM",
                f"--param '{pair}' {what}.",
                fix="Write for example --param fast=20.",
                details={"value": pair},
            )
        params[name] = value.strip()
    return params
