"""The reference run: one bar after the other, in the order of chapter 3."""

import math

from tests.reference.engine.book import Book
from tests.reference.engine.costs import Quote
from tests.reference.engine.decisions import entry_sides, exit_reason
from tests.reference.engine.events import Events
from tests.reference.engine.inside import Inside
from tests.reference.engine.orders import KINDS, EntryOrder, ExitOrder, resting_prices
from tests.reference.engine.trading import Trading
from tests.reference.engine.world import When, World
from tests.reference.records import Outcome
from tradewright.engine.types import AT_CLOSE, AT_OPEN, END_OF_DATA, MARKET, REVERSE, SESSION_END


class Run:
    """One run, bar after bar."""

    def __init__(self, world: World, start: int) -> None:
        self.world = world
        self.rules = world.rules
        self.book = Book(world, start)
        self.trading = Trading(self.book)
        self.events = Events(self.book)
        self.inside = Inside(self.trading)

    def live_through(self, j: int) -> None:
        self.events.at_open(j, self.trading.orders)
        self.at_open(j)
        if self.book.position is not None:
            self.book.outcome.bars_held += 1
        self.events.inside(j)
        self.inside.live_through(j)
        if self.book.position is not None:
            self.book.position.live_through(j, self.world.bars[j], self.world)
        self.expire(j)
        self.at_close(j)
        unit = self.world.unit(When(j, AT_CLOSE))
        held = self.book.position is not None
        marked = self.book.marked(self.world.bars[j].close, unit if held else 1.0)
        self.book.outcome.equity.append(marked)

    # The open (3.2, 3.3).

    def at_open(self, j: int) -> None:
        opening, when = self.world.bars[j].open, When(j, AT_OPEN)
        trading, position = self.trading, self.book.position
        if position is not None and trading.exit is not None:
            trading.leave(trading.exit, Quote(opening, -position.side), MARKET, when)
        elif position is not None:
            self.inside.gap(opening, when)
        trading.enter_waiting(opening, when)
        self.inside.pass_resting(opening, when)

    # The close.

    def expire(self, j: int) -> None:
        """Resting entries whose last bar this was (3.3)."""
        gone = [order for order in self.trading.resting if self._lived_out(order, j)]
        for order in gone:
            if not order.has_filled:
                self.book.count("expired")
        self.trading.resting = [order for order in self.trading.resting if order not in gone]

    def _lived_out(self, order: EntryOrder, j: int) -> bool:
        lifetime = self.rules.entry.lifetime
        if lifetime == "session":
            return self.world.ends_session(j)
        return lifetime is not None and j >= order.bar + lifetime

    def at_close(self, j: int) -> None:
        """The session's end, then decisions, then the end of data (3.8, 2.5, 2.6)."""
        close, when, trading = self.world.bars[j].close, When(j, AT_CLOSE), self.trading
        if self.book.position is not None and self.rules.session_end and self.world.ends_session(j):
            trading.protect(close, SESSION_END, when)
        if trading.ruined:
            return
        last = j == self.world.last
        fills_here = self.rules.fill_on == "close"
        closes = last and self.rules.close_at_end
        self.decide(j, acts=fills_here or not closes)
        if fills_here:
            self._fill_at(close, when)
        if closes and self.book.position is not None:
            trading.protect(close, END_OF_DATA, when)
        if last:
            waits = trading.exit is not None or trading.waiting is not None
            self.book.outcome.counters["cancelled_at_end"] += len(trading.resting) + waits

    def _fill_at(self, close: float, when: When) -> None:
        trading, position = self.trading, self.book.position
        if position is not None and trading.exit is not None:
            trading.leave(trading.exit, Quote(close, -position.side), MARKET, when)
        trading.enter_waiting(close, when)

    # Decisions (2.5).

    def decide(self, j: int, *, acts: bool) -> None:
        sides = entry_sides(self.world, j)
        position = self.book.position
        both_may_rest = self.rules.on_conflict == "oco" and position is None
        if len(sides) == 2 and not both_may_rest:
            self.book.count("conflicting_entries")
            sides = []
        if not acts or self.trading.exit is not None:
            return
        if position is None:
            self.order(j, sides, adds=False)
            return
        side = sides[0] if sides else None
        reason = exit_reason(self.world, j, position, side)
        if reason == REVERSE and self.rules.entry.kind != "market":
            self.order(j, sides, adds=False)
            reason = exit_reason(self.world, j, position, None)
            if reason is not None:
                self._exit(reason, j)
        elif reason is not None:
            self._exit(reason, j)
            if reason == REVERSE:
                self.order(j, sides, adds=False)
        elif side == position.side and position.adds < self.rules.pyramiding:
            self.order(j, sides, adds=True)

    def _exit(self, reason: int, j: int) -> None:
        self.trading.exit = ExitOrder(reason, j)
        if self.trading.waiting is not None:
            self.trading.waiting = None  # the rest of an entry (4.3)

    def order(self, j: int, sides: list[int], *, adds: bool) -> None:
        """Take the place of every order that rests or waits (3.3)."""
        if not sides:
            return
        self.trading.resting, self.trading.waiting = [], None
        for side in sides:
            order = EntryOrder(j, side, KINDS[self.rules.entry.kind], adds)
            if order.kind != MARKET:
                order.price, order.limit = resting_prices(self.world, side, j)
                if not order.price > 0:
                    self.book.count("unknown_price")
                    continue
            if self.rules.size_on == "decision":
                self.trading.entering.settle(order, leaves_first=not adds)
            if order.kind == MARKET:
                self.trading.waiting = order
            else:
                self.trading.resting.append(order)

    # The end.

    def finish(self) -> None:
        """Mark what is still open at the last close (2.6)."""
        position, last = self.book.position, self.world.last
        if position is None:
            return
        when = When(last, AT_CLOSE)
        close, unit = self.world.bars[last].close, self.world.unit(when)
        time = self.world.close_time[last]
        trade = position.ledger.still_open(position.quantity, close, unit, last, time)
        self.book.outcome.open_trades.append(trade)

    def levels(self) -> list[float]:
        """What watches over the position, and where orders rest."""
        found = [order.resting_price for order in self.trading.resting]
        position = self.book.position
        if position is not None:
            unit = self.world.unit(When(min(position.ledger.entry_bar, self.world.last), AT_OPEN))
            found.append(position.liquidation_price(self.book.cash, unit, self.rules.maintenance_margin))
            protection = position.protection(self.world)
            found += [] if protection is None else [protection[0]]
            found += [target.price for target in position.targets if target.rests]
        return [level for level in found if not math.isnan(level)]


def run_over(world: World, start: int, end: int) -> Run:
    """Live through the bars from `start` on, before `end`."""
    run = Run(world, start)
    for bar in range(start, end):
        run.live_through(bar)
    return run


def outcome_of(world: World, start: int) -> Outcome:
    run = run_over(world, start, world.last + 1)
    run.finish()
    return run.book.outcome
