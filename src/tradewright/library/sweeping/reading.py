"""From the arguments of ``tw.sweep`` to a sweep that can run, and to where its scores are kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, cast

from tradewright.compute.executor import Executor
from tradewright.core.canonical import digest
from tradewright.core.errors import InputError, ParameterError
from tradewright.data.scores.folder import ScoreFolder
from tradewright.data.scores.memory import MemoryScores
from tradewright.data.scores.scores import Scores
from tradewright.library.api import RuleArguments, WorldArguments
from tradewright.library.defaults import home
from tradewright.library.sweeping.arguments import arguments
from tradewright.library.sweeping.asked import about_of, condition_of, framed, strategy_hash
from tradewright.library.sweeping.checked import (
    notes_around,
    require_apart,
    require_bars,
    require_one,
    require_rules,
    require_values,
    telling_of,
)
from tradewright.library.sweeping.places import places_of, shared_rules, without_own_fees
from tradewright.library.sweeping.question import Source, metrics_in, ranges_in, series_in, space_in
from tradewright.library.sweeping.source import opened, sendable
from tradewright.library.sweeping.swept import Swept
from tradewright.metrics.streamed import STREAMED
from tradewright.research.backtest import window_of
from tradewright.research.caution import Caution
from tradewright.research.sweep.combinations.kept import Keep, require_some
from tradewright.research.sweep.pieces import INSTRUMENT, Sweep, piece_size
from tradewright.research.sweep.rule_places import Path as Place
from tradewright.research.sweep.running import Counting
from tradewright.research.sweep.scoring.ground import require_memory
from tradewright.research.sweep.scoring.scorer import base_of, with_first
from tradewright.research.sweep.scoring.subject import Subject
from tradewright.research.sweep.space import Space, grid_space
from tradewright.research.sweep.where import Where
from tradewright.strategy.contract import Prepared

# Scores beyond this share of the memory go to disk.
_IN_MEMORY = 0.25
_FLOAT = 8
KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Budget:
    """Bytes of one process, and how many threads score in it."""

    memory: int
    threads: int


def budget_of(memory: int, workers: Executor) -> Budget:
    """Return what each process may use: on this machine they share `memory`, on a cluster each has it."""
    if workers.url.startswith("threads"):
        return Budget(memory, workers.workers)
    return Budget(memory // workers.workers if workers.url.startswith("processes") else memory, 1)


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A sweep that has been read.

    Attributes
    ----------
    about
        What decides the scores, in plain data.
    places, shared
        See :class:`Swept`.
    notes
        What limits the trust in the series and the question, each ``CODE: sentence``.
    """

    sweep: Sweep
    base: Prepared
    about: Mapping[str, Any]
    places: Mapping[str, Place]
    shared: Mapping[str, Any]
    notes: Sequence[str]

    def counted(self, fingerprint: str) -> list[dict[str, Any]]:
        """Return what the ledger of trials is told of each series."""
        several = len(self.sweep.subjects) > 1
        return [
            {
                "series": subject.bars.checksum,
                "symbol": subject.bars.symbol,
                "timeframe": str(subject.bars.timeframe),
                "strategy": self.base.id,
                "strategy_hash": self.about["strategy"]["hash"],
                "sweep": f"{fingerprint}:{name}" if several else fingerprint,
            }
            for name, subject in self.sweep.subjects.items()
        ]

    def swept(self, elapsed: float, uncounted: Sequence[Caution]) -> Swept:
        """Return what the result is told beside its scores."""
        subjects = self.sweep.subjects
        first = next(iter(subjects.values()))
        facts = {
            "strategy": self.base.id,
            "symbol": ", ".join(dict.fromkeys(subject.bars.symbol for subject in subjects.values())),
            "timeframe": ", ".join(
                dict.fromkeys(str(subject.bars.timeframe) for subject in subjects.values())
            ),
            "bars": sum(len(subject.bars) for subject in subjects.values()),
        }
        notes = [*self.base.warnings, *self.notes]
        cautions = [*map(_noted, dict.fromkeys(notes)), *uncounted]
        return Swept(
            self.sweep.space,
            first.metrics,
            facts,
            self.places,
            self.shared,
            elapsed,
            tuple(caution.to_dict() for caution in cautions),
        )


