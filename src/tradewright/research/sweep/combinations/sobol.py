"""Sobol points: they fill a space more evenly than chance does.

Direction numbers: S. Joe and F. Y. Kuo, "Constructing Sobol sequences with better two-dimensional
projections", SIAM J. Sci. Comput. 30, 2635-2654 (2008), file ``new-joe-kuo-6.21201``, the first 21 of them.
Gray code order: I. Antonov and V. Saleev (1979).
"""

from functools import cache

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.int64]

BITS = 32
# Of axes 2 to 21: degree of the primitive polynomial, its inner coefficients as bits, first numbers.
_JOE_KUO: tuple[tuple[int, int, tuple[int, ...]], ...] = (
    (1, 0, (1,)),
    (2, 1, (1, 3)),
    (3, 1, (1, 3, 1)),
    (3, 2, (1, 1, 1)),
    (4, 1, (1, 1, 3, 3)),
    (4, 4, (1, 3, 5, 13)),
    (5, 2, (1, 1, 5, 5, 17)),
    (5, 4, (1, 1, 5, 5, 5)),
    (5, 7, (1, 1, 7, 11, 19)),
    (5, 11, (1, 1, 5, 1, 1)),
    (5, 13, (1, 1, 1, 3, 11)),
    (5, 14, (1, 3, 5, 5, 31)),
    (6, 1, (1, 3, 3, 9, 7, 49)),
    (6, 13, (1, 1, 1, 15, 21, 21)),
    (6, 16, (1, 3, 1, 13, 27, 49)),
    (6, 19, (1, 1, 1, 15, 7, 5)),
    (6, 22, (1, 3, 1, 15, 13, 25)),
    (6, 25, (1, 1, 5, 5, 19, 61)),
    (7, 1, (1, 3, 7, 11, 23, 15, 103)),
    (7, 4, (1, 3, 7, 13, 13, 15, 69)),
)
MOST_AXES = 1 + len(_JOE_KUO)


def sobol(first: int, count: int, axes: int) -> Points:
    """Return points number `first` and on of the sequence, whole numbers below ``2**32``.

    Parameters
    ----------
    first, count
        Which points; those from 0 to ``2**k - 1`` have each leading k bits once on every axis.
    axes
        At most ``MOST_AXES``.

    Returns
    -------
    Points
        int64, shape ``(count, axes)``.
    """
    numbers = np.arange(first, first + count, dtype=np.int64)
    gray = numbers ^ (numbers >> 1)
    points = np.zeros((count, axes), np.int64)
    for bit, directions in enumerate(_directions()[:, :axes]):
        points ^= np.where((gray >> bit & 1)[:, None] != 0, directions, 0)
    return points


@cache
def _directions() -> Points:
    """Return the direction numbers, one row for each bit of a point's number."""
    first_axis = [1] * BITS
    found = [first_axis, *(_recurred(*row) for row in _JOE_KUO)]
    shift = np.arange(BITS - 1, -1, -1, dtype=np.int64)
    return np.array(found, np.int64).T << shift[:, None]


def _recurred(degree: int, inner: int, first: tuple[int, ...]) -> list[int]:
    """Continue the first direction numbers by the recurrence of their polynomial."""
    numbers = list(first)
    for k in range(degree, BITS):
        value = numbers[k - degree] ^ (numbers[k - degree] << degree)
        for j in range(1, degree):
            if inner >> (degree - 1 - j) & 1:
                value ^= numbers[k - j] << j
        numbers.append(value)
    return numbers
