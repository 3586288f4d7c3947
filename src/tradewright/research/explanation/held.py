"""The position and the account while the rows of a trade go by."""

from dataclasses import dataclass

from tradewright.engine.types import SPLIT
from tradewright.research.explanation.record import Row


@dataclass(slots=True)
class Held:
    """One position, kept from its rows alone.

    Attributes
    ----------
    cash
        Account currency.
    quantity
        Signed.
    price
        Average entry price, in units of now.
    entered
        Quantity entered so far, in units of now.
    """

    cash: float
    quantity: float = 0.0
    price: float = 0.0
    entered: float = 0.0

    @property
    def side(self) -> int:
        """+1 long, -1 short, 0 flat."""
        return (self.quantity > 0) - (self.quantity < 0)

    def enters(self, row: Row) -> bool:
        """Say whether a fill opens or adds."""
        return self.quantity == 0 or (row.quantity > 0) == (self.quantity > 0)

    def equity(self, price: float, unit: float) -> float:
        """Return the account's worth with the position at `price` (3.10)."""
        return self.cash + self.quantity * price * unit

    def take(self, row: Row) -> None:
        """Let a row happen."""
        self.cash += row.flow - row.paid - row.fee
        if row.is_event:
            if row.reason == SPLIT:
                self._split((self.quantity + row.quantity) / self.quantity)
            return
        if self.enters(row):
            held, added = abs(self.quantity), abs(row.quantity)
            self.price = (held * self.price + added * row.price) / (held + added)
            self.entered += added
            self.quantity += row.quantity
        else:
            self.quantity = 0.0 if abs(row.quantity) >= abs(self.quantity) else self.quantity + row.quantity

    def _split(self, units: float) -> None:
        self.quantity *= units
        self.price /= units
        self.entered *= units

    def liquidation(self, unit: float, margin: float) -> float | None:
        """Return the price at which equity is `margin` of the position (5.3); None for no such price."""
        exposure = self.quantity * unit
        if exposure == 0:
            return None
        price = -self.cash / (exposure - margin * abs(exposure))
        return price if price > 0 else None if exposure > 0 else 0.0
