"""The two ways of a bar: from its open up to its high, and down to its low (3.5)."""

from dataclasses import dataclass, replace

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


@dataclass(frozen=True)
class Row:
    """The rest of a bar after an entry inside it (3.6)."""

    adverse: float
    favourable: float
    adverse_first: bool


def rest_of_bar(bar: Bar, side: int, way: int, reading: str, *, is_first: bool) -> Row:
    """What is left of a bar after an entry of `side` that was met on `way`."""
    adverse, favourable = bar.extreme(-side), bar.extreme(side)
    whole = Row(adverse, favourable, adverse_first=True)
    if way == -side:  # against the new position: a limit
        if reading == "optimistic":
            return replace(whole, adverse_first=False)
        return whole if reading == "path" and is_first else replace(whole, favourable=bar.close)
    if reading == "pessimistic":
        return whole
    if reading == "path" and is_first:
        return replace(whole, adverse_first=False)
    return Row(bar.close, favourable, adverse_first=False)
