"""The space of a search as people write it."""

from collections.abc import Mapping
from typing import Any, cast

import numpy as np

from tradewright.core.errors import InputError
from tradewright.research.search.dimensions import NEAR, Between, Choice, Dimension, SearchSpace, is_number
from tradewright.research.sweep.combinations.axes import require_axes
from tradewright.research.sweep.combinations.ranges import Interval, Steps
from tradewright.research.sweep.combinations.values import read_values

# A dimension's values are held; a range with more of them is as good as continuous.
_MOST_VALUES = 100_000


def space_of(given: Mapping[str, Any]) -> SearchSpace:
    """Read a space: parameter -> what it may be.

    A list is its values. A range is ``"5..50"`` (whole numbers), ``"0.5..3"`` (every number between),
    ``"5..50:5"`` (steps), or a pair of numbers ``(20, 200)``, ``(0.5, 3.0)``.

    Raises
    ------
    InputError
        ``E_SPACE`` for no parameter or too many values, ``E_GRID`` for values that cannot be read.
    """
    mapping: Any = given
    if not isinstance(mapping, Mapping) or not given:
        raise InputError(
            "E_SPACE",
            "the space is empty." if isinstance(mapping, Mapping) else "the space is no mapping.",
            fix="Name what to search, for instance space={'fast': '5..50', 'slow': (20, 200)}.",
        )
    require_axes(given)
    return SearchSpace(tuple(_dimension(name, value) for name, value in given.items()))


def _dimension(name: str, given: Any) -> Dimension:
    written = _range_of(given)
    values = read_values(name, written, drawn=True)
    if isinstance(values, Interval):
        return Between(name, values.low, values.high, values.head, values.tail)
    if len(values) > _MOST_VALUES:
        raise InputError(
            "E_SPACE",
            f"'{name}' has {len(values):,} values; {_MOST_VALUES:,} are the most.",
            fix="Use a larger step, or a continuous range such as '0.0..1e6'.",
            details={"name": name, "values": len(values)},
        )
    return Choice(name, tuple(values), _step(written, values))


def _range_of(given: Any) -> Any:
    """Return a pair of numbers as the range that it means; anything else as it is."""
    if not isinstance(given, tuple):
        return given
    pair = cast("tuple[Any, ...]", given)
    if len(pair) != 2 or not all(map(is_number, pair)):
        return pair
    return "..".join(repr(np.asarray(value).item()) for value in pair)


def _step(written: Any, values: Any) -> int:
    """Return how far the next value is: one step where the asker named it, else 5 % of the range."""
    named = not isinstance(values, Steps) or not isinstance(written, str) or ":" in written.partition("..")[2]
    return 1 if named else max(1, round(NEAR * (len(values) - 1)))
