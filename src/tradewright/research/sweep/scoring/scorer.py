"""The scores of combinations: from values of axes to metrics."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from inspect import Parameter, signature
from typing import Any, cast
from weakref import WeakKeyDictionary

import numpy as np

from tradewright.core.errors import InputError
from tradewright.engine.rules import Rules
from tradewright.engine.types import Floats
from tradewright.research.sweep.rule_axes import axis_path
from tradewright.research.sweep.rule_places import Path
from tradewright.research.sweep.scoring.decided import Numbers
from tradewright.research.sweep.scoring.documents import DocumentRows
from tradewright.research.sweep.scoring.ground import Ground
from tradewright.research.sweep.scoring.prepared import PreparedRows
from tradewright.research.sweep.scoring.subject import DIRECTION, Subject
from tradewright.research.sweep.scoring.trading import Trading
from tradewright.strategy.catalog import builtin_document
from tradewright.strategy.contract import Prepared
from tradewright.strategy.parametric.deciding.bank import BankFullError
from tradewright.strategy.parametric.row_codes import groups_of
from tradewright.strategy.prepared import prepare

Axes = Mapping[str, Sequence[Any]]
Index = Mapping[str, Numbers]

_MOST_ROWS = 16_384
# Asked for by whatever reads a sweep, one after the other.
_BASES: WeakKeyDictionary[Subject, Prepared] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """The scores of some combinations.

    Attributes
    ----------
    metrics
        Id -> ``(combinations,)`` float64, NaN where undefined.
    fallbacks
        Combinations that were run bar by bar, by the reason.
    """

    metrics: dict[str, Floats]
    fallbacks: dict[str, int]


class Scorer:
    """Scores combinations of one subject; may be used by several threads.

    Attributes
    ----------
    ground
        What all combinations stand on.
    parameters
        Names of the strategy's parameters; other axes are rules.
    """

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self._source = _opened(subject.source)
        base = base_of(subject)
        self.parameters = frozenset(base.params)
        self.ground = Ground(subject, base)
        self._last: tuple[Axes, AxesScorer] | None = None

    def over(self, axes: Axes) -> "AxesScorer":
        """Return the scorer of combinations of the values of `axes`."""
        last = self._last  # another thread may set another one meanwhile
        if last is None or last[0] is not axes:
            last = self._last = axes, AxesScorer(self.ground, self._source, axes, self.parameters)
        return last[1]

    def score(self, axes: Axes, index: Index) -> dict[str, Floats]:
        """Return the metrics of combinations, given by the place of each value in its axis."""
        return self.over(axes).score(index).metrics


def base_of(subject: Subject) -> Prepared:
    """Return the strategy with its fixed parameters, and all others at their defaults.

    Raises
    ------
    InputError
        For a strategy or fixed parameter that a single run refuses.
    """
    if subject not in _BASES:
        direction = subject.question.rules.get(DIRECTION)
        params = {**subject.first, **subject.params}
        _BASES[subject] = prepare(_unbound(subject.source), params, direction=direction)
    return _BASES[subject]


def with_first(subject: Subject, axes: Axes) -> Subject:
    """Return the subject with the first values of axes that the strategy's code cannot be made without.

    A class with ``generate_signals`` says nowhere what its parameters are but in its constructor.
    """
    source: Any = subject.source
    if isinstance(source, str | Mapping):
        return subject
    kind: Any = source if isinstance(source, type) else type(source)
    fields = getattr(getattr(kind, "Params", None), "model_fields", None)
    if fields is None and not callable(getattr(kind, "generate_signals", None)):
        return subject  # no strategy, which is said where it is made
    needed = _of_constructor(kind, axes) if fields is None else [n for n in fields if fields[n].is_required()]
    return replace(subject, first={name: axes[name][0] for name in needed if name in axes})


def _of_constructor(kind: type, axes: Axes) -> list[str]:
    """Return the axes that a class takes; of one that takes anything, those that are no rules."""
    taken = signature(kind).parameters
    if any(one.kind is Parameter.VAR_KEYWORD for one in taken.values()):
        return [name for name in axes if name in taken or name.partition(".")[0] not in Rules.model_fields]
    return [name for name in axes if name in taken]


def _unbound(source: Any) -> Any:
    """Return a document without its constraints, which the defaults need not fulfil."""
    raw = _opened(source)
    if not isinstance(raw, Mapping):
        return raw
    return {key: value for key, value in cast("Mapping[str, Any]", raw).items() if key != "constraints"}


def _is_document(source: object) -> bool:
    return isinstance(source, Mapping)


def _opened(source: Any) -> Any:
    """Return the document behind a built-in id."""
    return builtin_document(source) if isinstance(source, str) else source


class AxesScorer:
    """Scores combinations of given axes."""

    def __init__(self, ground: Ground, source: Any, axes: Axes, parameters: frozenset[str]) -> None:
        self._ground, self._source, self._axes = ground, source, axes
        self._leaves = rule_leaves(axes, parameters)
        self._direction = self._leaves.get((DIRECTION,))  # what the axis of sides is called, if there is one
        self._by_direction: dict[Any, DocumentRows | PreparedRows] = {}
        self._places: dict[Any, int] = {}
        for direction in self._directions():
            self._by_direction[direction] = self._rows(direction)

    def score(self, index: Index) -> Scored:
        """Return the metrics of combinations, given by the place of each value in its axis.

        Raises
        ------
        InputError
            For a combination that a single run refuses, what that raises; ``E_MEMORY`` for one whose columns
            do not fit the budget.
        """
        count = len(next(iter(index.values())))
        metrics = self._ground.subject.metrics
        scores = {metric: np.full(count, np.nan) for metric in metrics}
        trading = Trading(self._ground, metrics)
        for direction, rows in self._in_groups(index, count):
            size = self._at_a_time(direction, {name: at[rows[:1]] for name, at in index.items()})
            for first in range(0, rows.size, size):
                part = rows[first : first + size]
                some = {name: at[part] for name, at in index.items()}
                self._trade(direction, some, part, (trading, scores))
        return Scored(scores, trading.fallbacks)

    def _trade(
        self, direction: Any, index: Index, rows: Numbers, into: tuple[Trading, Mapping[str, Floats]]
    ) -> None:
        """Score rows, each part as it is decided."""
        trading, scores = into
        try:
            for decided in self._by_direction[direction].decided(index):
                trading.score(decided.placed(rows), scores)
        except BankFullError:
            raise self._too_little() from None

    def _at_a_time(self, direction: Any, first: Index) -> int:
        if direction not in self._places:
            self._places[direction] = self._by_direction[direction].places(first)
        places = self._places[direction]
        return int(np.clip(self._ground.rows_at_a_time // max(1, places), 1, _MOST_ROWS))

    def _directions(self) -> list[Any]:
        given = self._ground.subject.question.rules.get(DIRECTION)
        return list(self._axes[self._direction]) if self._direction else [given]

    def _in_groups(self, index: Index, count: int) -> list[tuple[Any, Numbers]]:
        if self._direction is None:
            return [(self._directions()[0], np.arange(count))]
        sides, which = self._axes[self._direction], index[self._direction]
        return [(sides[int(which[rows[0]])], rows) for rows in groups_of(which)]

    def _rows(self, direction: Any) -> DocumentRows | PreparedRows:
        kind = DocumentRows if _is_document(self._source) else PreparedRows
        return kind(self._ground, self._source, self._axes, self._leaves, direction)

    def _too_little(self) -> InputError:
        return InputError(
            "E_MEMORY",
            f"a budget of {self._ground.subject.memory / 1e6:,.1f} MB for each worker does not hold the "
            f"columns of one combination on {len(self._ground.bars):,} bars.",
            fix="Give more memory (memory=), or fewer workers or bars.",
            details={"memory": self._ground.subject.memory, "bars": len(self._ground.bars)},
        )


def rule_leaves(axes: Axes, parameters: frozenset[str]) -> dict[Path, str]:
    """Return the place in the rules of each axis that is no parameter of the strategy.

    Raises
    ------
    UnknownNameError
        ``E_PARAMETER_NAME`` for an axis that is neither; names the nearest of both.
    """
    return {axis_path(name): name for name in axes if name not in parameters}
