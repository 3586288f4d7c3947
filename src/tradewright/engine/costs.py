"""What a fill costs: the price a taker gets, and the fee (engine.md 4.1)."""

import numpy as np

from tradewright.engine.state import Occasion
from tradewright.engine.terms import Terms
from tradewright.kernels import kernel


@kernel
def share_of_volume(quantity: float, volume: float) -> float:
    """Return an order's share of the bar's volume; a bar without volume is filled by any order."""
    return min(1.0, quantity / volume) if volume > 0 else 1.0


@kernel
def taker_price(when: Occasion, side: int, quantity: float, terms: Terms) -> float:
    """Fill of a market order or stop: worse than the raw price by slippage and half the spread.

    What costs more to sell than it is worth goes for nothing, never for less.
    """
    if terms.plain_price:
        return max(0.0, when.reference * (1 + side * terms.slippage) + side * terms.half_spread)
    impact = 0.0
    if terms.impact > 0 and quantity > 0:
        impact = terms.impact * np.sqrt(share_of_volume(quantity, when.volume))
    worse = (
        when.reference * (terms.slippage + impact)
        + terms.half_spread
        + terms.slippage_price
        + terms.slippage_atr * when.atr
    )
    return max(0.0, when.reference + side * worse)


@kernel
def fee_of(quantity: float, price: float, maker: bool, when: Occasion, terms: Terms) -> float:
    """Fee of a fill, in account currency; below 0 for a maker's rebate."""
    rate = terms.maker_fee if maker else terms.fee
    share = abs(quantity * when.unit) * price * rate
    if terms.plain_fee:
        return share
    fee = share + abs(quantity) * (terms.fee_per_unit * when.rate) + terms.fee_per_order * when.rate
    return max(terms.fee_minimum * when.rate, fee) if terms.fee_minimum > 0 else fee
