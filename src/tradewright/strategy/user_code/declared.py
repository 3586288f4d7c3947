"""The rules that a strategy's class declares."""

from collections.abc import Mapping
from typing import Any, cast

from pydantic import BaseModel

from tradewright.core.errors import InputError


def declared_rules(declared: object, strategy: str) -> dict[str, Any]:
    """Return what a class says under ``rules`` as plain data.

    Parameters
    ----------
    strategy
        Whose it is, for the message.

    Raises
    ------
    InputError
        ``E_STRATEGY`` for anything but a mapping.
    """
    if not isinstance(declared, Mapping):
        raise InputError("E_STRATEGY", f"rules of strategy '{strategy}' must be a dict.")
    return {name: _plain(value) for name, value in cast("Mapping[str, Any]", declared).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(item) for item in cast("list[Any]", value)]
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else value
