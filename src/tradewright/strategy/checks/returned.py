"""Checking what a user's code returned as signals."""

import re
from collections.abc import Mapping
from typing import Any, NoReturn, cast

import numpy as np
import numpy.typing as npt

from tradewright.core.errors import StrategyCodeError, nearest
from tradewright.engine.columns import PRICES, SIDES, target_name
from tradewright.engine.rule_parts import MOST_TARGETS
from tradewright.engine.types import Floats, Signals

Flags = npt.NDArray[np.bool_]

DECISIONS = ("long_entry", "long_exit", "short_entry", "short_exit")
COLUMNS = (
    *(f"{price}_{side}" for price in PRICES for side in SIDES),
    *(target_name(number, side) for number in range(1, MOST_TARGETS) for side in SIDES),
    "size",
)
_MEASURE = re.compile(r"(atr|volatility):[1-9][0-9]*")


def checked_signals(returned: Any, strategy: str, bars: int) -> Signals:
    """Return `returned` with every decision as a boolean array of `bars` values, other columns as float64.

    Numbers 0 and 1 are read as booleans; NaN, which comparisons of unknown values leave, is False. In
    prices, sizes and measures NaN stays: there the value is not known.

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
    decisions = {name: _flags(getattr(returned, name), name, strategy, bars) for name in DECISIONS}
    if decisions["long_entry"] is None and decisions["short_entry"] is None:
        _fail(strategy, "the signals have neither long_entry nor short_entry.", "Give at least one of them.")
    return Signals(
        long_entry=decisions["long_entry"],
        long_exit=decisions["long_exit"],
        short_entry=decisions["short_entry"],
        short_exit=decisions["short_exit"],
        atr_stop=_range(returned.atr_stop, "atr_stop", strategy, bars),
        atr_target=_range(returned.atr_target, "atr_target", strategy, bars),
        columns={
            name: _column(given, name, strategy, bars)
            for name, given in named_columns(returned, strategy).items()
        },
    )


def named_columns(returned: Signals, strategy: str) -> Mapping[str, Any]:
    """Return the columns of `returned`, checked to be named as the engine reads them.

    Raises
    ------
    StrategyCodeError
        ``E_STRATEGY_RETURN`` with the nearest name.
    """
    columns: Any = returned.columns
    if not isinstance(columns, Mapping):
        _fail(
            strategy,
            f"columns is a {type(columns).__name__}, not columns by name.",
            "Return Signals(..., columns={'stop_long': values}).",
        )
    named = cast("Mapping[Any, Any]", columns)
    for name in named:
        if not isinstance(name, str) or not (name in COLUMNS or _MEASURE.fullmatch(name)):
            near = nearest(str(name), COLUMNS)
            known = " or ".join(repr(one) for one in near) if near else ", ".join(COLUMNS)
            _fail(
                strategy,
                f"no rule reads a column named {name!r}.",
                f"Did you mean {known}?" if near else f"Choose one of: {known}, atr:N, volatility:N.",
            )
    return named


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
    column = _numbers(given, name, strategy, bars)
    odd = np.isinf(column) | (column < 0)
    if odd.any():
        row = int(np.argmax(odd))
        _fail(
            strategy,
            f"{name} is {column[row]} at bar {row}.",
            "Give the average true range in price units: 0 or more, NaN where it is not known.",
        )
    return column


def _column(given: Any, name: str, strategy: str, bars: int) -> Floats:
    """Return a column of prices, sizes or measures; NaN is a bar where it is not known."""
    column = _numbers(given, name, strategy, bars)
    odd = np.isinf(column) | ((column < 0) if _MEASURE.fullmatch(name) else False)
    if odd.any():
        row = int(np.argmax(odd))
        _fail(
            strategy,
            f"the column '{name}' is {column[row]} at bar {row}.",
            f"Give {_meaning(name)}; NaN where there is none.",
        )
    return column


def _meaning(name: str) -> str:
    if name == "size":
        return "units above 0"
    return "0 or more" if _MEASURE.fullmatch(name) else "a price above 0"


def _numbers(given: Any, name: str, strategy: str, bars: int) -> Floats:
    array: npt.NDArray[Any] = np.asarray(given)
    if array.shape != (bars,) or array.dtype.kind not in "iuf":
        _fail(
            strategy,
            f"{name} has shape {array.shape} and type {array.dtype} for {bars:,} bars.",
            "Return one number per bar, NaN where it is not known.",
        )
    return np.ascontiguousarray(array, np.float64)


def _fail(strategy: str, what: str, fix: str) -> NoReturn:
    raise StrategyCodeError(
        "E_STRATEGY_RETURN", f"strategy '{strategy}': {what}", fix=fix, details={"strategy": strategy}
    )
