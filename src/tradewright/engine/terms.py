"""The rules as plain numbers, in the form compiled code reads."""

from collections.abc import Sequence
from typing import Annotated, Any, Protocol

import numpy as np
import numpy.typing as npt

from tradewright.core.errors import InputError
from tradewright.core.instrument import Instrument
from tradewright.engine.columns import SIDES, atr_name, sides_of, size_name, target_name
from tradewright.engine.rule_parts import ATR_PERIOD, MOST_TARGETS, Target
from tradewright.engine.rules import Rules
from tradewright.engine.state import NEVER, PerTarget, record_type
from tradewright.engine.types import LIMIT, MARKET, STOP, STOP_LIMIT

PESSIMISTIC, OPTIMISTIC, PATH, MAGNIFIED = range(4)
ON_REVERSE, ON_EXIT, ON_IGNORE = range(3)
NO_LEVEL, PERCENT, ATR, R_MULTIPLE, PRICE, COLUMN, CHANDELIER = range(7)
ALL_IN, QUANTITY, CASH, EQUITY_SHARE, RISK, ATR_SHARE, VOLATILITY, KELLY, OWN_SIZE = range(9)
NO_ROW = -1

BySide = Annotated[npt.NDArray[np.int64], "<i8", 2]
BySideAndTarget = Annotated[npt.NDArray[np.int64], "<i8", 2 * MOST_TARGETS]
UnitByTarget = Annotated[npt.NDArray[np.int64], "<i8", MOST_TARGETS]

_INTRABAR = {"pessimistic": PESSIMISTIC, "optimistic": OPTIMISTIC, "path": PATH, "magnified": MAGNIFIED}
_ON_OPPOSITE = {"reverse": ON_REVERSE, "exit": ON_EXIT, "ignore": ON_IGNORE}
_UNIT = {
    "percent": PERCENT,
    "atr": ATR,
    "r": R_MULTIPLE,
    "price": PRICE,
    "column": COLUMN,
    "chandelier": CHANDELIER,
}
_SIZING = {
    "all-in": ALL_IN,
    "quantity": QUANTITY,
    "cash": CASH,
    "equity": EQUITY_SHARE,
    "risk": RISK,
    "atr": ATR_SHARE,
    "volatility": VOLATILITY,
    "kelly": KELLY,
    "column": OWN_SIZE,
}
_ENTRY = {"market": MARKET, "limit": LIMIT, "stop": STOP, "stop_limit": STOP_LIMIT}


class Terms(Protocol):
    """Rules and instrument as numbers; percents and fractions as in :class:`Rules`.

    At run time this is a numpy record of dtype TERMS, which compiled code passes by reference. A field
    ``*_row`` is a row of the columns that the rules read, by side (long, short) where it has two.
    """

    cash: float
    fee: float
    maker_fee: float
    fee_per_unit: float
    fee_per_order: float
    fee_minimum: float
    plain_fee: bool  # a share of the notional and nothing else
    slippage: float
    slippage_price: float  # price units: the ticks
    slippage_atr: float
    impact: float
    half_spread: float
    plain_price: bool  # slippage and half the spread and nothing else
    borrow_rate: float
    leverage: float
    maintenance_margin: float
    multiplier: float
    lot: float
    minimum_notional: float
    participation: float  # 0 for no cap
    sizing: int
    amount: float  # of the sizing
    size_period: int
    size_initial: float
    size_at_decision: bool
    fill_at_close: bool
    entry_kind: int
    entry_unit: int
    entry_offset: float
    entry_through: float
    lifetime: int
    until_session_end: bool
    limit_through: bool
    intrabar: int
    on_opposite: int
    oco: bool
    pyramiding: int
    stop_unit: int
    stop: float
    targets: int
    target_unit: UnitByTarget
    target: PerTarget
    target_share: PerTarget
    trailing_unit: int  # NO_LEVEL for none
    trailing: float
    trailing_after: float  # percent
    even_unit: int  # NO_LEVEL for none
    even_after: float
    even_offset: float  # percent
    time_stop: int  # bars, 0 for none
    session_end: bool
    close_at_end: bool
    tolerance: float
    stop_row: BySide
    target_row: BySideAndTarget  # long targets, then short ones
    trailing_row: BySide
    entry_row: BySide
    even_row: int
    slippage_row: int
    size_row: int


TERMS = record_type(Terms)


def terms_of(rules: Rules, instrument: Instrument) -> tuple[npt.NDArray[Any], list[str]]:
    """Return `rules` on `instrument` as an array of one TERMS, and the names of the columns its rows mean."""
    rows = _Rows(sides_of(rules))
    values = _costs(rules, instrument) | _sizes(rules, instrument, rows) | _orders(rules, rows)
    values |= _exits(rules, rows)
    record = np.zeros(1, TERMS)
    for name in TERMS.names or ():
        record[name] = values.pop(name)
    if values:
        raise AssertionError(f"terms without a field: {sorted(values)}")
    return record, rows.names


class _Rows:
    """Hands out rows of the columns, one for each name, and none for a side that does not trade."""

    def __init__(self, sides: Sequence[str]) -> None:
        self.sides = sides
        self.names: list[str] = []

    def of(self, name: str | None) -> int:
        if name is None:
            return NO_ROW
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name)

    def of_side(self, name: str, side: str) -> int:
        return self.of(name) if side in self.sides else NO_ROW


