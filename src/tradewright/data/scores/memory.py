"""Scores of a sweep that stays in memory."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tradewright.core.optional import optional
from tradewright.data.scores.part import Part, frame_of
from tradewright.data.scores.scores import Scores

if TYPE_CHECKING:
    import polars as pl


class MemoryScores(Scores):
    """Parts as they were given; nothing is copied and nothing outlives the process."""

    def __init__(self, about: Mapping[str, Any], fingerprint: str) -> None:
        self.about, self.fingerprint = about, fingerprint
        self._parts: dict[int, Part] = {}

    @property
    def scored(self) -> int:
        """How many combinations were scored so far."""
        return sum(part.numbers.size for part in self._parts.values())

    @property
    def fallbacks(self) -> int:
        """How many of them were scored bar by bar."""
        return sum(part.fallbacks for part in self._parts.values())

    def done(self) -> frozenset[int]:
        """Return the numbers of the pieces that are kept."""
        return frozenset(self._parts)

    def keep(self, piece: int, part: Part) -> None:
        """Keep what a piece scored; what was kept of the same piece is replaced."""
        self._parts[piece] = part

    def part(self, piece: int) -> Part:
        """Return what a piece scored; KeyError when it is not kept."""
        return self._parts[piece]

    def frame(self) -> "pl.LazyFrame":
        """Return all rows: ``number``, ``axis:<name>`` (positions), ``metric:<id>``, in order of number."""
        polars: Any = optional("polars")
        frames = [frame_of(part) for part in self.parts()]
        return (polars.concat(frames, rechunk=False) if frames else polars.DataFrame()).lazy()

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""
