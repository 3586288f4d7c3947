"""What a sweep went through, beside its scores."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tradewright.research.sweep.space import Space


@dataclass(frozen=True, slots=True, eq=False)
class Swept:
    """What a finished sweep knows that its scores do not.

    Attributes
    ----------
    space
        The combinations, excluded ones too.
    metrics
        Ids, in the order of the table.
    facts
        ``strategy``, ``symbol`` and ``timeframe``, for people; more does no harm.
    places
        Axis -> where its value stands in the arguments of ``tw.backtest``; by default ``("params", axis)``.
    asked
        The arguments of ``tw.backtest`` that all combinations share, in plain data: ``{"params": {...},
        "fee": 0.001}``. A rule that an axis goes into (``stop_loss.value``) stands there whole.
    execution_time_s
        How long it took, what was resumed left out.
    warnings
        What limits the trust in the result: dicts of ``code``, ``message``, ``count``.
    """

    space: Space
    metrics: tuple[str, ...]
    facts: Mapping[str, Any]
    places: Mapping[str, tuple[str | int, ...]] = field(default_factory=dict[str, tuple[str | int, ...]])
    asked: Mapping[str, Any] = field(default_factory=dict[str, Any])
    execution_time_s: float = 0.0
    warnings: tuple[Mapping[str, Any], ...] = ()
