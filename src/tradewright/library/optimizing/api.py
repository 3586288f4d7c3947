"""``tw.optimize``."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Unpack

from tradewright.core.bars import Bars
from tradewright.library.given.surrounding import series_of
from tradewright.library.optimizing.asking import Aim, Effort, SearchArguments, searched
from tradewright.library.optimizing.result import OptimizeResult
from tradewright.research.search.constraints import constraints_of
from tradewright.research.search.objectives import objectives_of
from tradewright.research.search.question import Method
from tradewright.research.search.reading import space_of


def optimize(  # noqa: PLR0913 - keyword-only, the question in words
    strategy: Any,
    bars: Bars | str | Path,
    *,
    space: Mapping[str, Any],
    objective: str | Sequence[str] = "sharpe",
    constraints: str | Sequence[str] | None = None,
    where: str | Sequence[str] | None = None,
    method: Method = "tpe",
    trials: int | None = None,
    seed: int = 0,
    **further: Unpack[SearchArguments],
) -> OptimizeResult:
    """Search for the parameters and rules with which a strategy does best.

    The best of many is better than it will be: read its plateau beside its score.

    Parameters
    ----------
    space
        Parameter or rule (``stop_loss``, ``sizing.value``) -> what it may be: a list of values; a range
        ``"5..50"`` of whole numbers, ``"0.5..3"`` of all between, ``"5..50:5"`` in steps; a pair of numbers.
    objective
        A metric, in the direction that is better for it, or several; ``"min exposure"`` says the direction.
    constraints, where
        What a result must satisfy, ``"trades >= 30"``; and what a combination must, to be scored at all:
        ``"fast < slow"``. What the strategy's document states of its parameters is added.
    method
        ``grid``, ``random``, ``sobol``, or samplers that learn (extra ``search``): ``tpe``, ``cmaes`` for
        one objective, ``nsga2``.
    trials, seed
        How many combinations to score (200; a grid scores all), and what the draws begin from.
    strategy, bars, **further
        As in :func:`tradewright.backtest`; more in
        :class:`~tradewright.library.optimizing.asking.SearchArguments`.

    Raises
    ------
    InputError
        An unknown name; a space, objective, constraint or condition that cannot be read or met.
    EnvironmentFaultError
        ``E_EXTRA`` when the method needs optuna or cmaes and they are not installed.
    """
    aim = Aim(space_of(space), objectives_of(objective), constraints_of(constraints), where)
    return searched(strategy, series_of("bars", bars), aim, Effort(method, trials, seed), further)
