"""The limits of the plateau: large grids, large radii, and being stopped."""

from dataclasses import dataclass

import numpy as np
import pytest

from tradewright.core.errors import CancelledError, ParameterError
from tradewright.core.hooks import installed
from tradewright.library.sweeping.plateau import neighbourhoods


@dataclass
class Stopped:
    def progress(self, done: int, total: int, message: str) -> None:
        """Ignore progress."""

    def cancelled(self) -> bool:
        return True


@pytest.mark.slow
@pytest.mark.parametrize("shape", [(1_000_000,), (1_000, 1_000), (10,) * 6])
def test_a_million_combinations_of_up_to_six_axes(shape: tuple[int, ...]) -> None:
    places = np.unravel_index(np.arange(1_000_000), shape)
    index = {str(i): place.astype(np.int64) for i, place in enumerate(places)}
    axes = {str(i): range(count) for i, count in enumerate(shape)}
    # A plane: its median is its own middle wherever the neighbourhood is whole.
    metric = np.sum([place * 10.0**i for i, place in enumerate(places)], axis=0)
    medians, counts = neighbourhoods(index, axes, metric, 1)
    inside = np.all([(p > 0) & (p < n - 1) for p, n in zip(places, shape, strict=True)], axis=0)
    assert counts[inside].min() == counts.max() == 3 ** len(shape)
    assert counts.min() == 2 ** len(shape)
    np.testing.assert_allclose(medians[inside], metric[inside])


def test_grid_of_which_hardly_anything_was_scored_needs_little_memory() -> None:
    places = np.arange(0, 10_000, 100)
    index = dict.fromkeys("abcd", places)
    axes = {name: range(10_000) for name in "abcd"}  # 10 ** 16 cells
    medians, counts = neighbourhoods(index, axes, places.astype(np.float64), 2)
    assert counts.tolist() == [1] * 100
    np.testing.assert_array_equal(medians, places)


def test_radius_wider_than_an_axis_takes_all_of_it() -> None:
    index = {"a": np.arange(5)}
    medians, counts = neighbourhoods(index, {"a": [1, 2, 3, 4, 5]}, np.arange(5.0), 1_000_000)
    assert medians.tolist() == [2.0] * 5
    assert counts.tolist() == [5] * 5


def test_radius_that_reaches_too_many_is_refused() -> None:
    index = {name: np.arange(5) for name in "abcdef"}
    axes = {name: range(100) for name in "abcdef"}
    with pytest.raises(ParameterError, match="reaches 1,771,561 neighbours"):
        neighbourhoods(index, axes, np.arange(5.0), 5)


def test_stopping_is_heard() -> None:
    with installed(Stopped()), pytest.raises(CancelledError):
        neighbourhoods({"a": np.arange(5)}, {"a": range(5)}, np.arange(5.0), 1)
