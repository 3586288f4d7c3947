"""What a search was over, beside its space: for people, and for running a combination again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tradewright.research.caution import Caution

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
    notes, cautions
        What limits the trust in strategy and series, each ``CODE: sentence``; and in the search.
    """

    facts: Mapping[str, Any]
    places: Mapping[str, Path] = field(default_factory=dict[str, Path])
    asked: Mapping[str, Any] = field(default_factory=dict[str, Any])
    notes: tuple[str, ...] = ()
    cautions: tuple[Caution, ...] = ()

    @property
    def warnings(self) -> list[dict[str, Any]]:
        """Notes and cautions as results have them."""
        parts = [note.partition(": ") for note in dict.fromkeys(self.notes)]
        noted = [Caution(code, message) for code, _, message in parts]
        return [caution.to_dict() for caution in (*noted, *self.cautions)]

    @property
    def text(self) -> str:
        """Strategy and series on one line."""
        return f"{self.facts['strategy']} on {self.facts['symbol']} {self.facts['timeframe']}"
