"""Which combinations a sweep goes through: every one of a grid, or some drawn from ranges."""

import math
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from tradewright.core.errors import InputError
from tradewright.research.sweep.combinations.axes import Axis, IntArray, Space, require_axes
from tradewright.research.sweep.combinations.ranges import Interval, count_of, finely
from tradewright.research.sweep.combinations.samples import Keep, drawing, sample
from tradewright.research.sweep.combinations.values import read_values

__all__ = ["Axis", "GridSpace", "Space", "grid_space", "sampled_space"]

MOST_COMBINATIONS = 100_000_000
# More would be a list that nobody wrote, in memory.
MOST_VALUES = 1_000_000
# Of one combination: a fast one on some thousand bars, and its row of numbers on disk.
_SECONDS, _BYTES = 20e-6, 64


class GridSpace(Space):
    """Every combination of the axes' values; the last axis turns fastest."""

    def __init__(self, axes: tuple[Axis, ...]) -> None:
        self.axes = axes
        lengths = [len(axis.values) for axis in axes]
        self.size = math.prod(lengths)
        # How many numbers one step along an axis is, and how many values the axis has.
        self._turns = {
            axis.name: (math.prod(lengths[place + 1 :]), lengths[place]) for place, axis in enumerate(axes)
        }

    def index(self, numbers: IntArray) -> dict[str, IntArray]:
        """Return where in its axis each value of the combinations `numbers` stands."""
        self._within(numbers)
        return {name: numbers // stride % length for name, (stride, length) in self._turns.items()}

    def numbers(self, index: Mapping[str, IntArray]) -> IntArray:
        """Return the numbers of combinations of which the places in their axes are given: `index` undone."""
        found = np.zeros(next(iter(index.values())).shape, np.int64)
        for name, (stride, _) in self._turns.items():
            found += index[name] * stride
        return found

    def to_dict(self) -> dict[str, Any]:
        """Return the axes in order, each with its values."""
        return {"kind": "grid", "axes": [{"name": a.name, "values": list(a.values)} for a in self.axes]}


def grid_space(grid: Mapping[str, Any]) -> GridSpace:
    """Return the space of every combination.

    Parameters
    ----------
    grid
        Name -> list, tuple, range or array of values, one value, or text such as ``"5..50:5"`` or
        ``"1,2,none"``. The last one turns fastest.

    Raises
    ------
    InputError
        ``E_GRID`` for no axis, an axis without values, a value twice, or more than 100,000,000 combinations.
    """
    require_axes(grid)
    ranges = {name: read_values(name, given) for name, given in grid.items()}
    # What draws from an interval is another function; this one reads none.
    read = {name: values for name, values in ranges.items() if not isinstance(values, Interval)}
    counts = {name: count_of(values) for name, values in read.items()}
    _require_possible(counts)
    return GridSpace(tuple(Axis(name, tuple(values)) for name, values in read.items()))


def sampled_space(
    ranges: Mapping[str, Any],
    samples: int,
    method: Literal["random", "sobol"] = "random",
    seed: int = 0,
    *,
    keep: Keep | None = None,
) -> Space:
    """Return a space of distinct combinations that are drawn, in the order drawn.

    Parameters
    ----------
    ranges
        As a grid; and ``"0.5..3"``, with a decimal point and without a step, is any number from 0.5 to 3,
        in steps of about a millionth of that length.
    samples
        How many, up to 1,000,000.
    method
        ``random``, or ``sobol``, which fills the space more evenly; up to 21 axes.
    seed
        Equal seeds draw equal combinations.
    keep
        Which combinations count, asked with name -> ``(rows,)`` values: all that are drawn are of these.

    Raises
    ------
    InputError
        ``E_GRID`` for ranges that cannot be; ``E_SAMPLES`` for a number, seed or method that cannot be, or
        fewer different combinations than that.
    """
    require_axes(ranges)
    found = {name: read_values(name, given, drawn=True) for name, given in ranges.items()}
    read = {
        name: finely(values) if isinstance(values, Interval) else values for name, values in found.items()
    }
    return sample(read, drawing(read, samples, method, seed), keep)


def _require_possible(counts: Mapping[str, int]) -> None:
    size = math.prod(counts.values())
    if size > MOST_COMBINATIONS:
        raise InputError(
            "E_GRID",
            f"the grid has {_in_digits(size)} combinations, and a sweep at most {MOST_COMBINATIONS:,}: they "
            f"would take {_days(size)} and {_disk(size)} of disk.",
            fix="Draw some of them with samples=100_000 (--samples 100000), or give coarser steps.",
            details={"size": size if size < 2**63 else float(size), "axes": dict(counts)},
        )
    longest = max(counts, key=lambda name: counts[name])
    if counts[longest] > MOST_VALUES:
        raise InputError(
            "E_GRID",
            f"axis '{longest}' has {counts[longest]:,} values, and an axis at most {MOST_VALUES:,}.",
            fix="Draw some of them with samples=100_000 (--samples 100000), or give coarser steps.",
            details={"axis": longest, "values": counts[longest]},
        )


def _in_digits(size: int) -> str:
    return f"{size:,}" if size < 10**18 else f"{size:.1e}"


def _days(size: int) -> str:
    minutes = size * _SECONDS / 60
    if minutes < 120:
        return f"about {minutes:,.0f} minutes"
    return f"about {minutes / 60:,.0f} hours" if minutes < 48 * 60 else f"about {minutes / 1440:,.0f} days"


def _disk(size: int) -> str:
    gigabytes = size * _BYTES / 1e9
    return f"{gigabytes:,.0f} GB" if gigabytes < 10_000 else f"{gigabytes / 1000:,.0f} TB"
