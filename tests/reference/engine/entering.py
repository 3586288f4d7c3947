"""Whether an entry fills, and with how much (4.1 to 5.2)."""

import math
from enum import Enum

from tests.reference.engine.book import Book
from tests.reference.engine.costs import Quote
from tests.reference.engine.levels import Ladder, ladder_for, wrong_side
from tests.reference.engine.orders import EntryOrder
from tests.reference.engine.sizes import Purse, Sizer, Sizing, in_lots
from tests.reference.engine.world import When
from tradewright.engine.types import AT_CLOSE, LIMIT


class Came(Enum):
    """What came of an entry."""

    FILLED = "all of it filled"
    CUT = "some of it filled, the rest waits"
    NOTHING = "all of it waits"
    SKIPPED = "it is gone"


class Entering:
    """Entries, by the rules of one run."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.world = book.world
        self.costs = book.costs
        self.sizer = Sizer(book.world, book.costs)

    # At the decision (5.2).

    def settle(self, order: EntryOrder, leaves_first: bool) -> None:
        """Fix the units at the decision's close."""
        world, when = self.world, When(order.bar, AT_CLOSE)
        close, unit = world.bars[order.bar].close, world.unit(when)
        if math.isnan(unit):
            order.no_rate = True
            return
        quote = Quote(close, order.side, maker=order.kind == LIMIT)
        price = self.costs.price(quote, 0.0, when)
        ladder = ladder_for(world, order.side, order.bar)
        if price <= 0 or not ladder.is_known:
            order.wanted = 0.0
            return
        gross = 0.0 if leaves_first else self.book.gross(close, unit)
        purse = Purse(self.book.marked(close, unit), gross)
        stop = ladder.at(price, world.ties).nearer(world.ties)
        order.wanted = self.sizer.wanted(Sizing(quote, when, price, stop, order), purse, self.book.closed)

    # At the fill.

    def fill(self, order: EntryOrder, quote: Quote, when: When) -> Came:
        """Price, levels, size, minimum, volume, in this order."""
        if math.isnan(self.world.unit(when)) or order.no_rate:
            return self._skip("no_rate")
        ladder = ladder_for(self.world, order.side, order.bar, order.since)
        price = self.costs.price(quote, 0.0, when)
        if not self._may_stand(ladder, quote, 0.0, when):
            return self._skip("invalid_stop")
        stop = ladder.at(price, self.world.ties).nearer(self.world.ties)
        sizing = Sizing(quote, when, price, stop, order)
        whole = self._whole(sizing)
        if math.isnan(whole):
            return self._skip("unknown_size")
        notional = whole * price * self.world.multiplier
        if whole <= 0 or self.world.ties.below(notional, self.world.instrument.minimum_notional):
            return self._skip("below_minimum")
        return self._fill_what_fits(order, ladder, quote, whole, when)

    def _fill_what_fits(
        self, order: EntryOrder, ladder: Ladder, quote: Quote, whole: float, when: When
    ) -> Came:
        book, quantity = self.book, self.book.what_fits(whole, when.bar)
        if quantity > 0:
            if not self._may_stand(ladder, quote, quantity, when) or self._spoils(quote, quantity, when):
                return self._skip("invalid_stop")
            price = self.costs.price(quote, quantity, when)
            stop = ladder.at(price, self.world.ties).nearer(self.world.ties)
            book.enter(order, ladder, quote, quantity, stop, when)
        if quantity == whole:
            return Came.FILLED
        order.left = whole - quantity
        book.cut(when.bar)
        return Came.CUT if quantity > 0 else Came.NOTHING

    def _skip(self, why: str) -> Came:
        self.book.count(why)
        return Came.SKIPPED

    def _may_stand(self, ladder: Ladder, quote: Quote, quantity: float, when: When) -> bool:
        """4.2: every level is known and on its side, and a sale would bring something."""
        if self.costs.brings_nothing(quote.reference, quantity, when) or not ladder.is_known:
            return False
        levels = ladder.at(self.costs.price(quote, quantity, when), self.world.ties)
        return not levels.on_the_wrong_side(quote.reference, self.world.ties)

    def _spoils(self, quote: Quote, quantity: float, when: When) -> bool:
        """5.4: would an added entry put a level of the position on the wrong side?"""
        position = self.book.position
        if position is None:
            return False
        price = self.costs.price(quote, quantity, when)
        average = self.book.average(position, quantity, price)
        stop, targets = position.recomputed(average)
        losing = (stop, position.even_level(average, self.world), position.trailing_level(self.world))
        winning = [
            targets.get(target.number, target.price) for target in position.targets if not target.reached
        ]
        return wrong_side(position.side, losing, winning, quote.reference, self.world.ties)

    def _whole(self, sizing: Sizing) -> float:
        """The quantity before volume: as far as the account carries it, in whole lots."""
        book, reference, order = self.book, sizing.quote.reference, sizing.order
        unit = self.world.unit(sizing.when)
        purse = Purse(book.marked(reference, unit), book.gross(reference, unit))
        wanted = order.wanted if order.left is None else order.left
        if wanted is None:
            wanted = self.sizer.wanted(sizing, purse, book.closed)
        if math.isnan(wanted):
            return wanted
        if purse.equity <= 0:
            return 0.0
        most = self.sizer.most(sizing, purse)
        if self.world.ties.above(wanted, most):
            book.count("capped")
        return in_lots(min(wanted, most), self.world.instrument.lot)
