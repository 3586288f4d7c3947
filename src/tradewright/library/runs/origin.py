"""What a run was asked for in the asker's own words, so that it can be asked again."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tradewright.core.bars import Bars
from tradewright.library.runs.code import code_of
from tradewright.library.runs.sources import source_of
from tradewright.research.around.world import EMPTY, World


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was put.

    Attributes
    ----------
    spec
        The strategy's id, document or file, when it was named.
    strategy
        What that name stood for, or what was given instead of a name.
    bars, benchmark
        As they were given, before the window cut them.
    world
        What was known around the bars. Payments are written out, rates and finer bars by where they were
        read from.
    """

    spec: str | None
    strategy: Any
    bars: Bars
    benchmark: Bars | None = None
    world: World = EMPTY

    def to_dict(self, identity: Mapping[str, Any]) -> dict[str, Any]:
        """Return the question as plain data; `identity` is the strategy's canonical form."""
        return {
            "strategy": None if self.spec is None else _located(self.spec),
            "code": code_of(self.strategy, identity),
            "data": source_of(self.bars),
            "benchmark": source_of(self.benchmark),
        } | self._around()

    def _around(self) -> dict[str, Any]:
        """Return where rates and finer bars came from, and payments themselves; only what was given."""
        series = {"rates": self.world.rates, "finer": self.world.finer}
        found: dict[str, Any] = {name: source_of(bars) for name, bars in series.items() if bars is not None}
        payments = {kind: payments.rows() for kind, payments in self.world.payments().items()}
        return found | ({"payments": payments} if payments else {})


def _located(spec: str) -> str:
    """Make the path in a strategy's name one that can be found from anywhere."""
    file, colon, name = spec.strip().rpartition(":") if ".py:" in spec else (spec.strip(), "", "")
    if not file.endswith((".json", ".py")):
        return spec.strip()
    return f"{Path(file).expanduser().resolve()}{colon}{name}"
