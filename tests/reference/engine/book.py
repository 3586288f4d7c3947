"""The account: cash, the position, and every row that changes them."""

import math
from dataclasses import dataclass

from tests.reference.engine.costs import Costs, Quote
from tests.reference.engine.ledger import Ledger
from tests.reference.engine.levels import Ladder
from tests.reference.engine.orders import EntryOrder
from tests.reference.engine.position import Position
from tests.reference.engine.sizes import Result, in_lots
from tests.reference.engine.world import When, World
from tests.reference.records import Fill, Outcome
from tradewright.engine.types import AT_CLOSE, ENTRY, EVENT, SPLIT


@dataclass(frozen=True)
class Why:
    """What a row says of its order."""

    reason: int
    decided: int
    kind: int


class Book:
    """What is held, and what has been written down."""

    def __init__(self, world: World, start: int) -> None:
        self.world = world
        self.costs = Costs(world)
        self.cash = world.rules.cash
        self.position: Position | None = None
        self.closed: list[Result] = []
        self.outcome = Outcome(start, world.rules.cash, world.multiplier)
        self._filled = (-1, 0.0)  # bar, units filled in it
        self._full = -1  # the bar whose volume a cut fill has used up

    # Volume (4.3).

    def room(self, bar: int) -> float:
        """What may still fill in this bar, in whole lots."""
        left = self._left(bar)
        return left if math.isinf(left) else in_lots(left, self.world.instrument.lot)

    def what_fits(self, quantity: float, bar: int) -> float:
        """All of a quantity where the volume allows it, else the whole lots that it does."""
        room = self.room(bar)
        return quantity if quantity <= self._left(bar) or quantity <= room * (1 + 1e-9) else room

    def _left(self, bar: int) -> float:
        share = self.world.rules.participation
        if share is None:
            return math.inf
        filled = self._filled[1] if self._filled[0] == bar else 0.0
        return 0.0 if self._full == bar else max(0.0, share * self.world.volume[bar] - filled)

    def cut(self, bar: int) -> None:
        self._full = bar
        self.count("partial")

    # Rows.

    def enter(
        self, order: EntryOrder, ladder: Ladder, quote: Quote, quantity: float, stop: float | None, when: When
    ) -> None:
        """Open a position or add to it; the levels have been tested."""
        fill = self._order_row(quote, quantity, when, Why(ENTRY, order.bar, order.kind), stop)
        position = self.position
        if position is None:
            ledger = Ledger(order.side, when.bar, self.time_of(when))
            position = Position.opened(fill, ladder, ledger, self.world)
            self.position = position
        else:
            average = self.average(position, quantity, fill.price)
            position.add(quantity, average)
            if order.adds and not order.has_filled:
                position.adds += 1
        position.ledger.enter(fill)
        order.has_filled = True

    @staticmethod
    def average(position: Position, quantity: float, price: float) -> float:
        held = position.quantity
        return (held * position.price + quantity * price) / (held + quantity)

    def leave(self, quote: Quote, quantity: float, when: When, why: Why) -> None:
        """Close all or part of the position; the caller sees to what follows from it."""
        position = self.position
        assert position is not None
        fill = self._order_row(quote, quantity, when, why)
        position.ledger.leave(fill)
        position.quantity -= quantity

    def write_trade(self, when: When, reason: int) -> None:
        """The position is closed: its trade."""
        position = self.position
        assert position is not None
        ledger = position.ledger
        self.outcome.trades.append(ledger.trade(when.bar, self.time_of(when), reason))
        self.closed.append(Result(ledger.gained, ledger.invested))
        self.position = None

    def _order_row(
        self,
        quote: Quote,
        quantity: float,
        when: When,
        why: Why,
        stop: float | None = None,
    ) -> Fill:
        price = self.costs.price(quote, quantity, when)
        fee = self.costs.fee(quantity, price, quote, when)
        unit = self.world.unit(when)
        if self.world.rules.impact > 0 and not quote.maker and not self.world.volume[when.bar] > 0:
            self.count("no_volume")
        filled = self._filled[1] if self._filled[0] == when.bar else 0.0
        self._filled = (when.bar, filled + quantity)
        return self._write(
            Fill(
                bar=when.bar,
                quantity=quote.sign * quantity,
                price=price,
                reference=quote.reference,
                fee=fee,
                slippage=abs(price - quote.reference) * abs(quantity * unit),
                stop=math.nan if stop is None else stop,
                reason=why.reason,
                moment=when.moment,
                unit=unit,
                flow=0.0,
                decided=why.decided,
                kind=why.kind,
                instrument=0,
            )
        )

    def event(self, reason: int, value: float, when: When) -> None:
        """Funding, borrow, a dividend or a split of the position (3.1)."""
        position = self.position
        assert position is not None
        opening, unit = self.world.bars[when.bar].open, self.world.unit(when)
        added = position.side * (position.quantity * value - position.quantity) if reason == SPLIT else 0.0
        row = self._write(
            Fill(
                bar=when.bar,
                quantity=added,
                price=0.0 if reason == SPLIT else opening,
                reference=opening,
                fee=0.0,
                slippage=0.0,
                stop=math.nan,
                reason=reason,
                moment=when.moment,
                unit=unit,
                flow=0.0 if reason == SPLIT else value,
                decided=position.decided,
                kind=EVENT,
                instrument=0,
            )
        )
        if reason == SPLIT:
            position.split(value)
        else:
            position.ledger.event(row)

    def borrow_flow(self, bar: int, when: When) -> float:
        """What short value and negative cash cost since the bar before (3.1)."""
        position, world = self.position, self.world
        assert position is not None
        year = 365 * 86_400 * 10**9
        value = position.quantity * world.bars[bar].open * world.unit(when)
        short = value if position.side < 0 else 0.0
        since = float(world.time[bar] - world.time[bar - 1])
        return -world.rules.borrow_rate * since / year * (short + max(0.0, -self.cash))

    def _write(self, fill: Fill) -> Fill:
        units = fill.quantity * fill.unit
        self.cash = self.cash - (units * fill.price + fill.fee) + fill.flow
        self.outcome.fills.append(fill)
        return fill

    # Readings.

    def marked(self, price: float, unit: float) -> float:
        held = 0.0 if self.position is None else self.position.side * self.position.quantity
        return self.cash + held * price * unit

    def gross(self, price: float, unit: float) -> float:
        return 0.0 if self.position is None else self.position.quantity * price * unit

    def time_of(self, when: When) -> int:
        times = self.world.close_time if when.moment == AT_CLOSE else self.world.time
        return times[when.bar]

    def count(self, name: str) -> None:
        self.outcome.counters[name] += 1
