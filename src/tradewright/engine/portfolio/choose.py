"""From weights or ranked signals at a close to orders (docs/concepts/portfolio.md P5, P9)."""

import numpy as np

from tradewright.engine.portfolio.batch import side_of
from tradewright.engine.portfolio.ledger import cancel_order
from tradewright.engine.portfolio.records import (
    BY_SIGNAL,
    BY_WEIGHT,
    CAPPED_WEIGHT,
    CONFLICTING,
    EXCLUDED,
    LONG_IN,
    LONG_OUT,
    NO_SLOT,
    OVER_WEIGHT,
    RUINED,
    SHORT_IN,
    SHORT_OUT,
    Choices,
    Floor,
    Limits,
)
from tradewright.kernels import kernel
from tradewright.kernels.ties import above


@kernel
def order(floor: Floor, s: int, weight: float, t: int, reason: int) -> float:
    """Order symbol `s` to be worth `weight` of equity, as far as direction and limits allow (P5).

    Returns the size of the weight that was ordered.
    """
    slot = floor.wallet.slots[s]
    wallet, limits = floor.wallet, floor.limits
    counts = wallet.purse.counts
    if not np.isnan(slot.order) and slot.reason == RUINED:
        return 0.0
    if (weight > 0 and not limits.longs) or (weight < 0 and not limits.shorts):
        counts[EXCLUDED] += 1
        weight = 0.0
    if abs(weight) > limits.max_weight:
        counts[CAPPED_WEIGHT] += 1
        weight = side_of(weight) * limits.max_weight
    if weight == 0 and slot.position == 0:
        cancel_order(wallet, s)
        return 0.0
    wallet.purse.orders += np.isnan(slot.order)
    slot.order = weight
    slot.decided = t
    slot.reason = reason
    return abs(weight)


@kernel
def count_over_weight(floor: Floor, asked: float) -> None:
    """Count a decision that asks for more than can be spent; not one that `max_exposure` cuts anyway."""
    limits = floor.limits
    if limits.max_exposure > limits.leverage and above(asked, limits.leverage, limits.tolerance):
        floor.wallet.purse.counts[OVER_WEIGHT] += 1


@kernel
def order_weights(floor: Floor, choices: Choices, decision: int, t: int) -> None:
    """Turn one row of weights into orders."""
    asked = 0.0
    for s in range(choices.weights.shape[1]):
        weight = choices.weights[decision, s]
        if not np.isnan(weight):
            asked += order(floor, s, weight, t, BY_WEIGHT)
    count_over_weight(floor, asked)


@kernel
def entry_side(flags: int, limits: Limits) -> int:
    """Return the side of an entry that is true; 0 for none, 2 for both."""
    long = limits.longs and flags & LONG_IN != 0
    short = limits.shorts and flags & SHORT_IN != 0
    if long and short:
        return 2
    return (1 if long else 0) - (1 if short else 0)


@kernel
def weight_of(choices: Choices, s: int, t: int, limits: Limits) -> float:
    """Return the weight of an entry; NaN when it is unknown or none."""
    if choices.weight.size == 1:
        return 1.0 / limits.max_positions
    weight = choices.weight[t, s]
    return weight if weight > 0 else np.nan


@kernel
def leave_by_signal(floor: Floor, choices: Choices, t: int) -> int:
    """Order what its exit says to close; return how many slots are taken then."""
    wallet, taken = floor.wallet, 0
    for s in range(wallet.slots.size):
        slot = wallet.slots[s]
        position = slot.position
        if position != 0 and slot.fresh:
            out = LONG_OUT if position > 0 else SHORT_OUT
            if choices.flags[t, s] & out:
                order(floor, s, 0.0, t, BY_SIGNAL)
        ordered = not np.isnan(slot.order)
        taken += (position != 0 and not ordered) or (ordered and slot.order != 0)
    return taken


@kernel
def is_candidate(floor: Floor, choices: Choices, s: int, t: int) -> bool:
    """Say whether symbol `s` could take a slot (P9.2)."""
    slot = floor.wallet.slots[s]
    if not slot.fresh or slot.position != 0 or not np.isnan(slot.order):
        return False
    side = entry_side(choices.flags[t, s], floor.limits)
    if side in (0, 2) or np.isnan(weight_of(choices, s, t, floor.limits)):
        return False
    return choices.score.size == 1 or not np.isnan(choices.score[t, s])


@kernel
def best_candidate(floor: Floor, choices: Choices, t: int) -> int:
    """Return the candidate with the highest score, of equal ones the first; -1 for none."""
    best = -1
    for s in range(floor.wallet.slots.size):
        if is_candidate(floor, choices, s, t):
            scored = choices.score.size > 1
            if best < 0 or (
                scored and above(choices.score[t, s], choices.score[t, best], floor.limits.tolerance)
            ):
                best = s
    return best


@kernel
def order_ranked(floor: Floor, choices: Choices, t: int) -> None:
    """Turn the signals of row `t` into orders (P9)."""
    wallet, limits, counts = floor.wallet, floor.limits, floor.wallet.purse.counts
    free = limits.max_positions - leave_by_signal(floor, choices, t)
    for s in range(wallet.slots.size):
        slot = wallet.slots[s]
        if slot.fresh:
            counts[CONFLICTING] += entry_side(choices.flags[t, s], limits) == 2
    asked = 0.0
    for _ in range(free):
        s = best_candidate(floor, choices, t)
        if s < 0:
            break
        side = entry_side(choices.flags[t, s], limits)
        asked += order(floor, s, side * weight_of(choices, s, t, limits), t, BY_SIGNAL)
    count_over_weight(floor, asked)
    for s in range(wallet.slots.size):
        slot = wallet.slots[s]
        counts[NO_SLOT] += is_candidate(floor, choices, s, t)
