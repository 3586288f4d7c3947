"""How much an entry buys or sells (5.1)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tests.reference.engine.costs import Costs, Quote
from tests.reference.engine.orders import EntryOrder
from tests.reference.engine.world import When, World

HALVINGS = 60


@dataclass(frozen=True)
class Result:
    """What a closed trade came to."""

    gained: float
    invested: float

    @property
    def returned(self) -> float:
        return self.gained / self.invested

    @property
    def is_win(self) -> bool:
        return self.gained > 1e-11 * self.invested

    @property
    def is_loss(self) -> bool:
        return self.gained < -1e-11 * self.invested


@dataclass(frozen=True)
class Purse:
    """What the account has for an entry, at the entry's reference price."""

    equity: float
    gross: float  # notional of the position beside it


@dataclass(frozen=True)
class Sizing:
    """One entry's question: how is it priced, where, and what is its stop."""

    quote: Quote
    when: When
    price: float  # without impact
    stop: float | None
    order: EntryOrder


class Sizer:
    """Sizes by the rules of one run. NaN: what sizes it is unknown. 0: nothing."""

    def __init__(self, world: World, costs: Costs) -> None:
        self.world = world
        self.costs = costs

    def most(self, entry: Sizing, purse: Purse) -> float:
        """The all-in quantity within the buying power that is left."""
        return max(0.0, self.share(self.world.rules.leverage, entry, purse))

    def wanted(self, entry: Sizing, purse: Purse, closed: Sequence[Result]) -> float:
        """What the sizing rule asks for, before any cap."""
        sizing, unit = self.world.rules.sizing, self.world.unit(entry.when)
        alone = Purse(purse.equity, 0.0)
        match sizing.kind:
            case "all-in":
                return self.most(entry, purse)
            case "quantity":
                return sizing.value
            case "cash":
                return sizing.value / (entry.price * unit)
            case "equity":
                return self.share(sizing.value, entry, alone)
            case "risk":
                assert entry.stop is not None
                at_risk = abs(entry.price - entry.stop) * unit
                return sizing.value * purse.equity / at_risk if at_risk > 0 else math.inf
            case _:
                kelly = sizing.kind == "kelly"
                return (
                    self.share(self._kelly(closed), entry, alone) if kelly else self._by_column(entry, purse)
                )

    def _by_column(self, entry: Sizing, purse: Purse) -> float:
        sizing, order = self.world.rules.sizing, entry.order
        name = {"atr": f"atr:{sizing.period}", "volatility": f"volatility:{sizing.period}", "column": "size"}
        measure = self.world.column(name[sizing.kind], order.bar)
        if sizing.kind == "atr":
            measure /= order.since
        elif sizing.kind == "column":
            measure *= order.since
        if not measure > 0:
            return math.nan
        if sizing.kind == "column":
            return measure
        if sizing.kind == "atr":
            return sizing.value * purse.equity / (measure * self.world.unit(entry.when))
        return self.share(sizing.value / measure, entry, Purse(purse.equity, 0.0))

    def _kelly(self, closed: Sequence[Result]) -> float:
        """The share of equity; 0 when there is no edge."""
        sizing = self.world.rules.sizing
        if len(closed) < sizing.period:
            return sizing.initial
        wins = [t.returned for t in closed if t.is_win]
        losses = [t.returned for t in closed if t.is_loss]
        if not losses:
            return sizing.value
        if not wins:
            return 0.0
        share = len(wins) / (len(wins) + len(losses))
        odds = (_sum(wins) / len(wins)) / (-_sum(losses) / len(losses))
        return max(0.0, sizing.value * (share - (1 - share) / odds))

    def share(self, share: float, entry: Sizing, purse: Purse) -> float:
        """The quantity whose notional, and the fee on it, `share` times the equity can carry."""
        rate = max(0.0, self.costs.rate(entry.quote))
        unit = self.world.unit(entry.when)
        plain = (share * purse.equity - purse.gross) / (entry.price * unit * (1 + share * rate))
        if not self.costs.size_matters or plain <= 0:
            return plain
        low, high = 0.0, plain
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            if self._carries(middle, share, entry, purse):
                low = middle
            else:
                high = middle
        return low

    def _carries(self, quantity: float, share: float, entry: Sizing, purse: Purse) -> bool:
        price = self.costs.price(entry.quote, quantity, entry.when)
        fee = max(0.0, self.costs.fee(quantity, price, entry.quote, entry.when))
        notional = abs(quantity * self.world.unit(entry.when)) * price
        return notional + share * fee <= share * purse.equity - purse.gross


def _sum(values: Sequence[float]) -> float:
    total = 0.0
    for value in values:
        total += value
    return total


def in_lots(quantity: float, lot: float) -> float:
    if not lot > 0 or math.isinf(quantity):
        return quantity
    return lot * math.floor(quantity / lot + 1e-9)
