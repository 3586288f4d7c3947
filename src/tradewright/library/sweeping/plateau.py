"""How good the neighbourhood of each combination of a grid is: a peak that stands alone is luck."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.core.errors import ParameterError
from tradewright.core.hooks import check_cancelled
from tradewright.data.scores.part import Floats, Ints

_Ranks = npt.NDArray[np.int32]

# Neighbours that are looked at together: a table of 16 MB.
_AT_ONCE = 4_000_000
MOST_NEIGHBOURS = 100_000
# Cells of the whole grid for each row that was scored, up to which a table of all cells is quickest.
_CELLS_A_ROW, _FEW_CELLS = 16, 16_000_000
_NONE = np.iinfo(np.int32).max


def neighbourhoods(
    index: Mapping[str, Ints], axes: Mapping[str, Sequence[Any]], metric: Floats, radius: int
) -> tuple[Floats, Ints]:
    """Return the median of a metric over the neighbourhood of each combination, itself included.

    A step along an axis is one of its numbers, in ascending order; words, flags and None have no neighbours.

    Parameters
    ----------
    index
        Axis -> ``(rows,)`` positions in its values; each combination once.
    metric
        ``(rows,)``; NaN and infinite values are left out, like neighbours that are not among the rows.
    radius
        How many steps to either side, on all axes at once.

    Returns
    -------
    tuple
        Medians, NaN where there is nothing to take one of, and of how many values, both ``(rows,)``.

    Raises
    ------
    ParameterError
        ``E_PARAMETER`` for a radius below 1, or one that reaches more than 100,000 neighbours.
    """
    _require_steps(radius)
    lines = {name: _line(values, radius) for name, values in axes.items()}
    _require_few(radius, math.prod(2 * reach + 1 for _, reach in lines.values()))
    keys, offsets, cells = _keys(index, lines, metric.size)
    order = np.argsort(metric, kind="stable")
    order = order[np.isfinite(metric[order])]
    ranks = np.full(metric.size, _NONE, np.int32)
    ranks[order] = np.arange(order.size, dtype=np.int32)
    lookup = _Table(keys, ranks, cells) if _dense(cells, metric.size) else _Search(keys, ranks)
    medians, counts = np.full(metric.size, np.nan), np.zeros(metric.size, np.int64)
    ascending = metric[order]
    for rows in _chunks(metric.size, offsets.size):
        check_cancelled()
        near = lookup.ranks(keys[rows, None] + offsets)
        near.sort(axis=1)
        counts[rows] = (near != _NONE).sum(axis=1)
        medians[rows] = _medians(near, counts[rows], ascending)
    return medians, counts


def _require_steps(radius: object) -> None:
    if not isinstance(radius, int) or isinstance(radius, bool) or radius < 1:
        raise ParameterError(
            "E_PARAMETER",
            f"radius is {radius!r}; it must be a whole number of 1 or more.",
            details={"name": "radius"},
        )


def _require_few(radius: int, neighbours: int) -> None:
    if neighbours > MOST_NEIGHBOURS:
        raise ParameterError(
            "E_PARAMETER",
            f"a radius of {radius} reaches {neighbours:,} neighbours, and {MOST_NEIGHBOURS:,} are the most.",
            fix="Take a smaller radius.",
            details={"name": "radius", "neighbours": neighbours},
        )


def _line(values: Sequence[Any], radius: int) -> tuple[Ints, int]:
    """Return where on a line each value of an axis stands, and how far to look along it.

    Numbers stand side by side; what has no neighbours stands too far from everything.
    """
    numbers = [i for i, v in enumerate(values) if isinstance(v, int | float) and not isinstance(v, bool)]
    others = sorted(set(range(len(values))) - set(numbers))
    reach = min(radius, len(numbers) - 1) if numbers else 0
    line = np.empty(len(values), np.int64)
    line[sorted(numbers, key=lambda i: values[i])] = np.arange(len(numbers))
    line[others] = len(numbers) + reach + np.arange(len(others)) * (reach + 1)
    return line, reach


def _keys(
    index: Mapping[str, Ints], lines: Mapping[str, tuple[Ints, int]], rows: int
) -> tuple[Ints, Ints, int]:
    """Return a number for each row's cell, those of its neighbours from it, and how many cells there are.

    Between the end of a line and the next one there is room, so that no step leads into another line.
    """
    keys, steps, cells = np.zeros(rows, np.int64), np.zeros(1, np.int64), 1
    for name, (line, reach) in reversed(list(lines.items())):
        keys += line[index[name]] * cells
        steps = (steps[:, None] + np.arange(-reach, reach + 1) * cells).ravel()
        cells *= int(line.max(initial=0)) + 1 + reach
    margin = int(steps.max())
    return keys + margin, steps, cells + 2 * margin


def _dense(cells: int, rows: int) -> bool:
    return cells <= max(_FEW_CELLS, _CELLS_A_ROW * rows)


class _Table:
    """The rank of every cell of the grid."""

    def __init__(self, keys: Ints, ranks: _Ranks, cells: int) -> None:
        self._ranks = np.full(cells, _NONE, np.int32)
        self._ranks[keys] = ranks

    def ranks(self, keys: Ints) -> _Ranks:
        return self._ranks[keys]


class _Search:
    """The ranks of cells that were scored, for a grid of which most were not."""

    def __init__(self, keys: Ints, ranks: _Ranks) -> None:
        order = np.argsort(keys, kind="stable")
        self._keys, self._ranks = keys[order], ranks[order]

    def ranks(self, keys: Ints) -> _Ranks:
        places = np.minimum(np.searchsorted(self._keys, keys), self._keys.size - 1)
        return np.where(self._keys[places] == keys, self._ranks[places], np.int32(_NONE))


def _chunks(rows: int, neighbours: int) -> Iterator[slice]:
    step = max(1, _AT_ONCE // neighbours)
    return (slice(first, min(rows, first + step)) for first in range(0, rows, step))


def _medians(near: _Ranks, counts: Ints, ascending: Floats) -> Floats:
    """Return the medians of rows of sorted ranks, of which the first `counts` are known."""
    found = np.full(counts.size, np.nan)
    some = np.flatnonzero(counts)
    low, high = (near[some, middle[some]] for middle in ((counts - 1) // 2, counts // 2))
    found[some] = (ascending[low] + ascending[high]) / 2
    return found
