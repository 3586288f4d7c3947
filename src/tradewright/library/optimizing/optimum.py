"""One of the best combinations of a search."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Optimum:
    """A combination that nothing else beats, and how its neighbourhood does.

    Attributes
    ----------
    number
        Its row in the table of trials.
    params
        Parameter -> value.
    metrics
        Metric -> value; None where undefined.
    plateau
        Objective -> median over the combination and its neighbours, which are one step away in every
        parameter that is a number, or 5 % of the range where no step was named. Far below the metric
        itself, it says that the combination stands alone, and that luck has chosen it. None where it was
        not measured.
    neighbours, undefined
        How many neighbours there are, and how many of them have no value.
    arguments
        What runs it alone: ``tw.backtest(strategy, bars, **arguments)``.
    """

    number: int
    params: dict[str, Any]
    metrics: dict[str, float | None]
    plateau: dict[str, float | None]
    neighbours: int
    undefined: int
    arguments: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Return all but the arguments as plain data."""
        return {
            "number": self.number,
            "params": self.params,
            "metrics": self.metrics,
            "plateau": self.plateau,
            "neighbours": self.neighbours,
            "undefined": self.undefined,
        }
