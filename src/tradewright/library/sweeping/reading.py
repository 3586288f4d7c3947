"""From the arguments of ``tw.sweep`` to a sweep that can run, and to where its scores are kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from tradewright.compute.executor import Executor
from tradewright.core.canonical import digest
from tradewright.core.errors import DataError, EnvironmentFaultError
from tradewright.data.scores.folder import ScoreFolder
from tradewright.data.scores.memory import MemoryScores
from tradewright.data.scores.scores import Scores
from tradewright.library.api import WorldArguments
from tradewright.library.defaults import home
from tradewright.library.sweeping.asked import about_of, condition_of, framed, strategy_hash
from tradewright.library.sweeping.places import places_of, shared_rules
from tradewright.library.sweeping.question import Source, metrics_in, series_in, space_in, usual_grid
from tradewright.library.sweeping.source import opened, sendable
from tradewright.library.sweeping.swept import Swept
from tradewright.research.caution import Caution
from tradewright.research.sweep.combinations.kept import require_some
from tradewright.research.sweep.pieces import INSTRUMENT, Sweep, piece_size
from tradewright.research.sweep.running import Counting
from tradewright.research.sweep.scoring.ground import require_memory
from tradewright.research.sweep.scoring.scorer import base_of
from tradewright.research.sweep.scoring.subject import Subject
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
    """

    sweep: Sweep
    base: Prepared
    strategy: Mapping[str, Any]
    about: Mapping[str, Any]
    places: Mapping[str, tuple[str | int, ...]]
    shared: Mapping[str, Any]

    def counted(self, fingerprint: str) -> list[dict[str, Any]]:
        """Return what the ledger of trials is told of each series."""
        several = len(self.sweep.subjects) > 1
        return [
            {
                "series": subject.bars.checksum,
                "symbol": subject.bars.symbol,
                "timeframe": str(subject.bars.timeframe),
                "strategy": self.base.id,
                "strategy_hash": self.strategy["hash"],
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
        notes = [*self.base.warnings, *(note for one in subjects.values() for note in one.question.notes)]
        cautions = [*(Caution(*note.split(": ", 1)) for note in dict.fromkeys(notes)), *uncounted]
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
    """Read everything that a sweep is asked; what is wrong with it is found here."""
    source: Any = opened(strategy)
    params = dict(further.get("params") or {})
    frames = [framed(name, series, further) for name, series in series_in(bars).items()]
    metrics = metrics_in(further.get("metrics"))
    subjects = {
        frame.name: Subject(
            source, params, frame.bars, frame.question, metrics, budget.memory // len(frames), budget.threads
        )
        for frame in frames
    }
    for subject in subjects.values():
        require_memory(subject)
    first = frames[0]
    base = base_of(subjects[first.name])
    ranges = grid if grid is not None else usual_grid(source)
    given = {name: value for name, value in base.params.items() if name not in ranges}
    names = [*([INSTRUMENT] if len(frames) > 1 else []), *ranges]
    condition = condition_of(where, source, names, given)
    keep = None if condition is None else lambda values: condition.keep({**given, **values})
    drawn = (further.get("method", "random"), further.get("seed", 0))
    space = space_in(ranges, [frame.name for frame in frames], further.get("samples"), drawn, keep)
    if condition is not None and keep is not None:
        require_some(space, keep, condition.text)
    places = places_of(
        {axis.name: axis.values for axis in space.axes if axis.name != INSTRUMENT}, base, first.question.rules
    )
    for subject in subjects.values():
        base_of(subject)
    about = about_of(subjects, space, condition, {"id": base.id, "hash": strategy_hash(source, base)})
    sent = {name: replace(subject, source=sendable(strategy, source)) for name, subject in subjects.items()}
    return Asked(
        Sweep(sent, space, condition, given, opened),
        base,
        about["strategy"],
        about,
        places,
        _shared(further, params, places, base, first.question.rules),
    )


def _shared(
    further: Mapping[str, Any],
    params: Mapping[str, Any],
    places: Any,
    base: Prepared,
    rules: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the arguments of a backtest that all combinations have in common."""
    kept = {
        name: further[name]
        for name in ("start", "end", "risk_free", "benchmark", "venue")
        if further.get(name)
    }
    world = {name: further[name] for name in WorldArguments.__annotations__ if further.get(name) is not None}
    return {"params": dict(params), **kept, **world, **shared_rules(places, base, rules)}


def scores_of(asked: Asked, further: Mapping[str, Any], memory: int) -> Scores:
    """Return where the scores are kept: in memory while they are few, else in a folder."""
    space, subjects = asked.sweep.space, asked.sweep.subjects
    fingerprint = digest(dict(asked.about))
    longest = max((subject.bars for subject in subjects.values()), key=len)
    about = {**asked.about, "piece_size": piece_size(space.size, longest)}
    columns = 1 + len(space.axes) + len(asked.about["metrics"])
    folder, fresh = further.get("folder"), bool(further.get("fresh"))
    if folder is None and space.size * columns * _FLOAT <= _IN_MEMORY * memory:
        return MemoryScores(about, fingerprint)
    own = folder is None or folder == KEPT
    path = home() / "sweeps" / fingerprint[:16] if own else Path(cast("str | Path", folder))
    return ScoreFolder.open(path, about, fingerprint, fresh=fresh)


def flushed(counting: Counting) -> list[Caution]:
    """Count what was scored; a ledger that cannot be written to costs no scores, and is said."""
    try:
        counting.flush()
    except (EnvironmentFaultError, DataError) as fault:
        text = f"these combinations are not counted in the ledger of trials: {fault.message}"
        return [Caution("W_NOT_COUNTED", text)]
    return []
