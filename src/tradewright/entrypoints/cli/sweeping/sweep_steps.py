"""What to type after a sweep: the best combination on its own, and what keeps it honest."""

import shlex
from collections.abc import Container, Mapping
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.markup import escape

from tradewright.entrypoints.cli import options as opt
from tradewright.entrypoints.cli.next_steps import again, program
from tradewright.entrypoints.cli.sweeping.best_table import Best
from tradewright.entrypoints.cli.sweeping.sweep_options import OPTIONS
from tradewright.research.sweep.pieces import INSTRUMENT

if TYPE_CHECKING:
    from tradewright.library.sweeping.result import SweepResult

_ENOUGH = 30


def print_next(console: Console, context: typer.Context, result: "SweepResult", best: Best) -> None:
    """Suggest commands that go on from a sweep."""
    steps: list[tuple[list[str], str]] = []
    if best.rows:
        alone = single_run(context, result, best.rows[0])
        steps += [(alone, "the best of them, trade by trade")] if alone else []
    if not context.params["min_trades"]:
        steps.append(([*again(context, ()), "--min-trades", str(_ENOUGH)], "leave out luck of a few trades"))
    if not steps:
        return
    console.print()
    console.print("Next", style="bold")
    for words, why in steps:
        console.print(f"  {escape(shlex.join(words))}  [dim]# {why}[/]", soft_wrap=True)


def single_run(context: typer.Context, result: "SweepResult", row: dict[str, Any]) -> list[str]:
    """Return the words of the backtest of one combination; none when options do not say it."""
    values = dict(row["values"])
    source = _source(context.params["data"], result, values.pop(INSTRUMENT, None))
    params = result.params(row["combination"]).get("params", {})
    return backtest_words(again(context, {*OPTIONS, "as_json", "data"}), source, values, params)


def backtest_words(
    same: list[str], source: str, values: Mapping[str, Any], params: Container[str]
) -> list[str]:
    """Return the words of the backtest of one combination; none when options do not say it.

    A part of a rule has no option of its own; nor have None and False, where a strategy may bring more.

    Parameters
    ----------
    same
        The words that were typed, without what is of many combinations and without ``--data``.
    source
        What ``--data`` is given.
    values
        Of parameters and rules.
    params
        Names of the strategy's parameters.
    """
    # What comes first are the program, the command and the strategy.
    words = [program(), "backtest", same[2], "--data", source, *same[3:]]
    for name, value in values.items():
        rule = name.removeprefix("rules.")
        if name in params:
            words += ["--param", f"{name}={_text(value)}"]
        elif rule not in opt.FURTHER or value is None or value is False:
            return []
        else:
            words += [f"--{rule.replace('_', '-')}", *([] if value is True else [_text(value)])]
    return words


def _source(data: list[str], result: "SweepResult", name: str | None) -> str:
    """Return where the bars of a combination are: series are named in the order of ``--data``."""
    return data[0] if name is None else data[result.axes[INSTRUMENT].index(name)]


def _text(value: Any) -> str:
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)
