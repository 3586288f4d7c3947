"""The loop of an event-driven run: ask at every close, walk over the bars in between.

The compiled walk goes ahead, as if nothing were ordered, to the next bar that fills something. The strategy
is then asked at each close in between, where its account is the same throughout. When it orders something,
the account is put back to where the walk began and walked to that close with the order in it. So a bar at
which nothing is ordered costs one call of the strategy, and the fills are those of any other form.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.core.hooks import check_cancelled
from tradewright.engine.columns import own_columns_of
from tradewright.engine.decide import CONFLICT, LONG_ENTRY, LONG_EXIT, SHORT_ENTRY, SHORT_EXIT
from tradewright.engine.simulate import course_of, simulation_of
from tradewright.engine.state import NEVER
from tradewright.engine.types import (
    AT_CLOSE,
    END_OF_DATA,
    ENTRY,
    FILL,
    LIMIT,
    REVERSE,
    SIGNAL,
    STOP,
    STOP_LIMIT,
    TIME_STOP,
    Simulation,
)
from tradewright.engine.walking.walk import Account, Span, has_room_for, longer, walk
from tradewright.strategy.contract import Setting
from tradewright.strategy.event_driven.context import Context, Wish

_LEAST_AHEAD, _MOST_AHEAD = 32, 8_192


class EventLoop:
    """One run; it keeps the account, and what was decided so far."""

    def __init__(self, setting: Setting) -> None:
        bars, rules, start = setting.bars, setting.rules, setting.start
        own = {name: np.full(len(bars), np.nan) for name in own_columns_of(rules)}
        measures = replace(setting.signals, columns={**own, **setting.signals.columns})
        self.setting = setting
        self.course = course_of(bars, measures, rules, setting.surroundings)
        self.packed = np.zeros(len(bars), np.uint8)
        self.account = Account(rules.cash)
        self.equity = np.empty(len(bars) - start)
        self.fills: npt.NDArray[Any] = np.empty(256, FILL)
        seen = self.account.glance
        self._written, self._side, self._cash = seen("fills"), seen("side"), seen("cash")
        self._quantity, self._price = seen("quantity"), seen("entry_price")

    def run(self, on_bar: Callable[[Context], None], context: Context) -> Simulation:
        """Call `on_bar` at every close of the window."""
        setting, account = self.setting, self.account
        stop = len(setting.bars)
        first, ahead = setting.start, _LEAST_AHEAD
        while first < stop:
            check_cancelled()
            saved, before = account.memory.copy(), self._written[0]
            after = self._walk(first, min(first + ahead, stop), pause=True)
            filled = self._written[0] > before
            acted = self._ask(on_bar, context, first, after - filled)
            if filled and acted is None:
                hasty = self._closed_before_asking()
                if hasty:
                    self._walk_up_to_close(saved, first, after)
                self._show(context)
                acted = self._ask(on_bar, context, after - 1, after)
                if hasty and acted is None:
                    account.memory[:] = saved
                    self._walk(first, after, pause=False)
                    self._show(context)
            if acted is None:
                first, ahead = after, min(2 * ahead, _MOST_AHEAD)
            else:
                account.memory[:] = saved
                self._act(first, acted, context)
                first, ahead = acted + 1, _LEAST_AHEAD
        return simulation_of(setting.bars, self.course, account, self.fills, self.equity, setting.start)

    def _closed_before_asking(self) -> bool:
        """Say whether the last fill is one at a close that a decision of that close comes before (3.9)."""
        last = self.fills[self._written[0] - 1]
        at_own_close = last["moment"] == AT_CLOSE and self.setting.rules.fill_on == "close"
        return bool(at_own_close and last["reason"] in {TIME_STOP, END_OF_DATA})

    def _walk_up_to_close(self, saved: npt.NDArray[np.uint8], first: int, after: int) -> None:
        """Put the account to where it is when bar ``after - 1`` closes, before what that close decides."""
        self.account.memory[:] = saved
        self.account.books["deadline"] = NEVER
        terms = self.course.terms
        terms["close_at_end"] = False
        self._walk(first, after, pause=False)
        terms["close_at_end"] = self.setting.rules.close_at_end

    def _ask(self, on_bar: Callable[[Context], None], context: Context, first: int, stop: int) -> int | None:
        """Ask at the closes from `first` on; return the one at which something was ordered."""
        for i in range(first, stop):
            context.i = i
            on_bar(context)
            if context.asked and not self._changes_nothing(context):
                return i
        return None

    def _changes_nothing(self, context: Context) -> bool:
        """Say whether what was asked for is without effect (2.5), and forget it: strategies repeat it."""
        held, wishes = context.position, context.wishes
        if context.cancels or (context.closes and held) or len(wishes) > 1:
            return False
        if wishes and (self.setting.rules.pyramiding or wishes[0].side * held <= 0):
            return False
        context.wishes, context.asked, context.closes = [], False, False
        return True

    def _walk(self, first: int, stop: int, *, pause: bool) -> int:
        span = Span(self.setting.start, first, stop, pause)
        after = walk(self.course, self.packed, self.account.parts, self.fills, self.equity, span)
        if not has_room_for(self.fills, self._written[0], self.course.outside):
            self.fills = longer(self.fills, self.course.outside)
        return after

    def _show(self, context: Context) -> None:
        held = self._side[0] != 0
        context.position = self._quantity[0] if held else 0.0
        context.entry_price = self._price[0] if held else np.nan
        context.cash = self._cash[0]

    def _act(self, first: int, i: int, context: Context) -> None:
        """Walk to the close of bar `i` with what was asked for there."""
        wishes, closes, cancels = context.wishes, context.closes, context.cancels
        context.wishes, context.asked, context.closes, context.cancels = [], False, False, False
        for wish in wishes:
            self._write_levels(wish, i)
        both = len(wishes) > 1 and all(wish.rests for wish in wishes)
        self.packed[i] = _flags(wishes[:1] if both else wishes, closes)
        while first <= i:
            first = self._walk(first, i + 1, pause=False)
        if cancels:
            # What waited before; what is ordered at this close comes after.
            orders = self.account.orders
            orders["side"][orders["decided"] != i] = 0
        for wish in wishes:
            if wish.rests or wish.quantity is not None:
                self._shape(wish, i, closes, wishes[0] if both else wish)
        self._show(context)

    def _write_levels(self, wish: Wish, i: int) -> None:
        if wish.stop_loss is None and wish.take_profit is None:
            return
        terms, side = self.course.terms[0], 0 if wish.side > 0 else 1
        if wish.stop_loss is not None:
            self.course.columns[terms.stop_row[side], i] = wish.stop_loss
        if wish.take_profit is not None:
            self.course.columns[terms.target_row[side * (terms.target_row.size // 2)], i] = wish.take_profit

    def _shape(self, wish: Wish, i: int, closes: bool, placed: Wish) -> None:
        """Give the order that the close made the price, size and life that were asked for."""
        book, orders = self.account.books[0], self.account.orders
        order = orders[0 if placed.side > 0 else 1]
        if order.side == 0 or order.decided != i:
            return  # dropped: the position has no room for it
        if wish is not placed:
            orders[0 if wish.side > 0 else 1] = order
            order = orders[0 if wish.side > 0 else 1]
            order.side = wish.side
        if wish.quantity is not None:
            order.wanted = wish.quantity
        if not wish.rests:
            return
        order.kind = _kind(wish)
        order.price = wish.stop if wish.stop is not None else wish.limit
        order.limit = wish.limit if wish.stop is not None and wish.limit is not None else np.nan
        order.expires = NEVER if wish.lifetime is None else i + wish.lifetime
        if book.exit_reason == REVERSE and book.exit_decided == i:
            # The reversal rests: until it fills only what else was asked for closes the position.
            book.exit_reason = SIGNAL if closes else ENTRY


def _kind(wish: Wish) -> int:
    if wish.stop is None:
        return LIMIT
    return STOP if wish.limit is None else STOP_LIMIT


def _flags(wishes: list[Wish], closes: bool) -> int:
    flags = LONG_EXIT | SHORT_EXIT if closes else 0
    for wish in wishes:
        flags |= LONG_ENTRY if wish.side > 0 else SHORT_ENTRY
    entries = LONG_ENTRY | SHORT_ENTRY
    return flags & ~entries | CONFLICT if flags & entries == entries else flags
