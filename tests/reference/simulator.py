"""The reference run: one bar after the other, in the order of chapter 3."""

import math
from dataclasses import dataclass

from tests.reference.decisions import Order, decide, entry_sides
from tests.reference.intrabar import Bar, Brackets, Exit, inside
from tests.reference.levels import levels_for, on_the_wrong_side
from tests.reference.position import Position
from tests.reference.records import Fill, Outcome
from tests.reference.sizes import all_in, in_lots, wanted
from tests.reference.ties import Ties
from tradewright.core.bars import Bars
from tradewright.engine.rules import Rules
from tradewright.engine.types import (
    AT_CLOSE,
    AT_OPEN,
    END_OF_DATA,
    ENTRY,
    INSIDE,
    LIQUIDATION,
    Signals,
)


def reference_simulate(bars: Bars, signals: Signals, rules: Rules, start: int = 0) -> Outcome:
    """Run `signals` over `bars` from bar `start` on, by the letter of the rules."""
    run = _Run(bars, signals, rules, start)
    for bar in range(start, len(bars)):
        run.live_through(bar)
    run.finish()
    return run.outcome


def levels_over(bars: Bars, signals: Signals, rules: Rules, start: int, bar: int) -> list[float]:
    """The levels that watch over the position which is carried into `bar`; none when flat."""
    run = _Run(bars, signals, rules, start)
    for earlier in range(start, bar):
        run.live_through(earlier)
    if run.position is None:
        return []
    brackets = run.brackets(run.position)
    stop = None if brackets.protection is None else brackets.protection[0]
    return [level for level in (brackets.liquidation, stop, brackets.target) if level is not None]


@dataclass
class _Prices:
    """The series as Python floats."""

    bars: list[Bar]
    time: list[int]
    close_time: list[int]

    @classmethod
    def of(cls, bars: Bars) -> "_Prices":
        rows = zip(*(bars.columns[name].tolist() for name in ("open", "high", "low", "close")), strict=True)
        return cls([Bar(*row) for row in rows], bars.time.tolist(), bars.close_time.tolist())


@dataclass(frozen=True)
class _When:
    """The bar of a fill, and where in it."""

    bar: int
    moment: int


