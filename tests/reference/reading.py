"""How a scenario reads an outcome: in words, and to rounding."""

from typing import Any

import pytest

from tests.reference import Outcome
from tradewright.engine.types import REASONS

MOMENTS = ("open", "inside", "close")


def close_to(value: Any) -> Any:
    return pytest.approx(value, rel=1e-12, abs=1e-9)


def fills(outcome: Outcome) -> list[tuple[int, float, float, str, str]]:
    """Bar, signed quantity, price, reason and moment of each fill."""
    return [
        (f.bar, close_to(f.quantity), close_to(f.price), REASONS[f.reason], MOMENTS[f.moment])
        for f in outcome.fills
    ]


def exits(outcome: Outcome) -> list[tuple[int, float, str, str]]:
    """Bar, price, reason and moment of each closing fill."""
    return [fill[:1] + fill[2:] for fill in fills(outcome) if fill[3] != "entry"]


def counted(outcome: Outcome) -> dict[str, int]:
    """The counters that are not 0."""
    return {name: count for name, count in outcome.counters.items() if count}
