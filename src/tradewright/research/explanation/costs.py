"""What a fill cost: its price part by part, and its fee (4.1)."""

from dataclasses import dataclass
from math import isclose, isnan, sqrt

from tradewright.engine.rule_parts import ATR_PERIOD
from tradewright.engine.types import AT_CLOSE, AT_OPEN, LIMIT, STOP_LIMIT
from tradewright.research.explanation.figures import money, number, summed
from tradewright.research.explanation.ordering import ordered
from tradewright.research.explanation.record import Record, Row

_CLOSE = 1e-9

Parts = list[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Cost:
    """How a fill's price and fee came about.

    Attributes
    ----------
    maker
        It provided the liquidity.
    parts
        What was added to the raw price, by name; together they give the price.
    fee_parts
        What the fee is made of, in account currency; empty where it is its minimum.
    """

    maker: bool
    parts: Parts
    fee_parts: Parts


def cost_of(record: Record, row: Row) -> Cost:
    """Work out what a fill cost, from the rules."""
    maker = _is_maker(record, row)
    return Cost(maker, [] if maker else price_parts(record, row), fee_parts(record, row, maker=maker))


def _is_maker(record: Record, row: Row) -> bool:
    """Say whether it is a limit, or a stop-limit whose fee or price shows that it rested as one (3.3)."""
    if row.kind == LIMIT:
        return True
    if row.kind != STOP_LIMIT or row.price != row.reference:
        return False
    as_taker, as_maker = (_has_fee(record, row, maker=maker) for maker in (False, True))
    if as_taker != as_maker:
        return as_maker
    if not worse_parts(record, row):
        return False  # either way it is the same price and fee
    order = ordered(record, row)
    at_limit = isclose(row.reference, order.limit, rel_tol=_CLOSE)
    return not (at_limit and (row.moment == AT_OPEN or isclose(order.price, order.limit, rel_tol=_CLOSE)))


def _has_fee(record: Record, row: Row, *, maker: bool) -> bool:
    fee = sum(amount for _, amount in fee_parts(record, row, maker=maker))
    return isclose(fee, row.fee, rel_tol=_CLOSE, abs_tol=1e-12)


def price_parts(record: Record, row: Row) -> Parts:
    """Return what a taker's price has beside the raw one, each with its sign; the last takes what is left."""
    parts = worse_parts(record, row)
    left = row.price - row.reference - sum(amount for _, amount in parts)
    if isclose(left, 0.0, abs_tol=1e-9 * max(row.price, row.reference)):
        return parts
    floor = row.price == 0
    name = (
        "of what costs more than it is worth"
        if floor
        else "kept to the limit"
        if row.kind == STOP_LIMIT
        else "rest"
    )
    return [*parts, (name, left)]


def worse_parts(record: Record, row: Row) -> Parts:
    """Return what the rules add to the raw price of a taker."""
    rules, side = record.rules, 1 if row.quantity > 0 else -1
    reference = row.reference
    worse: Parts = [
        ("slippage", reference * rules.slippage),
        ("impact", reference * impact_of(record, row)),
        ("half spread", rules.half_spread),
        ("ticks", rules.slippage_ticks * record.bars.instrument.tick),
        ("share of ATR", rules.slippage_atr * slippage_atr(record, row)),
    ]
    return [(name, side * amount) for name, amount in worse if amount]


def impact_of(record: Record, row: Row) -> float:
    """Return the share of the price that the order's own size moves it."""
    if not record.rules.impact:
        return 0.0
    volume = float(record.bars.volume[row.bar])
    share = min(1.0, abs(row.quantity) / volume) if volume > 0 else 1.0
    return record.rules.impact * sqrt(share)


def slippage_atr(record: Record, row: Row) -> float:
    """Return the ATR that slippage is a share of; 0 where it is unknown."""
    if not record.rules.slippage_atr:
        return 0.0
    bar = row.bar if row.moment == AT_CLOSE else row.bar - 1
    size = record.column(f"atr:{ATR_PERIOD}", bar)
    return 0.0 if isnan(size) else size


def fee_parts(record: Record, row: Row, *, maker: bool) -> Parts:
    """Return what a fee is made of, in account currency; its minimum stands alone where it is more."""
    rules = record.rules
    rate = rules.maker_fee if maker and rules.maker_fee is not None else rules.fee
    exchange = row.unit / record.bars.instrument.multiplier
    parts: Parts = [
        (f"{number(100 * rate)} % of {money(abs(row.paid))}", abs(row.paid) * rate),
        ("a unit", abs(row.quantity) * rules.fee_per_unit * exchange),
        ("an order", rules.fee_per_order * exchange),
    ]
    parts = [part for part in parts if part[1]]
    least = rules.fee_minimum * exchange
    if least > 0 and sum(amount for _, amount in parts) < least:
        return [("the least that an order costs", least)]
    return parts


def price_in_words(row: Row, cost: Cost) -> str:
    """Say how the price came about."""
    if cost.maker:
        return f"A maker fills at the price itself, {number(row.price)}."
    if not cost.parts:
        return f"The price is the raw one, {number(row.price)}: no slippage, no spread."
    return f"The price: {summed(number(row.reference), cost.parts, number(row.price))}."


def worth_in_words(record: Record, row: Row) -> str:
    """Say what a fill came to, where that is not quantity times price; nothing where it is."""
    terms = unit_in_words(record, row.unit)
    if not terms:
        return ""
    return (
        f"{number(abs(row.quantity))} at {number(row.price)}{terms} came to {money(abs(row.paid))} "
        f"{record.currency}. "
    )


def unit_in_words(record: Record, unit: float) -> str:
    """Say by what quantity times price is multiplied for account currency; nothing where that is by 1."""
    instrument = record.bars.instrument
    terms = ""
    if instrument.multiplier != 1:
        terms += f", times {number(instrument.multiplier)} a point"
    if record.currency.upper() != instrument.currency.upper():
        rate = number(unit / instrument.multiplier)
        terms += f", at {rate} {record.currency} for 1 {instrument.currency}"
    return f"{terms}," if terms else ""


def fee_in_words(record: Record, row: Row, cost: Cost) -> str:
    """Say what the fee was and what it is made of."""
    if row.fee == 0:
        return "No fee."
    word = "Fee" if row.fee > 0 else "Rebate"
    total = sum(amount for _, amount in cost.fee_parts)
    shown = f"{money(abs(row.fee))} {record.currency}"
    if not isclose(total, row.fee, rel_tol=1e-9, abs_tol=1e-12):
        return f"{word}: {shown}."
    if len(cost.fee_parts) == 1:
        return f"{word}: {cost.fee_parts[0][0]} = {shown}."
    terms = " + ".join(f"{money(amount)} ({name})" for name, amount in cost.fee_parts)
    return f"{word}: {terms} = {shown}."
