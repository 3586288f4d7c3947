"""The largest quantity that an account pays for (5.1)."""

from dataclasses import dataclass
from math import isnan, nan

from tradewright.research.explanation.costs import Cost, impact_of
from tradewright.research.explanation.record import Record, Row

_HALVINGS = 60


@dataclass(frozen=True, slots=True)
class Basis:
    """What an entry is sized by.

    Attributes
    ----------
    equity, gross
        Account currency, before the fill, the position marked at its raw price; `gross` is notional held.
    price
        Of a fill of no quantity.
    splits
        Units of now for one of the deciding bar.
    closed
        Trades that had closed before.
    limit
        Beyond which the entry does not fill, NaN for no such price.
    decision
        The numbers are those of the deciding close, not of the fill (5.2).
    """

    record: Record
    row: Row
    cost: Cost
    equity: float
    gross: float
    price: float
    splits: float
    closed: int
    limit: float = nan
    decision: bool = False


def kept_to(limit: float, row: Row, price: float) -> float:
    """Return the price of a fill that goes no further than `limit`."""
    if isnan(limit):
        return price
    return min(price, limit) if row.quantity > 0 else max(price, limit)


def affordable(basis: Basis, share: float, gross: float) -> float:
    """Return the largest quantity that `share` of equity pays for beside `gross`, fee included (5.1)."""
    rules, unit = basis.record.rules, basis.row.unit
    rate = rules.maker_fee if basis.cost.maker and rules.maker_fee is not None else rules.fee
    free = share * basis.equity - gross
    most = free / (basis.price * unit * (1 + share * max(0.0, rate)))
    if not any((rules.fee_per_unit, rules.fee_per_order, rules.fee_minimum, rules.impact)) or not most > 0:
        return most
    least = 0.0
    for _ in range(_HALVINGS):
        quantity = (least + most) / 2
        if _paid(basis, quantity, share, rate) <= free:
            least = quantity
        else:
            most = quantity
    return least


def _paid(basis: Basis, quantity: float, share: float, rate: float) -> float:
    rules, row = basis.record.rules, basis.row
    side = 1 if row.quantity > 0 else -1
    moved = impact_of(basis.record, row._replace(quantity=quantity)) if not basis.cost.maker else 0.0
    price = kept_to(basis.limit, row, max(0.0, basis.price + side * row.reference * moved))
    notional = quantity * row.unit * price
    exchange = row.unit / basis.record.bars.instrument.multiplier
    fee = notional * rate + (quantity * rules.fee_per_unit + rules.fee_per_order) * exchange
    return notional + share * max(0.0, fee, rules.fee_minimum * exchange)
