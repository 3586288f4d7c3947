"""A strategy document, ready to run."""

from collections.abc import Mapping
from typing import Any

from tradewright.core.bars import Bars
from tradewright.engine.types import Signals
from tradewright.strategy.canonical import canonical_document
from tradewright.strategy.compiler import compile_document
from tradewright.strategy.contract import Prepared
from tradewright.strategy.document.reader import Document, read_document
from tradewright.strategy.evaluation import signals_of
from tradewright.strategy.plan import Direction, Plan
from tradewright.strategy.warmup import warmup_of


class DocumentStrategy(Prepared):
    """A compiled document with its parameters bound.

    Attributes
    ----------
    document
        As read, with the declared parameters.
    plan
        What it compiled to.
    """

    def __init__(self, document: Document, direction: Direction | None = None) -> None:
        self.document = document
        self.plan: Plan = compile_document(document, direction)
        self.id = document.header.id or "document"
        self.title = document.header.title or document.header.id or "Strategy document"
        self.params = dict(document.values)
        self.warnings = self.plan.warnings
        self.context = self.plan.market

    @classmethod
    def read(
        cls,
        raw: Mapping[str, Any],
        params: Mapping[str, Any] | None = None,
        direction: Direction | None = None,
    ) -> "DocumentStrategy":
        """Read, bind and compile a document given as plain data."""
        return cls(read_document(raw, params), direction)

    def canonical(self) -> dict[str, Any]:
        """Return the canonical document (see ``strategy/canonical.py``)."""
        return canonical_document(self.plan)

    def rules(self) -> dict[str, Any]:
        """Return the document's exits and direction."""
        return dict(self.plan.rules)

    def warmup(self, bars: Bars) -> int:
        """Return how many leading bars have an operand without a value in every way to enter."""
        return warmup_of(self.plan, bars)

    def signals(self, bars: Bars, tie_tolerance: float) -> Signals:
        """Evaluate the document's blocks at every close."""
        return signals_of(self.plan, bars, tie_tolerance)
