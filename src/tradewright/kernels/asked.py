"""Compiling a user's function so that a loop, compiled long before, can call it."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, cast

import numba
import numpy as np
import numpy.typing as npt
from numba import types

_numba = cast("Any", numba)
_types = cast("Any", types)

Floats = npt.NDArray[np.float64]
Ask = Callable[[Any, int, int, int, float, Any, int], int]

# Columns (address, rows, bars), bar, position, and the strategy's own numbers (address, length).
_ASKED = _types.int64(
    _types.voidptr,
    _types.int64,
    _types.int64,
    _types.int64,
    _types.float64,
    _types.voidptr,
    _types.int64,
)


@lru_cache(maxsize=64)
def asked(decide: Callable[[Floats, float, Floats], int]) -> Ask:
    """Return `decide`, compiled, in the form that a compiled loop calls.

    Parameters
    ----------
    decide
        Takes the columns up to the bar, shape ``(columns, bars so far)``, the units held, and the
        strategy's own numbers; returns flags.
    """
    compiled = _numba.njit(decide, nogil=True, error_model="numpy")

    def ask(  # noqa: PLR0913, PLR0917 - as _ASKED says
        columns: Any, rows: int, bars: int, bar: int, position: float, state: Any, numbers: int
    ) -> int:
        past = _numba.carray(columns, (rows, bars), np.float64)[:, : bar + 1]
        return compiled(past, position, _numba.carray(state, numbers, np.float64))

    return _numba.cfunc(_ASKED, nopython=True)(ask)
