"""The steps of an exit: why, which level, which price met it, and what the other reading would have given."""

from dataclasses import dataclass
from math import isnan, nan

from tradewright.engine.types import (
    AT_CLOSE,
    AT_OPEN,
    END_OF_DATA,
    INSIDE,
    LIQUIDATION,
    MARKET,
    OPPOSITE,
    ORDER_KINDS,
    REASONS,
    REVERSE,
    SESSION_END,
    SIGNAL,
    STOP_LOSS,
    TAKE_PROFIT,
    TIME_STOP,
    TRAILING_STOP,
)
from tradewright.kernels.ties import at_least, equal
from tradewright.research.explanation.costs import cost_of, fee_in_words, price_in_words, worth_in_words
from tradewright.research.explanation.figures import moment, number
from tradewright.research.explanation.held import Held
from tradewright.research.explanation.levels import Levels
from tradewright.research.explanation.met import bar_in_words, extreme_in_words, fill_numbers
from tradewright.research.explanation.record import Record, Row
from tradewright.research.explanation.told import Step

PROTECTIVE = frozenset({STOP_LOSS, TRAILING_STOP, TAKE_PROFIT, LIQUIDATION})
_DECISIONS = {
    SIGNAL: "the strategy asked to leave",
    REVERSE: "an entry of the other side was true, which reverses",
    OPPOSITE: "an entry of the other side was true, which exits",
    TIME_STOP: "the time stop had run out",
}
_NAMES = {
    STOP_LOSS: "stop",
    TRAILING_STOP: "trailing stop",
    TAKE_PROFIT: "target",
    LIQUIDATION: "liquidation price",
}
_ENDS = {
    SESSION_END: "The session ended with this bar: at its close",
    END_OF_DATA: "The data ended, and the run closes at the end: at the last close",
}
_READINGS = {
    "pessimistic": "read pessimistically, against the position first",
    "optimistic": "read optimistically, with the position first",
    "magnified": "read through the finer bars inside it",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What stood before a bar's inside: levels of the stop side and the nearest target, NaN for none."""

    stop: float
    stop_reason: int
    target: float

    def both(self, record: Record, levels: Levels, bar: int) -> bool:
        """Say whether the bar's range reaches both."""
        low, high = float(record.bars.low[bar]), float(record.bars.high[bar])
        adverse, favourable = (low, high) if levels.side > 0 else (high, low)
        return (
            not isnan(self.stop)
            and not isnan(self.target)
            and levels.lost(adverse, self.stop)
            and levels.won(favourable, self.target)
        )


def standing(record: Record, held: Held, levels: Levels, unit: float, *, leaves: bool) -> Standing:
    """Return what stands for the position now; a stop that has been met, and waits, is not met again."""
    level, reason = (nan, STOP_LOSS) if leaves else levels.stop_side
    ruin = held.liquidation(unit, record.rules.maintenance_margin)
    if ruin is not None and (isnan(level) or levels.nearer(ruin, level, levels.side)):
        level, reason = ruin, LIQUIDATION
    return Standing(level, reason, levels.first_to_fill(abs(held.quantity), held.entered))


def exit_decision(record: Record, row: Row, *, rest: bool) -> Step | None:
    """Say what a close decided; None for exits that no close decides."""
    if row.reason not in _DECISIONS or rest:
        return None
    bars, bar = record.bars, row.decided
    close = float(bars.close[bar])
    what = _DECISIONS[row.reason]
    order = "the next open"
    if row.moment == AT_CLOSE:
        order = "that very close"
    how = f"a market order for {order}"
    if row.kind != MARKET:
        how = f"a {ORDER_KINDS[row.kind].replace('_', '-')} order of the other side"
    text = f"At the close of the bar of {moment(int(bars.time[bar]))}, {number(close)}, {what}: {how}."
    rules = ("2.5", "3.8") if row.reason == TIME_STOP else ("2.5",)
    return Step(int(bars.close_time[bar]), text, rules, {"bar": bar, "close": close})


@dataclass(frozen=True, slots=True)
class Leaving:
    """One fill that closes or reduces, with what stood before it.

    Attributes
    ----------
    before
        What stood before the inside of its bar; None where that bar's inside saw nothing of the trade.
    level
        Where the level that it met stood; NaN where the record does not say.
    held
        The position before it.
    rest
        It is what an earlier exit for the same reason left.
    fresh
        The position was entered inside the same bar.
    """

    row: Row
    before: Standing
    level: float
    held: Held
    levels: Levels
    rest: bool
    fresh: bool


def left_step(record: Record, leaving: Leaving) -> Step:
    """Say which price met the exit and what it cost."""
    row, held = leaving.row, leaving.held
    cost = cost_of(record, row)
    verb = "Sold" if row.quantity < 0 else "Bought back"
    whole = abs(row.quantity) >= abs(held.quantity)
    count = f"all {number(abs(row.quantity))}"
    if not whole:
        count = f"{number(abs(row.quantity))} of {number(abs(held.quantity))}"
    text = (
        f"{verb} {count} {record.bars.symbol} at {number(row.price)} {bar_in_words(record, row.bar)}: "
        f"{REASONS[row.reason].replace('_', ' ')}. {_met(record, leaving)} "
        f"{price_in_words(row, cost)} {worth_in_words(record, row)}{fee_in_words(record, row, cost)}"
    )
    numbers = fill_numbers(record, row, cost) | {"level": leaving.level}
    return Step(record.time_of(row), text, (*_rules(leaving), "4.1"), numbers)


def _rules(leaving: Leaving) -> tuple[str, ...]:
    row = leaving.row
    if leaving.rest:
        return ("4.3", "3.2")
    if row.reason == SESSION_END:
        return ("3.8",)
    if row.reason == END_OF_DATA:
        return ("2.6",)
    more = {TRAILING_STOP: ("3.7",), TAKE_PROFIT: ("5.4",), LIQUIDATION: ("5.3",)}.get(row.reason, ())
    if row.moment == INSIDE:
        return ("3.5", *(("3.6",) if leaving.fresh else ()), *more)
    if row.moment == AT_CLOSE:
        return ("3.9",)
    return ("3.2" if row.kind == MARKET or row.reason in PROTECTIVE else "3.3", *more)


def _met(record: Record, leaving: Leaving) -> str:
    row = leaving.row
    at = number(row.reference)
    if leaving.rest:
        return f"It is what the volume of an earlier bar had left of that exit, at the {_moment(row)}, {at}."
    if row.reason in _ENDS:
        return f"{_ENDS[row.reason]}, {at}."
    if row.reason in PROTECTIVE:
        return _level_met(record, leaving)
    if row.kind == MARKET or row.moment == AT_CLOSE:
        return f"The market order met the {_moment(row)}, {at}."
    if row.moment == AT_OPEN:
        return f"The open of {at} had passed the order of the other side: it filled at the open."
    return f"The order of the other side was reached{extreme_in_words(record, row)}: it filled at {at}."


def _moment(row: Row) -> str:
    return "close" if row.moment == AT_CLOSE else "open"


def _level_met(record: Record, leaving: Leaving) -> str:
    row, level = leaving.row, leaving.level
    name, at = _NAMES[row.reason], number(row.reference)
    where = "" if isnan(level) else f" at {number(level)}{_since(leaving)}"
    if row.moment == AT_OPEN:
        passed = "had reached" if equal(row.reference, level, record.rules.tie_tolerance) else "was beyond"
        return f"The open of {at} {passed} the {name}{where}: it filled at the open."
    text = f"The {name}{where} was reached inside the bar{extreme_in_words(record, row)}"
    return f"{text}: it filled at {at}."


def _since(leaving: Leaving) -> str:
    """Say why a stop stood where it did: the price that it followed, or break-even."""
    levels, reason = leaving.levels, leaving.row.reason
    if reason == TRAILING_STOP:
        word = "highest" if levels.side > 0 else "lowest"
        return f" (the {word} price that it followed was {number(levels.extreme)})"
    moved = reason == STOP_LOSS and levels.even and leaving.level != levels.stop
    return " (break-even)" if moved else ""


def reading_step(record: Record, leaving: Leaving) -> Step | None:
    """Say why a bar that held both stop side and target was read as it was; None for any other bar."""
    row, before, levels = leaving.row, leaving.before, leaving.levels
    if row.moment != INSIDE or row.reason not in PROTECTIVE:
        return None
    if row.reason == LIQUIDATION and record.rules.participation is not None:
        return None  # it needs no volume, and whether some was left for a target is not told
    if not before.both(record, levels, row.bar):
        return _fresh_step(record, leaving) if leaving.fresh else None
    rules = record.rules
    stop_name = _NAMES[before.stop_reason]
    other_is_target = row.reason != TAKE_PROFIT
    other = ("target", before.target) if other_is_target else (stop_name, before.stop)
    text = (
        f"The bar is ambiguous: it reached both the {stop_name} at {number(before.stop)} and the target at "
        f"{number(before.target)}, and does not say which came first. It is {_reading(record, row.bar)}."
    )
    if not leaving.fresh or rules.intrabar in {"pessimistic", "optimistic"}:
        text += f" The other reading would have met the {other[0]} first, at {number(other[1])}."
    numbers = {"ambiguous": True, "reading": rules.intrabar, "other": other[1]}
    numbers |= {"stop": before.stop, "target": before.target}
    cited = ("3.5", "3.6", "6.3") if leaving.fresh else ("3.5", "6.3")
    return Step(record.time_of(row), text, cited, numbers)


def _fresh_step(record: Record, leaving: Leaving) -> Step:
    text = (
        "The bar is ambiguous: the entry filled inside it, and it does not say what came before that and "
        f"what after. It is {_reading(record, leaving.row.bar)}."
    )
    numbers = {"ambiguous": True, "reading": record.rules.intrabar}
    return Step(record.time_of(leaving.row), text, ("3.5", "3.6", "6.3"), numbers)


def _reading(record: Record, bar: int) -> str:
    if record.rules.intrabar != "path":
        return _READINGS[record.rules.intrabar]
    bars = record.bars
    open_, high, low, close = (float(getattr(bars, name)[bar]) for name in ("open", "high", "low", "close"))
    tolerance = record.rules.tie_tolerance
    if equal(high + low, 2 * open_, tolerance):
        first = "low" if at_least(close, open_, tolerance) else "high"
        return (
            f"read as a path: both extremes are equally far from the open, and by its close the {first} first"
        )
    first = "low" if high + low > 2 * open_ else "high"
    return f"read as a path: the {first} is nearer to the open, so it came first"
