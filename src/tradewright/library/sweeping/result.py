"""A finished sweep as its user sees it."""

from collections.abc import Mapping
from functools import cached_property
from operator import index
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tradewright.core.errors import InputError, ParameterError, UnknownNameError
from tradewright.data.scores.folder import ScoreFolder
from tradewright.data.scores.part import Floats, Part
from tradewright.data.scores.scores import Scores
from tradewright.library.sweeping.arguments import arguments, values_in
from tradewright.library.sweeping.best import top
from tradewright.library.sweeping.columns import Columns
from tradewright.library.sweeping.plateau import neighbourhoods
from tradewright.library.sweeping.swept import Swept
from tradewright.metrics.catalog import BY_ID
from tradewright.reports.sweeps.pictures import SweepPictures
from tradewright.reports.words import shown
from tradewright.research.html_table import html_table
from tradewright.research.sweep.space import GridSpace
from tradewright.research.sweep.where import Where, read_where

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

_SHOWN, _SHOWN_METRICS = 5, 6


class SweepResult:
    """The result of :func:`tradewright.sweep`: one row for each combination that was scored.

    A combination has a number; in a grid the last axis turns fastest. Tables in pandas are indexed by it.
    Scores that are on disk are read when they are asked for, a piece at a time.

    Attributes
    ----------
    axes
        Name -> the values that the sweep went through.
    metrics
        The metric ids that were scored.
    execution_time_s
        How long it took, what was resumed left out.
    warnings
        What limits the trust in the result: dicts of ``code``, ``message``, ``count``.
    """

    def __init__(self, scores: Scores, swept: Swept) -> None:
        self._scores, self._swept = scores, swept
        self.axes: dict[str, tuple[Any, ...]] = {axis.name: axis.values for axis in swept.space.axes}
        self.metrics = swept.metrics
        self.execution_time_s = swept.execution_time_s
        self.warnings: list[dict[str, Any]] = [dict(warning) for warning in swept.warnings]
        self._columns = Columns(self.axes, self.metrics)

    @property
    def size(self) -> int:
        """How many combinations there are, excluded ones too."""
        return self._swept.space.size

    @property
    def scored(self) -> int:
        """How many combinations have a row."""
        return self._scores.scored

    @property
    def excluded(self) -> int:
        """How many combinations were left out by conditions."""
        return self.size - self.scored

    @property
    def fallbacks(self) -> int:
        """How many combinations were scored bar by bar, as the fast path cannot say what they do."""
        return self._scores.fallbacks

    @property
    def fingerprint(self) -> str:
        """SHA-256 of what was asked for: equal for sweeps that must agree."""
        return self._scores.fingerprint

    @cached_property
    def result_hash(self) -> str:
        """SHA-256 of all numbers and metrics: equal for sweeps that did agree, wherever they ran."""
        return self._scores.result_hash()

    @property
    def folder(self) -> Path | None:
        """Where the scores are; None when they are in memory."""
        return self._scores.path if isinstance(self._scores, ScoreFolder) else None

    @property
    def facts(self) -> dict[str, Any]:
        """What was swept and what came of it, as plain data."""
        return {
            **self._swept.facts,
            "fingerprint": self.fingerprint,
            "result_hash": self.result_hash,
            "axes": {name: len(values) for name, values in self.axes.items()},
            "metrics": list(self.metrics),
            **{name: getattr(self, name) for name in ("size", "scored", "excluded", "fallbacks")},
            "folder": None if self.folder is None else str(self.folder),
            "execution_time_s": round(self.execution_time_s, 3),
        }

    def to_polars(self) -> "pl.DataFrame":
        """Return one row for each combination: parameters, then metrics, null where undefined.

        Numbers are numbers and None is null; an axis of words or parts of rules is text, the latter as JSON.
        A parameter with the name of a metric has ``params.`` before it.
        """
        return self._columns.polars(self._scores.parts())

    def to_pandas(self) -> "pd.DataFrame":
        """Return :meth:`to_polars` as a pandas frame by number of combination; NaN where undefined."""
        return self._columns.pandas(self._scores.parts(), self.scored)

    def best(self, metric: str = "sharpe", n: int = 10, where: str | None = None) -> "pd.DataFrame":
        """Return the best combinations by one metric, the best first, as a pandas frame.

        The best of many is better than it will be: see :meth:`plateau`.

        Parameters
        ----------
        metric
            Of :attr:`metrics`. Which way is better the catalogue says; without one, higher. Combinations
            without a value are left out.
        n
            At most so many rows.
        where
            Only combinations for which this holds, for instance ``"trades >= 30 and fast < 20"``. A metric
            that is undefined fulfils no comparison but ``!=``.

        Raises
        ------
        UnknownNameError
            ``E_METRIC`` for a metric that was not scored.
        InputError
            ``E_WHERE`` for a condition that cannot be read, ``E_PARAMETER`` for a number below 1.
        """
        sign = self._sign(metric)
        _require_count(n)
        names = [*self._columns.names.values(), *self.metrics]
        condition = read_where(where, names)

        def order(part: Part) -> Floats:
            height = sign * part.metrics[metric]
            return height if condition is None else np.where(self._holds(condition, part), height, np.nan)

        found = top(self._scores.parts(), order, n)
        table = self._columns.pandas(
            [] if found is None else [found], 0 if found is None else found.numbers.size
        )
        return _sorted(table, [metric], sign)

    def plateau(self, metric: str = "sharpe", radius: int = 1) -> "pd.DataFrame":
        """Return for each combination of a grid how good its neighbourhood is, the best first.

        The neighbourhood is the combination itself and all that are at most `radius` steps away on every
        axis of numbers; None and words have no neighbours. What was excluded, or has no value, is left out.

        Parameters
        ----------
        metric
            Of :attr:`metrics`.
        radius
            Steps to either side.

        Returns
        -------
        pd.DataFrame
            By number of combination: the parameters, the metric, ``plateau`` (its median over the
            neighbourhood) and ``neighbours`` (of how many values).

        Raises
        ------
        UnknownNameError
            ``E_METRIC`` for a metric that was not scored.
        InputError
            ``E_NO_GRID`` when combinations were drawn; ``E_PARAMETER`` for a radius below 1 or one that
            reaches more than 100,000 neighbours.
        """
        sign = self._sign(metric)
        if not isinstance(self._swept.space, GridSpace):
            raise InputError(
                "E_NO_GRID",
                "combinations that were drawn have no neighbours one step away.",
                fix="Sweep a grid around the best of them, and look at its plateau.",
            )
        parts = self._scores.parts()
        rows = [Part(part.numbers, part.index, {metric: part.metrics[metric]}, 0) for part in parts]
        table = Columns(self.axes, [metric]).pandas(rows, self.scored)
        index = {
            name: np.concatenate([np.empty(0, np.int64), *(part.index[name] for part in rows)])
            for name in self.axes
        }
        values = np.concatenate([np.empty(0), *(part.metrics[metric] for part in rows)])
        table["plateau"], table["neighbours"] = neighbourhoods(index, self.axes, values, radius)
        return _sorted(table, ["plateau", metric], sign)

    @property
    def plot(self) -> SweepPictures:
        """Pictures of the whole table: ``.heatmap("fast", "slow")``, ``.contour(...)``, ``.parallel()``.

        Raises
        ------
        InputError
            ``E_AXIS`` when no combination was scored.
        """
        facts = self._swept.facts
        title = f"{facts['strategy']} on {facts['symbol']} {facts['timeframe']}"
        return SweepPictures(self.to_polars(), list(self._columns.names.values()), title)

    def params(self, row: Any) -> dict[str, Any]:
        """Return the arguments that run one combination alone: ``tw.backtest(strategy, bars, **arguments)``.

        Parameters
        ----------
        row
            The number of a combination, as tables in pandas are indexed by it; or a row of a table: what
            ``frame.iloc[0]`` or ``frame.row(0, named=True)`` gives.

        Raises
        ------
        InputError
            ``E_COMBINATION`` for a number that there is not; ``E_PARAMETER`` for a row that lacks a
            parameter, or has a value that the sweep did not go through.
        """
        number = _number(row)
        named = number is None
        values = values_in(row, self.axes, self._columns) if named else self._combination(number)
        return arguments(values, self._swept.places, self._swept.asked)

    def _combination(self, number: int) -> dict[str, Any]:
        if not 0 <= number < self.size:
            raise InputError(
                "E_COMBINATION",
                f"there is no combination {number:,}: they are numbered from 0 to {self.size - 1:,}.",
                details={"number": number, "size": self.size},
            )
        return self._swept.space.combination(number)

    def _holds(self, condition: Where, part: Part) -> npt.NDArray[np.bool_]:
        """Say for which rows of a part a condition holds."""
        if not part.numbers.size:
            return np.empty(0, np.bool_)
        values: dict[str, Any] = dict(part.metrics)
        for axis, column in self._swept.space.values(part.numbers).items():
            values[self._columns.names[axis]] = column
        return condition.keep(values)

    def _sign(self, metric: str) -> int:
        if metric not in self.metrics:
            raise UnknownNameError("E_METRIC", "metric", metric, self.metrics, where="this sweep")
        return -1 if metric in BY_ID and BY_ID[metric].better == "lower" else 1

    def __repr__(self) -> str:
        """Return strategy, series, size and fingerprint on one line."""
        facts: Mapping[str, Any] = self._swept.facts
        over = " x ".join(f"{len(values):,} {name}" for name, values in self.axes.items())
        return (
            f"SweepResult({facts['strategy']} on {facts['symbol']} {facts['timeframe']}: "
            f"{self.scored:,} of {self.size:,} combinations ({over}), {self.fingerprint[:12]})"
        )

    def _repr_html_(self) -> str:
        """Show the best combinations in a notebook."""
        metric = "sharpe" if "sharpe" in self.metrics else self.metrics[0]
        title = f"{self!r}: best by {metric}"
        metrics = [metric, *(name for name in self.metrics if name != metric)][:_SHOWN_METRICS]
        table: Any = self.best(metric, _SHOWN)
        head = [*self._columns.names.values(), *metrics]
        rows = [[_text(name, row[name]) for name in head] for row in table.to_dict("records")]
        below = [str(warning["message"]) for warning in self.warnings]
        if self.folder is not None:
            below.append(f"Scores in {self.folder}")
        return html_table(title, head, rows, below)


def _number(row: Any) -> int | None:
    """Return the number that a row is, Python's or numpy's; None for any other row."""
    try:
        return None if isinstance(row, bool) else index(row)
    except TypeError:
        return None


def _text(name: str, value: Any) -> str:
    """Return a cell for people."""
    if value is None or value != value:  # noqa: PLR0124 - NaN
        return ""
    if name in BY_ID and isinstance(value, float):
        return str(shown(BY_ID[name], value, ""))
    return str(value)


def _sorted(table: Any, by: list[str], sign: int) -> Any:
    """Return a table with the best first; of equal ones the first, undefined ones last."""
    return table.sort_values(by, ascending=sign < 0, kind="stable", na_position="last")


def _require_count(n: object) -> None:
    if not isinstance(n, int) or isinstance(n, bool) or n < 1:
        raise ParameterError(
            "E_PARAMETER", f"n is {n!r}; it must be a whole number of 1 or more.", details={"name": "n"}
        )
