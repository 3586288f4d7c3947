"""What a search was over, beside its space: for people, and for running a combination again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Described:
    """The strategy and series of a search, and where its values stand in the arguments of ``tw.backtest``.

    Attributes
    ----------
    facts
        ``strategy``, ``symbol`` and ``timeframe``, for people; more does no harm.
    places
        Parameter -> where its value stands in the arguments; by default ``("params", name)``.
    asked
        The arguments that all combinations share, in plain data.
    """

    facts: Mapping[str, Any]
    places: Mapping[str, Path] = field(default_factory=dict[str, Path])
    asked: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def text(self) -> str:
        """Strategy and series on one line."""
        return f"{self.facts['strategy']} on {self.facts['symbol']} {self.facts['timeframe']}"