def _costs(rules: Rules, instrument: Instrument) -> dict[str, Any]:
    if rules.slippage_ticks > 0 and instrument.tick == 0:
        raise InputError(
            "E_NO_TICK",
            f"slippage_ticks is {rules.slippage_ticks:g}, and {instrument.symbol} has no tick.",
            fix="Give the instrument its tick, or use slippage (a fraction of the price).",
            details={"symbol": instrument.symbol},
        )
    extra = rules.fee_per_unit, rules.fee_per_order, rules.fee_minimum, rules.impact
    return {
        "cash": rules.cash,
        "fee": rules.fee,
        "maker_fee": rules.fee if rules.maker_fee is None else rules.maker_fee,
        "fee_per_unit": rules.fee_per_unit,
        "fee_per_order": rules.fee_per_order,
        "fee_minimum": rules.fee_minimum,
        "plain_fee": not any(extra),
        "slippage": rules.slippage,
        "slippage_price": rules.slippage_ticks * instrument.tick,
        "slippage_atr": rules.slippage_atr,
        "impact": rules.impact,
        "half_spread": rules.half_spread,
        "plain_price": not (rules.slippage_ticks or rules.slippage_atr or rules.impact),
        "borrow_rate": rules.borrow_rate,
        "tolerance": rules.tie_tolerance,
    }


def _sizes(rules: Rules, instrument: Instrument, rows: _Rows) -> dict[str, Any]:
    return {
        "leverage": rules.leverage,
        "maintenance_margin": rules.maintenance_margin,
        "multiplier": instrument.multiplier,
        "lot": instrument.lot,
        "minimum_notional": instrument.minimum_notional,
        "participation": rules.participation or 0.0,
        "sizing": _SIZING[rules.sizing.kind],
        "amount": rules.sizing.value,
        "size_period": rules.sizing.period,
        "size_initial": rules.sizing.initial,
        "size_at_decision": rules.size_on == "decision",
        "size_row": rows.of(size_name(rules)),
        "pyramiding": rules.pyramiding,
    }


def _orders(rules: Rules, rows: _Rows) -> dict[str, Any]:
    entry = rules.entry
    lifetime = entry.lifetime if isinstance(entry.lifetime, int) else NEVER
    slippage = f"atr:{ATR_PERIOD}" if rules.slippage_atr > 0 else None
    return {
        "fill_at_close": rules.fill_on == "close",
        "entry_kind": _ENTRY[entry.kind],
        "entry_unit": _UNIT[entry.unit],
        "entry_offset": entry.offset,
        "entry_through": entry.through,
        "entry_row": _by_side(rows, entry.unit, atr_name(entry), "entry"),
        "lifetime": lifetime,
        "until_session_end": entry.lifetime == "session",
        "limit_through": rules.limit_fill == "through",
        "intrabar": _INTRABAR[rules.intrabar],
        "on_opposite": _ON_OPPOSITE[rules.on_opposite],
        "oco": rules.on_conflict == "oco",
        "slippage_row": rows.of(slippage),
    }


def _exits(rules: Rules, rows: _Rows) -> dict[str, Any]:
    stop, trailing, even = rules.stop_loss, rules.trailing, rules.break_even
    return {
        "stop_unit": NO_LEVEL if stop is None else _UNIT[stop.unit],
        "stop": 0.0 if stop is None else stop.value,
        "stop_row": _by_side(rows, stop and stop.unit, atr_name(stop), "stop", "atr_stop"),
        **_targets(rules, rows),
        "trailing_unit": NO_LEVEL if trailing is None else _UNIT[trailing.unit],
        "trailing": 0.0 if trailing is None else trailing.value,
        "trailing_after": 0.0 if trailing is None else trailing.after,
        "trailing_row": _by_side(rows, trailing and trailing.unit, atr_name(trailing), "trail"),
        "even_unit": NO_LEVEL if even is None else _UNIT[even.unit],
        "even_after": 0.0 if even is None else even.after,
        "even_offset": 0.0 if even is None else even.offset,
        "even_row": rows.of(atr_name(even)),
        "time_stop": rules.time_stop or 0,
        "session_end": rules.session_end,
        "close_at_end": rules.close_at_end,
    }


def _targets(rules: Rules, rows: _Rows) -> dict[str, Any]:
    targets = rules.targets
    spare = MOST_TARGETS - len(targets)
    return {
        "targets": len(targets),
        "target_unit": [_UNIT[target.unit] for target in targets] + [NO_LEVEL] * spare,
        "target": [target.value for target in targets] + [0.0] * spare,
        "target_share": [target.share for target in targets] + [0.0] * spare,
        "target_row": [
            row
            for side in SIDES
            for row in [_target_row(rows, number, target, side) for number, target in enumerate(targets)]
            + [NO_ROW] * spare
        ],
    }


def _target_row(rows: _Rows, number: int, target: Target, side: str) -> int:
    if target.unit == "column":
        return rows.of_side(target_name(number, side), side)
    return rows.of("atr_target " + name if (name := atr_name(target)) else None)


def _by_side(
    rows: _Rows, unit: str | None, atr: str | None, prefix: str, own: str | None = None
) -> tuple[int, int]:
    if unit == "column":
        return rows.of_side(f"{prefix}_long", "long"), rows.of_side(f"{prefix}_short", "short")
    row = rows.of(atr if atr is None or own is None else f"{own} {atr}")
    return row, row
