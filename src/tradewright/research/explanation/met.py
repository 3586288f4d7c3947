"""Which price of which bar met an order."""

from typing import Any

from tradewright.engine.types import AT_CLOSE, AT_OPEN, EVENT, MARKET, ORDER_KINDS, REASONS
from tradewright.kernels.ties import equal
from tradewright.research.explanation.costs import Cost
from tradewright.research.explanation.figures import moment, number
from tradewright.research.explanation.record import Record, Row

MOMENTS = ("open", "inside", "close")


def bar_numbers(record: Record, bar: int) -> dict[str, Any]:
    """Return a bar as plain data."""
    bars = record.bars
    prices = {name: float(getattr(bars, name)[bar]) for name in ("open", "high", "low", "close")}
    return {"index": bar, **prices}


def bar_in_words(record: Record, bar: int) -> str:
    """Say which bar it is, with its prices."""
    prices = ", ".join(
        f"{name} {number(value)}" for name, value in bar_numbers(record, bar).items() if name != "index"
    )
    return f"in the bar of {moment(int(record.bars.time[bar]))} ({prices})"


def fill_numbers(record: Record, row: Row, cost: Cost) -> dict[str, Any]:
    """Return a fill as plain data: its bar, price part by part, fee."""
    return {
        "bar": bar_numbers(record, row.bar),
        "moment": MOMENTS[row.moment],
        "reason": REASONS[row.reason],
        "kind": ORDER_KINDS[row.kind],
        "quantity": row.quantity,
        "reference": row.reference,
        "parts": dict(cost.parts),
        "price": row.price,
        "unit": row.unit,
        "amount": -row.paid,
        "maker": cost.maker,
        "slippage": row.slippage,
        "fee": row.fee,
    }


def met_in_words(record: Record, row: Row, order: str) -> str:
    """Say what met an order: the open, the close, or a price inside the bar."""
    at = number(row.reference)
    if row.moment == AT_CLOSE:
        return f"The {order} met the close, {at}."
    if row.kind == MARKET and row.moment == AT_OPEN:
        return f"The {order} met the open, {at}."
    if row.moment == AT_OPEN:
        return f"The open of {at} had passed the {order}: it filled at the open."
    return f"The {order} was reached inside the bar{extreme_in_words(record, row)}: it filled at {at}."


def extreme_in_words(record: Record, row: Row) -> str:
    """Say which extreme of its bar reached a price; nothing for a price that the open already had."""
    bars, bar, tolerance = record.bars, row.bar, record.rules.tie_tolerance
    open_ = float(bars.open[bar])
    if row.kind == EVENT or equal(row.reference, open_, tolerance):
        return ""
    below = row.reference < open_
    name, price = ("low", bars.low[bar]) if below else ("high", bars.high[bar])
    return f" by its {name} of {number(float(price))}"
