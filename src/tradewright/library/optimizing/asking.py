"""From what a caller of ``tw.optimize`` gives to a finished search."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

from tradewright.compute.by_url import executor_at
from tradewright.core.bars import Bars
from tradewright.core.window import Moment
from tradewright.library.api import FurtherArguments, WorldArguments
from tradewright.library.given.surrounding import around
from tradewright.library.given.venues import placed_at
from tradewright.library.optimizing.dealing import DealtScorer
from tradewright.library.optimizing.described import Described
from tradewright.library.optimizing.placing import condition_of, places_of, shared_rules
from tradewright.library.optimizing.result import OptimizeResult
from tradewright.research.backtest import Question
from tradewright.research.search.constraints import Constraint
from tradewright.research.search.dimensions import SearchSpace
from tradewright.research.search.objectives import Objective, metric_of
from tradewright.research.search.question import Method, SearchQuestion
from tradewright.research.search.search import search
from tradewright.research.sweep.scoring.scorer import base_of
from tradewright.research.sweep.scoring.subject import Subject
from tradewright.strategy.contract import Prepared
from tradewright.strategy.parametric.declared import constraints_of

DEFAULT_METRICS = ("total_return", "sharpe", "max_drawdown", "trades", "win_rate", "profit_factor")
# Bytes for columns and decisions of all workers of this machine together.
_MEMORY = 1_000_000_000
_WINDOW = {"start": None, "end": None, "risk_free": 0.0, "venue": None}


class SearchArguments(FurtherArguments, total=False):
    """What may be said of a search beside what is searched, and the rules and world of its backtests.

    Attributes
    ----------
    params
        Values of parameters that are not searched.
    batch
        How many combinations are proposed and scored at once; by default few where the method learns.
    metrics
        Further metrics for the table of trials.
    executor
        Where to compute: ``threads``, ``threads:4``, ``processes:4``, ``tcp://host:port``.
    start, end, risk_free, venue
        As :func:`tradewright.backtest` takes them.
    """

    params: Mapping[str, Any] | None
    batch: int | None
    metrics: Sequence[str] | None
    executor: str | None
    start: Moment | None
    end: Moment | None
    risk_free: float
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


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """A caller's further arguments, apart."""

    params: dict[str, Any]
    rules: dict[str, Any]
    world: dict[str, Any]
    window: dict[str, Any]
    batch: int | None
    metrics: tuple[str, ...]
    executor: str | None


def searched(source: Any, bars: Bars, aim: Aim, effort: Effort, further: SearchArguments) -> OptimizeResult:
    """Search, and return what was found; the errors of :func:`tradewright.optimize`."""
    began = time.monotonic()
    told = _told(aim, further)
    with executor_at(told.executor) as workers:
        subject = _subject(source, bars, told, _MEMORY // workers.workers)
        base = base_of(subject)
        places = places_of(aim.space, base, told.rules)
        condition = condition_of(aim.where, _own_conditions(source), aim.space.names, base.params)
        question = SearchQuestion(*aim[:3], condition, effort.method, effort.trials, told.batch, effort.seed)
        found = search(question, DealtScorer(subject, workers))
    facts = {"strategy": base.id, "symbol": bars.symbol, "timeframe": str(bars.timeframe)}
    described = Described(facts, places, _shared(told, places, base))
    return OptimizeResult(found, described, time.monotonic() - began)


def _told(aim: Aim, further: SearchArguments) -> _Told:
    given: dict[str, Any] = dict(further)
    params: Mapping[str, Any] = given.pop("params", None) or {}
    wanted = [one.metric for one in aim.objectives]
    wanted += [name for one in aim.constraints for name in one.metrics]
    wanted += [metric_of(name, "metrics").id for name in given.pop("metrics", None) or ()]
    window = {name: given.pop(name, value) for name, value in _WINDOW.items()}
    world = {name: given.pop(name) for name in WorldArguments.__annotations__ if name in given}
    return _Told(
        {name: value for name, value in params.items() if name not in aim.space.names},
        batch=given.pop("batch", None),
        executor=given.pop("executor", None),
        metrics=tuple(dict.fromkeys([*wanted, *DEFAULT_METRICS])),
        window=window,
        world=world,
        rules=given,
    )


def _subject(source: Any, bars: Bars, told: _Told, memory: int) -> Subject:
    known = around(bars, told.world)
    placed = placed_at(told.window["venue"], bars, told.rules)
    start, end, risk_free = (told.window[name] for name in ("start", "end", "risk_free"))
    notes = (*known.notes, *placed.notes)
    question = Question(placed.rules, start, end, risk_free, None, known.world, placed.venue, notes)
    return Subject(source, told.params, placed.bars, question, told.metrics, memory)


def _shared(told: _Told, places: Mapping[str, tuple[str | int, ...]], base: Prepared) -> dict[str, Any]:
    """Return the arguments of ``tw.backtest`` that all combinations share, those left out left out."""
    window = {name: value for name, value in told.window.items() if value != _WINDOW[name]}
    return {"params": told.params, **window, **told.world, **shared_rules(places, base, told.rules)}


def _own_conditions(source: Any) -> list[str]:
    """Return what a document states of its parameters, such as ``fast < slow``."""
    if not isinstance(source, Mapping):
        return []
    return [one.text for one in constraints_of(cast("Mapping[str, Any]", source))]
