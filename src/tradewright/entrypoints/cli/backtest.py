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

# Rules of which capitals count.
_NAMES = {"currency"}


@opt.with_options(opt.FURTHER, after="param")
def backtest(  # noqa: PLR0913, PLR0917 - a command's options are its parameters
    context: typer.Context,
    strategy: opt.Strategy,
    data: opt.Data,
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
    folder: opt.Out = None,
    overwrite: opt.Overwrite = False,
    name: opt.Name = None,
    move_name: opt.MoveName = False,
    no_keep: opt.NoKeep = False,
    **further: Any,
) -> None:
    """Run a strategy on a price series and print what came of it."""
    target = Target(folder, overwrite=overwrite, keep=not no_keep, name=name, move_name=move_name)
    target.require_free()
    tw.check_strategy(strategy)
    if not tw.is_warm():
        say("preparing compiled code; this takes a while once, and is kept for later runs ...")
    bars = tw.load(
        data, symbol=symbol, timeframe=timeframe, timezone=timezone, calendar=calendar, currency=prices_in
    )
    given: Any = given_rules(further)
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


def given_rules(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options of rules that were given as Python's arguments; their words in any capitals.

    Raises
    ------
    InputError
        ``E_USAGE`` for a lifetime without an order that rests.
    """
    entry = _entry(options["entry"], options["lifetime"])
    chosen = {name: value for name, value in options.items() if name != "lifetime"} | {"entry": entry}
    exact = _NAMES.union(opt.WORLD)
    return {
        name: value.casefold() if isinstance(value, str) and name not in exact else value
        for name, value in chosen.items()
        if value is not None
    }


def _entry(order: str | None, lifetime: str | None) -> str | None:
    """Return the entry in words, with how long it rests.

    Raises
    ------
    InputError
        ``E_USAGE`` for a lifetime without an order that rests.
    """
    if lifetime is None:
        return order
    if order is None:
        raise InputError(
            "E_USAGE",
            "--lifetime is of an order that rests, and --entry names none.",
            fix="Write for example --entry limit:1% --lifetime 5.",
        )
    return f"{order} for {lifetime}"


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
