"""What a sweep goes through: all its combinations, those that a slow contestant runs, those that are shown.

Runs in every environment, so it needs nothing of ours.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

Combination = tuple[float, ...]

# W6: so many windows in a row from this one on, each with each longer one.
SHORTEST = 5
WIDEST_FAST = 1_000
SHOWN_PAIRS = ((10, 50), (50, 100), (70, 140))
# W7 and W8, in percent.
STOPS = tuple(0.5 * step for step in range(1, 11))
TARGETS = tuple(1.0 * step for step in range(1, 11))
SHOWN_BRACKETS = ((0.5, 1.0), (2.0, 4.0), (5.0, 10.0))
# W8: the averages that cross, how far the price rose over a day, stop and target.
CHANGE_BARS = 24
FAST_WINDOWS = tuple(range(5, 55, 5))
SLOW_WINDOWS = tuple(range(60, 260, 20))
UP_TO_CHANGE = 2.0  # percent
SHOWN_RULES = ((5, 60, 0.0, 0.5, 1.0), (20, 100, 0.4, 2.0, 4.0), (50, 240, 0.8, 5.0, 10.0))


@dataclass(frozen=True)
class Swept:
    """What a sweep came to: how many of `size` were run, and equity and trades of those that are shown."""

    size: int
    done: int
    equity: list[float]
    trades: list[int]


@dataclass(frozen=True)
class Found:
    """One combination: equity at the last close, and trades that were closed."""

    equity: float
    trades: int


def windows(count: int) -> range:
    """Return the windows of a sweep of averages."""
    return range(SHORTEST, SHORTEST + count)


def spread_windows(count: int) -> range:
    """Return windows that lie further apart, of which pairs cross more seldom."""
    return range(10, 10 + 5 * count, 5)


def every_pair(count: int) -> list[tuple[int, int]]:
    """Return fast and slow of each pair of `count` windows, fast ones up to the widest that we take."""
    return [(fast, slow) for fast, slow in combinations(windows(count), 2) if fast <= WIDEST_FAST]


def every_bracket() -> list[tuple[float, float]]:
    """Return each stop with each target."""
    return list(product(STOPS, TARGETS))


def changes(size: int) -> list[float]:
    """Return the changes that make W8 a sweep of `size` combinations, a multiple of 10,000."""
    count = size // (len(FAST_WINDOWS) * len(SLOW_WINDOWS) * len(STOPS) * len(TARGETS))
    return [UP_TO_CHANGE * step / count for step in range(count)]


def every_rule(size: int) -> list[tuple[float, ...]]:
    """Return the combinations of W8: fast, slow, change, stop, target."""
    return list(product(FAST_WINDOWS, SLOW_WINDOWS, changes(size), STOPS, TARGETS))


def some(everything: Sequence[Combination], shown: Sequence[Combination], count: int) -> list[Combination]:
    """Return `count` combinations: those that are shown, and others evenly spread over everything."""
    others = count - len(shown)
    spread = [everything[(2 * i + 1) * len(everything) // (2 * others)] for i in range(others)]
    return [*shown, *spread]


def one_by_one(
    everything: Sequence[Combination],
    shown: Sequence[Combination],
    count: int,
    run: Callable[..., Any],
) -> Callable[[], Swept]:
    """Return a sweep over `count` combinations; `run` takes the values of one and finds equity and trades."""
    sample = some(everything, shown, count)

    def sweep() -> Swept:
        found = [run(*values) for values in sample][: len(shown)]
        return Swept(
            len(everything), len(sample), [each.equity for each in found], [each.trades for each in found]
        )

    return sweep
