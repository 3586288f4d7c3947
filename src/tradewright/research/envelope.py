"""What a run would be if every bar that can be read two ways fell one way (engine.md 6.3)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tradewright.engine.rules import Intrabar
from tradewright.engine.types import Simulation

Metrics = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Envelope:
    """The same run with the inside of every bar read against it, and for it.

    No proven bound: a trade that ends earlier makes room for others, so a metric of the run may lie
    outside of its pair.

    Attributes
    ----------
    ambiguous_bars
        Bars of the run itself whose inside decides which order fills.
    pessimistic, optimistic
        Metric id -> value, under each reading.
    """

    ambiguous_bars: int
    pessimistic: Mapping[str, Any]
    optimistic: Mapping[str, Any]

    def pair(self, metric: str) -> tuple[Any, Any]:
        """Return what a metric is when bars are read against the run, and for it."""
        return self.pessimistic[metric], self.optimistic[metric]

    def differing(self) -> dict[str, tuple[Any, Any]]:
        """Return the pairs of the metrics that depend on the reading."""
        pairs = {metric: self.pair(metric) for metric in self.pessimistic}
        return {metric: pair for metric, pair in pairs.items() if pair[0] != pair[1]}

    def to_dict(self) -> dict[str, Any]:
        """Return the envelope as plain data: ``{"ambiguous_bars": n, "metrics": {id: [low, high]}}``."""
        pairs = {metric: list(self.pair(metric)) for metric in self.pessimistic}
        return {"ambiguous_bars": self.ambiguous_bars, "metrics": pairs}


def envelope_of(
    run: tuple[Simulation, Metrics], intrabar: Intrabar, reread: Callable[[Intrabar], Metrics]
) -> Envelope:
    """Return the envelope of a finished run.

    Parameters
    ----------
    run
        The run's simulation and its metrics.
    intrabar
        How it read its bars. The pair of a `magnified` run is of whole bars: what it would be without the
        finer ones.
    reread
        Gives the metrics of the same run under another reading.
    """
    simulation, metrics = run
    ambiguous = simulation.counters["ambiguous_bars"]
    if not ambiguous:
        # Where no bar can be read two ways, all readings fill alike from the first bar to the last.
        return Envelope(0, metrics, metrics)

    def read(how: Intrabar) -> Metrics:
        return metrics if how == intrabar else reread(how)

    return Envelope(ambiguous, read("pessimistic"), read("optimistic"))
