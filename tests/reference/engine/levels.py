"""Where the stop, the trailing stop and the targets of an entry stand (4.2, 3.7)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tests.reference.engine.world import World
from tests.reference.ties import Ties
from tradewright.engine.columns import target_name
from tradewright.engine.rule_parts import Level, Trailing
from tradewright.engine.types import STOP_LOSS, TRAILING_STOP

SIDE_NAMES = {+1: "long", -1: "short"}


def percent_off(price: float, percent: float, direction: int) -> float:
    return price * (1 + direction * percent / 100)


def steps_off(price: float, steps: float, step: float, direction: int) -> float:
    return price + direction * steps * step


def best(side: int, *prices: float | None) -> float | None:
    """The highest of what is there; for shorts the lowest."""
    there = [price for price in prices if price is not None]
    if not there:
        return None
    return max(there) if side > 0 else min(there)


def nearer_stop(
    side: int, stop: float | None, trailing: float | None, ties: Ties
) -> tuple[float, int] | None:
    """The level that a falling (for shorts: rising) price meets first, and its name (3.7)."""
    if stop is None or trailing is None:
        if stop is not None:
            return stop, STOP_LOSS
        return None if trailing is None else (trailing, TRAILING_STOP)
    if ties.equal(stop, trailing):
        return stop, STOP_LOSS
    trailing_is_nearer = trailing > stop if side > 0 else trailing < stop
    return (trailing, TRAILING_STOP) if trailing_is_nearer else (stop, STOP_LOSS)


@dataclass(frozen=True)
class Rung:
    """One level before its entry price is known: its rule, and what the decision bar says of it."""

    unit: str
    value: float
    direction: int
    known: float = 0.0  # the ATR, or the price of a column or of the rules

    def at(self, entry_price: float, r: float | None) -> float:
        match self.unit:
            case "percent":
                return percent_off(entry_price, self.value, self.direction)
            case "atr":
                return steps_off(entry_price, self.value, self.known, self.direction)
            case "r":
                assert r is not None
                return steps_off(entry_price, self.value, r, self.direction)
            case _:
                return self.known

    @property
    def moves_with_the_entry(self) -> bool:
        return self.unit in {"percent", "atr", "r"}

    def split(self, k: float) -> "Rung":
        return replace(self, known=self.known / k)


@dataclass(frozen=True)
class Ladder:
    """All levels of an entry before its price is known."""

    side: int
    stop: Rung | None
    targets: tuple[Rung, ...]
    trailing: Rung | None
    trails_at_once: bool
    break_even_atr: float | None

    @property
    def is_known(self) -> bool:
        rungs = [rung for rung in (self.stop, self.trailing, *self.targets) if rung is not None]
        numbers = [rung.known for rung in rungs]
        if self.break_even_atr is not None:
            numbers.append(self.break_even_atr)
        return not any(math.isnan(number) for number in numbers)

    def trailing_start(self, price: float) -> float | None:
        """Where the trailing stop begins, whether it stands already or not."""
        return None if self.trailing is None else self.trailing.at(price, None)

    def at(self, price: float, ties: Ties) -> "Levels":
        """The levels of an entry at this price."""
        stop = None if self.stop is None else self.stop.at(price, None)
        trailing = self.trailing_start(price) if self.trails_at_once else None
        nearer = nearer_stop(self.side, stop, trailing, ties)
        r = None if nearer is None else abs(price - nearer[0])
        return Levels(self.side, stop, trailing, [rung.at(price, r) for rung in self.targets], r)

    def split(self, k: float) -> "Ladder":
        return replace(
            self,
            stop=None if self.stop is None else self.stop.split(k),
            targets=tuple(rung.split(k) for rung in self.targets),
            trailing=None if self.trailing is None else self.trailing.split(k),
            break_even_atr=None if self.break_even_atr is None else self.break_even_atr / k,
        )


@dataclass
class Levels:
    """Prices; None where there is no level."""

    side: int
    stop: float | None
    trailing: float | None
    targets: list[float] = field(default_factory=list[float])
    r: float | None = None

    def nearer(self, ties: Ties) -> float | None:
        found = nearer_stop(self.side, self.stop, self.trailing, ties)
        return None if found is None else found[0]

    def on_the_wrong_side(self, raw_price: float, ties: Ties) -> bool:
        """Is a level equal to, or beyond, the price at which the entry takes place (4.2)?"""
        return wrong_side(self.side, (self.stop, self.trailing), self.targets, raw_price, ties)


def wrong_side(
    side: int, losing: Sequence[float | None], winning: Sequence[float], raw_price: float, ties: Ties
) -> bool:
    return any(level is not None and ties.reached(level, raw_price, side) for level in losing) or any(
        ties.reached(level, raw_price, -side) for level in winning
    )


@dataclass(frozen=True)
class Decision:
    """The bar that decided an entry, read in units after the splits `since` (3.1)."""

    world: World
    side: int
    bar: int
    since: float

    def column(self, what: str) -> float:
        return self.world.column(what, self.bar) / self.since

    def stop(self, rule: Level) -> Rung:
        atr = self.world.stop_atr(rule, self.bar) if rule.unit == "atr" else 0.0
        return self._rung(rule, -self.side, f"stop_{SIDE_NAMES[self.side]}", atr)

    def target(self, number: int, rule: Level) -> Rung:
        atr = self.world.target_atr(rule, self.bar) if rule.unit == "atr" else 0.0
        return self._rung(rule, self.side, target_name(number, SIDE_NAMES[self.side]), atr)

    def trailing(self, rule: Trailing) -> Rung:
        if rule.unit in {"atr", "chandelier"}:
            return Rung("atr", rule.value, -self.side, self.world.atr(rule, self.bar) / self.since)
        known = self.column(f"trail_{SIDE_NAMES[self.side]}") if rule.unit == "column" else 0.0
        return Rung(rule.unit, rule.value, -self.side, known)

    def _rung(self, rule: Level, direction: int, column: str, atr: float) -> Rung:
        known = {"atr": atr / self.since, "price": rule.value}.get(rule.unit, 0.0)
        if rule.unit == "column":
            known = self.column(column)
        return Rung(rule.unit, rule.value, direction, known)


def ladder_for(world: World, side: int, bar: int, since: float = 1.0) -> Ladder:
    """What the decision bar says of an entry's levels."""
    rules, decision = world.rules, Decision(world, side, bar, since)
    even = rules.break_even
    return Ladder(
        side=side,
        stop=None if rules.stop_loss is None else decision.stop(rules.stop_loss),
        targets=tuple(decision.target(i, target) for i, target in enumerate(rules.targets)),
        trailing=None if rules.trailing is None else decision.trailing(rules.trailing),
        trails_at_once=rules.trailing is not None and rules.trailing.after == 0,
        break_even_atr=world.atr(even, bar) / since if even is not None and even.unit == "atr" else None,
    )
