"""From what a caller of ``tw.optimize`` gives to a finished search."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from tradewright.core.bars import Bars
from tradewright.core.errors import UnknownNameError
from tradewright.core.window import Moment
from tradewright.library.api import FurtherArguments
from tradewright.library.optimizing.counted import CountedScorer
from tradewright.library.optimizing.dealing import DealtScorer
from tradewright.library.optimizing.described import Described
from tradewright.library.optimizing.placing import Given, telling
from tradewright.library.optimizing.result import OptimizeResult
from tradewright.library.sweeping.asked import condition_of, framed
from tradewright.library.sweeping.checked import require_bars, require_rules
from tradewright.library.sweeping.kept import executor_in
from tradewright.library.sweeping.places import without_own_fees
from tradewright.library.sweeping.question import bytes_in, metrics_in
from tradewright.library.sweeping.reading import (
    Budget,
    budget_of,
    given_in,
    notes_of,
    places_in,
    shared_in,
)
from tradewright.library.sweeping.source import opened, sendable
from tradewright.research.search.constraints import Constraint
from tradewright.research.search.dimensions import SearchSpace
from tradewright.research.search.objectives import Objective
from tradewright.research.search.question import Method, SearchQuestion
from tradewright.research.search.search import search
from tradewright.research.sweep.scoring.ground import require_memory
from tradewright.research.sweep.scoring.scorer import base_of, with_first
from tradewright.research.sweep.scoring.subject import Subject

_OWN = ("space", "objective", "constraints", "where", "method", "trials", "seed")


class SearchArguments(FurtherArguments, total=False):
    """What may be said of a search beside what is searched, and the rules and world of its backtests.

    Attributes
    ----------
    params
        Values of parameters that are not searched.
    batch
        How many combinations are proposed and scored at once; by default few where the method learns.
    metrics
        Metric ids for the table of trials, or ``"all"``; objectives and those of constraints are added.
    memory, executor
        As in :func:`tradewright.sweep`.
    start, end, risk_free, benchmark, venue
        As in :func:`tradewright.backtest`.
    """

    params: Mapping[str, Any] | None
    batch: int | None
    metrics: Sequence[str] | str | None
    memory: str | float
    executor: str | None
    start: Moment | None
    end: Moment | None
    risk_free: float
    benchmark: Bars | str | Path | None
    venue: str | None


class Aim(NamedTuple):
    """What is searched, and for what."""

    space: SearchSpace
    objectives: tuple[Objective, ...]
    constraints: tuple[Constraint, ...]
    where: str | Sequence[str] | None


class Effort(NamedTuple):
    """How it is searched, and how long."""

    method: Method
    trials: int | None
    seed: int


def searched(strategy: Any, bars: Bars, aim: Aim, effort: Effort, further: SearchArguments) -> OptimizeResult:
    """Search, and return what was found; the errors of :func:`tradewright.optimize`."""
    began = time.perf_counter()
    _require_known(further)
    source = opened(strategy)
    axes = telling(aim.space)
    with executor_in(further.get("executor")) as workers:
        budget = budget_of(bytes_in(further.get("memory")), workers)
        subject = with_first(_subject(source, bars, aim, further, budget), axes)
        base = base_of(subject)
        places = places_in(subject, base, axes, further)
        subject = without_own_fees(subject, places, further)
        shared = shared_in(further, places, base)
        question = _question(source, given_in(base, axes, further), aim, effort, further.get("batch"))
        _require_together(subject, axes, places, shared, question)
        sent = replace(subject, source=sendable(strategy, source))
        scorer = CountedScorer(DealtScorer(sent, workers))
        try:
            found = search(question, scorer)
        finally:
            uncounted = scorer.counted(question, subject, base)
    facts = {"strategy": base.id, "symbol": bars.symbol, "timeframe": str(bars.timeframe)}
    notes = (*base.warnings, *notes_of(base, subject))
    described = Described(facts, places, shared, notes, tuple(uncounted))
    return OptimizeResult(found, described, time.perf_counter() - began)


def _subject(source: Any, bars: Bars, aim: Aim, further: SearchArguments, budget: Budget) -> Subject:
    """Return what all combinations share: parameters that are not searched, series, rules, metrics."""
    frame = framed(bars.symbol, bars, {name: v for name, v in further.items() if name != "batch"})
    aimed = [one.metric for one in aim.objectives] + [name for one in aim.constraints for name in one.metrics]
    metrics = tuple(dict.fromkeys([*aimed, *metrics_in(further.get("metrics"))]))
    params = further.get("params") or {}
    subject = Subject(source, params, frame.bars, frame.question, metrics, budget.memory, budget.threads)
    require_memory(subject)
    return subject


def _question(
    source: Any, given: Mapping[str, Any], aim: Aim, effort: Effort, batch: int | None
) -> SearchQuestion:
    where = condition_of(aim.where, source, aim.space.names, given)
    condition = None if where is None else Given(where, given)
    space, objectives, constraints, _ = aim
    method, trials, seed = effort
    return SearchQuestion(space, objectives, constraints, condition, method, trials, batch, seed)


def _require_together(
    subject: Subject,
    axes: Mapping[str, Sequence[Any]],
    places: Mapping[str, Any],
    shared: Mapping[str, Any],
    question: SearchQuestion,
) -> None:
    """Refuse rules that do not go together, and a series that is too short for every combination."""
    require_rules(subject, axes, places, shared, None if question.where is None else question.where.keep)
    own = [name for name, place in places.items() if place[0] == "params"]
    require_bars(subject, [{name: axes[name][end] for name in own} for end in (0, -1)])


def _require_known(further: SearchArguments) -> None:
    for name in further:
        if name not in SearchArguments.__annotations__:
            known = sorted([*SearchArguments.__annotations__, *_OWN])
            raise UnknownNameError("E_ARGUMENT", "argument", name, known, where="optimize")
