"""The steps of an entry: what was decided, the order, what filled it, how large, what protects it."""

from math import isclose, isnan
from typing import Any

from tradewright.engine.types import AT_CLOSE, AT_OPEN, MARKET, ORDER_KINDS, STOP_LIMIT
from tradewright.research.explanation.costs import cost_of, fee_in_words, price_in_words, worth_in_words
from tradewright.research.explanation.figures import counted, moment, number
from tradewright.research.explanation.held import Held
from tradewright.research.explanation.levels import Levels
from tradewright.research.explanation.met import bar_in_words, fill_numbers, met_in_words
from tradewright.research.explanation.ordering import Ordered, ordered, side_word
from tradewright.research.explanation.record import Record, Row
from tradewright.research.explanation.sizing import size_of
from tradewright.research.explanation.told import Step

_NO_PRICE = 1e-9
_LEVELS_STAND = ("3.7", "4.2")


def decided_step(record: Record, row: Row, *, adds: bool) -> Step:
    """Say what the deciding close asked for, and what order that made."""
    bars, bar = record.bars, row.decided
    close = float(bars.close[bar])
    what = f"an entry that adds to the {side_word(row)} position" if adds else f"a {side_word(row)} entry"
    order = ordered(record, row)
    opened = moment(int(bars.time[bar]))
    text = f"The bar of {opened} closed at {number(close)}, and that close decided {what}: "
    rules = ("2.5", *(("5.4",) if adds else ()), "3.9" if row.moment == AT_CLOSE else "3.3")
    numbers = {"bar": bar, "close": close, "kind": ORDER_KINDS[row.kind]}
    numbers |= {"order_price": order.price, "order_limit": order.limit}
    return Step(int(bars.close_time[bar]), text + _order_in_words(record, row, order), rules, numbers)


def _order_in_words(record: Record, row: Row, order: Ordered) -> str:
    if row.kind == MARKET:
        return f"a market order for {'that very close' if row.moment == AT_CLOSE else 'the next open'}."
    kind = ORDER_KINDS[row.kind].replace("_", "-")
    where = "" if isnan(order.price) else f" at {number(order.price)}{_distance(record)}"
    worst = "" if isnan(order.limit) else f", to fill no further than {number(order.limit)}"
    return f"a {kind} order{where}{worst}{_lifetime(record)}."


def _distance(record: Record) -> str:
    entry = record.rules.entry
    if entry.unit == "column":
        return ", the strategy's own price"
    if entry.kind == "market" or not entry.offset:
        return ""
    unit = {"percent": "%", "atr": f"ATR({entry.period})", "price": "in price"}[entry.unit]
    return f" ({number(entry.offset)} {unit} away)"


def _lifetime(record: Record) -> str:
    entry = record.rules.entry
    if entry.kind == "market":
        return ""
    if entry.lifetime == "session":
        return ", resting until its session ends"
    if entry.lifetime is None:
        return ", resting until another takes its place"
    return f", resting for {counted(entry.lifetime, 'bar')}"


def filled_step(record: Record, row: Row) -> Step:
    """Say which price met the order and what the fill cost."""
    cost, order = cost_of(record, row), ordered(record, row)
    met = met_in_words(record, row, _met_by(row, order))
    verb = "Bought" if row.quantity > 0 else "Sold"
    what = f"{verb} {number(abs(row.quantity))} {record.bars.symbol}"
    text = (
        f"{what} at {number(row.price)} {bar_in_words(record, row.bar)}. {met} "
        f"{price_in_words(row, cost)} {worth_in_words(record, row)}{fee_in_words(record, row, cost)}"
    )
    place = {AT_OPEN: "3.3", AT_CLOSE: "3.9"}.get(row.moment, "3.5")
    return Step(record.time_of(row), text, (place, "4.1"), fill_numbers(record, row, cost))


