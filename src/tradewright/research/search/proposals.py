"""Proposals that do not learn: every combination of a grid, or a number drawn at random or by Sobol."""

from typing import Protocol

import numpy as np

from tradewright.core.errors import InputError
from tradewright.research.search.dimensions import Choice, IntArray, Points
from tradewright.research.search.drawing import drawn_points
from tradewright.research.search.question import SearchQuestion

# A batch of proposals that cannot learn is as large as scoring is quick at.
WIDE_BATCH = 16_384


class Proposals(Protocol):
    """Where combinations to score come from."""

    batch: int
    total: int
    repeated: int

    @property
    def notes(self) -> list[str]:
        """What was done otherwise than asked."""
        ...

    def ask(self, most: int) -> Points:
        """Return up to `most` points to score, each kept by the condition and new; none at the end."""
        ...

    def learn(self) -> None:
        """Take in what the points asked for last score, now that the memory holds it."""
        ...


class GridProposals:
    """Every combination that the condition keeps, the last parameter turning fastest."""

    def __init__(self, question: SearchQuestion) -> None:
        self.batch = question.batch or WIDE_BATCH
        self.notes: list[str] = []
        self.repeated = 0
        self._shape = [len(d.values) for d in question.space.dimensions if isinstance(d, Choice)]
        size = question.space.size or 0
        pieces = [np.arange(at, min(at + WIDE_BATCH, size)) for at in range(0, size, WIDE_BATCH)]
        kept = [question.kept(self._points(piece)) for piece in pieces]
        self._kept = np.concatenate(kept)
        self.total = len(self._kept)
        if not self.total:
            raise nothing_kept(question)
        self._next = 0

    def ask(self, most: int) -> Points:
        """Return the next combinations."""
        found = self._kept[self._next : self._next + most]
        self._next += len(found)
        return found

    def learn(self) -> None:
        """Take in nothing: a grid has no choice."""

    def _points(self, numbers: IntArray) -> Points:
        return np.stack(np.unravel_index(numbers, self._shape), axis=1).astype(np.float64)


class DrawnProposals:
    """A number of distinct points, all drawn before the first is scored."""

    def __init__(self, question: SearchQuestion) -> None:
        self.batch = question.batch or WIDE_BATCH
        self.notes: list[str] = []
        self.repeated = 0
        method = "sobol" if question.method == "sobol" else "random"
        self._points = drawn_points(question, question.budget, question.keeps, method=method)
        self.total = len(self._points)
        if not self.total:
            raise nothing_kept(question)
        if self.total < question.budget:
            self.notes.append(f"only {self.total:,} combinations fit the condition and are scored")
        self._next = 0

    def ask(self, most: int) -> Points:
        """Return the next of the points."""
        found = self._points[self._next : self._next + most]
        self._next += len(found)
        return found

    def learn(self) -> None:
        """Take in nothing: the points are drawn already."""


def nothing_kept(question: SearchQuestion) -> InputError:
    """Return the error of a condition that keeps no combination that could be found."""
    text = "" if question.where is None else question.where.text
    return InputError(
        "E_WHERE",
        f"where: {text!r} keeps no combination of the space.",
        fix="Check the condition against the space.",
        details={"where": text},
    )
