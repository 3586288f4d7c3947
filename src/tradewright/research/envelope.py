"""What a run would be if every bar that can be read two ways fell one way (engine.md 6.3)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tradewright.core.bars import Bars
from tradewright.engine.rules import Rules
from tradewright.engine.simulate import simulate
from tradewright.engine.types import Signals, Simulation

Metrics = dict[str, Any]
Measure = Callable[[Simulation], Metrics]


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
    bars: Bars, signals: Signals, rules: Rules, run: tuple[Simulation, Metrics], measure: Measure
) -> Envelope:
    """Return the envelope of a finished run.

    Parameters
    ----------
    bars, signals, rules
        What the run was made of; ``rules.intrabar`` is how it read its bars.
    run
        The run's simulation and its metrics.
    measure
        How metrics are taken of a simulation.
    """
    simulation, metrics = run
    ambiguous = simulation.counters["ambiguous_bars"]
    if not ambiguous:
        # Where no bar can be read two ways, all readings fill alike from the first bar to the last.
        return Envelope(0, metrics, metrics)

    def read(how: str) -> Metrics:
        if how == rules.intrabar:
            return metrics
        other = rules.model_copy(update={"intrabar": how})
        return measure(simulate(bars, signals, other, simulation.start))

    return Envelope(ambiguous, read("pessimistic"), read("optimistic"))
