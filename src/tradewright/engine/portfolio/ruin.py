"""Liquidation of a whole account (docs/concepts/portfolio.md P12)."""

import numpy as np

from tradewright.engine.portfolio.ledger import cancel_order, close_whole, equity_of, gross_of, occasion_of
from tradewright.engine.portfolio.records import OPENING, RUINED, WITHIN, Floor
from tradewright.kernels import kernel
from tradewright.kernels.ties import at_most

_NOTHING = 1e-11  # of a notional, as in 5.3


@kernel
def margin_gone(floor: Floor) -> bool:
    """Say whether equity at the prices set is no more than the maintenance margin."""
    kept = floor.limits.maintenance_margin * gross_of(floor.wallet)
    return at_most(equity_of(floor.wallet), kept, floor.limits.tolerance)


@kernel
def margin_of(floor: Floor) -> float:
    """Return equity at the prices set, less the maintenance margin."""
    return equity_of(floor.wallet) - floor.limits.maintenance_margin * gross_of(floor.wallet)


@kernel
def liquidate(floor: Floor, t: int, moment: int) -> None:
    """Close everything at the prices set; what is stale is ordered to close, all other orders go."""
    wallet = floor.wallet
    wallet.purse.liquidated = gross_of(wallet)
    for s in range(wallet.slots.size):
        slot = wallet.slots[s]
        cancel_order(wallet, s)
        if slot.position == 0:
            continue
        if slot.fresh:
            close_whole(floor, s, occasion_of(floor, s, t, slot.price, moment), RUINED, slot.decided)
        else:
            slot.order = 0.0
            slot.reason = RUINED
            slot.decided = t
            wallet.purse.orders += 1


@kernel
def liquidate_at_gap(floor: Floor, t: int) -> None:
    """Liquidate what is carried in when its margin is gone at the open."""
    if floor.wallet.purse.positions > 0 and margin_gone(floor):
        liquidate(floor, t, OPENING)


@kernel
def price_at_extremes(floor: Floor, share: float) -> None:
    """Set the prices `share` of the way from the open to each bar's adverse extreme."""
    lines, wallet = floor.lines, floor.wallet
    for s in range(wallet.slots.size):
        slot = wallet.slots[s]
        bar = slot.cursor
        if slot.position == 0 or not slot.fresh:
            continue
        extreme = lines.low[bar] if slot.position > 0 else lines.high[bar]
        if share == 1.0:
            slot.price = extreme
        else:
            slot.price = lines.open[bar] + share * (extreme - lines.open[bar])


@kernel
def liquidate_inside(floor: Floor, t: int) -> None:
    """Liquidate where the margin is gone on the way from the opens to the adverse extremes."""
    if floor.wallet.purse.positions == 0:
        return
    before = margin_of(floor)
    price_at_extremes(floor, 1.0)
    if margin_gone(floor):
        after = margin_of(floor)
        price_at_extremes(floor, before / (before - after) if before > 0 else 0.0)
        liquidate(floor, t, WITHIN)


@kernel
def settle_ruin(floor: Floor) -> None:
    """End the run when a liquidation has left nothing (P12)."""
    purse = floor.wallet.purse
    if purse.liquidated > 0 and purse.positions == 0:
        purse.ended = purse.cash <= _NOTHING * purse.liquidated
        purse.liquidated = 0.0
        if purse.ended:
            for s in range(floor.wallet.slots.size):
                slot = floor.wallet.slots[s]
                slot.order = np.nan
            purse.orders = 0
