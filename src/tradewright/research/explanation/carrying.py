"""The steps between entry and exit: what holding cost or brought, splits, and levels that moved."""

from math import isclose
from typing import Any

from tradewright.engine.types import BORROW, DIVIDEND, FUNDING, SPLIT
from tradewright.research.explanation.costs import unit_in_words
from tradewright.research.explanation.figures import counted, money, number, percent, signed
from tradewright.research.explanation.held import Held
from tradewright.research.explanation.levels import Levels, Moved
from tradewright.research.explanation.met import bar_numbers
from tradewright.research.explanation.record import Record, Row
from tradewright.research.explanation.told import Step

_YEAR_NS = 365 * 86_400 * 1_000_000_000
_DAY_NS = 86_400 * 1_000_000_000


def event_step(record: Record, row: Row, held: Held) -> Step:
    """Say what an account event did to the position that it met."""
    tell = {FUNDING: _funding, BORROW: _borrow, DIVIDEND: _dividend, SPLIT: _split}[row.reason]
    text, numbers = tell(record, row, held)
    rule = "3.4" if row.reason == FUNDING and row.moment else "3.1"
    numbers |= {"bar": bar_numbers(record, row.bar), "flow": row.flow, "reference": row.reference}
    return Step(record.time_of(row), text, (rule,), numbers)


def _flow(record: Record, row: Row) -> str:
    return f"{signed(row.flow)} {record.currency}"


def _funding(record: Record, row: Row, held: Held) -> tuple[str, dict[str, Any]]:
    value = held.quantity * row.reference * row.unit
    rate = -row.flow / value
    side = "long" if held.side > 0 else "short"
    text = (
        f"Funding of {number(100 * rate)} % on {number(abs(held.quantity))} {side} at the open of "
        f"{number(row.reference)}{unit_in_words(record, row.unit) or ','} worth {money(abs(value))} "
        f"{record.currency}: {_flow(record, row)}."
    )
    return text, {"rate": rate, "value": value}


def _borrow(record: Record, row: Row, held: Held) -> tuple[str, dict[str, Any]]:
    lent = abs(held.quantity) * row.reference * row.unit if held.side < 0 else 0.0
    owed = max(0.0, -held.cash)
    rate = record.rules.borrow_rate
    elapsed = int(record.bars.time[row.bar] - record.bars.time[row.bar - 1]) if row.bar else 0
    numbers = {"rate": rate, "short_value": lent, "negative_cash": owed, "days": elapsed / _DAY_NS}
    charged = rate * elapsed / _YEAR_NS * (lent + owed)
    if not isclose(charged, -row.flow, rel_tol=1e-6, abs_tol=1e-9):
        return f"Borrow: {_flow(record, row)}.", numbers
    what = " and ".join(
        f"{money(amount)} {name}" for name, amount in (("short", lent), ("of negative cash", owed)) if amount
    )
    days = counted(elapsed / _DAY_NS, "day")
    text = f"Borrow of {percent(rate)} a year for {days} on {what}: {_flow(record, row)}."
    return text, numbers


def _dividend(record: Record, row: Row, held: Held) -> tuple[str, dict[str, Any]]:
    each = row.flow / (held.quantity * row.unit)
    verb = "received" if held.side > 0 else "owed"
    terms = unit_in_words(record, row.unit).removesuffix(",")
    text = (
        f"A dividend of {number(each)} a unit, {verb} on {number(abs(held.quantity))}{terms}: "
        f"{_flow(record, row)}."
    )
    return text, {"dividend": each}


def _split(_: Record, row: Row, held: Held) -> tuple[str, dict[str, Any]]:
    units = (held.quantity + row.quantity) / held.quantity
    after = held.quantity + row.quantity
    text = (
        f"A split, {number(units)} new for 1: {number(abs(held.quantity))} became {number(abs(after))}, and "
        f"the entry price, {number(held.price)}, and the levels were divided by {number(units)}."
    )
    return text, {"units": units, "quantity": after}


def moved_step(record: Record, moved: Moved, levels: Levels) -> Step:
    """Say that a level began to stand, or moved, after a bar."""
    name = "high" if levels.side > 0 else "low"
    after = f"The {name}est price since the entry had come to {number(moved.extreme)}"
    what = "enough to start the trailing stop: from the next bar on it"
    if moved.what == "break_even":
        what = "far enough for break-even: from the next bar on the stop"
    text = f"{after}, {what} stood at {number(moved.level)}."
    numbers = {"bar": bar_numbers(record, moved.bar), "extreme": moved.extreme, "level": moved.level}
    return Step(int(record.bars.close_time[moved.bar]), text, ("3.7",), numbers)
