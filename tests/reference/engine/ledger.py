"""What a trade adds up to while it lasts (5.5)."""

import math
from dataclasses import dataclass, field

from tests.reference.records import Fill, Trade
from tradewright.engine.types import END_OF_DATA, EVENT


@dataclass
class Ledger:
    """Running sums over the rows of one trade, in units of the latest split."""

    side: int
    entry_bar: int
    entry_time: int
    gained: float = 0.0  # cash, net
    invested: float = 0.0  # account currency, over entries
    fees: float = 0.0
    carry: float = 0.0
    risk: float = math.nan
    bought: float = 0.0  # units entered
    bought_value: float = 0.0  # price times units
    sold: float = 0.0
    sold_value: float = 0.0
    entries: int = 0
    exits: int = 0
    seen: list[float] = field(default_factory=list[float])  # prices for MAE and MFE

    def _pay(self, fill: Fill) -> None:
        units = fill.quantity * fill.unit
        self.gained = self.gained - (units * fill.price + fill.fee) + fill.flow
        self.fees += fill.fee
        self.carry += fill.flow

    def enter(self, fill: Fill) -> None:
        self._pay(fill)
        units = abs(fill.quantity * fill.unit)
        self.invested += units * fill.price
        if not math.isnan(fill.stop):
            at_risk = abs(fill.price - fill.stop) * units
            self.risk = at_risk if math.isnan(self.risk) else self.risk + at_risk
        self.bought += abs(fill.quantity)
        self.bought_value += abs(fill.quantity) * fill.price
        self.entries += 1
        self.seen.append(fill.price)

    def leave(self, fill: Fill) -> None:
        self._pay(fill)
        self.sold += abs(fill.quantity)
        self.sold_value += abs(fill.quantity) * fill.price
        self.exits += 1
        self.seen.append(fill.price)

    def event(self, fill: Fill) -> None:
        assert fill.kind == EVENT
        self._pay(fill)

    def split(self, k: float) -> None:
        """Restate what was before a split; values stay."""
        self.bought *= k
        self.sold *= k
        self.seen = [price / k for price in self.seen]

    def trade(self, exit_bar: int, exit_time: int, reason: int) -> Trade:
        entry_price = self.bought_value / self.bought
        moves = [self.side * (price - entry_price) / entry_price for price in self.seen]
        return Trade(
            entry_bar=self.entry_bar,
            exit_bar=exit_bar,
            entry_time=self.entry_time,
            exit_time=exit_time,
            side=self.side,
            exit_reason=reason,
            quantity=self.bought,
            entry_price=entry_price,
            exit_price=self.sold_value / self.sold,
            pnl=self.gained,
            returned=self.gained / self.invested,
            fees=self.fees,
            bars_held=exit_bar - self.entry_bar,
            mae=min(0.0, *moves),
            mfe=max(0.0, *moves),
            risk=self.risk,
            carry=self.carry,
            entries=self.entries,
            exits=self.exits,
            instrument=0,
        )

    def still_open(self, quantity: float, close: float, unit: float, bar: int, time: int) -> Trade:
        """The trade as if what is held counted at the last close."""
        self.gained += self.side * quantity * unit * close
        self.sold += quantity
        self.sold_value += quantity * close
        self.seen.append(close)
        return self.trade(bar, time, END_OF_DATA)
