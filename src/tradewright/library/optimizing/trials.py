"""Every combination that a search scored, as tables."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tradewright.core.optional import optional
from tradewright.data.scores.part import Part
from tradewright.library.sweeping.columns import Columns
from tradewright.research.search.ranking import allowed
from tradewright.research.search.search import Found

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

SEARCHED, NEIGHBOUR = "search", "neighbour"


class Trials:
    """The scored combinations in the order of scoring: parameters, metrics, ``allowed``, ``part``.

    ``allowed`` is false where an objective is undefined or a constraint broken. ``part`` is ``search`` for
    what the method proposed, and ``neighbour`` for what was scored around the best to measure its plateau.
    """

    def __init__(self, found: Found) -> None:
        self._found = found

    def __len__(self) -> int:
        """Return how many combinations were scored."""
        return len(self._found.memory)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metric ids that were scored."""
        return tuple(self._found.memory.scores)

    @cached_property
    def allowed(self) -> npt.NDArray[np.bool_]:
        """Which combinations have all objectives and break no constraint; ``(n,)``."""
        question = self._found.question
        return allowed(self._found.memory.scores, question.objectives, question.constraints)

    @property
    def names(self) -> dict[str, str]:
        """Parameter -> its column: its own name, with ``params.`` before it when a metric has it too."""
        return self._columns.names

    def to_polars(self) -> "pl.DataFrame":
        """Return a row for each combination as a polars frame; null where undefined."""
        table = self._columns.polars([self._part])
        polars: Any = optional("polars")
        return table.with_columns(
            polars.Series(name, values.tolist()) for name, values in self._further(table.columns).items()
        )

    def to_pandas(self) -> "pd.DataFrame":
        """Return a row for each combination as a pandas frame; NaN where undefined."""
        table: Any = self._columns.pandas([self._part], len(self))
        return table.assign(**self._further(table.columns))

    @cached_property
    def _columns(self) -> Columns:
        axes, _ = self._found.question.space.axes_of(self._found.memory.points)
        return Columns(axes, self.metrics)

    @cached_property
    def _part(self) -> Part:
        memory = self._found.memory
        _, index = self._found.question.space.axes_of(memory.points)
        return Part(np.arange(len(memory), dtype=np.int64), index, memory.scores, 0)

    def _further(self, taken: Any) -> dict[str, Any]:
        """Return the two columns beside parameters and metrics, ``search.`` before a name that is taken."""
        part = np.where(np.arange(len(self)) < self._found.searched, SEARCHED, NEIGHBOUR)
        columns = {"allowed": self.allowed, "part": part}
        return {f"search.{name}" if name in set(taken) else name: v for name, v in columns.items()}
