"""The orders that fill at one open, worked out together (docs/concepts/portfolio.md P7, P8)."""

import numpy as np

from tradewright.engine.costs import fee_of, taker_price
from tradewright.engine.portfolio.ledger import (
    cancel_order,
    close_whole,
    drop_without_rate,
    equity_of,
    gross_of,
    occasion_of,
    write,
)
from tradewright.engine.portfolio.records import (
    BELOW_MINIMUM,
    BY_WEIGHT,
    CAPPED_EXPOSURE,
    INVALID,
    OPENED,
    OPENING,
    SCALED,
    SMALL_CHANGE,
    WAITED,
    Floor,
    Wallet,
)
from tradewright.engine.sizing import Offer, affordable, in_lots
from tradewright.kernels import kernel
from tradewright.kernels.ties import below, equal


@kernel
def side_of(weight: float) -> int:
    """Return the side of a weight or position that is not 0."""
    return 1 if weight > 0 else -1


@kernel
def fills_now(wallet: Wallet, s: int) -> bool:
    """Say whether the order of symbol `s` belongs to the batch of this row."""
    slot = wallet.slots[s]
    return slot.fresh and not np.isnan(slot.order)


@kernel
def room_for(floor: Floor, equity: float) -> float:
    """Return what every weight of the batch is multiplied by to keep to the exposure (P7.2)."""
    wallet, limits = floor.wallet, floor.limits
    if limits.max_exposure == np.inf:
        return 1.0
    asked = 0.0
    others = 0.0
    for s in range(wallet.slots.size):
        slot = wallet.slots[s]
        if fills_now(wallet, s):
            asked += abs(slot.order) * equity
        elif slot.position != 0:
            others += abs(slot.position) * slot.price * slot.unit
    room = max(0.0, limits.max_exposure * equity - others)
    if asked > room:
        wallet.purse.counts[CAPPED_EXPOSURE] += 1
        return room / asked
    return 1.0


@kernel
def fill_batch(floor: Floor, t: int) -> None:
    """Fill every order whose symbol has a bar at row `t`; prices at the open are set."""
    wallet, counts = floor.wallet, floor.wallet.purse.counts
    equity = equity_of(wallet)
    factor = room_for(floor, equity)
    increases = False
    for s in range(wallet.slots.size):
        slot = wallet.slots[s]
        slot.wanted = 0.0
        if np.isnan(slot.order):
            continue
        if not slot.fresh:
            counts[WAITED] += slot.decided == t - 1
            continue
        if not drop_without_rate(wallet, s):
            slot.wanted = reduce(floor, s, t, equity, factor)
            increases = increases or slot.wanted > 0
        if slot.wanted == 0:
            cancel_order(wallet, s)
    if increases:
        increase_all(floor, t)


@kernel
def reduce(floor: Floor, s: int, t: int, equity: float, factor: float) -> float:
    """Bring a position that is too large down to its target; return what is missing of one (P7.3 to 5)."""
    slot = floor.wallet.slots[s]
    limits, counts = floor.limits, floor.wallet.purse.counts
    weight, position, worth = slot.order, slot.position, slot.price * slot.unit
    target = max(0.0, (abs(weight) * factor * equity) / worth)
    side = side_of(weight)
    drift = abs(side * target - position) * slot.price * slot.unit
    if weight != 0 and below(drift, limits.min_trade * equity, limits.tolerance):
        counts[SMALL_CHANGE] += 1
        return 0.0
    when = occasion_of(floor, s, t, slot.price, OPENING)
    if position != 0 and (target == 0 or side_of(position) != side):
        close_whole(floor, s, when, slot.reason, slot.decided)
        return target
    held = abs(position)
    if target >= held:
        return target - held
    terms = floor.terms[s]
    quantity = in_lots(held - target, terms.lot)
    price = taker_price(when, -side, quantity, terms)
    if not quantity > 0 or below(
        quantity * price * terms.multiplier, terms.minimum_notional, limits.tolerance
    ):
        counts[BELOW_MINIMUM] += not equal(held, target, limits.tolerance)
        return 0.0
    write(floor, s, when, -side * quantity, price, BY_WEIGHT, slot.decided)
    return 0.0


@kernel
def increase_all(floor: Floor, t: int) -> None:
    """Open and enlarge what the batch wants, cut to what can be spent (P7.6)."""
    wallet, limits, counts = floor.wallet, floor.limits, floor.wallet.purse.counts
    free = limits.leverage * equity_of(wallet) - gross_of(wallet)
    total = 0.0
    for s in range(wallet.slots.size):
        slot = wallet.slots[s]
        if slot.wanted > 0:
            slot.cost = cost_of(floor, s, t)
            total += slot.cost
    scaled = total > free
    counts[SCALED] += scaled
    for s in range(wallet.slots.size):
        slot = wallet.slots[s]
        if slot.wanted > 0:
            if free > 0:
                increase(floor, s, t, free * (slot.cost / total) if scaled else np.inf)
            cancel_order(wallet, s)


@kernel
def cost_of(floor: Floor, s: int, t: int) -> float:
    """Return what the increase that symbol `s` wants takes of what can be spent, fee included."""
    slot = floor.wallet.slots[s]
    terms, quantity = floor.terms[s], slot.wanted
    when = occasion_of(floor, s, t, slot.price, OPENING)
    price = taker_price(when, side_of(slot.order), quantity, terms)
    fee = max(0.0, fee_of(quantity, price, False, when, terms))
    return abs(quantity * when.unit) * price + floor.limits.leverage * fee


@kernel
def increase(floor: Floor, s: int, t: int, money: float) -> None:
    """Open or enlarge one position by what it wants, or by what `money` pays for (P7.6, 7)."""
    slot = floor.wallet.slots[s]
    wallet, limits, terms = floor.wallet, floor.limits, floor.terms[s]
    counts = wallet.purse.counts
    side = side_of(slot.order)
    when = occasion_of(floor, s, t, slot.price, OPENING)
    if taker_price(when, -1, 0.0, terms) <= 0:
        counts[INVALID] += 1
        return
    quantity = slot.wanted
    offer = Offer(side, taker_price(when, side, quantity, terms), False, when, np.nan)
    if money < np.inf:
        quantity = min(quantity, affordable(limits.leverage, 0.0, -money, offer, terms))
    quantity = in_lots(quantity, terms.lot)
    notional = quantity * offer.price * terms.multiplier
    if not quantity > 0 or below(notional, terms.minimum_notional, limits.tolerance):
        counts[BELOW_MINIMUM] += 1
        return
    reason = OPENED if slot.position == 0 else BY_WEIGHT
    write(floor, s, when, side * quantity, offer.price, reason, slot.decided)
