"""Telling rows apart by several indices at once."""

from collections.abc import Iterator, Sequence

import numpy as np

from tradewright.strategy.parametric.bound import IntArray

_LARGEST = 2**62


def codes_of(indices: Sequence[IntArray], sizes: Sequence[int]) -> IntArray:
    """Return one number per row, equal exactly where all `indices` are; below the product of `sizes`.

    Where that product would not fit 64 bits, the numbers are made small on the way.
    """
    codes, reach = np.asarray(indices[0], np.int64), sizes[0]
    for index, size in zip(indices[1:], sizes[1:], strict=True):
        if reach * size > _LARGEST:
            codes = np.unique(codes, return_inverse=True)[1].astype(np.int64)
            reach = len(codes)
        codes, reach = codes * size + index, reach * size
    return codes


def groups_of(codes: IntArray) -> Iterator[IntArray]:
    """Return the rows of each distinct code, ascending; codes ascend, too."""
    order = np.argsort(codes, kind="stable")
    cuts = np.flatnonzero(np.diff(codes[order])) + 1
    yield from np.split(order, cuts)


def present(index: IntArray, size: int) -> IntArray:
    """Return which of the numbers 0..size-1 occur in `index`, ascending."""
    if size > 16 * len(index):
        return np.unique(index)
    seen = np.zeros(size, np.bool_)
    seen[index] = True
    return np.flatnonzero(seen)
