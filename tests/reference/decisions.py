"""What is decided at a close (2.5, 3.8): signals and position in, at most one order out."""

from dataclasses import dataclass

from tests.reference.position import Position
from tradewright.engine.rules import Rules
from tradewright.engine.types import OPPOSITE, REVERSE, SIGNAL, TIME_STOP, Flags, Signals


@dataclass(frozen=True)
class Order:
    """Leave, enter, or both; `wanted` is the size settled at the decision, where the rules ask so."""

    bar: int
    exit_reason: int | None = None
    entry_side: int | None = None
    wanted: float | None = None


def _true_at(flags: Flags | None, bar: int) -> bool:
    return flags is not None and bool(flags[bar])


def entry_sides(signals: Signals, rules: Rules, bar: int) -> list[int]:
    """The sides whose entry is true and allowed."""
    sides: list[int] = []
    if rules.direction != "short" and _true_at(signals.long_entry, bar):
        sides.append(+1)
    if rules.direction != "long" and _true_at(signals.short_entry, bar):
        sides.append(-1)
    return sides


def decide(
    signals: Signals, rules: Rules, bar: int, position: Position | None, side: int | None
) -> tuple[int | None, int | None]:
    """Exit reason and entry side, given the one entry `side` that is true."""
    if position is None:
        return None, side
    leave = signals.long_exit if position.side > 0 else signals.short_exit
    opposite = side == -position.side
    if opposite and rules.on_opposite == "reverse":
        return REVERSE, side
    if _true_at(leave, bar):
        return SIGNAL, None
    if opposite and rules.on_opposite == "exit":
        return OPPOSITE, None
    if rules.time_stop is not None and bar >= _last_bar(position, rules.time_stop, rules.fill_on):
        return TIME_STOP, None
    return None, None


def _last_bar(position: Position, bars: int, fill_on: str) -> int:
    """The close at which a time stop is decided (3.8); at the close itself it also fills (3.9)."""
    return position.entry.bar + bars - (1 if fill_on == "next_open" else 0)
