"""The built-in strategies: one document per file in ``strategy/library``, found by file name."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from tradewright.core.errors import UnknownNameError
from tradewright.strategy.document.parameters import Parameter
from tradewright.strategy.document.reader import Header, read_header

_LIBRARY = files("tradewright.strategy") / "library"


@dataclass(frozen=True, slots=True)
class Card:
    """What a user sees of a built-in strategy before running it."""

    header: Header
    parameters: Mapping[str, Parameter]

    @property
    def id(self) -> str:
        """Identifier, the file's name."""
        return self.header.id

    @property
    def title(self) -> str:
        """Name for people."""
        return self.header.title

    def to_dict(self) -> dict[str, Any]:
        """Return the card as plain data."""
        return {
            "id": self.header.id,
            "title": self.header.title,
            "description": self.header.description,
            "origin": self.header.origin,
            "made_for": self.header.made_for,
            "weaknesses": list(self.header.weaknesses),
            "parameters": [parameter.to_dict() for parameter in self.parameters.values()],
        }


@cache
def builtin_ids() -> tuple[str, ...]:
    """Return the ids of the built-in strategies, sorted."""
    return tuple(
        sorted(
            entry.name.removesuffix(".json") for entry in _LIBRARY.iterdir() if entry.name.endswith(".json")
        )
    )


def builtin_document(strategy_id: str) -> dict[str, Any]:
    """Return a built-in strategy's document.

    Raises
    ------
    UnknownNameError
        ``E_STRATEGY`` naming the nearest.
    """
    if strategy_id not in builtin_ids():
        raise UnknownNameError("E_STRATEGY", "strategy", strategy_id, builtin_ids())
    return json.loads((_LIBRARY / f"{strategy_id}.json").read_text(encoding="utf-8"))


def card(strategy_id: str) -> Card:
    """Return what there is to know about a built-in strategy; the errors of :func:`builtin_document`."""
    header, parameters = read_header(builtin_document(strategy_id))
    return Card(header, parameters)
