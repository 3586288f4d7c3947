"""Where an entry's levels stand and how large it is (engine.md 4.2, 5.1, 5.2)."""

import numpy as np

from tradewright.engine.match import nearer_stop
from tradewright.engine.state import Intent
from tradewright.engine.terms import (
    ALL_IN,
    ATR,
    CASH,
    EQUITY_SHARE,
    NO_LEVEL,
    PERCENT,
    QUANTITY,
    R_MULTIPLE,
    Terms,
)
from tradewright.kernels import kernel
from tradewright.kernels.ties import above, at_least, at_most, below


@kernel
def level_price(side: int, entry: float, unit: int, value: float, unit_size: float) -> float:
    """Return a level `value` units from `entry`, on the winning side for ``side=+1`` (4.2).

    `unit_size` is the price distance of one unit, for ATR and R.
    """
    if unit == NO_LEVEL:
        return np.nan
    if unit == PERCENT:
        return entry * (1 + side * value / 100)
    if unit in (ATR, R_MULTIPLE):
        return entry + side * value * unit_size
    return value


@kernel
def entry_levels(side: int, entry: float, intent: Intent, terms: Terms) -> tuple[float, float, float, float]:
    """Return stop-loss, trailing, the nearer of both, and target of an entry at `entry`."""
    stop = level_price(-side, entry, terms.stop_unit, terms.stop, intent.atr_stop)
    trailing = level_price(-side, entry, PERCENT, terms.trailing, 0.0) if terms.trailing > 0 else np.nan
    nearest, _ = nearer_stop(side, stop, trailing, terms.tolerance)
    unit_size = abs(entry - nearest) if terms.target_unit == R_MULTIPLE else intent.atr_target
    return stop, trailing, nearest, level_price(side, entry, terms.target_unit, terms.target, unit_size)


@kernel
def levels_stand(side: int, raw: float, stop: float, trailing: float, target: float, terms: Terms) -> bool:
    """Say whether every level lies on its own side of the raw fill price, and none is unknown (4.2)."""
    if (terms.stop_unit != NO_LEVEL and np.isnan(stop)) or (
        terms.target_unit != NO_LEVEL and np.isnan(target)
    ):
        return False
    t = terms.tolerance
    if side > 0:
        return not (at_least(stop, raw, t) or at_least(trailing, raw, t) or at_most(target, raw, t))
    return not (at_most(stop, raw, t) or at_most(trailing, raw, t) or at_least(target, raw, t))


@kernel
def all_in_quantity(equity: float, price: float, terms: Terms) -> float:
    """Largest quantity that equity, leverage and the fee allow at `price` (5.1)."""
    return terms.leverage * equity / (price * terms.multiplier * (1 + terms.leverage * terms.fee))


@kernel
def wanted_quantity(equity: float, price: float, nearest: float, terms: Terms) -> float:
    """Quantity that the sizing rule asks for, before the cap (5.1)."""
    if terms.sizing == ALL_IN:
        return all_in_quantity(equity, price, terms)
    if terms.sizing == QUANTITY:
        return terms.amount
    if terms.sizing == CASH:
        return terms.amount / (price * terms.multiplier)
    if terms.sizing == EQUITY_SHARE:
        return terms.amount * equity / (price * terms.multiplier * (1 + terms.amount * terms.fee))
    at_risk = abs(price - nearest) * terms.multiplier
    return terms.amount * equity / at_risk if at_risk > 0 else np.inf


@kernel
def fitted_quantity(wanted: float, equity: float, price: float, terms: Terms) -> tuple[float, bool]:
    """Cap `wanted` at the all-in quantity and floor it to lots; 0 when under a minimum (5.1).

    Returns
    -------
    tuple
        Quantity, and whether the cap cut it.
    """
    most = all_in_quantity(equity, price, terms)
    if not most > 0:
        return 0.0, False
    capped = above(wanted, most, terms.tolerance)
    quantity = min(wanted, most)
    if terms.lot > 0:
        quantity = terms.lot * np.floor(quantity / terms.lot + 1e-9)
    notional = quantity * price * terms.multiplier
    if not quantity > 0 or below(notional, terms.minimum_notional, terms.tolerance):
        return 0.0, capped
    return quantity, capped
