"""A sweep in pieces of consecutive combinations, each scored by itself, wherever that is."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from tradewright.core.bars import Bars
from tradewright.data.scores.part import Part
from tradewright.engine.rules import Rules
from tradewright.research.sweep.combinations.axes import Space
from tradewright.research.sweep.rule_axes import PREFIX
from tradewright.research.sweep.scoring.scorer import AxesScorer, Scorer, base_of
from tradewright.research.sweep.scoring.subject import Subject
from tradewright.research.sweep.where import Where

# Combinations a piece: as many as leave some pieces for each worker, share most of their columns, and take
# a few seconds at most; of very many combinations more, so that the pieces do not become too many.
_PIECES, _FEWEST, _USUAL, _MOST = 8, 50, 4_096, 65_536
_MANY_PIECES = 2_048
# Of those that take milliseconds each, or as long as somebody's code takes.
_SLOW_PIECES, _MOST_SLOW = 64, 32
_BARS_A_PIECE = 1_000_000_000


INSTRUMENT = "instrument"
# Where series are the only axis, a rule that stays what it is stands for one: what is scored has an axis.
_STILL = f"{PREFIX}close_at_end"


class Piece(NamedTuple):
    """The combinations `first` to ``last - 1``; `number` says which piece that is."""

    number: int
    first: int
    last: int


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """Everything that is swept; what is sent to workers.

    Attributes
    ----------
    subjects
        What all combinations on a series share, by the name of the series. The source of each is what
        `opened` makes a strategy of.
    space
        The combinations; of several series with the axis INSTRUMENT.
    where
        Which of them count, None for all.
    given
        Values that `where` may name beside the axes.
    opened
        Makes a strategy of a source that is a name; must be importable.
    """

    subjects: Mapping[str, Subject]
    space: Space
    where: Where | None
    given: Mapping[str, Any]
    opened: Callable[[Any], Any]

    @property
    def axes(self) -> dict[str, tuple[Any, ...]]:
        """Name -> values, without the series."""
        return {axis.name: axis.values for axis in self.space.axes if axis.name != INSTRUMENT}

    def keep(self, values: Mapping[str, Any]) -> Any:
        """Say which combinations count, given their values."""
        rows = next(iter(values.values())).size
        if self.where is None:
            return np.ones(rows, np.bool_)
        return self.where.keep({**self.given, **values})


class Scoring:
    """A sweep at a worker: made once, then asked for pieces by several threads."""

    def __init__(self, sweep: Sweep) -> None:
        self._sweep = sweep
        self._scorers: list[AxesScorer] = []
        for given in sweep.subjects.values():
            subject = replace(given, source=sweep.opened(given.source))
            self._scorers.append(Scorer(subject).over(sweep.axes or {_STILL: (_still(subject),)}))

    def part(self, piece: Piece) -> Part:
        """Return the scores of a piece."""
        sweep = self._sweep
        numbers = np.arange(piece.first, piece.last, dtype=np.int64)
        if sweep.where is not None:
            numbers = numbers[sweep.keep(sweep.space.values(numbers))]
        index = sweep.space.index(numbers)
        metrics = next(iter(sweep.subjects.values())).metrics
        scores = {metric: np.full(numbers.size, np.nan) for metric in metrics}
        fallbacks = 0
        for scorer, which in self._by_series(index, numbers.size):
            rows: Any = which
            own = {name: at[rows] for name, at in index.items() if name != INSTRUMENT}
            scored = scorer.score(own or {_STILL: np.zeros(len(rows), np.int64)})
            fallbacks += sum(scored.fallbacks.values())
            for metric, values in scored.metrics.items():
                scores[metric][rows] = values
        return Part(numbers, index, scores, fallbacks)

    def _by_series(self, index: Mapping[str, Any], rows: int) -> Iterator[tuple[AxesScorer, Any]]:
        """Yield the rows of each series that has some."""
        for number, scorer in enumerate(self._scorers):
            of = np.flatnonzero(index[INSTRUMENT] == number) if INSTRUMENT in index else np.arange(rows)
            if of.size:
                yield scorer, of


def _still(subject: Subject) -> Any:
    """Return the value that a rule has anyway."""
    rules = {**base_of(subject).rules(), **subject.question.rules}
    rule = _STILL.removeprefix(PREFIX)
    return rules.get(rule, Rules.model_fields[rule].default)


def prepare(sweep: Sweep) -> Scoring:
    """Return a sweep ready to be scored; once in each worker."""
    return Scoring(sweep)


def score(scoring: Scoring, piece: Piece) -> Part:
    """Score one piece."""
    return scoring.part(piece)


def piece_size(combinations: int, bars: Bars, *, quick: bool) -> int:
    """Return how many combinations a piece has: it depends on what is swept and on nothing else.

    `quick` says that combinations go from event to event; all others take so long that few are a piece.
    """
    if not quick:
        return int(np.clip(-(-combinations // _SLOW_PIECES), 1, _MOST_SLOW))
    slow = max(1, _BARS_A_PIECE // len(bars))
    usual = np.clip(-(-combinations // _PIECES), _FEWEST, _USUAL)
    many = min(_MOST, combinations // _MANY_PIECES)
    pieces = -(-combinations // min(slow, max(int(usual), many)))
    return -(-combinations // pieces)


def pieces_of(combinations: int, size: int) -> list[Piece]:
    """Cut the combinations into pieces."""
    cuts = range(0, combinations, size)
    return [Piece(number, first, min(first + size, combinations)) for number, first in enumerate(cuts)]
