"""Axis values and metrics as columns: numbers as numbers, None as null, parts of rules as text."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tradewright.core.optional import optional
from tradewright.data.scores.part import Floats, Ints, Part

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

Column = npt.NDArray[Any]

COMBINATION = "combination"


def shown(values: Sequence[Any]) -> list[Any]:
    """Return the values of an axis as a table shows them, all of one kind.

    Flags and numbers stay what they are, as does None; among anything else everything is text: words as
    they are, parts of rules as JSON.
    """
    kinds: set[type] = {type(value) for value in values if value is not None}
    if kinds <= {int, float} or kinds == {bool}:
        number = float if float in kinds else int
        return [value if value is None or kinds == {bool} else number(value) for value in values]
    return [value if value is None or isinstance(value, str) else _json(value) for value in values]


class Columns:
    """The columns of a sweep's table.

    Attributes
    ----------
    names
        Axis -> name of its column: the axis's own, with ``params.`` before it when a metric has it too.
    shown
        Axis -> its values as the table shows them.
    metrics
        The metric ids, in order.
    """

    def __init__(self, axes: Mapping[str, Sequence[Any]], metrics: Sequence[str]) -> None:
        self.names = {name: f"params.{name}" if name in metrics else name for name in axes}
        self.shown = {name: shown(values) for name, values in axes.items()}
        self.metrics = tuple(metrics)
        self._arrays = {name: _array(values) for name, values in self.shown.items()}

    def polars(self, parts: Iterable[Part]) -> "pl.DataFrame":
        """Return the rows of `parts`: a column for each axis, then for each metric; NaN is null."""
        polars: Any = optional("polars")
        axes = {name: _series(values) for name, values in self.shown.items()}
        frames = [self._frame(Part(np.empty(0, np.int64), {}, {}, 0), axes)]
        frames += [self._frame(part, axes) for part in parts]
        return polars.concat(frames, rechunk=False)

    def pandas(self, parts: Iterable[Part], rows: int) -> "pd.DataFrame":
        """Return the rows of `parts`, `rows` in all, by number of combination; None among numbers is NaN."""
        pandas: Any = optional("pandas")
        numbers = np.empty(rows, np.int64)
        axes = {name: np.empty(rows, values.dtype) for name, values in self._arrays.items()}
        metrics: dict[str, Floats] = {name: np.empty(rows) for name in self.metrics}
        at = 0
        for part in parts:
            place = slice(at, at + part.numbers.size)
            numbers[place] = part.numbers
            for name, values in self._arrays.items():
                axes[name][place] = values[part.index[name]]
            for name in self.metrics:
                metrics[name][place] = part.metrics[name]
            at = place.stop
        columns = {self.names[name]: column for name, column in axes.items()} | metrics
        # What was just filled is nobody else's: no second copy of a large table.
        return pandas.DataFrame(columns, index=pandas.Index(numbers, name=COMBINATION), copy=False)

    def _frame(self, part: Part, axes: Mapping[str, Any]) -> Any:
        polars: Any = optional("polars")
        none: Ints = np.empty(0, np.int64)
        columns = [
            axes[name].gather(part.index.get(name, none)).alias(self.names[name]) for name in self.names
        ]
        empty: Floats = np.empty(0)
        columns += [
            polars.Series(name, part.metrics.get(name, empty)).fill_nan(None) for name in self.metrics
        ]
        return polars.DataFrame(columns)


def _series(values: list[Any]) -> Any:
    polars: Any = optional("polars")
    return polars.Series("axis", values)


def _array(values: list[Any]) -> Column:
    """Return the values of an axis for pandas: numbers as numbers, None among them as NaN."""
    kinds: set[type] = {type(value) for value in values}
    if kinds == {bool}:
        return np.array(values, np.bool_)
    if kinds == {int}:
        return np.array(values, np.int64)
    if kinds <= {int, float, type(None)} and kinds != {type(None)}:
        return np.array([np.nan if value is None else value for value in values], np.float64)
    column = np.empty(len(values), object)
    column[:] = values
    return column


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
