"""Funding, borrow, dividends and splits (3.1, 3.4)."""

import math

from tests.reference.engine.book import Book
from tests.reference.engine.orders import EntryOrder
from tests.reference.engine.world import Event, When
from tradewright.engine.types import AT_OPEN, BORROW, DIVIDEND, FUNDING, INSIDE, SPLIT

LATE = 1_000_000_000  # funding stamped less than a second late is of the full hour (3.1)


class Events:
    """What happens to the account at times of its own."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.world = book.world

    def at_open(self, j: int, orders: list[EntryOrder]) -> None:
        when = When(j, AT_OPEN)
        self._fund(self._due(FUNDING, self._closed_before(j), self.world.time[j] + LATE), when)
        self._borrow(j, when)
        before_close = self._closed_before(j), self.world.close_time[j]
        for dividend in self._due(DIVIDEND, *before_close):
            position = self.book.position
            if position is not None:
                held = position.side * position.quantity
                self.book.event(DIVIDEND, held * dividend.value * self.world.unit(when), when)
        for split in self._due(SPLIT, *before_close):
            if self.book.position is not None:
                self.book.event(SPLIT, split.value, when)
            for order in orders:
                order.split(split.value)

    def inside(self, j: int) -> None:
        self._fund(self._due(FUNDING, self.world.time[j] + LATE, self.world.close_time[j]), When(j, INSIDE))

    def _due(self, reason: int, first: float, end: float) -> list[Event]:
        """Events of a kind from `first` on and before `end`, by time."""
        due = [e for e in self.world.events if e.reason == reason and first <= e.time < end]
        return sorted(due, key=lambda event: event.time)

    def _closed_before(self, j: int) -> float:
        return self.world.close_time[j - 1] if j > 0 else -math.inf

    def _fund(self, events: list[Event], when: When) -> None:
        for event in events:
            position = self.book.position
            if position is not None:
                held = position.side * position.quantity
                opening = self.world.bars[when.bar].open
                flow = -(held * opening * self.world.unit(when)) * event.value
                self.book.event(FUNDING, flow, when)

    def _borrow(self, j: int, when: When) -> None:
        if self.book.position is None or self.world.rules.borrow_rate == 0:
            return
        flow = self.book.borrow_flow(j, when)
        if flow < 0:
            self.book.event(BORROW, flow, when)
