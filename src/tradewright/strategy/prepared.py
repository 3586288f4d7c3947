"""Making any kind of strategy ready to run: built-in id, document, Python class, or older class."""

from collections.abc import Mapping
from typing import Any, cast

import numpy as np

from tradewright.core.errors import InputError, ParameterError, UnknownNameError
from tradewright.strategy.catalog import builtin_document
from tradewright.strategy.contract import Prepared
from tradewright.strategy.document_strategy import DocumentStrategy
from tradewright.strategy.event_driven.prepared import EventDriven
from tradewright.strategy.event_driven.strategy import EventStrategy
from tradewright.strategy.plan import DIRECTIONS, Direction
from tradewright.strategy.python_strategy import PythonStrategy, Strategy
from tradewright.strategy.user_code.older_class import OlderStrategy

__all__ = ["Prepared", "prepare"]


def prepare(
    strategy: Any, params: Mapping[str, Any] | None = None, *, direction: Direction | None = None
) -> Prepared:
    """Bind parameters and return the strategy ready to run.

    Parameters
    ----------
    strategy
        A built-in id, a document as plain data, a :class:`Strategy` class or instance, or a class or
        instance with ``generate_signals(frame)``.
    params
        Parameter values; text, as from a command line, is read as the declared type.
    direction
        What the run will trade, where the caller overrides the strategy. A document then supplies the
        sides that are asked for, mirrored where it has no blocks of their own.

    Raises
    ------
    UnknownNameError
        ``E_STRATEGY`` for a built-in id that is none, ``E_PARAMETER_NAME`` for a parameter that is none.
    ParameterError
        ``E_PARAMETER`` for a value of the wrong type or out of bounds.
    DocumentError
        For a broken document.
    InputError
        ``E_STRATEGY_TYPE`` for anything else.
    """
    given = _given(params)
    if direction is not None and direction not in DIRECTIONS:
        raise UnknownNameError("E_DIRECTION", "direction", str(direction), DIRECTIONS)
    if isinstance(strategy, str):
        return DocumentStrategy.read(builtin_document(strategy), given, direction)
    if isinstance(strategy, Mapping):
        return DocumentStrategy.read(cast("Mapping[str, Any]", strategy), given, direction)
    if isinstance(strategy, type) and issubclass(strategy, EventStrategy):
        return EventDriven(strategy, given)
    if isinstance(strategy, Strategy) or (isinstance(strategy, type) and issubclass(strategy, Strategy)):
        return PythonStrategy(strategy, given)
    other: Any = cast("Any", strategy)
    if callable(getattr(other, "generate_signals", None)):
        return OlderStrategy(other, given)
    raise InputError(
        "E_STRATEGY_TYPE",
        f"{other!r} is not a strategy.",
        fix="Give a built-in id, a document, a Strategy class, or a class with generate_signals(frame).",
        details={"type": type(other).__name__},
    )


def _given(params: object) -> dict[str, Any]:
    if params is None:
        return {}
    if not isinstance(params, Mapping):
        raise ParameterError(
            "E_PARAMETER",
            f"params is a {type(params).__name__}, not parameters by name.",
            fix="Pass a dict such as {'fast': 10}.",
            details={"type": type(params).__name__},
        )
    named = cast("Mapping[Any, Any]", params)
    odd = next((name for name in named if not isinstance(name, str)), None)
    if odd is not None:
        raise ParameterError("E_PARAMETER", f"params has the name {odd!r}, which is not text.")
    return {name: _plain(value) for name, value in named.items()}


def _plain(value: Any) -> Any:
    """Return numpy's numbers as Python's: parameters often come from ``np.arange``."""
    return cast("Any", value.item()) if isinstance(value, np.generic) else value
