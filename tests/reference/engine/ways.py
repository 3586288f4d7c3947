"""The two ways of a bar: from its open up to its high, and down to its low (3.5)."""

from tests.reference.engine.world import Bar
from tests.reference.ties import Ties

UP, DOWN = +1, -1


def first_way(bar: Bar, reading: str, side: int | None, ties: Ties) -> int:
    """Which way comes first; while flat (no `side`) it is that of the path."""
    if side is not None and reading == "pessimistic":
        return -side
    if side is not None and reading == "optimistic":
        return side
    span, centre = bar.high + bar.low, 2 * bar.open
    if ties.equal(span, centre):
        return DOWN if ties.at_least(bar.close, bar.open) else UP
    return DOWN if span > centre else UP


def way_to(price: float, bar: Bar, looks: int, ties: Ties) -> int:
    """The way that leads to a price from the open; at the open's own price, where its kind looks."""
    if ties.equal(price, bar.open):
        return looks
    return UP if price > bar.open else DOWN
