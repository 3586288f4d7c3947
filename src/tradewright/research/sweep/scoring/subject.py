"""What all combinations of a sweep share, fit to be sent to another process."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tradewright.core.bars import Bars
from tradewright.research.backtest import Question

DIRECTION = "direction"


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class Subject:
    """What is swept.

    Attributes
    ----------
    source
        What ``strategy.prepared.prepare`` takes: a document, or a strategy class or instance.
    params
        Values of the strategy's parameters that are the same in every combination.
    bars
        The whole series.
    question
        Rules of the caller, window, and what metrics depend on.
    metrics
        Ids, in the order of the table.
    memory
        Bytes that one process may use.
    threads
        That score at the same time in it.
    first
        Of one combination, values of parameters without which the strategy's code cannot be made.
    """

    source: Any
    params: Mapping[str, Any]
    bars: Bars
    question: Question
    metrics: tuple[str, ...]
    memory: int
    threads: int = 1
    first: Mapping[str, Any] = field(default_factory=dict[str, Any])
