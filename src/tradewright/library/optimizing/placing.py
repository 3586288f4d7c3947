"""A search's space against the strategy: values that tell of all, and conditions over given parameters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.research.search.dimensions import Choice, Dimension, SearchSpace
from tradewright.research.sweep.where import Where


def telling(space: SearchSpace) -> dict[str, Sequence[Any]]:
    """Return values of each parameter of which all others may be judged."""
    return {dimension.name: _of(dimension) for dimension in space.dimensions}


def _of(dimension: Dimension) -> Sequence[Any]:
    if isinstance(dimension, Choice):
        return dimension.values
    return [dimension.value(dimension.low), dimension.value(dimension.high)]


@dataclass(frozen=True, slots=True)
class Given:
    """A condition over searched values, and over parameters whose value is given."""

    where: Where
    fixed: Mapping[str, Any]

    @property
    def text(self) -> str:
        """The condition as written."""
        return self.where.text

    def keep(self, values: Mapping[str, Any]) -> npt.NDArray[np.bool_]:
        """Say for each combination whether it may be scored."""
        return self.where.keep({**self.fixed, **values})
