"""Checking what a user's code returned as signals."""

from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt

from tradewright.core.errors import StrategyCodeError
from tradewright.engine.types import Floats, Signals

Flags = npt.NDArray[np.bool_]

_DECISIONS = ("long_entry", "long_exit", "short_entry", "short_exit")


def checked_signals(returned: Any, strategy: str, bars: int) -> Signals:
    """Return `returned` with every decision as a boolean array of `bars` values, ATR columns as float64.

    Numbers 0 and 1 are read as booleans; NaN, which comparisons of unknown values leave, is False.

    Raises
    ------
    StrategyCodeError
        ``E_STRATEGY_RETURN`` for anything that is not such signals.
    """
    if not isinstance(returned, Signals):
        got = "nothing" if returned is None else f"a {type(returned).__name__}"
        _fail(
            strategy,
            f"signals returned {got} for {bars:,} bars.",
            "End it with: return Signals(long_entry=..., long_exit=...)",
        )
    decisions = {name: _flags(getattr(returned, name), name, strategy, bars) for name in _DECISIONS}
    if decisions["long_entry"] is None and decisions["short_entry"] is None:
        _fail(strategy, "the signals have neither long_entry nor short_entry.", "Give at least one of them.")
    return Signals(
        **decisions,
        atr_stop=_range(returned.atr_stop, "atr_stop", strategy, bars),
        atr_target=_range(returned.atr_target, "atr_target", strategy, bars),
    )


def _flags(given: Any, name: str, strategy: str, bars: int) -> Flags | None:
    if given is None:
        return None
    array: npt.NDArray[Any] = np.asarray(given)
    if array.shape != (bars,):
        _fail(
            strategy,
            f"{name} has shape {array.shape} for {bars:,} bars.",
            "Return one value per bar, without dropping the first ones.",
        )
    if array.dtype == np.bool_:
        return np.ascontiguousarray(array)
    if array.dtype.kind not in "iuf":
        _fail(
            strategy,
            f"{name} is of type {array.dtype}, not bool.",
            "Return a comparison such as above(a, b); fill gaps of a pandas column with False.",
        )
    known = ~np.isnan(array) if array.dtype.kind == "f" else np.ones(bars, np.bool_)
    odd = known & (array != 0) & (array != 1)
    if odd.any():
        row = int(np.argmax(odd))
        _fail(
            strategy,
            f"{name} is {array[row]} at bar {row}, not true or false.",
            "Return a comparison such as above(a, b).",
        )
    return known & (array == 1)


def _range(given: Any, name: str, strategy: str, bars: int) -> Floats | None:
    """Return an ATR column; NaN is a bar where it is not known."""
    if given is None:
        return None
    array: npt.NDArray[Any] = np.asarray(given)
    if array.shape != (bars,) or array.dtype.kind not in "iuf":
        _fail(
            strategy,
            f"{name} has shape {array.shape} and type {array.dtype} for {bars:,} bars.",
            "Return one number per bar, NaN where it is not known.",
        )
    column = np.ascontiguousarray(array, np.float64)
    odd = np.isinf(column) | (column < 0)
    if odd.any():
        row = int(np.argmax(odd))
        _fail(
            strategy,
            f"{name} is {column[row]} at bar {row}.",
            "Give the average true range in price units: 0 or more, NaN where it is not known.",
        )
    return column


def _fail(strategy: str, what: str, fix: str) -> NoReturn:
    raise StrategyCodeError(
        "E_STRATEGY_RETURN", f"strategy '{strategy}': {what}", fix=fix, details={"strategy": strategy}
    )
