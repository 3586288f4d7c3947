"""How much an entry buys or sells (5.1)."""

import math

from tradewright.engine.rules import Rules


def share_of_equity(share: float, equity: float, price: float, multiplier: float, fee: float) -> float:
    """The quantity whose notional, and the fee on it, `share` times the equity can carry."""
    return share * equity / (price * multiplier * (1 + share * fee))


def all_in(rules: Rules, equity: float, price: float, multiplier: float) -> float:
    return share_of_equity(rules.leverage, equity, price, multiplier, rules.fee)


def wanted(rules: Rules, equity: float, price: float, stop: float | None, multiplier: float) -> float:
    """What the sizing rule asks for, before any cap."""
    value = rules.sizing.value
    match rules.sizing.kind:
        case "all-in":
            return all_in(rules, equity, price, multiplier)
        case "quantity":
            return value
        case "cash":
            return value / (price * multiplier)
        case "equity":
            return share_of_equity(value, equity, price, multiplier, rules.fee)
        case "risk":
            assert stop is not None
            at_risk = abs(price - stop) * multiplier
            return value * equity / at_risk if at_risk > 0 else math.inf


def in_lots(quantity: float, lot: float) -> float:
    return lot * math.floor(quantity / lot + 1e-9) if lot > 0 else quantity
