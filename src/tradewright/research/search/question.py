"""What is searched, for what, and how long."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from tradewright.core.errors import InputError, ParameterError, UnknownNameError
from tradewright.research.search.constraints import Constraint
from tradewright.research.search.dimensions import Points, SearchSpace
from tradewright.research.search.objectives import Objective
from tradewright.research.sweep.combinations.sobol import MOST_AXES

Flags: TypeAlias = npt.NDArray[np.bool_]
Method: TypeAlias = Literal["grid", "random", "sobol", "tpe", "cmaes", "nsga2"]
METHODS: tuple[str, ...] = get_args(Method)
DEFAULT_TRIALS = 200
# Every combination of a grid stays in memory here; tw.sweep writes them to disk.
MOST_OF_A_GRID = 2_000_000
_MOST_TRIALS = 1_000_000


class Condition(Protocol):
    """Which combinations may be scored at all, by their parameters."""

    @property
    def text(self) -> str:
        """The condition as written."""
        ...

    def keep(self, values: Mapping[str, Any]) -> Flags:
        """Say for each combination whether it may, given parameter -> values."""
        ...


@dataclass(frozen=True)
class SearchQuestion:
    """A search.

    Attributes
    ----------
    batch
        How many combinations are proposed and scored at once; None leaves it to the method.
    """

    space: SearchSpace
    objectives: tuple[Objective, ...]
    constraints: tuple[Constraint, ...] = ()
    where: Condition | None = None
    method: Method = "tpe"
    trials: int | None = None
    batch: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what no search can be made of."""
        if self.method not in METHODS:
            raise UnknownNameError("E_METHOD", "method", self.method, METHODS)
        if not self.space.dimensions:
            raise InputError("E_SPACE", "the space is empty.", fix="For example: space={'fast': '5..50'}.")
        for name, value in (("trials", self.trials), ("batch", self.batch)):
            if value is not None:
                _require_whole(name, value, 1, _MOST_TRIALS)
        _require_whole("seed", self.seed, 0, 2**32 - 1)
        if self.method == "sobol" and len(self.space.dimensions) > MOST_AXES:
            raise InputError(
                "E_METHOD",
                f"sobol fills {MOST_AXES} dimensions at most; {len(self.space.dimensions)} are given.",
                fix="Use method='random'.",
            )
        if self.method == "cmaes" and len(self.objectives) > 1:
            raise InputError(
                "E_METHOD",
                f"cmaes aims at one objective; {len(self.objectives)} are given.",
                fix="Use method='nsga2' or 'tpe'.",
            )
        if self.method == "grid":
            self._check_grid()

    def _check_grid(self) -> None:
        size = self.space.size
        if size is None:
            raise InputError(
                "E_SPACE",
                "a grid needs values or steps, and the space has a continuous range.",
                fix="Write a step, such as '0.5..3:0.5', or use another method.",
            )
        if self.trials is not None:
            raise InputError(
                "E_PARAMETER",
                f"trials={self.trials}: a grid scores all of its {size:,} combinations.",
                fix="Leave trials out, or use method='random'.",
            )
        if size > MOST_OF_A_GRID:
            raise InputError(
                "E_SPACE",
                f"the grid has {size:,} combinations; optimize holds {MOST_OF_A_GRID:,} at most.",
                fix="Use tw.sweep, which keeps them on disk, coarser steps, or another method.",
                details={"size": size, "most": MOST_OF_A_GRID},
            )

    @property
    def budget(self) -> int:
        """How many combinations may be scored, neighbours of the best left out."""
        if self.method == "grid":
            return self.space.size or 0
        wanted = DEFAULT_TRIALS if self.trials is None else self.trials
        return wanted if self.space.size is None else min(wanted, self.space.size)

    def keeps(self, points: Points) -> Flags:
        """Say which of `points` may be scored; shape ``(n,)``."""
        if self.where is None or not len(points):
            return np.ones(len(points), np.bool_)
        return np.broadcast_to(self.where.keep(self.space.columns(points)), len(points))

    def kept(self, points: Points) -> Points:
        """Return those of `points` that may be scored."""
        return points[self.keeps(points)]


def _require_whole(name: str, value: Any, least: int, most: int) -> None:
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return
    raise ParameterError(
        "E_PARAMETER",
        f"{name} is {value!r}; it is a whole number from {least:,} to {most:,}.",
        details={"name": name, "value": repr(value)},
    )
