"""Words for strategies written in Python: module readings and comparisons by the tie rule."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import Bars
from tradewright.core.errors import InputError, UnknownNameError
from tradewright.core.timeframe import Timeframe
from tradewright.kernels import truth
from tradewright.kernels.ties import TIE_TOLERANCE
from tradewright.modules import registry
from tradewright.strategy.columns import Columns
from tradewright.strategy.plan import ModuleColumn

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_tolerance: ContextVar[float] = ContextVar("tradewright_tie_tolerance", default=TIE_TOLERANCE)


@contextmanager
def ties_as_wide_as(tolerance: float) -> Generator[None]:
    """Let the comparisons of this file use `tolerance` inside the ``with`` block."""
    token = _tolerance.set(tolerance)
    try:
        yield
    finally:
        _tolerance.reset(token)


def indicator(
    module: str, bars: Bars, *, output: str | None = None, timeframe: str | None = None, **params: Any
) -> Floats:
    """Return one output of a module over `bars`.

    Parameters
    ----------
    module
        Module id, such as ``"sma"``.
    output
        Which output; the module's first by default.
    timeframe
        A higher timeframe to compute it on; shown on `bars` only once known (engine.md 2.7).
    **params
        The module's parameters.

    Returns
    -------
    ndarray
        float64, shape ``(len(bars),)``, NaN where there is no value yet. A state is an index into the
        output's states.

    Raises
    ------
    UnknownNameError
        For a module, output or parameter that is none.
    ParameterError
        For a parameter of the wrong type or out of bounds.
    """
    outputs = [declared.id for declared in registry.get(module).outputs]
    if output is not None and output not in outputs:
        raise UnknownNameError("E_OUTPUT", "output", output, outputs, where=f"module '{module}'")
    column = ModuleColumn(
        module=module,
        params=registry.parameters(module, params),
        output=output or outputs[0],
        timeframe=None if timeframe is None else Timeframe.parse(timeframe),
    )
    return Columns(bars).array(column)


def crosses_above(a: npt.ArrayLike, b: npt.ArrayLike) -> Flags:
    """Say where `a` was at or below `b` one bar ago and is above it now (engine.md 2.3).

    `b` may be a number. Bars with a NaN among the four values are False, as is the first.
    """
    left, right = _pair(a, b)
    return truth.cross(left, right, True, _tolerance.get()) == truth.TRUE


def crosses_below(a: npt.ArrayLike, b: npt.ArrayLike) -> Flags:
    """Say where `a` was at or above `b` one bar ago and is below it now; else as crosses_above."""
    left, right = _pair(a, b)
    return truth.cross(left, right, False, _tolerance.get()) == truth.TRUE


def above(a: npt.ArrayLike, b: npt.ArrayLike) -> Flags:
    """Say where `a` is greater than `b` and not equal by the tie rule; False at a NaN."""
    left, right = _pair(a, b)
    return truth.compare(left, right, truth.GREATER, _tolerance.get()) == truth.TRUE


def below(a: npt.ArrayLike, b: npt.ArrayLike) -> Flags:
    """Say where `a` is smaller than `b` and not equal by the tie rule; False at a NaN."""
    left, right = _pair(a, b)
    return truth.compare(left, right, truth.LESS, _tolerance.get()) == truth.TRUE


def _pair(a: npt.ArrayLike, b: npt.ArrayLike) -> tuple[Floats, Floats]:
    left, right = (np.atleast_1d(np.ascontiguousarray(side, np.float64)) for side in (a, b))
    if left.ndim == right.ndim == 1 and left.size == 1 < right.size:
        left = np.full(right.size, left[0])
    if left.ndim != 1 or right.ndim != 1 or right.size not in {1, left.size}:
        raise InputError(
            "E_SHAPE",
            f"cannot compare arrays of shape {left.shape} and {right.shape}.",
            fix="Give one value per bar on each side, or a number.",
            details={"shapes": [list(left.shape), list(right.shape)]},
        )
    return left, right
