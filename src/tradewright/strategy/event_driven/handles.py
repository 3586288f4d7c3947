"""What an event-driven strategy looks at: columns that are computed once, before the first bar."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import Bars
from tradewright.core.errors import InputError
from tradewright.strategy.indicators import crosses_above, crosses_below, indicator

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Handle:
    """A column that a strategy asked for in ``init``; the context shows its value at each bar.

    What it holds is for the engine: it reaches to the last bar.
    """

    _values: Floats  # float64 of the length of the bars, NaN where there is no value yet

    def __repr__(self) -> str:
        """Say what it is, and not what it holds."""
        return "<column: read it as ctx.NAME in on_bar>"


def values_of(handle: Handle) -> Floats:
    """Return what a handle holds, for the engine."""
    return handle._values  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - hidden from strategies only


def computed(bars: Bars, module: str, options: dict[str, Any]) -> Handle:
    """Return a module's output over `bars` as a handle."""
    return Handle(np.ascontiguousarray(indicator(module, bars, **options), np.float64))


def crossing(a: Handle | float, b: Handle | float, *, upwards: bool) -> Handle:
    """Return 1.0 at the bars at which `a` crosses `b` by the tie rule (engine.md 2.3), else 0.0."""
    left, right = (values_of(side) if isinstance(side, Handle) else side for side in (a, b))
    cross = crosses_above if upwards else crosses_below
    return Handle(cross(left, right).astype(np.float64))


def handles_of(strategy: object, reserved: frozenset[str]) -> dict[str, Handle]:
    """Return the handles that `strategy` holds, by attribute name.

    Raises
    ------
    InputError
        ``E_STRATEGY`` for a name that the context has itself.
    """
    found = {name: value for name, value in vars(strategy).items() if isinstance(value, Handle)}
    taken = sorted(found.keys() & reserved)
    if taken:
        raise InputError(
            "E_STRATEGY",
            f"the column '{taken[0]}' has the name of something that ctx has itself.",
            fix=f"Call it another name, for example self.my_{taken[0]}.",
            details={"names": taken},
        )
    return found
