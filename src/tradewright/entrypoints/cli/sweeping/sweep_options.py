"""The options of ``tradewright sweep`` beside the rules, and what they say in Python."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from tradewright.core.errors import InputError
from tradewright.entrypoints.cli import options as opt
from tradewright.entrypoints.cli.backtest import given_rules, read_params
from tradewright.library.sweeping.question import DEFAULT_METRICS
from tradewright.library.sweeping.reading import KEPT

_WHICH, _SCORES, _WORK = "Combinations", "Scores", "Work"
# Rules of which capitals count.
_EXACT = {"currency"}
_AS_THEY_ARE = ("samples", "method", "seed", "memory", "executor", "fresh")
_SORT = "sharpe"
_ALL = "all"


def option(flag: str, words: str, panel: str, metavar: str, **limits: Any) -> Any:
    """Return an option whose value is named `metavar` in the help, and whose default the words tell."""
    return typer.Option(
        flag, help=words, rich_help_panel=panel, metavar=metavar, show_default=False, **limits
    )


def _flag(flag: str, words: str, panel: str) -> Any:
    return typer.Option(flag, help=words, rich_help_panel=panel)


# Where combinations come from, what is scored of them, and how; by the command's name for each.
OPTIONS: dict[str, Any] = {
    "grid": Annotated[
        list[str] | None,
        option(
            "--grid",
            "A parameter or rule and its values: fast=5..50:5, stop_loss=1,2,none, stop_loss.value=1..3:0.5; "
            "repeat for more (the strategy's usual ranges).",
            _WHICH,
            "NAME=VALUES",
        ),
    ],
    "where": Annotated[
        list[str] | None,
        option("--where", "Only combinations like these: 'fast < slow'; repeat for more.", _WHICH, "TEST"),
    ],
    "samples": Annotated[
        int | None,
        option(
            "--samples",
            "Draw so many combinations; 0.5..3 in --grid is then any number between.",
            _WHICH,
            "COUNT",
        ),
    ],
    "method": Annotated[
        Literal["random", "sobol"] | None,
        option("--method", "How they are drawn: random or sobol (random).", _WHICH, "HOW"),
    ],
    "seed": Annotated[int | None, option("--seed", "Another draw for another seed (0).", _WHICH, "NUMBER")],
    "metrics": Annotated[
        list[str] | None,
        option("--metrics", "What to score: sharpe,total_return,trades, or all.", _SCORES, "NAMES"),
    ],
    "sort": Annotated[
        str | None,
        option("--sort", "The metric of which the best are shown (sharpe).", _SCORES, "METRIC"),
    ],
    "top": Annotated[int | None, option("--top", "How many are shown (20).", _SCORES, "COUNT", min=1)],
    "min_trades": Annotated[
        int | None,
        option("--min-trades", "Show only those with so many trades.", _SCORES, "COUNT", min=0),
    ],
    "memory": Annotated[str | None, option("--memory", "Most memory to use (1GB).", _WORK, "SIZE")],
    "executor": Annotated[
        str | None,
        option(
            "--executor", "threads:2, processes:4 or tcp://HOST:PORT (threads, one a core).", _WORK, "URL"
        ),
    ],
    "kept_in": Annotated[
        Path | None,
        option(
            "--folder", "Keep scores here as they come, to go on after a stop (one of its own).", _WORK, "DIR"
        ),
    ],
    "fresh": Annotated[bool | None, _flag("--fresh", "Score what is kept already again.", _WORK)],
    "no_keep": Annotated[bool | None, _flag("--no-keep", "Keep no scores when it is done.", _WORK)],
}


def asked(further: Mapping[str, Any], param: Sequence[str] | None) -> dict[str, Any]:
    """Return the arguments of ``tw.sweep`` that the options say; what was not given is left out.

    Raises
    ------
    InputError
        ``E_GRID`` for a grid that is not NAME=VALUES, or a name twice; ``E_USAGE`` for a value that is fixed
        and gone through at once, or options that say nothing without another.
    """
    rules = given_rules({name: value for name, value in further.items() if name not in OPTIONS})
    params = read_params(list(param or []))
    grid = read_grid(further["grid"] or [])
    require_free(grid, params, rules)
    _require_meaning(further)
    chosen = {name: further[name] for name in _AS_THEY_ARE if further[name] is not None}
    if further["where"]:
        chosen["where"] = list(further["where"])
    if grid:
        chosen["grid"] = grid
    if not further["no_keep"]:
        chosen["folder"] = further["kept_in"] or KEPT
    return {"params": params, "metrics": metrics_of(further), **chosen, **rules}


def read_grid(pairs: Sequence[str], flag: str = "--grid") -> dict[str, str]:
    """Read ``name=values`` pairs, which came with `flag`; the library reads the values.

    Raises
    ------
    InputError
        ``E_GRID`` for a pair without ``=`` or a name given twice.
    """
    grid: dict[str, str] = {}
    for pair in pairs:
        name, equals, values = (part.strip() for part in pair.partition("="))
        if not equals or not name or name in grid:
            raise InputError(
                "E_GRID",
                f"{flag} '{pair}' {'is given twice' if name in grid else 'is not NAME=VALUES'}.",
                fix=f"Write for example {flag} fast=5..50:5 {flag} slow=20,50,100.",
                details={"value": pair},
            )
        rule = name.removeprefix("rules.").partition(".")[0]
        grid[name] = values.casefold() if rule in opt.FURTHER and rule not in _EXACT else values
    return grid


def sorted_by(further: Mapping[str, Any]) -> str:
    """Return the metric of which the best are shown."""
    named = names_in(further["metrics"])
    usual = not named or _SORT in named or _ALL in named
    return further["sort"] or (_SORT if usual else named[0])


def metrics_of(further: Mapping[str, Any]) -> list[str] | str:
    """Return what is scored: what was asked for, and what is needed to show the best of it."""
    if _ALL in names_in(further["metrics"]):
        return _ALL
    needed = [sorted_by(further), *(["trades"] if further["min_trades"] else [])]
    return list(dict.fromkeys([*(names_in(further["metrics"]) or DEFAULT_METRICS), *needed]))


def names_in(given: Sequence[str] | None) -> list[str]:
    """Return the names in texts such as ``sharpe,trades``."""
    return [name.strip() for text in given or () for name in text.split(",") if name.strip()]


def require_free(
    grid: Mapping[str, str], params: Mapping[str, str], rules: Mapping[str, Any], flag: str = "--grid"
) -> None:
    """Refuse an axis that another option fixes.

    Raises
    ------
    InputError
        ``E_USAGE``.
    """
    for name in grid:
        rule = name.removeprefix("rules.")
        other = f"--param {name}" if name in params else f"--{rule.replace('_', '-')}"
        if name in params or rule in rules:
            raise InputError(
                "E_USAGE",
                f"{flag} goes through {name}, and {other} fixes it.",
                fix="Leave one of them out.",
                details={"name": name},
            )


def _require_meaning(further: Mapping[str, Any]) -> None:
    drawn = further["samples"] is not None
    needs = {
        "--method": (further["method"] is not None, drawn, "samples", "--samples 1000"),
        "--seed": (further["seed"] is not None, drawn, "samples", "--samples 1000"),
    }
    for typed, (given, there, what, example) in needs.items():
        if given and not there:
            raise InputError("E_USAGE", f"{typed} is of {what}.", fix=f"Add for example {example}.")
    if further["no_keep"] and (further["fresh"] or further["kept_in"] is not None):
        other = "--fresh" if further["fresh"] else "--folder"
        raise InputError("E_USAGE", f"--no-keep contradicts {other}.", fix="Leave one of them out.")
