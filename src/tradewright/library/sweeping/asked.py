"""What a sweep is asked beside its strategy, its series and its axes, and what becomes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal, cast

from tradewright.core.bars import Bars
from tradewright.core.canonical import digest
from tradewright.core.errors import InputError, ParameterError
from tradewright.core.window import Moment
from tradewright.library.api import FurtherArguments, WorldArguments
from tradewright.library.given.surrounding import around, series_of
from tradewright.library.given.venues import placed_at
from tradewright.library.runs.sources import source_of
from tradewright.research.backtest import Question
from tradewright.research.sweep.combinations.axes import Space
from tradewright.research.sweep.scoring.subject import Subject
from tradewright.research.sweep.where import Where, read_where
from tradewright.strategy.document.cursor import snake
from tradewright.strategy.document.reader import TEXTS
from tradewright.strategy.parametric.declared import constraints_of
from tradewright.strategy.user_code.identity import identity_of


class SweepArguments(FurtherArguments, total=False):
    """How a sweep draws, scores and keeps; and all that :func:`tradewright.backtest` takes.

    Attributes
    ----------
    params
        Values of the strategy's parameters that are no axis.
    samples, method, seed
        How many combinations to draw in place of a whole grid, ``random`` or ``sobol`` (which fills the space
        more evenly), and what the draws begin from.
    metrics
        Metric ids, or ``"all"``. Those that need the whole equity curve (``ulcer_index var_95 k_ratio`` ...)
        are scored bar by bar.
    memory
        What columns, comparisons and scores may take in this process, ``"1GB"`` by default; in each worker
        process of a cluster. Python with its libraries and compiled code takes some 180 MB beside it.
    executor
        ``threads:2``, ``processes:4``, ``tcp://host:8786`` (a Dask scheduler); by default
        ``TRADEWRIGHT_COMPUTE_URL``, else all CPUs of this machine.
    folder, fresh
        Where scores are kept as they come: a path, or ``"kept"`` for a folder of its own under
        ``TRADEWRIGHT_HOME``, from which the same call goes on when it was interrupted. By default scores stay
        in memory while they take a quarter of it. `fresh` begins anew.
    start, end, risk_free, benchmark, venue
        As of a backtest.
    """

    params: Mapping[str, Any] | None
    samples: int | None
    method: Literal["random", "sobol"]
    seed: int
    metrics: Sequence[str] | str | None
    memory: str | float
    executor: str | None
    folder: str | Path | None
    fresh: bool
    start: Moment | None
    end: Moment | None
    risk_free: float
    benchmark: Bars | str | Path | None
    venue: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Framed:
    """One series with what a sweep asks on it."""

    name: str
    bars: Bars
    question: Question


def framed(name: str, series: Bars, given: Mapping[str, Any]) -> Framed:
    """Return the question on one series: its world read, its venue's rules filled in."""
    own = set(SweepArguments.__annotations__) - set(FurtherArguments.__annotations__)
    further = {key: value for key, value in given.items() if key not in own}
    world = around(series, further)
    rules = {key: value for key, value in further.items() if key not in WorldArguments.__annotations__}
    risk_free = given.get("risk_free", 0.0)
    if isinstance(risk_free, bool) or not isinstance(risk_free, int | float) or not -1 < risk_free < 1:
        raise ParameterError(
            "E_PARAMETER",
            f"risk_free is {risk_free!r}; it is a yearly fraction between -1 and 1.",
            fix="Write 0.02 for 2 % a year.",
            details={"name": "risk_free", "value": str(risk_free)},
        )
    zone = (source_of(series) or {}).get("timezone")
    benchmark = given.get("benchmark")
    against = None if benchmark is None else series_of("benchmark", benchmark, zone)
    placed = placed_at(given.get("venue"), series, rules)
    question = Question(
        placed.rules,
        given.get("start"),
        given.get("end"),
        risk_free,
        against,
        world.world,
        placed.venue,
        (*world.notes, *placed.notes),
    )
    return Framed(name, placed.bars, question)


def condition_of(
    where: str | Sequence[str] | None, source: Any, axes: Sequence[str], given: Mapping[str, Any]
) -> Where | None:
    """Return the caller's conditions together with those that a document states of its parameters.

    Raises
    ------
    InputError
        ``E_WHERE`` for one that cannot be read, or an unknown name.
    """
    # Callers without a type checker pass anything.
    asked: Any = [where] if isinstance(where, str) else where or ()
    if not isinstance(asked, list | tuple) or not all(isinstance(one, str) for one in cast("Any", asked)):
        raise InputError(
            "E_WHERE",
            f"where is a {type(where).__name__}; it is text, or a list of texts.",
            fix="Write comparisons of parameters, for instance 'fast < slow'.",
            details={"type": type(where).__name__},
        )
    own = [one.text for one in constraints_of(cast("Any", source))] if isinstance(source, Mapping) else []
    return read_where([*cast("Sequence[str]", asked), *own], [*axes, *given])


def strategy_hash(source: Any) -> str:
    """Return the SHA-256 of what a strategy is, whatever its parameters are set to."""
    if isinstance(source, Mapping):
        document = cast("Mapping[str, Any]", source)
        return digest({key: value for key, value in document.items() if snake(key) not in TEXTS})
    kind: type = source if isinstance(source, type) else type(source)
    return digest(identity_of(kind, None if source is kind else source)[0])


def about_of(
    subjects: Mapping[str, Subject], space: Space, where: Where | None, strategy: Mapping[str, Any]
) -> dict[str, Any]:
    """Return everything that decides the scores, as plain JSON data."""
    first = next(iter(subjects.values()))
    return {
        "tradewright": version("tradewright"),
        "strategy": dict(strategy),
        "params": _plain(first.params),
        "series": {name: _series(subject) for name, subject in subjects.items()},
        "window": {"start": _plain(first.question.start), "end": _plain(first.question.end)},
        "space": _plain(space.to_dict()),
        "where": "" if where is None else where.text,
        "metrics": list(first.metrics),
    }


def _series(subject: Subject) -> dict[str, Any]:
    question = subject.question
    return {
        "instrument": subject.bars.instrument.to_dict(),
        "timeframe": str(subject.bars.timeframe),
        "checksum": subject.bars.checksum,
        "rules": _plain(question.rules),
        "measures": question.measures(),
        **question.around(),
    }


def _plain(value: Any) -> Any:
    """Return what JSON can say of a value."""
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in cast("Mapping[Any, Any]", value).items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in cast("Sequence[Any]", value)]
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    return value if isinstance(value, str | int | float | bool | None) else str(value)
