"""A finished search as its user sees it."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from tradewright.core.errors import InputError, UnknownNameError
from tradewright.library.optimizing.described import Described
from tradewright.library.optimizing.optimum import Optimum
from tradewright.library.optimizing.trials import Trials
from tradewright.library.sweeping.arguments import arguments
from tradewright.metrics.catalog import BY_ID
from tradewright.reports.sweeps.pictures import SweepPictures
from tradewright.reports.words import counted, shown
from tradewright.research.html_table import html_table
from tradewright.research.search.importance import Importance, importance_of
from tradewright.research.search.search import Found

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

_SHOWN = 5


class OptimizeResult:
    """The result of :func:`tradewright.optimize`.

    Attributes
    ----------
    trials
        Every combination that was scored: ``.trials.to_pandas()``.
    excluded
        Constraint, or objective that is undefined -> how many of the searched combinations it excludes.
    warnings
        What limits the trust in the result: dicts of ``code``, ``message``, ``count``.
    cancelled
        Whether the search was stopped before its trials were spent; what it had found is here.
    """

    def __init__(self, found: Found, described: Described, execution_time_s: float = 0.0) -> None:
        self._found, self._described = found, described
        self.trials = Trials(found)
        self.excluded = dict(found.excluded)
        self.cancelled = found.cancelled
        self.execution_time_s = execution_time_s

    @property
    def objectives(self) -> tuple[str, ...]:
        """What was aimed at, such as ``max sharpe``."""
        return tuple(objective.text for objective in self._found.question.objectives)

    @property
    def searched(self) -> int:
        """How many combinations the method had scored."""
        return self._found.searched

    @property
    def scored(self) -> int:
        """How many combinations were scored: those searched, and neighbours of the best."""
        return len(self.trials)

    @property
    def best(self) -> Optimum:
        """The best combination; with several objectives the one of :attr:`front` that is best in the first.

        Raises
        ------
        InputError
            ``E_CONSTRAINT`` when no combination is allowed; it says what excludes how many.
        """
        first = self._found.question.objectives[0]
        return max(self.front, key=lambda one: first.sign * (one.metrics[first.metric] or 0.0))

    @cached_property
    def front(self) -> tuple[Optimum, ...]:
        """The combinations that no other beats in all objectives at once (Pareto), in order of scoring.

        With one objective it is the best alone.

        Raises
        ------
        InputError
            ``E_CONSTRAINT`` when no combination is allowed.
        """
        if not self._found.best.size:
            raise self._none_allowed()
        return tuple(self._optimum(int(row)) for row in self._found.best)

    @property
    def plot(self) -> SweepPictures:
        """Pictures: ``.plot.heatmap("fast", "slow", "sharpe")``, ``.plot.contour()``, ``.plot.parallel()``.

        What is not allowed is left out, unless nothing is allowed.
        """
        table = self.trials.to_polars().select(*self.trials.names.values(), *self.trials.metrics)
        shown = self.trials.allowed if self.trials.allowed.any() else None
        title = f"{self._described.text}: {self._said_of_search()}"
        return SweepPictures(table, list(self.trials.names.values()), title, shown)

    def importance(self, metric: str | None = None) -> Importance:
        """Return how much of a metric's variance each parameter explains by itself.

        First-order sensitivity, estimated from the searched combinations (Sobol' 1993; Plischke et al.
        2013). Grid, random and Sobol look at the whole space; samplers that learn crowd where it is good,
        and what they say holds there.

        Parameters
        ----------
        metric
            By default the first objective.

        Raises
        ------
        UnknownNameError
            ``E_METRIC`` for a metric that was not scored.
        """
        name = self._found.question.objectives[0].metric if metric is None else metric
        scores = self._found.memory.scores
        if name not in scores:
            raise UnknownNameError("E_METRIC", "metric", name, scores, where="this search")
        points = self._found.memory.points[: self.searched]
        return importance_of(self._found.question.space.measures(points), scores[name][: self.searched])

    def to_polars(self) -> "pl.DataFrame":
        """Return :attr:`trials` as a polars frame."""
        return self.trials.to_polars()

    def to_pandas(self) -> "pd.DataFrame":
        """Return :attr:`trials` as a pandas frame."""
        return self.trials.to_pandas()

    @property
    def facts(self) -> dict[str, Any]:
        """What was searched and what came of it, as plain data."""
        question = self._found.question
        return {
            **self._described.facts,
            "method": question.method,
            "seed": question.seed,
            "objectives": list(self.objectives),
            "constraints": [constraint.text for constraint in question.constraints],
            "where": None if question.where is None else question.where.text,
            "space": question.space.size,
            "searched": self.searched,
            "scored": self.scored,
            "repeated": self._found.repeated,
            "excluded": self.excluded,
            "cancelled": self.cancelled,
            "best": [one.to_dict() for one in self.front] if self._found.best.size else [],
            "execution_time_s": round(self.execution_time_s, 3),
        }

    @property
    def warnings(self) -> list[dict[str, Any]]:
        """What limits the trust in the result: dicts of ``code``, ``message``, ``count``."""
        out = [_warning("W_SEARCH", f"of this search: {note}.") for note in self._found.notes]
        if self.cancelled:
            said = f"the search was stopped after {counted(self.searched, 'combination')}."
            out.insert(0, _warning("W_SEARCH_CANCELLED", said))
        if not self._found.best.size:
            said = f"none of {counted(self.searched, 'combination')} is allowed: {self._exclusions()}."
            out.append(_warning("W_NONE_ALLOWED", said))
        better = self._better_neighbours()
        if better:
            which = counted(better, "neighbour")
            said = f"{which} of the best would be better than it: search there more closely."
            out.append(_warning("W_NEIGHBOUR_BETTER", said, better))
        return out + self._described.warnings

    def __repr__(self) -> str:
        """Return what was searched, how, and the best, on one line."""
        return f"OptimizeResult({self._described.text}: {self._said_of_search()}; {self._said_of_best()})"

    def _repr_html_(self) -> str:
        """Show the best combinations in a notebook."""
        front = list(self.front[:_SHOWN]) if self._found.best.size else []
        aims = [objective.metric for objective in self._found.question.objectives]
        head = [*self._found.question.space.names, *aims, *(f"{aim}, plateau" for aim in aims)]
        rows = [
            [*map(str, one.params.values()), *(_text(a, one.metrics[a]) for a in aims)]
            + [_text(aim, one.plateau[aim]) for aim in aims]
            for one in front
        ]
        more = len(self._found.best) - len(rows)
        below = [f"and {more:,} more in .front"] if more else []
        return html_table(repr(self), head, rows, below + [one["message"] for one in self.warnings])

    def _said_of_search(self) -> str:
        return f"{counted(self.scored, 'combination')} by {self._found.question.method}"

    def _said_of_best(self) -> str:
        if not self._found.best.size:
            return "no combination is allowed"
        if len(self._found.best) > 1:
            return f"{len(self._found.best):,} that no other beats in {' and '.join(self.objectives)}"
        best, aim = self.best, self._found.question.objectives[0].metric
        params = ", ".join(f"{name}={value}" for name, value in best.params.items())
        value, plateau = _text(aim, best.metrics[aim]), _text(aim, best.plateau[aim])
        around = "" if best.plateau[aim] is None else f", around it {plateau}"
        return f"best {aim} {value}{around}, at {params}"

    def _optimum(self, row: int) -> Optimum:
        found = self._found
        params = found.question.space.params(found.memory.points[row])
        plateau = found.plateaus.get(row)
        medians = {} if plateau is None else plateau.score
        return Optimum(
            row,
            params,
            {name: _defined(float(values[row])) for name, values in found.memory.scores.items()},
            {one.metric: _defined(medians.get(one.metric)) for one in found.question.objectives},
            0 if plateau is None else plateau.neighbours,
            0 if plateau is None else plateau.undefined,
            arguments(params, self._described.places, self._described.asked),
        )

    def _better_neighbours(self) -> int:
        """Return how many allowed neighbours of a single best score higher than it."""
        first, *others = self._found.question.objectives
        if others or not self._found.best.size:
            return 0
        aims = first.sign * self._found.memory.scores[first.metric]
        better = (aims > aims[self._found.best[0]]) & self.trials.allowed
        return int(better[self.searched :].sum())

    def _exclusions(self) -> str:
        counts = [f"'{text}' excludes {count:,}" for text, count in self.excluded.items() if count]
        return ", ".join(counts)

    def _none_allowed(self) -> InputError:
        return InputError(
            "E_CONSTRAINT",
            f"none of {counted(self.searched, 'combination')} is allowed: {self._exclusions()}.",
            fix="Loosen what excludes most, widen the space, or give more trials.",
            details={"searched": self.searched, "excluded": self.excluded},
        )


def _defined(value: float | None) -> float | None:
    return None if value is None or np.isnan(value) else value


def _text(metric: str, value: float | None) -> str:
    return str(shown(BY_ID[metric], value, ""))


def _warning(code: str, message: str, count: int = 1) -> dict[str, Any]:
    return {"code": code, "message": message, "count": count}
