"""What a fill costs: price and fee (4.1)."""

import math
from dataclasses import dataclass

from tests.reference.engine.world import When, World


@dataclass(frozen=True)
class Quote:
    """How an order is priced: a maker at its reference, a taker worse, a stop-limit never past `worst`."""

    reference: float
    sign: int  # +1 buys, -1 sells
    maker: bool = False
    worst: float | None = None


class Costs:
    """Prices and fees by the rules of one run."""

    def __init__(self, world: World) -> None:
        self.world = world
        rules = world.rules
        self.maker_rate = rules.fee if rules.maker_fee is None else rules.maker_fee
        self.many_kinds = rules.impact > 0 or rules.slippage_ticks > 0 or rules.slippage_atr > 0
        self.size_matters = (
            rules.impact > 0 or rules.fee_per_unit > 0 or rules.fee_per_order > 0 or rules.fee_minimum > 0
        )

    def rate(self, quote: Quote) -> float:
        return self.maker_rate if quote.maker else self.world.rules.fee

    def price(self, quote: Quote, quantity: float, when: When) -> float:
        if quote.maker:
            return quote.reference
        price = self._worse(quote, quantity, when) if self.many_kinds else self._plain(quote)
        price = price if price > 0 else 0.0
        if quote.worst is None:
            return price
        return min(price, quote.worst) if quote.sign > 0 else max(price, quote.worst)

    def brings_nothing(self, reference: float, quantity: float, when: When) -> bool:
        """Would a sale at this reference price be for 0?"""
        return self.price(Quote(reference, -1), quantity, when) <= 0

    def _plain(self, quote: Quote) -> float:
        rules, s = self.world.rules, quote.sign
        return quote.reference * (1 + s * rules.slippage) + s * rules.half_spread

    def _worse(self, quote: Quote, quantity: float, when: When) -> float:
        rules = self.world.rules
        atr = self.world.cost_atr(when) if rules.slippage_atr > 0 else 0.0
        worse = (
            quote.reference * (rules.slippage + rules.impact * math.sqrt(self._share(quantity, when.bar)))
            + rules.half_spread
            + rules.slippage_ticks * self.world.instrument.tick
            + rules.slippage_atr * atr
        )
        return quote.reference + quote.sign * worse

    def _share(self, quantity: float, bar: int) -> float:
        """The quantity's share of the bar's volume."""
        volume = self.world.volume[bar]
        if quantity <= 0:
            return 0.0
        return min(1.0, quantity / volume) if volume > 0 else 1.0

    def fee(self, quantity: float, price: float, quote: Quote, when: When) -> float:
        rules, exchange = self.world.rules, self.world.rate(when)
        notional = abs(quantity * self.world.unit(when)) * price
        fee = (
            notional * self.rate(quote)
            + abs(quantity) * (rules.fee_per_unit * exchange)
            + rules.fee_per_order * exchange
        )
        return max(rules.fee_minimum * exchange, fee) if rules.fee_minimum > 0 else fee