def read_sweep(
    strategy: Any,
    bars: Source | Mapping[str, Source] | Sequence[Source],
    grid: Mapping[str, Any] | None,
    where: str | Sequence[str] | None,
    further: Mapping[str, Any],
    budget: Budget,
) -> Asked:
    """Read everything that a sweep is asked; what is wrong with it is found here, before anything runs."""
    source: Any = opened(strategy)
    subjects = _subjects(source, bars, further, budget)
    ranges = ranges_in(grid, source, len(subjects))
    axes = _axes_in(ranges, further)
    subjects = {name: with_first(subject, axes) for name, subject in subjects.items()}
    first = next(iter(subjects.values()))
    base = base_of(first)
    places = places_in(first, base, axes, further)
    subjects = {name: without_own_fees(subject, places, further) for name, subject in subjects.items()}
    given = given_in(base, ranges, further)
    condition = condition_of(where, source, [*([INSTRUMENT] if len(subjects) > 1 else []), *ranges], given)
    keep = None if condition is None else partial(_kept, condition, given)
    space = space_in(ranges, list(subjects), further, keep)
    begin = 0 if condition is None or keep is None else require_some(space, keep, condition.text)
    shared = shared_in(further, places, base)
    around = _require_together(subjects, space, places, shared, keep, begin)
    notes = [note for subject in subjects.values() for note in notes_of(base_of(subject), subject)]
    about = about_of(subjects, space, condition, {"id": base.id, "hash": strategy_hash(source)})
    sent = {name: replace(subject, source=sendable(strategy, source)) for name, subject in subjects.items()}
    return Asked(Sweep(sent, space, condition, given, opened), base, about, places, shared, [*notes, *around])


