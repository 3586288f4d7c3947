"""What a piece of a sweep scored, and as a table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.core.optional import optional

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

NUMBER, AXIS, METRIC = "number", "axis:", "metric:"


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The scores of one piece: one row for each combination of it that was not excluded.

    Attributes
    ----------
    numbers
        int64, shape ``(rows,)``: numbers of the combinations, ascending.
    index
        By axis, int64 of the same shape: positions in the axis's values.
    metrics
        By metric id, float64 of the same shape; NaN where undefined.
    fallbacks
        How many of the combinations were scored bar by bar.
    """

    numbers: Ints
    index: Mapping[str, Ints]
    metrics: Mapping[str, Floats]
    fallbacks: int

    def __post_init__(self) -> None:
        """Refuse columns of different lengths and numbers that do not ascend: they would pass for results."""
        lengths = {column.size for column in (*self.index.values(), *self.metrics.values())}
        if lengths - {self.numbers.size}:
            raise ValueError(f"{self.numbers.size} combinations with columns of {sorted(lengths)}")
        if np.any(np.diff(self.numbers) <= 0):
            raise ValueError("the numbers of a piece's combinations must ascend")


def frame_of(part: Part) -> Any:
    """Return a part as a polars frame: ``number``, ``axis:<name>`` positions, ``metric:<id>`` values."""
    polars: Any = optional("polars")
    columns: dict[str, npt.NDArray[Any]] = {NUMBER: part.numbers}
    columns |= {AXIS + name: positions for name, positions in part.index.items()}
    columns |= {METRIC + name: values for name, values in part.metrics.items()}
    return polars.DataFrame(columns)


def part_of(frame: Any, fallbacks: int) -> Part:
    """Return what :func:`frame_of` made a frame of."""
    columns: dict[str, Any] = {name: frame[name].to_numpy() for name in frame.columns}
    return Part(
        columns[NUMBER],
        {name.removeprefix(AXIS): column for name, column in columns.items() if name.startswith(AXIS)},
        {name.removeprefix(METRIC): column for name, column in columns.items() if name.startswith(METRIC)},
        fallbacks,
    )
