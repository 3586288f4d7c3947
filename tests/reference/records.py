"""What a run leaves behind, as plain Python objects that two engines can be compared by."""

from dataclasses import dataclass, field
from typing import Any, Self

from tradewright.engine.types import COUNTERS, Simulation


@dataclass(frozen=True)
class Fill:
    """One execution; the fields of `tradewright.engine.types.FILL`."""

    bar: int
    quantity: float
    price: float
    reference: float
    fee: float
    slippage: float
    stop: float
    reason: int
    moment: int
    unit: float
    flow: float
    decided: int
    kind: int
    instrument: int


@dataclass(frozen=True)
class Trade:
    """One trade, flat to flat; the fields of `tradewright.engine.types.TRADE` (`return` is `returned`)."""

    entry_bar: int
    exit_bar: int
    entry_time: int
    exit_time: int
    side: int
    exit_reason: int
    quantity: float
    entry_price: float
    exit_price: float
    pnl: float
    returned: float
    fees: float
    bars_held: int
    mae: float
    mfe: float
    risk: float
    carry: float
    entries: int
    exits: int
    instrument: int


@dataclass
class Outcome:
    """A whole run."""

    start: int
    initial_cash: float
    multiplier: float
    equity: list[float] = field(default_factory=list[float])
    fills: list[Fill] = field(default_factory=list[Fill])
    trades: list[Trade] = field(default_factory=list[Trade])
    open_trades: list[Trade] = field(default_factory=list[Trade])
    bars_held: int = 0
    counters: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTERS, 0))

    @classmethod
    def of(cls, simulation: Simulation) -> Self:
        """Read the arrays of the production engine."""
        return cls(
            start=simulation.start,
            initial_cash=simulation.initial_cash,
            multiplier=simulation.multiplier,
            equity=simulation.equity.tolist(),
            fills=[Fill(**row) for row in _rows(simulation.fills)],
            trades=[_trade(row) for row in _rows(simulation.trades)],
            open_trades=[_trade(row) for row in _rows(simulation.open_trades)],
            bars_held=simulation.bars_held,
            counters=dict(simulation.counters),
        )


def _rows(table: Any) -> list[dict[str, Any]]:
    return [dict(zip(table.dtype.names, row, strict=True)) for row in table.tolist()]


def _trade(row: dict[str, Any]) -> Trade:
    returned = row.pop("return")
    return Trade(returned=returned, **row)