def _met_by(row: Row, order: Ordered) -> str:
    if row.kind == MARKET:
        return "market order"
    kind = ORDER_KINDS[row.kind].replace("_", "-")
    price = order.price
    if row.kind == STOP_LIMIT and not isnan(price) and row.price == row.reference == order.limit:
        price = order.limit
    return f"{kind} order" if isnan(price) else f"{kind} order at {number(price)}"


def sized_step(record: Record, row: Row, held: Held, closed: int, before: float) -> Step:
    """Say how large the entry was and why."""
    size = size_of(record, row, cost_of(record, row), held, closed, before, ordered(record, row).limit)
    return Step(record.time_of(row), size.text, size.rules, size.numbers)


def protected_step(record: Record, row: Row, held: Held, levels: Levels) -> Step | None:
    """Say where the levels stood after an entry; None when nothing protects it."""
    numbers: dict[str, Any] = {}
    parts = [*_stops(record, row, levels, numbers), *_targets(record, levels, numbers)]
    ruin = held.liquidation(row.unit, record.rules.maintenance_margin)
    if ruin is not None and held.side > 0 and ruin < _NO_PRICE * row.price:
        ruin = None  # a long paid in full, but for the last digits of its cash
    numbers["liquidation"] = ruin
    rules = _LEVELS_STAND if parts else ()
    if ruin is not None:
        parts.append(f"liquidation at {number(ruin)}")
        rules = (*rules, "5.3")
    if record.rules.time_stop is not None and held.entered == abs(row.quantity):
        parts.append(f"a time stop after {counted(record.rules.time_stop, 'bar')}")
        rules = (*rules, "3.8")
    if not parts:
        return None
    average = ""
    if not isclose(held.price, row.price, rel_tol=1e-12):
        average = f"The average entry is {number(held.price)} now. "
        numbers["entry_price"] = held.price
        rules = ("5.4", *rules)
    return Step(record.time_of(row), f"{average}Levels: {'; '.join(parts)}.", rules, numbers)


def _stops(record: Record, row: Row, levels: Levels, numbers: dict[str, Any]) -> list[str]:
    rules, parts = record.rules, list[str]()
    numbers["stop"], numbers["trailing"] = levels.stop_now, levels.trailing_now
    if rules.stop_loss is not None and not isnan(levels.stop_now):
        how = _how(rules.stop_loss) if levels.by_rules else ""
        parts.append(f"stop at {number(levels.stop_now)}{how}")
    trailing = rules.trailing
    if trailing is not None and levels.trails and not isnan(levels.trailing_now):
        parts.append(f"trailing stop at {number(levels.trailing_now)}{_how(trailing)}")
    elif trailing is not None and not levels.trails:
        parts.append(f"a trailing stop once the gain is {number(trailing.after)} %")
    even = rules.break_even
    if even is not None and not levels.even:
        unit = {"percent": "%", "atr": "ATR", "r": "R"}[even.unit]
        parts.append(f"break-even once the gain is {number(even.after)} {unit}")
    if not parts and not isnan(row.stop):
        parts.append(f"stop at {number(row.stop)}")
    return parts


def _targets(record: Record, levels: Levels, numbers: dict[str, Any]) -> list[str]:
    numbers["targets"] = list(levels.targets)
    parts: list[str] = []
    for part, level in zip(record.rules.targets, levels.targets, strict=True):
        if isnan(level):
            continue
        share = f" for {number(100 * part.share)} %" if part.share != 1 else ""
        parts.append(f"target at {number(level)}{_how(part)}{share}")
    return parts


def _how(part: Any) -> str:
    """Say how a level is measured."""
    if part.unit == "column":
        return " (the strategy's own price)"
    if part.unit == "price":
        return ""
    if part.unit in {"atr", "chandelier"}:
        word = "ATR" if part.unit == "atr" else "ATR of each bar"
        return f" ({number(part.value)} {word}, {part.period} bars)"
    return f" ({number(part.value)} {'%' if part.unit == 'percent' else 'R'})"
