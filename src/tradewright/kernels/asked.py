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


# What is answered instead of flags when the function raised: a called function cannot raise any further.
RAISED = -1
_ARGUMENTS = (_types.Array(_types.float64, 2, "A"), _types.float64, _types.Array(_types.float64, 1, "C"))


class AnswerError(TypeError):
    """A function does not answer with a whole number on every path."""


@lru_cache(maxsize=64)
def asked(decide: Callable[[Floats, float, Floats], int]) -> Ask:
    """Return `decide`, compiled, in the form that a compiled loop calls.

    It reads within the bounds of what it is given, or answers ``RAISED``.

    Parameters
    ----------
    decide
        Takes the columns up to the bar, shape ``(columns, bars so far)``, the units held, and the
        strategy's own numbers; returns flags.

    Raises
    ------
    AnswerError
        When what it returns is no whole number.
    """
    compiled = _numba.njit(decide, nogil=True, error_model="numpy", boundscheck=True)
    compiled.compile(_ARGUMENTS)
    answer = compiled.overloads[_ARGUMENTS].signature.return_type
    if not isinstance(answer, _types.Integer | _types.Boolean):
        raise AnswerError(f"it returns {answer}, not a whole number on every path")

    def ask(  # noqa: PLR0913, PLR0917 - as _ASKED says
        columns: Any, rows: int, bars: int, bar: int, position: float, state: Any, numbers: int
    ) -> int:
        past = _numba.carray(columns, (rows, bars), np.float64)[:, : bar + 1]
        try:
            answer = int(compiled(past, position, _numba.carray(state, numbers, np.float64)))
        except Exception:  # noqa: BLE001 - told by whoever asked, who runs it again without a compiler
            answer = RAISED
        return answer

    return _numba.cfunc(_ASKED, nopython=True)(ask)
