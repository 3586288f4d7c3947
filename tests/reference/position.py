"""The one position of a run, from its entry to its trade."""

from dataclasses import dataclass, field

from tests.reference.levels import Levels, percent_off
from tests.reference.records import Fill, Trade
from tests.reference.ties import Ties
from tradewright.engine.rules import Rules
from tradewright.engine.types import AT_CLOSE


@dataclass
class Position:
    """What is held, and what it has lived through."""

    side: int
    entry: Fill
    entry_time: int
    levels: Levels
    extreme: float  # the best price that the trailing stop has seen (3.7)
    seen: list[float] = field(default_factory=list[float])  # prices for MAE and MFE (5.5)

    @property
    def quantity(self) -> float:
        return abs(self.entry.quantity)

    @property
    def price(self) -> float:
        return self.entry.price

    def entered_at_close_of(self, bar: int) -> bool:
        return self.entry.bar == bar and self.entry.moment == AT_CLOSE

    def live_through(self, high: float, low: float) -> None:
        """Count a whole bar that was held: for the excursions, and for tomorrow's trailing level."""
        self.seen += [high, low]
        self.extreme = max(self.extreme, high) if self.side > 0 else min(self.extreme, low)

    def protection(self, rules: Rules, ties: Ties) -> tuple[float, int] | None:
        """The nearer of stop and trailing stop in the bar at hand, and its name."""
        trailing = None if rules.trailing is None else percent_off(self.extreme, rules.trailing, -self.side)
        return Levels(self.levels.stop, trailing, None).nearer_stop(self.side, ties)

    def liquidation_price(self, cash: float, multiplier: float, margin: float) -> float:
        """Where cash + position * price = margin * notional (5.3)."""
        units = self.quantity * multiplier
        return cash / (margin * units - self.side * units)

    def trade(self, exit_fill: Fill, exit_time: int, multiplier: float) -> Trade:
        """The trade that `exit_fill` makes of this position."""
        notional = self.price * self.quantity * multiplier
        fees = self.entry.fee + exit_fill.fee
        pnl = self.side * (exit_fill.price - self.price) * self.quantity * multiplier - fees
        moves = [self.side * (price - self.price) / self.price for price in (*self.seen, exit_fill.price)]
        return Trade(
            entry_bar=self.entry.bar,
            exit_bar=exit_fill.bar,
            entry_time=self.entry_time,
            exit_time=exit_time,
            side=self.side,
            exit_reason=exit_fill.reason,
            quantity=self.quantity,
            entry_price=self.price,
            exit_price=exit_fill.price,
            pnl=pnl,
            returned=pnl / notional,
            fees=fees,
            bars_held=exit_fill.bar - self.entry.bar,
            mae=min(0.0, *moves),
            mfe=max(0.0, *moves),
            risk=abs(self.price - self.entry.stop) * self.quantity * multiplier,
        )
