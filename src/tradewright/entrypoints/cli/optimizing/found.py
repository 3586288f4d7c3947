"""What a search has found, as rows of plain data."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tradewright.metrics.catalog import BY_ID

if TYPE_CHECKING:
    from tradewright.library.optimizing.optimum import Optimum
    from tradewright.library.optimizing.result import OptimizeResult

SHOWN = 20

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Best:
    """The best combination, or those of a front that are shown, the best in the first objective first.

    Attributes
    ----------
    aims
        The metrics that were aimed at.
    optima
        None when no combination is allowed.
    front
        How many there are that no other beats.
    """

    aims: tuple[str, ...]
    optima: tuple["Optimum", ...]
    front: int

    def plain(self) -> list[Row]:
        """Return them as JSON has them: ``number params metrics plateau neighbours undefined arguments``."""
        return [
            {**one.to_dict(), "metrics": _whole(one.metrics), "arguments": one.arguments}
            for one in self.optima
        ]


def best_of(result: "OptimizeResult", top: int | None) -> Best:
    """Return what is shown of a search's best."""
    ways = [objective.split() for objective in result.objectives]
    aims = tuple(metric for _, metric in ways)
    if not result.facts["best"]:
        return Best(aims, (), 0)
    sign = -1 if ways[0][0] == "max" else 1
    optima = sorted(result.front, key=lambda one: sign * (one.metrics[aims[0]] or 0.0))
    return Best(aims, tuple(optima[: top or SHOWN]), len(optima))


def shares_of(result: "OptimizeResult") -> Row:
    """Return what each parameter explains of the first objective, as plain data; None where undefined."""
    found = result.importance()
    return {
        "metric": result.objectives[0].split()[1],
        "shares": {name: _defined(share) for name, share in found.shares.items()},
        "together": _defined(found.together),
        "results": found.results,
    }


def _whole(metrics: Row) -> Row:
    """Return metrics as they are: what is counted as a whole number."""
    return {
        name: int(value) if value is not None and BY_ID[name].unit == "count" else value
        for name, value in metrics.items()
    }


def _defined(value: float) -> float | None:
    return None if math.isnan(value) else value
