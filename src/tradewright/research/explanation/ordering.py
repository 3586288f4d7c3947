"""Where an entry order stood, worked out from the close that decided it (3.3)."""

from dataclasses import dataclass
from math import nan

from tradewright.engine.columns import SIDES, atr_name
from tradewright.engine.types import LIMIT, MARKET, ORDER_KINDS, STOP_LIMIT
from tradewright.research.explanation.record import Record, Row


@dataclass(frozen=True, slots=True)
class Ordered:
    """An entry order: where it stood, NaN for a market order and where the record does not say."""

    price: float
    limit: float


def side_word(row: Row) -> str:
    """Return ``long`` or ``short``."""
    return SIDES[row.quantity < 0]


def ordered(record: Record, row: Row) -> Ordered:
    """Return where an entry order stood, in units of the fill, when that agrees with the fill (3.3)."""
    entry = record.rules.entry
    if row.kind == MARKET or entry.kind != ORDER_KINDS[row.kind]:
        return Ordered(nan, nan)
    side = 1 if row.quantity > 0 else -1
    splits = record.splits(row.decided, row.bar)
    close = float(record.bars.close[row.decided])
    way = -side if row.kind == LIMIT else side
    size = record.column(atr_name(entry) or f"entry_{side_word(row)}", row.decided)
    price = _away(close, way, entry.unit, entry.offset, size) / splits
    limit = nan
    if row.kind == STOP_LIMIT:
        limit = _away(price * splits, side, entry.unit, entry.through, size, beyond=True) / splits
    agrees = side * (price - row.reference) * (1 if row.kind == LIMIT else -1) >= -1e-9 * price
    if row.kind == STOP_LIMIT:
        agrees = side * (limit - row.reference) >= -1e-9 * abs(limit)
    return Ordered(price, limit) if agrees else Ordered(nan, nan)


def _away(base: float, way: int, unit: str, value: float, size: float, *, beyond: bool = False) -> float:
    if unit == "percent":
        return base * (1 + way * value / 100)
    if unit == "column":
        return base + way * value if beyond else size
    return base + way * value * (size if unit == "atr" else 1.0)
