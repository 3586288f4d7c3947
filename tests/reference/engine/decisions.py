"""What is decided at a close (2.5, 3.8)."""

from tests.reference.engine.position import Position
from tests.reference.engine.world import World
from tradewright.engine.types import OPPOSITE, REVERSE, SIGNAL, TIME_STOP, Flags


def _true_at(flags: Flags | None, bar: int) -> bool:
    return flags is not None and bool(flags[bar])


def entry_sides(world: World, bar: int) -> list[int]:
    """The sides whose entry is true and allowed, the long one first."""
    signals, direction = world.signals, world.rules.direction
    sides: list[int] = []
    if direction != "short" and _true_at(signals.long_entry, bar):
        sides.append(+1)
    if direction != "long" and _true_at(signals.short_entry, bar):
        sides.append(-1)
    return sides


def exit_reason(world: World, bar: int, position: Position, side: int | None) -> int | None:
    """Why the position is to be left, given the one entry `side` that is true; None to stay.

    REVERSE means that the opposite entry acts: at the market, or by an order that rests.
    """
    signals, rules = world.signals, world.rules
    leave = signals.long_exit if position.side > 0 else signals.short_exit
    opposite = side == -position.side
    if opposite and rules.on_opposite == "reverse":
        return REVERSE
    if _true_at(leave, bar):
        return SIGNAL
    if opposite and rules.on_opposite == "exit":
        return OPPOSITE
    if rules.time_stop is not None and bar >= _last_bar(position, rules.time_stop, rules.fill_on):
        return TIME_STOP
    return None


def _last_bar(position: Position, bars: int, fill_on: str) -> int:
    """The close at which a time stop is decided (3.8); at the close itself it also fills (3.9)."""
    return position.ledger.entry_bar + bars - (1 if fill_on == "next_open" else 0)
