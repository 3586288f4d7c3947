"""Where the stop, the trailing stop and the target of an entry stand (4.2, 3.7)."""

import math
from dataclasses import dataclass

from tests.reference.ties import Ties
from tradewright.engine.rules import Level, Rules
from tradewright.engine.types import STOP_LOSS, TRAILING_STOP


@dataclass(frozen=True)
class Levels:
    """Prices; None where the rules set none."""

    stop: float | None
    trailing: float | None
    target: float | None

    def nearer_stop(self, side: int, ties: Ties) -> tuple[float, int] | None:
        """The level that a falling (for shorts: rising) price meets first, and its name (3.7)."""
        if self.stop is None or self.trailing is None:
            if self.stop is not None:
                return self.stop, STOP_LOSS
            return None if self.trailing is None else (self.trailing, TRAILING_STOP)
        if ties.equal(self.stop, self.trailing):
            return self.stop, STOP_LOSS
        trailing_is_nearer = self.trailing > self.stop if side > 0 else self.trailing < self.stop
        return (self.trailing, TRAILING_STOP) if trailing_is_nearer else (self.stop, STOP_LOSS)


def percent_off(price: float, percent: float, direction: int) -> float:
    return price * (1 + direction * percent / 100)


def distance_level(level: Level, price: float, atr: float, direction: int) -> float:
    if level.unit == "price":
        return level.value
    if level.unit == "percent":
        return percent_off(price, level.value, direction)
    return price + direction * level.value * atr


def levels_for(rules: Rules, side: int, price: float, atr: tuple[float, float], ties: Ties) -> Levels | None:
    """Levels of an entry filled at `price`, or None when an ATR that they need is not known yet."""
    stop = trailing = target = None
    if rules.stop_loss is not None:
        stop = distance_level(rules.stop_loss, price, atr[0], -side)
    if rules.trailing is not None:
        trailing = percent_off(price, rules.trailing, -side)
    if rules.take_profit is not None:
        if rules.take_profit.unit == "r":
            nearer = Levels(stop, trailing, None).nearer_stop(side, ties)
            assert nearer is not None
            target = price + side * rules.take_profit.value * abs(price - nearer[0])
        else:
            target = distance_level(rules.take_profit, price, atr[1], side)
    unknown = any(level is not None and math.isnan(level) for level in (stop, target))
    return None if unknown else Levels(stop, trailing, target)


def on_the_wrong_side(levels: Levels, side: int, raw_price: float, ties: Ties) -> bool:
    """Is a level equal to, or beyond, the price at which the entry takes place (4.2)?"""
    losing = (levels.stop, levels.trailing)
    return any(level is not None and ties.reached(level, raw_price, side) for level in losing) or (
        levels.target is not None and ties.reached(levels.target, raw_price, -side)
    )
