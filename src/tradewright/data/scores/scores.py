"""The port: where the scores of a sweep are kept while it runs, and read when it is done."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from tradewright.data.scores.hashing import scores_hash
from tradewright.data.scores.part import Part

if TYPE_CHECKING:
    import polars as pl


class Scores(ABC):
    """The parts of one sweep by number of piece; pieces follow each other as their combinations do.

    One thread keeps; several may read. Whatever is read is one part at a time, so that a sweep of any size
    can be read in the memory of a piece.

    Attributes
    ----------
    about
        What was swept, as plain JSON data.
    fingerprint
        SHA-256 of what was asked for: equal for sweeps that must agree.
    """

    about: Mapping[str, Any]
    fingerprint: str

    @property
    @abstractmethod
    def scored(self) -> int:
        """How many combinations were scored so far."""

    @property
    @abstractmethod
    def fallbacks(self) -> int:
        """How many of them were scored bar by bar."""

    @abstractmethod
    def done(self) -> frozenset[int]:
        """Return the numbers of the pieces that are kept."""

    @abstractmethod
    def keep(self, piece: int, part: Part) -> None:
        """Keep what a piece scored; what was kept of the same piece is replaced."""

    @abstractmethod
    def part(self, piece: int) -> Part:
        """Return what a piece scored; KeyError when it is not kept."""

    @abstractmethod
    def frame(self) -> "pl.LazyFrame":
        """Return all rows: ``number``, ``axis:<name>`` (positions), ``metric:<id>``, in order of number."""

    @abstractmethod
    def close(self) -> None:
        """End keeping; reading goes on."""

    def parts(self) -> Iterator[Part]:
        """Yield the parts in order of their combinations, one in memory at a time."""
        for piece in sorted(self.done()):
            yield self.part(piece)

    def result_hash(self) -> str:
        """Return the SHA-256, in hex, of all numbers and metrics: equal for sweeps that did agree.

        It depends on neither the size of the pieces nor the order or the place in which they were scored.
        """
        return scores_hash(self.parts())

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close, whatever happened."""
        self.close()
