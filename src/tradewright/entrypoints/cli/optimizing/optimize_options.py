"""The options of ``tradewright optimize`` beside the rules, and what they say in Python."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from tradewright.entrypoints.cli.backtest import given_rules, read_params
from tradewright.entrypoints.cli.sweeping.sweep_options import names_in, option, read_grid, require_free
from tradewright.library.sweeping.question import DEFAULT_METRICS
from tradewright.research.search.question import METHODS

_SEARCH, _AIM, _WORK = "Search", "Aim", "Work"
_AS_THEY_ARE = ("method", "trials", "batch", "seed", "memory", "executor")
_USUAL = "sharpe"
_ALL = "all"
SPACE = "--space"

Space = Annotated[
    list[str],
    typer.Option(
        SPACE,
        help="A parameter or rule and its range: fast=5..50, stop_loss=0.5..4.0atr, fee=0,0.001; "
        "repeat for more.",
        rich_help_panel=_SEARCH,
        metavar="NAME=RANGE",
        show_default=False,
    ),
]

# What is aimed at, how it is searched, and where; by the command's name for each.
OPTIONS: dict[str, Any] = {
    "where": Annotated[
        list[str] | None,
        option("--where", "Only combinations like these: 'fast < slow'; repeat for more.", _SEARCH, "TEST"),
    ],
    "method": Annotated[str | None, option("--method", f"{', '.join(METHODS)} (tpe).", _SEARCH, "HOW")],
    "trials": Annotated[
        int | None, option("--trials", "Combinations to score (200; a grid scores all).", _SEARCH, "COUNT")
    ],
    "batch": Annotated[
        int | None, option("--batch", "Propose and score so many at once (as the method).", _SEARCH, "COUNT")
    ],
    "seed": Annotated[
        int | None, option("--seed", "Another search for another seed (0).", _SEARCH, "NUMBER")
    ],
    "objective": Annotated[
        list[str] | None,
        option(
            "--objective",
            "What to have most of: a metric, or 'min exposure'; repeat for a front (sharpe).",
            _AIM,
            "METRIC",
        ),
    ],
    "constraint": Annotated[
        list[str] | None,
        option("--constraint", "Only results like these: 'trades >= 30'; repeat for more.", _AIM, "TEST"),
    ],
    "metrics": Annotated[
        list[str] | None,
        option("--metrics", "What else to score: calmar,total_return, or all.", _AIM, "NAMES"),
    ],
    "top": Annotated[
        int | None, option("--top", "How many of a front are shown (20).", _AIM, "COUNT", min=1)
    ],
    "memory": Annotated[str | None, option("--memory", "Most memory to use (1GB).", _WORK, "SIZE")],
    "executor": Annotated[
        str | None,
        option(
            "--executor", "threads:2, processes:4 or tcp://HOST:PORT (threads, one a core).", _WORK, "URL"
        ),
    ],
}


def asked(further: Mapping[str, Any], space: Sequence[str], param: Sequence[str] | None) -> dict[str, Any]:
    """Return the arguments of ``tw.optimize`` that the options say; what was not given is left out.

    Raises
    ------
    InputError
        ``E_GRID`` for a space that is not NAME=RANGE, or a name twice; ``E_USAGE`` for a value that is fixed
        and searched at once.
    """
    rules = given_rules({name: value for name, value in further.items() if name not in OPTIONS})
    params = read_params(list(param or []))
    ranges = read_grid(space, SPACE)
    require_free(ranges, params, rules, SPACE)
    chosen = {name: further[name] for name in _AS_THEY_ARE if further[name] is not None}
    if further["where"]:
        chosen["where"] = list(further["where"])
    if further["constraint"]:
        chosen["constraints"] = list(further["constraint"])
    return {
        "space": ranges,
        "objective": names_in(further["objective"]) or _USUAL,
        "metrics": _metrics(further["metrics"]),
        "params": params,
        **chosen,
        **rules,
    }


def _metrics(given: Sequence[str] | None) -> list[str] | str:
    names = names_in(given)
    return _ALL if _ALL in names else names or list(DEFAULT_METRICS)
