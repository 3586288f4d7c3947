"""The one position of a run: its levels, and what it has lived through."""

from dataclasses import dataclass

from tests.reference.engine.ledger import Ledger
from tests.reference.engine.levels import (
    SIDE_NAMES,
    Ladder,
    best,
    nearer_stop,
    percent_off,
    steps_off,
)
from tests.reference.engine.world import Bar, World
from tests.reference.records import Fill
from tests.reference.ties import Ties


@dataclass
class Target:
    """One take-profit of a position (5.4)."""

    number: int
    price: float
    share: float
    reached: bool = False
    left: float | None = None  # units that a cut left; None before
    takes_the_rest: bool = False

    @property
    def rests(self) -> bool:
        return not self.reached or self.left is not None


@dataclass
class Position:
    """What is held; quantities above 0."""

    side: int
    quantity: float
    price: float  # average entry price
    decided: int
    ladder: Ladder
    ledger: Ledger
    stop: float | None
    targets: list[Target]
    r: float | None
    extreme: float  # the best price that trailing stops have seen (3.7)
    trails: bool  # the trailing stop stands
    followed: float | None  # chandelier and column: the highest so far
    breaks_even: bool = False
    entered: float = 0.0  # units entered so far
    adds: int = 0
    carried_in: bool = False  # held after the bar before
    opened_inside: bool = False  # in this bar
    row: tuple[float, float] | None = None  # prices of 3.6 after an entry inside this bar

    @classmethod
    def opened(cls, fill: Fill, ladder: Ladder, ledger: Ledger, world: World) -> "Position":
        """The position that an entry's fill opens."""
        levels = ladder.at(fill.price, world.ties)
        quantity = abs(fill.quantity)
        return cls(
            side=ladder.side,
            quantity=quantity,
            price=fill.price,
            decided=fill.decided,
            ladder=ladder,
            ledger=ledger,
            stop=levels.stop,
            targets=[Target(i, levels.targets[i], t.share) for i, t in enumerate(world.rules.targets)],
            r=levels.r,
            extreme=fill.price,
            trails=ladder.trails_at_once,
            followed=ladder.trailing_start(fill.price),
            entered=quantity,
        )

    # Levels.

    def even_level(self, entry_price: float, world: World) -> float | None:
        """Where break-even has put the stop; None before it has started (3.7)."""
        even = world.rules.break_even
        return (
            None if even is None or not self.breaks_even else percent_off(entry_price, even.offset, self.side)
        )

    def trailing_level(self, world: World) -> float | None:
        rule = world.rules.trailing
        if rule is None or not self.trails:
            return None
        if rule.unit == "percent":
            return percent_off(self.extreme, rule.value, -self.side)
        if rule.unit == "atr":
            assert self.ladder.trailing is not None
            return steps_off(self.extreme, rule.value, self.ladder.trailing.known, -self.side)
        return self.followed

    def protection(self, world: World) -> tuple[float, int] | None:
        """The nearer of stop and trailing stop, and its name."""
        stop = best(self.side, self.stop, self.even_level(self.price, world))
        return nearer_stop(self.side, stop, self.trailing_level(world), world.ties)

    def liquidation_price(self, cash: float, unit: float, margin: float) -> float:
        """Where cash + position * price = margin * notional (5.3)."""
        units = self.quantity * unit
        return cash / (margin * units - self.side * units)

    def recomputed(self, price: float) -> tuple[float | None, dict[int, float]]:
        """The stop, and the targets not reached yet, for another average entry price (5.4)."""
        stop, ladder = self.stop, self.ladder
        if ladder.stop is not None and ladder.stop.moves_with_the_entry:
            stop = ladder.stop.at(price, self.r)
        targets = {
            target.number: ladder.targets[target.number].at(price, self.r)
            for target in self.targets
            if not target.reached and ladder.targets[target.number].moves_with_the_entry
        }
        return stop, targets

    def resting_targets(self, ties: Ties) -> list[Target]:
        """Nearest first; of equal ones the first written (5.4)."""
        ordered: list[Target] = []
        for target in (t for t in self.targets if t.rests):
            place = len(ordered)
            while place > 0 and _is_nearer(target.price, ordered[place - 1].price, self.side, ties):
                place -= 1
            ordered.insert(place, target)
        return ordered

    # What time and splits do.

    def add(self, quantity: float, average: float) -> None:
        """Take in an added entry (5.4)."""
        self.stop, targets = self.recomputed(average)
        for number, level in targets.items():
            self.targets[number].price = level
        self.price = average
        self.quantity += quantity
        self.entered += quantity

    def split(self, k: float) -> None:
        self.quantity *= k
        self.entered *= k
        self.price /= k
        self.extreme /= k
        self.stop = None if self.stop is None else self.stop / k
        self.followed = None if self.followed is None else self.followed / k
        self.r = None if self.r is None else self.r / k
        self.ladder = self.ladder.split(k)
        for target in self.targets:
            target.price /= k
            target.left = None if target.left is None else target.left * k
        self.ledger.split(k)

    def live_through(self, bar: int, prices: Bar, world: World) -> None:
        """Count a bar that is over: for the excursions, and for what trails tomorrow (3.7, 5.5)."""
        self.ledger.seen += (prices.high, prices.low) if self.row is None else self.row
        if not self.opened_inside:
            self.extreme = (max if self.side > 0 else min)(self.extreme, prices.extreme(self.side))
        self._follow(bar, world)
        self._start_what_has_gone_far_enough(world)
        self.carried_in, self.opened_inside, self.row = True, False, None

    def _follow(self, bar: int, world: World) -> None:
        rule = world.rules.trailing
        if rule is None or rule.unit not in {"chandelier", "column"}:
            return
        if rule.unit == "chandelier":
            level = steps_off(self.extreme, rule.value, world.atr(rule, bar), -self.side)
        else:
            level = world.column(f"trail_{SIDE_NAMES[self.side]}", bar)
        if level == level:  # noqa: PLR0124 - an unknown level moves nothing
            self.followed = best(self.side, self.followed, level)

    def _start_what_has_gone_far_enough(self, world: World) -> None:
        ties, rules = world.ties, world.rules
        if rules.trailing is not None and rules.trailing.after > 0:
            start = percent_off(self.price, rules.trailing.after, self.side)
            self.trails = self.trails or ties.reached(self.extreme, start, self.side)
        if rules.break_even is not None and not self.breaks_even:
            self.breaks_even = ties.reached(self.extreme, self._even_start(world), self.side)

    def _even_start(self, world: World) -> float:
        even = world.rules.break_even
        assert even is not None
        if even.unit == "percent":
            return percent_off(self.price, even.after, self.side)
        step = self.ladder.break_even_atr if even.unit == "atr" else self.r
        assert step is not None
        return steps_off(self.price, even.after, step, self.side)


def _is_nearer(price: float, other: float, side: int, ties: Ties) -> bool:
    return ties.below(price, other) if side > 0 else ties.above(price, other)
