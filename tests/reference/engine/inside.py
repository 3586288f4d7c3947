"""What a bar's prices do between its open and its close (3.5, 3.6)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cmp_to_key, partial

from tests.reference.engine.orders import EntryOrder
from tests.reference.engine.position import Target
from tests.reference.engine.trading import Trading
from tests.reference.engine.ways import DOWN, UP, first_way, rest_of_bar, way_to
from tests.reference.engine.world import Bar, When
from tradewright.engine.types import INSIDE, LIQUIDATION

STOP_SIDE, LIQUIDATED, TARGETS, ADDING, OTHER_SIDE = range(5)  # who goes first at one price


@dataclass(frozen=True)
class Item:
    """Something that a way meets: where it is met, its place among equals, and what then happens."""

    price: float
    rank: int
    act: Callable[[], bool]  # True: an entry filled
    number: int = 0


def _exits(act: Callable[..., None], *given: object) -> bool:
    """Do what an exit does; no entry fills."""
    act(*given)
    return False


class Inside:
    """The inside of one bar."""

    def __init__(self, trading: Trading) -> None:
        self.trading = trading
        self.book = trading.book
        self.world = trading.world
        self.ties = trading.world.ties
        self.rules = trading.world.rules

    def live_through(self, j: int) -> None:
        bar, when = self.world.bars[j], When(j, INSIDE)
        self.entered = False
        self.ambiguous = self.book.position is not None or bool(self.trading.resting)
        if not self.ambiguous:
            return
        meets = [bool(self.items(way, bar, bar.open, when)) for way in (UP, DOWN)]
        self.ambiguous = all(meets)
        if self.rules.intrabar == "magnified":
            self._live_through_finer(bar, when, meets_something=any(meets))
        else:
            self._walk(bar, self.rules.intrabar, when)
        if self.ambiguous:
            self.book.count("ambiguous_bars")

    def _live_through_finer(self, bar: Bar, when: When, *, meets_something: bool) -> None:
        """Bar by finer bar; excursions are those of the whole bar read pessimistically (5.5)."""
        finer = self.world.finer[when.bar]
        if not finer:
            if meets_something:
                self.book.count("unmagnified")
            self._walk(bar, "pessimistic", when)
            return
        for number, small in enumerate(finer):
            if number > 0:
                self.at_open(small.open, when)
            self._walk(small, "pessimistic", when)

    # The open of a bar, or of a finer one (3.2, 3.3).

    def at_open(self, opening: float, when: When) -> None:
        if self.book.position is not None:
            self.gap(opening, when)
        self.pass_resting(opening, when)

    def gap(self, opening: float, when: When) -> None:
        """Liquidation, the stop, or targets that the open has passed: the first that applies."""
        trading, position = self.trading, self.book.position
        assert position is not None
        if self.ties.reached(opening, self._liquidation(when), -position.side):
            trading.protect(opening, LIQUIDATION, when)
            return
        if trading.exit is not None:
            return
        protection = position.protection(self.world)
        if protection is not None and self.ties.reached(opening, protection[0], -position.side):
            trading.protect(opening, protection[1], when)
            return
        for target in position.resting_targets(self.ties):
            if self.book.position is not None and self._limit_met(opening, target.price, position.side):
                trading.take(target, opening, when)

    def pass_resting(self, opening: float, when: When) -> None:
        """Resting entries that the open has passed, the long one first; one fills (3.3)."""
        if when.moment == INSIDE and self.entered:
            return
        for order in sorted(self.trading.resting, key=lambda order: -order.side):
            if order not in self.trading.resting or not self._reached(order, opening):
                continue
            if self.trading.meet(order, self._met_at(order, opening), when):
                if when.moment == INSIDE:
                    self._note_entry(self._met_at(order, opening), order.way, when)
                return

    # Ways.

    def _walk(self, bar: Bar, reading: str, when: When) -> None:
        """Both ways of a bar, one after the other."""
        first = self._first_way(bar, reading)
        for number, way in enumerate((first, -first)):
            if self._go(way, bar, when):
                self._rest_of(bar, way, reading, is_first=number == 0, when=when)
                return

    def _first_way(self, bar: Bar, reading: str) -> int:
        position = self.book.position
        return first_way(bar, reading, None if position is None else position.side, self.ties)

    def _go(self, way: int, bar: Bar, when: When) -> bool:
        """Meet what stands on the way; True once an entry has filled."""
        point, done = bar.open, set[tuple[int, int]]()
        while True:
            there = [
                item for item in self.items(way, bar, point, when) if (item.rank, item.number) not in done
            ]
            if not there:
                return False
            item = sorted(there, key=cmp_to_key(lambda a, b: self._before(a, b, way)))[0]
            done.add((item.rank, item.number))
            if item.act():
                self.point = item.price
                return True
            point = max(point, item.price) if way > 0 else min(point, item.price)

    def _before(self, one: Item, other: Item, way: int) -> int:
        if self.ties.equal(one.price, other.price):
            return ((one.rank, one.number) < (other.rank, other.number) and -1) or 1
        return -1 if (one.price < other.price) == (way > 0) else 1

    def items(self, way: int, bar: Bar, point: float, when: When) -> list[Item]:
        """What the way meets between the point that it has come to and its extreme."""
        found: list[Item] = []
        position = self.book.position
        if position is not None and way == -position.side:
            found += self.stop_side(bar.extreme(way), point, when)
        elif position is not None:
            found += self.targets(bar.extreme(way), when)
        if self.entered or self.book.room(when.bar) <= 0:
            return found
        for order in self.trading.resting:
            if order.way == way and self._reached(order, bar.extreme(way)):
                found.append(self._order_item(order, bar, when))
        return found

    def stop_side(self, extreme: float, point: float, when: When) -> list[Item]:
        trading, position = self.trading, self.book.position
        assert position is not None
        found: list[Item] = []

        def add(level: float, reason: int, rank: int) -> None:
            if self.ties.reached(extreme, level, -position.side):
                met = min(level, point) if position.side > 0 else max(level, point)
                found.append(Item(met, rank, partial(_exits, trading.protect, met, reason, when)))

        protection = position.protection(self.world)
        if protection is not None and trading.exit is None:
            add(*protection, STOP_SIDE)
        add(self._liquidation(when), LIQUIDATION, LIQUIDATED)
        return found

    def targets(self, extreme: float, when: When) -> list[Item]:
        trading, position = self.trading, self.book.position
        assert position is not None
        if trading.exit is not None or self.book.room(when.bar) <= 0:
            return []

        def item(target: Target, number: int) -> Item:
            return Item(
                target.price, TARGETS, partial(_exits, trading.take, target, target.price, when), number
            )

        return [
            item(target, target.number)
            for target in position.resting_targets(self.ties)
            if self._limit_met(extreme, target.price, position.side)
        ]

    def _order_item(self, order: EntryOrder, bar: Bar, when: When) -> Item:
        position = self.book.position
        rank = ADDING if position is not None and position.side == order.side else OTHER_SIDE
        price = self._met_at(order, bar.open)
        return Item(price, rank, lambda: self._meet(order, price, when), -order.side)

    def _meet(self, order: EntryOrder, price: float, when: When) -> bool:
        way = order.way
        filled = self.trading.meet(order, price, when)
        if filled:
            self._note_entry(price, way, when)
        return filled

    # After an entry inside the bar (3.6).

    def _note_entry(self, reference: float, looks: int, when: When) -> None:
        """At most one entry fills inside; its bar may be ambiguous, and its excursions are of a row."""
        self.entered = True
        position, bar = self.book.position, self.world.bars[when.bar]
        assert position is not None
        reading = "pessimistic" if self.rules.intrabar == "magnified" else self.rules.intrabar
        way = way_to(reference, bar, looks, self.ties)
        position.opened_inside = position.opened_inside or not self._was_held(position.ledger.entries)
        is_first = way == first_way(bar, "path", None, self.ties)
        row = rest_of_bar(bar, position.side, way, reading, is_first=is_first)
        position.row = (row.adverse, row.favourable)
        if self.stop_side(bar.extreme(-position.side), bar.open, when):
            self.ambiguous = True
        best = bar.extreme(position.side)
        resting = position.resting_targets(self.ties)
        if any(self._limit_met(best, target.price, position.side) for target in resting):
            self.ambiguous = True

    @staticmethod
    def _was_held(entries: int) -> bool:
        """Was there a position before the entry that has just filled?"""
        return entries > 1

    def _rest_of(self, bar: Bar, way: int, reading: str, *, is_first: bool, when: When) -> None:
        position = self.book.position
        assert position is not None
        row = rest_of_bar(bar, position.side, way, reading, is_first=is_first)
        for adverse in (row.adverse_first, not row.adverse_first):
            if self.book.position is None:
                return
            if adverse:
                self._act_all(-position.side, lambda: self.stop_side(row.adverse, self.point, when))
            else:
                self._act_all(position.side, lambda: self._targets_from_the_point(row.favourable, when))

    def _targets_from_the_point(self, favourable: float, when: When) -> list[Item]:
        """Targets of the row, none met on the near side of the order's own price."""
        trading, position = self.trading, self.book.position
        assert position is not None
        found: list[Item] = []
        for target in position.resting_targets(self.ties) if trading.exit is None else []:
            if self._limit_met(favourable, target.price, position.side):
                price = max(target.price, self.point) if position.side > 0 else min(target.price, self.point)
                found.append(
                    Item(
                        price,
                        TARGETS,
                        partial(_exits, trading.take, target, price, when),
                        target.number,
                    )
                )
        return found

    def _act_all(self, way: int, items: Callable[[], list[Item]]) -> None:
        done = set[tuple[int, int]]()
        while self.book.position is not None:
            there = [item for item in items() if (item.rank, item.number) not in done]
            if not there:
                return
            item = sorted(there, key=cmp_to_key(lambda a, b: self._before(a, b, way)))[0]
            done.add((item.rank, item.number))
            item.act()

    # Small readings.

    def _liquidation(self, when: When) -> float:
        position = self.book.position
        assert position is not None
        unit, margin = self.world.unit(when), self.rules.maintenance_margin
        return position.liquidation_price(self.book.cash, unit, margin)

    def _limit_met(self, price: float, level: float, way: int) -> bool:
        """Touched, or gone beyond where the rules ask for it."""
        if self.rules.limit_fill == "through":
            return (self.ties.above if way > 0 else self.ties.below)(price, level)
        return self.ties.reached(price, level, way)

    def _reached(self, order: EntryOrder, price: float) -> bool:
        if order.acts_as_limit:
            return self._limit_met(price, order.resting_price, order.way)
        return self.ties.reached(price, order.resting_price, order.way)

    def _met_at(self, order: EntryOrder, opening: float) -> float:
        """A buy limit at the open or better than its price, a buy stop at the open or worse; sells mirror."""
        better = min if order.way < 0 else max
        return better(opening, order.resting_price)