def _kept(condition: Where, given: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
    """Say which combinations of `values` count."""
    return condition.keep({**given, **values})


def _subjects(source: Any, bars: Any, further: Mapping[str, Any], budget: Budget) -> dict[str, Subject]:
    """Return what is asked on each series; those that come first are what all have in common."""
    params = _params(further.get("params"))
    frames = [framed(name, series, further) for name, series in series_in(bars).items()]
    metrics = metrics_in(further.get("metrics"))
    memory = budget.memory // len(frames)
    subjects = {
        frame.name: Subject(
            source,
            params,
            frame.bars,
            frame.question,
            metrics,
            memory,
            budget.threads,
        )
        for frame in frames
    }
    for subject in subjects.values():
        require_memory(subject)
    return subjects


def _params(given: Any) -> Mapping[str, Any]:
    """Return the values that are no axis, refused when they are not given by name."""
    if given is None or isinstance(given, Mapping):
        return cast("Mapping[str, Any]", given or {})
    raise ParameterError(
        "E_PARAMETER",
        f"params is a {type(given).__name__}, not parameters by name.",
        fix="Pass a dict such as {'fast': 10}.",
        details={"type": type(given).__name__},
    )


def _axes_in(ranges: Mapping[str, Any], further: Mapping[str, Any]) -> dict[str, Sequence[Any]]:
    """Return the values of each axis, or of one to draw from some that tell of all."""
    if further.get("samples") is not None:
        return {name: telling_of(name, given) for name, given in ranges.items()}
    return {axis.name: axis.values for axis in grid_space(ranges).axes} if ranges else {}


def places_in(
    subject: Subject, base: Prepared, axes: Mapping[str, Sequence[Any]], further: Mapping[str, Any]
) -> dict[str, Place]:
    """Return where the values of each axis go, all of them checked."""
    places = places_of(axes, base, subject.question.rules)
    rules = {name: further[name] for name in RuleArguments.__annotations__ if name in further}
    require_apart(places, rules)
    own = {name: values for name, values in axes.items() if places[name][0] == "params"}
    require_values(subject.source, subject.params, own)
    return places


def given_in(base: Prepared, ranges: Mapping[str, Any], further: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a condition may name beside the axes: parameters, and rules that are one number or word."""
    rules = {
        name: further[name]
        for name in RuleArguments.__annotations__
        if isinstance(further.get(name), int | float | str)
    }
    return {name: value for name, value in {**rules, **base.params}.items() if name not in ranges}


def _require_together(
    subjects: Mapping[str, Subject],
    space: Space,
    places: Mapping[str, Place],
    shared: Mapping[str, Any],
    keep: Keep | None,
    begin: int,
) -> list[str]:
    """Refuse rules that do not go together, and series that are too short or whose world does not fit.

    Returns
    -------
    list
        What limits the trust in the world, each ``CODE: sentence``.
    """
    axes = {axis.name: axis.values for axis in space.axes if axis.name != INSTRUMENT}
    for subject in subjects.values():
        require_rules(subject, axes, places, shared, keep if len(subjects) == 1 else None)
    some = [space.combination(number) for number in sorted({begin, space.size - 1})]
    # Rules that no axis goes into are looked at here.
    rules = require_one(next(iter(subjects.values())).source, arguments(some[0], places, shared))
    params = [{name: one[name] for name, place in places.items() if place[0] == "params"} for one in some]
    for subject in subjects.values():
        require_bars(subject, params)
    return [note for subject in subjects.values() for note in notes_around(subject, rules)]


def _noted(note: str) -> Caution:
    code, _, sentence = note.partition(": ")
    return Caution(code, sentence)


def notes_of(base: Prepared, subject: Subject) -> list[str]:
    """Return what limits the trust in one series and in how it is asked, each ``CODE: sentence``."""
    notes = window_of(base, subject.bars, subject.question)[2]
    return [*(f"{note.code}: {note.message}" for note in notes), *subject.question.notes]


def shared_in(further: Mapping[str, Any], places: Mapping[str, Place], base: Prepared) -> dict[str, Any]:
    """Return the arguments of a backtest that all combinations have in common, as they were given."""
    names = ("start", "end", "risk_free", "benchmark", "venue", *WorldArguments.__annotations__)
    kept = {name: further[name] for name in names if further.get(name) is not None}
    rules = {name: further[name] for name in RuleArguments.__annotations__ if name in further}
    return {"params": dict(further.get("params") or {}), **kept, **shared_rules(places, base, rules)}


def scores_of(asked: Asked, further: Mapping[str, Any], memory: int) -> Scores:
    """Return where the scores are kept: in memory while they are few, else in a folder."""
    space, subjects = asked.sweep.space, asked.sweep.subjects
    fingerprint = digest(dict(asked.about))
    longest = max((subject.bars for subject in subjects.values()), key=len)
    about = {**asked.about, "piece_size": piece_size(space.size, longest, quick=_is_quick(subjects))}
    columns = 1 + len(space.axes) + len(asked.about["metrics"])
    folder, fresh = _folder(further.get("folder")), bool(further.get("fresh"))
    if folder is None and space.size * columns * _FLOAT <= _IN_MEMORY * memory:
        return MemoryScores(about, fingerprint)
    if folder is None or folder == KEPT:
        folder = home() / "sweeps" / fingerprint[:16]
    path = Path(folder).expanduser()
    return ScoreFolder.open(path, about, fingerprint, fresh=fresh)


def _is_quick(subjects: Mapping[str, Subject]) -> bool:
    """Say whether combinations go from event to event, as far as strategy and metrics decide that."""
    first = next(iter(subjects.values()))
    return isinstance(first.source, Mapping) and STREAMED.keys() >= set(first.metrics)


def _folder(given: object) -> str | Path | None:
    if given is None or isinstance(given, str | Path):
        return given
    raise InputError(
        "E_SWEEP_FOLDER",
        f"folder is a {type(given).__name__}.",
        fix=f"Give a path, or '{KEPT}' for a folder of its own under TRADEWRIGHT_HOME.",
        details={"type": type(given).__name__},
    )


def flushed(counting: Counting) -> list[Caution]:
    """Count what was scored; a ledger that cannot be written to costs no scores, and is said."""
    counting.flush()
    if counting.fault is None:
        return []
    text = f"combinations are not counted in the ledger of trials: {counting.fault.message}"
    return [Caution("W_NOT_COUNTED", text, counting.uncounted)]