class _Run:
    def __init__(self, bars: Bars, signals: Signals, rules: Rules, start: int) -> None:
        self.prices = _Prices.of(bars)
        self.last = len(bars) - 1
        self.instrument = bars.instrument
        self.multiplier = bars.instrument.multiplier
        self.signals = signals
        self.rules = rules
        self.ties = Ties(rules.tie_tolerance)
        self.cash = rules.cash
        self.position: Position | None = None
        self.pending: Order | None = None
        self.ruined = False
        self.outcome = Outcome(start, rules.cash, bars.instrument.multiplier)

    # The bar, in order.

    def live_through(self, j: int) -> None:
        bar = self.prices.bars[j]
        self.at_open(j, bar)
        if self.position is not None:
            self.outcome.bars_held += 1
        self.between(j, bar)
        if self.position is not None:
            self.position.live_through(bar.high, bar.low)
        self.at_close(j, bar)
        self.outcome.equity.append(self.marked(bar.close))

    def at_open(self, j: int, bar: Bar) -> None:
        """Carried position first, then the market entry (3.2, 3.3)."""
        order, self.pending = self.pending, None
        if self.position is not None:
            if order is not None and order.exit_reason is not None:
                self.leave(_When(j, AT_OPEN), Exit(bar.open, order.exit_reason))
            elif (gap := self.brackets(self.position).gapped(bar.open, self.ties)) is not None:
                self.leave(_When(j, AT_OPEN), gap)
        if order is not None and order.entry_side is not None:
            self.enter(_When(j, AT_OPEN), order, bar.open)

    def between(self, j: int, bar: Bar) -> None:
        """Touches of stop, trailing stop, liquidation and target (3.5, 3.6)."""
        if self.position is None:
            return
        brackets = self.brackets(self.position)
        if brackets.loss(bar, self.ties) is not None and brackets.win(bar, self.ties) is not None:
            self.count("ambiguous_bars")
        touched = inside(brackets, bar, self.rules.intrabar, self.ties)
        if touched is not None:
            self.position.seen += touched.before
            self.leave(_When(j, INSIDE), touched)

    def at_close(self, j: int, bar: Bar) -> None:
        """Decide; fill at once where the rules fill at the close (3.9), else wait for the next open."""
        ends_here = j == self.last and self.rules.close_at_end
        fills_here = self.rules.fill_on == "close"
        sides = [] if self.ruined else entry_sides(self.signals, self.rules, j)
        if len(sides) == 2:
            self.count("conflicting_entries")
        decides = not self.ruined and (fills_here or not ends_here)
        order = self.decision(j, bar, sides[0] if len(sides) == 1 else None) if decides else None
        if order is not None and fills_here:
            if order.exit_reason is not None:
                self.leave(_When(j, AT_CLOSE), Exit(bar.close, order.exit_reason))
            if order.entry_side is not None:
                self.enter(_When(j, AT_CLOSE), order, bar.close)
        elif order is not None and j == self.last:
            self.count("cancelled_at_end")
        else:
            self.pending = order
        if ends_here and self.position is not None:
            self.leave(_When(j, AT_CLOSE), Exit(bar.close, END_OF_DATA))

    def decision(self, j: int, bar: Bar, side: int | None) -> Order | None:
        exit_reason, entry_side = decide(self.signals, self.rules, j, self.position, side)
        if exit_reason is None and entry_side is None:
            return None
        at_decision = entry_side is not None and self.rules.size_on == "decision"
        size = self.size_at_decision(j, bar, entry_side) if at_decision and entry_side else None
        return Order(j, exit_reason, entry_side, size)

    # Fills.

    def enter(self, when: _When, order: Order, reference: float) -> None:
        """Price, levels, size, minimum, in this order (4.1, 4.2, 5.1)."""
        side = order.entry_side
        assert side is not None
        price = self.taker(reference, side)
        levels = levels_for(self.rules, side, price, self.atr(order.bar), self.ties)
        sold_for_nothing = self.taker(reference, -1) <= 0
        if sold_for_nothing or levels is None or on_the_wrong_side(levels, side, reference, self.ties):
            self.count("invalid_stop")
            return
        nearer = levels.nearer_stop(side, self.ties)
        stop = None if nearer is None else nearer[0]
        quantity = self.size(order, price, stop)
        notional = quantity * price * self.multiplier
        if quantity <= 0 or self.ties.below(notional, self.instrument.minimum_notional):
            self.count("below_minimum")
            return
        fill = self.fill(when, side * quantity, price, reference, ENTRY, stop)
        self.position = Position(side, fill, self.time_of(when), levels, extreme=price)

    def size(self, order: Order, price: float, stop: float | None) -> float:
        """The quantity that the sizing rule wants, as far as the account carries it, in whole lots."""
        equity = self.cash
        if equity <= 0:
            return 0.0
        most = all_in(self.rules, equity, price, self.multiplier)
        quantity = order.wanted
        if quantity is None:
            quantity = wanted(self.rules, equity, price, stop, self.multiplier)
        if self.ties.above(quantity, most):
            self.count("capped")
        return in_lots(min(quantity, most), self.instrument.lot)

    def size_at_decision(self, j: int, bar: Bar, side: int) -> float:
        """The same formulas with what is known at the decision's close (5.2)."""
        price = self.taker(bar.close, side)
        levels = levels_for(self.rules, side, price, self.atr(j), self.ties)
        if levels is None or price <= 0:
            return 0.0  # the entry will be skipped for its unknown level, or has no price to divide by
        nearer = levels.nearer_stop(side, self.ties)
        stop = None if nearer is None else nearer[0]
        return wanted(self.rules, self.marked(bar.close), price, stop, self.multiplier)

    def leave(self, when: _When, exit_: Exit) -> None:
        """Close the position and write its trade."""
        position = self.position
        assert position is not None
        price = self.taker(exit_.reference, -position.side) if exit_.is_taker else exit_.reference
        quantity = -position.side * position.quantity
        fill = self.fill(when, quantity, price, exit_.reference, exit_.reason, None)
        self.position = None
        trade = position.trade(fill, self.time_of(when), self.multiplier)
        self.outcome.trades.append(trade)
        if exit_.reason == LIQUIDATION:
            notional = position.quantity * self.multiplier * position.price
            self.ruined = self.cash <= 1e-11 * notional

    def fill(
        self, when: _When, quantity: float, price: float, reference: float, reason: int, stop: float | None
    ) -> Fill:
        units = quantity * self.multiplier
        fee = abs(units * price) * self.rules.fee
        self.cash = self.cash - (units * price + fee)
        fill = Fill(
            bar=when.bar,
            quantity=quantity,
            price=price,
            reference=reference,
            fee=fee,
            slippage=abs(price - reference) * abs(units),
            stop=math.nan if stop is None else stop,
            reason=reason,
            moment=when.moment,
        )
        self.outcome.fills.append(fill)
        return fill

    # Small readings.

    def brackets(self, position: Position) -> Brackets:
        return Brackets.around(position, self.cash, self.multiplier, self.rules, self.ties)

    def taker(self, reference: float, sign: int) -> float:
        price = reference * (1 + sign * self.rules.slippage) + sign * self.rules.half_spread
        return price if price > 0 else 0.0

    def marked(self, price: float) -> float:
        held = 0.0 if self.position is None else self.position.side * self.position.quantity
        return self.cash + held * price * self.multiplier

    def atr(self, j: int) -> tuple[float, float]:
        columns = (self.signals.atr_stop, self.signals.atr_target)
        stop, target = (math.nan if column is None else float(column[j]) for column in columns)
        return stop, target

    def time_of(self, when: _When) -> int:
        times = self.prices.close_time if when.moment == AT_CLOSE else self.prices.time
        return times[when.bar]

    def count(self, name: str) -> None:
        self.outcome.counters[name] += 1

    def finish(self) -> None:
        """Mark what is still open at the last close (2.6)."""
        if self.position is None:
            return
        close = self.prices.bars[self.last].close
        quantity = -self.position.side * self.position.quantity
        mark = Fill(self.last, quantity, close, close, 0.0, 0.0, math.nan, END_OF_DATA, AT_CLOSE)
        trade = self.position.trade(mark, self.prices.close_time[self.last], self.multiplier)
        self.outcome.open_trades.append(trade)
