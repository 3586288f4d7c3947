"""Orders meet prices: entries, exits, and what the one does to the other (3.2, 3.3, 4.3)."""

from tests.reference.engine.book import Book, Why
from tests.reference.engine.costs import Quote
from tests.reference.engine.entering import Came, Entering
from tests.reference.engine.orders import EntryOrder, ExitOrder
from tests.reference.engine.position import Position, Target
from tests.reference.engine.sizes import in_lots
from tests.reference.engine.ways import first_way, way_to
from tests.reference.engine.world import When
from tradewright.engine.types import (
    END_OF_DATA,
    INSIDE,
    LIMIT,
    LIQUIDATION,
    MARKET,
    REVERSE,
    STOP,
    STOP_LIMIT,
    STOP_LOSS,
    TAKE_PROFIT,
    TRAILING_STOP,
)

KIND_OF_REASON = {TAKE_PROFIT: LIMIT, STOP_LOSS: STOP, TRAILING_STOP: STOP}
NOT_CAPPED = {LIQUIDATION, END_OF_DATA}


class Trading:
    """The position, and the orders beside it."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.world = book.world
        self.entering = Entering(book)
        self.exit: ExitOrder | None = None
        self.waiting: EntryOrder | None = None  # for the next open
        self.resting: list[EntryOrder] = []
        self.ruined = False

    @property
    def orders(self) -> list[EntryOrder]:
        return [*self.resting, *([] if self.waiting is None else [self.waiting])]

    # Exits.

    def protect(self, reference: float, reason: int, when: When) -> None:
        """A stop, a trailing stop, a liquidation, an end of session or of data takes the position."""
        position = self.book.position
        assert position is not None
        order = ExitOrder(reason, position.decided)
        self.leave(order, Quote(reference, -position.side), KIND_OF_REASON.get(reason, MARKET), when)

    def leave(self, order: ExitOrder, quote: Quote, kind: int, when: When) -> None:
        """Close the position as far as the volume allows; the rest waits for the next open."""
        book, position = self.book, self.book.position
        assert position is not None
        self._cancel_adds(position.side)
        held = position.quantity
        quantity = held if order.reason in NOT_CAPPED else book.what_fits(held, when.bar)
        whole = quantity == position.quantity
        if quantity > 0:
            book.leave(quote, quantity, when, Why(order.reason, order.decided, kind))
        if whole:
            self._close(
                when, order.reason, quote.reference, looks=position.side if quote.maker else -position.side
            )
        else:
            book.cut(when.bar)
            self.exit = self.exit or ExitOrder(order.reason, order.decided)

    def take(self, target: Target, reference: float, when: When) -> None:
        """A target is met (5.4)."""
        book, position = self.book, self.book.position
        assert position is not None
        if book.room(when.bar) <= 0:
            return
        wanted = target.left
        if wanted is None:
            target.reached = True
            shares = sum(t.share for t in position.targets if t.reached)
            target.takes_the_rest = shares >= 1 - 1e-9
            wanted = in_lots(target.share * position.entered, self.world.instrument.lot)
        whole_rest = target.takes_the_rest and target.left is None
        wanted = position.quantity if whole_rest else min(wanted, position.quantity)
        quantity = book.what_fits(wanted, when.bar)
        target.left = None if quantity == wanted else wanted - quantity
        if target.left is not None:
            book.cut(when.bar)
        if quantity <= 0:
            return
        whole = quantity == position.quantity
        quote = Quote(reference, -position.side, maker=True)
        book.leave(quote, quantity, when, Why(TAKE_PROFIT, position.decided, LIMIT))
        if whole:
            self._cancel_adds(position.side)
            self._close(when, TAKE_PROFIT, reference, looks=position.side)

    def _close(self, when: When, reason: int, reference: float, looks: int) -> None:
        book, position = self.book, self.book.position
        assert position is not None
        if when.moment == INSIDE:
            position.ledger.seen += self._lived(position, when.bar, reference, looks)
        invested = position.ledger.invested
        book.write_trade(when, reason)
        self.exit = None
        if reason == LIQUIDATION and book.cash <= 1e-11 * invested:
            self.ruined, self.waiting, self.resting = True, None, []

    def _lived(self, position: Position, j: int, reference: float, looks: int) -> list[float]:
        """What the last bar showed before the fill that ended the position inside it (5.5)."""
        bar, ties, reading = self.world.bars[j], self.world.ties, self.world.rules.intrabar
        if position.row is not None:
            return [bar.open] if position.carried_in else []
        first = first_way(bar, "pessimistic" if reading == "magnified" else reading, position.side, ties)
        way = way_to(reference, bar, looks, ties)
        return [bar.open] if way == first else [bar.open, bar.extreme(first)]

    def _cancel_adds(self, side: int) -> None:
        """An exit cancels the orders that would have added."""
        self.resting = [order for order in self.resting if order.side != side]
        if self.waiting is not None and self.waiting.side == side:
            self.waiting = None

    # Entries.

    def enter_waiting(self, reference: float, when: When) -> None:
        """The market entry at the open or the close; a reversal's waits for the rest of the exit."""
        order = self.waiting
        if order is None or self.exit is not None:
            return
        came = self.entering.fill(order, Quote(reference, order.side), when)
        self.waiting = order if came in {Came.CUT, Came.NOTHING} else None

    def meet(self, order: EntryOrder, reference: float, when: When) -> bool:
        """A resting order is met at `reference`; True when something of it fills as an entry."""
        book, position = self.book, self.book.position
        if order.kind == STOP_LIMIT and not order.triggered:
            assert order.limit is not None
            beyond = self.world.ties.above if order.side > 0 else self.world.ties.below
            if beyond(reference, order.limit):
                order.triggered = True
                return False
        if book.room(when.bar) <= 0:
            return False
        worst = order.limit if order.kind == STOP_LIMIT and not order.triggered else None
        quote = Quote(reference, order.side, order.acts_as_limit, worst)
        if position is not None and position.side != order.side:
            self.leave(ExitOrder(REVERSE, order.bar), quote, order.kind, when)
            if book.position is not None or book.room(when.bar) <= 0:
                return False
        return self._enter_resting(order, quote, when)

    def _enter_resting(self, order: EntryOrder, quote: Quote, when: When) -> bool:
        came = self.entering.fill(order, quote, when)
        if came is Came.SKIPPED:
            self.resting = [other for other in self.resting if other is not order]
        elif came in {Came.FILLED, Came.CUT}:
            self.resting = [order] if came is Came.CUT else []
        return came in {Came.FILLED, Came.CUT}
