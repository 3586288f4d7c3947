"""Orders that wait: entries at the market or at a price of their own, and exits (3.3)."""

from dataclasses import dataclass

from tests.reference.engine.levels import SIDE_NAMES, percent_off, steps_off
from tests.reference.engine.world import World
from tradewright.engine.types import LIMIT, MARKET, STOP, STOP_LIMIT

KINDS = {"market": MARKET, "limit": LIMIT, "stop": STOP, "stop_limit": STOP_LIMIT}


@dataclass
class ExitOrder:
    """A market exit for the next open, or the rest of an exit."""

    reason: int
    decided: int


@dataclass(eq=False)
class EntryOrder:
    """An entry that waits for the next open, or for its price."""

    bar: int
    side: int
    kind: int
    adds: bool
    wanted: float | None = None  # units fixed at the decision
    no_rate: bool = False  # the decision could not be sized for want of a rate
    price: float = 0.0
    limit: float | None = None  # of a stop-limit
    triggered: bool = False  # a stop-limit whose stop was passed, and which rests as a limit
    since: float = 1.0  # new units for one of the decision bar (3.1)
    left: float | None = None  # units wanted after the first attempt
    has_filled: bool = False

    @property
    def acts_as_limit(self) -> bool:
        return self.kind == LIMIT or self.triggered

    @property
    def resting_price(self) -> float:
        if self.triggered:
            assert self.limit is not None
            return self.limit
        return self.price

    @property
    def way(self) -> int:
        """Where its kind looks: a buy limit and a sell stop down."""
        return -self.side if self.acts_as_limit else self.side

    def split(self, k: float) -> None:
        self.since *= k
        self.price /= k
        self.limit = None if self.limit is None else self.limit / k
        self.wanted = None if self.wanted is None else self.wanted * k
        self.left = None if self.left is None else self.left * k


def resting_prices(world: World, side: int, bar: int) -> tuple[float, float | None]:
    """The price of a resting entry decided at the close of `bar`, and a stop-limit's limit."""
    entry = world.rules.entry
    away = -side if entry.kind == "limit" else side
    if entry.unit == "column":
        price = world.column(f"entry_{SIDE_NAMES[side]}", bar)
    else:
        price = _off(world, world.bars[bar].close, entry.offset, away, bar)
    limit = _off(world, price, entry.through, side, bar) if entry.kind == "stop_limit" else None
    return price, limit


def _off(world: World, price: float, distance: float, direction: int, bar: int) -> float:
    entry = world.rules.entry
    if entry.unit == "percent":
        return percent_off(price, distance, direction)
    if entry.unit == "atr":
        return steps_off(price, distance, world.atr(entry, bar), direction)
    return price + direction * distance
