"""The last step: what the trade came to, as a sum of what was told."""

from math import fsum
from typing import Any

from tradewright.research.explanation.costs import unit_in_words
from tradewright.research.explanation.figures import counted, money, number, percent, signed
from tradewright.research.explanation.held import Held
from tradewright.research.explanation.record import Record, TradeRows
from tradewright.research.explanation.told import Step


def result_step(record: Record, told: TradeRows, held: Held) -> Step:
    """Say what the trade came to; `held` is the position after its rows."""
    trade = told.trade
    fills = [row for row in told.rows if not row.is_event]
    bought = fsum(row.paid for row in fills if row.quantity > 0)
    sold = fsum(-row.paid for row in fills if row.quantity < 0)
    fees = fsum(row.fee for row in fills)
    carry = fsum(row.flow for row in told.rows if row.is_event)
    marked = mark_of(record, held)
    pnl = fsum((sold, -bought, marked, carry, -fees))
    entered = fsum(abs(row.paid) for row in fills if (row.quantity > 0) == (trade["side"] > 0))
    numbers: dict[str, Any] = {"sold": sold, "bought": bought, "marked": marked, "carry": carry}
    numbers |= {"fees": fees, "pnl": float(trade["pnl"]), "sum": pnl, "entered": entered}
    numbers |= {name: trade[name].item() for name in ("return", "bars_held", "mae", "mfe", "quantity")}
    text = " ".join(
        (_sum(record, numbers, held), _return(numbers), _held(told, numbers), _excursions(trade, numbers))
    )
    bar = int(trade["exit_bar"])
    time = int(record.bars.close_time[bar]) if told.is_open else int(trade["exit_time"])
    return Step(time, text, ("5.5", "5.6"), numbers)


def mark_of(record: Record, held: Held) -> float:
    """Return what is still held at the last close, in account currency; the run's own equity says it."""
    if held.quantity == 0:
        return 0.0
    rates, last = record.surroundings.rate_close, float(record.bars.close[-1])
    same = record.currency == record.bars.instrument.currency
    if same and rates is None:
        return held.quantity * last * record.bars.instrument.multiplier
    if rates is not None:
        return held.quantity * last * record.bars.instrument.multiplier * float(rates[-1])
    return float(record.simulation.equity[-1]) - held.cash


def _sum(record: Record, numbers: dict[str, Any], held: Held) -> str:
    terms = [f"{money(numbers['sold'])} sold", f"- {money(numbers['bought'])} bought"]
    if held.quantity:
        mark = numbers["marked"]
        last = number(float(record.bars.close[-1]))
        said = unit_in_words(record, mark / (held.quantity * float(record.bars.close[-1]))).removesuffix(",")
        sign = "-" if mark < 0 else "+"
        terms.append(f"{sign} {money(abs(mark))} still held at the last close of {last}{said}")
    if numbers["carry"]:
        terms.append(f"{'-' if numbers['carry'] < 0 else '+'} {money(abs(numbers['carry']))} carried")
    if numbers["fees"]:
        terms.append(f"{'+' if numbers['fees'] < 0 else '-'} {money(abs(numbers['fees']))} fees")
    return f"Result: {' '.join(terms)} = {signed(numbers['pnl'])} {record.currency}."


def _return(numbers: dict[str, Any]) -> str:
    return f"That is {percent(numbers['return'])} of the {money(numbers['entered'])} entered."


def _held(told: TradeRows, numbers: dict[str, Any]) -> str:
    count = int(numbers["bars_held"])
    held = "within one bar" if count == 0 else f"for {counted(count, 'bar')}"
    return f"Held {held} so far." if told.is_open else f"Held {held}."


def _excursions(trade: Any, numbers: dict[str, Any]) -> str:
    worst = float(trade["entry_price"]) * (1 + int(trade["side"]) * numbers["mae"])
    best = float(trade["entry_price"]) * (1 + int(trade["side"]) * numbers["mfe"])
    numbers["worst_price"], numbers["best_price"] = worst, best
    return (
        f"At worst it stood {percent(numbers['mae'])} from the average entry, at {number(worst)}, at best "
        f"{percent(numbers['mfe'])}, at {number(best)}."
    )
