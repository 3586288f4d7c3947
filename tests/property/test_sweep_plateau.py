"""The plateau of a grid, against a walk over all pairs of combinations."""

from itertools import product
from statistics import median
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tradewright.library.sweeping import plateau
from tradewright.library.sweeping.plateau import neighbourhoods

NUMBERS = st.lists(
    st.one_of(st.integers(-20, 20), st.sampled_from([0.5, 2.25, -7.5])), min_size=1, max_size=5, unique=True
)
OTHERS = st.lists(st.sampled_from([None, "2atr", True, False]), max_size=3, unique_by=repr)


@st.composite
def axes_drawn(draw: st.DrawFn) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for name in "abcd"[: draw(st.integers(1, 4))]:
        numbers = draw(NUMBERS) if draw(st.booleans()) or name == "a" else []
        values = [*numbers, *draw(OTHERS)] or ["word"]
        found[name] = draw(st.permutations(values))
    return found


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def near(first: Any, second: Any, values: list[Any], radius: int) -> bool:
    """Say whether two values of an axis are at most `radius` of its numbers apart, or the same."""
    if is_number(first) and is_number(second):
        between = [v for v in values if is_number(v) and min(first, second) < v <= max(first, second)]
        return len(between) <= radius
    return first is second


@settings(max_examples=150, deadline=None)
@given(
    axes=axes_drawn(),
    radius=st.integers(1, 3),
    seed=st.integers(0, 2**32 - 1),
    share=st.sampled_from([0.2, 0.7, 1.0]),
    searched=st.booleans(),
)
def test_plateau_is_the_median_over_all_near_combinations(
    axes: dict[str, list[Any]], radius: int, seed: int, share: float, searched: bool
) -> None:
    random = np.random.default_rng(seed)
    cells = [
        cell for cell in product(*(range(len(values)) for values in axes.values())) if random.random() < share
    ]
    metric = random.integers(-5, 5, len(cells)).astype(np.float64)  # with ties
    metric[random.random(len(cells)) < 0.1] = np.nan
    metric[random.random(len(cells)) < 0.05] = np.inf
    index = {name: np.array([cell[i] for cell in cells], np.int64) for i, name in enumerate(axes)}
    before = plateau._FEW_CELLS
    try:
        # Either way of finding neighbours.
        plateau._FEW_CELLS = plateau._CELLS_A_ROW = 0 if searched else before
        medians, counts = neighbourhoods(index, axes, metric, radius)
    finally:
        plateau._FEW_CELLS, plateau._CELLS_A_ROW = before, 16
    for row, cell in enumerate(cells):
        found = [
            value
            for value, other in zip(metric.tolist(), cells, strict=True)
            if np.isfinite(value)
            and all(
                near(values[i], values[j], values, radius)
                for i, j, values in zip(cell, other, axes.values(), strict=True)
            )
        ]
        assert counts[row] == len(found)
        assert medians[row] == median(found) if found else np.isnan(medians[row])
