"""The rules as plain numbers, in the form compiled code reads."""

from typing import Any, Protocol, cast

import numpy as np

from tradewright.core.instrument import Instrument
from tradewright.engine.rules import Level, Rules
from tradewright.engine.state import record_type

PESSIMISTIC, OPTIMISTIC, PATH = range(3)
ON_REVERSE, ON_EXIT, ON_IGNORE = range(3)
NO_LEVEL, PERCENT, ATR, R_MULTIPLE, PRICE = range(5)
ALL_IN, QUANTITY, CASH, EQUITY_SHARE, RISK = range(5)

_INTRABAR = {"pessimistic": PESSIMISTIC, "optimistic": OPTIMISTIC, "path": PATH}
_ON_OPPOSITE = {"reverse": ON_REVERSE, "exit": ON_EXIT, "ignore": ON_IGNORE}
_UNIT = {"percent": PERCENT, "atr": ATR, "r": R_MULTIPLE, "price": PRICE}
_SIZING = {"all-in": ALL_IN, "quantity": QUANTITY, "cash": CASH, "equity": EQUITY_SHARE, "risk": RISK}


class Terms(Protocol):
    """Rules and instrument as scalars; percents and fractions as in :class:`Rules`.

    At run time this is a numpy record of dtype TERMS, which compiled code passes by reference.
    """

    cash: float
    fee: float
    slippage: float
    half_spread: float
    leverage: float
    maintenance_margin: float
    multiplier: float
    lot: float
    minimum_notional: float
    sizing: int
    amount: float  # of the sizing
    size_at_decision: bool
    fill_at_close: bool
    intrabar: int
    on_opposite: int
    stop_unit: int
    stop: float
    target_unit: int
    target: float
    trailing: float  # percent, 0 for none
    time_stop: int  # bars, 0 for none
    close_at_end: bool
    tolerance: float


TERMS = record_type(Terms)


def terms_of(rules: Rules, instrument: Instrument) -> Terms:
    """Return `rules` on `instrument` as :class:`Terms`."""
    stop_unit, stop = _level(rules.stop_loss)
    target_unit, target = _level(rules.take_profit)
    values: dict[str, Any] = {
        "cash": rules.cash,
        "fee": rules.fee,
        "slippage": rules.slippage,
        "half_spread": rules.half_spread,
        "leverage": rules.leverage,
        "maintenance_margin": rules.maintenance_margin,
        "multiplier": instrument.multiplier,
        "lot": instrument.lot,
        "minimum_notional": instrument.minimum_notional,
        "sizing": _SIZING[rules.sizing.kind],
        "amount": rules.sizing.value,
        "size_at_decision": rules.size_on == "decision",
        "fill_at_close": rules.fill_on == "close",
        "intrabar": _INTRABAR[rules.intrabar],
        "on_opposite": _ON_OPPOSITE[rules.on_opposite],
        "stop_unit": stop_unit,
        "stop": stop,
        "target_unit": target_unit,
        "target": target,
        "trailing": rules.trailing or 0.0,
        "time_stop": rules.time_stop or 0,
        "close_at_end": rules.close_at_end,
        "tolerance": rules.tie_tolerance,
    }
    record = np.zeros(1, TERMS)
    for name, value in values.items():
        record[name] = value
    return cast("Terms", record[0])


def _level(level: Level | None) -> tuple[int, float]:
    return (NO_LEVEL, 0.0) if level is None else (_UNIT[level.unit], level.value)
