"""What a run left behind, as far as one trade needs it: its fills, and the account before them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from operator import index
from typing import Any, NamedTuple, SupportsIndex

import numpy as np

from tradewright.core.bars import Bars
from tradewright.core.errors import InputError
from tradewright.engine.rules import Rules
from tradewright.engine.types import (
    AT_CLOSE,
    EVENT,
    NOWHERE,
    SPLIT,
    Floats,
    Signals,
    Simulation,
    Surroundings,
)


class Row(NamedTuple):
    """A row of the journal: the fields of dtype FILL as plain numbers."""

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

    @property
    def paid(self) -> float:
        """What the fill takes from the account without its fee, in account currency."""
        return self.quantity * self.price * self.unit

    @property
    def is_event(self) -> bool:
        """Say whether it is an account event and no order's fill."""
        return self.kind == EVENT


class TradeRows(NamedTuple):
    """One trade as the journal has it.

    Attributes
    ----------
    number, among
        Which trade, from 1, of how many.
    trade
        Its row, dtype TRADE.
    rows
        Its fills and account events, in order.
    cash
        Of the account before them.
    is_open
        The run ended before the trade did.
    """

    number: int
    among: int
    trade: Any
    rows: list[Row]
    cash: float
    is_open: bool


@dataclass(frozen=True)
class Record:
    """What a run was given and what it did.

    Attributes
    ----------
    bars
        The series that it saw.
    signals
        What the strategy decided, for the columns that the rules read.
    simulation
        The engine's own result on them.
    surroundings
        What lay around the bars.
    """

    bars: Bars
    rules: Rules
    signals: Signals
    simulation: Simulation
    surroundings: Surroundings = NOWHERE

    @cached_property
    def currency(self) -> str:
        """The account's."""
        return self.rules.currency or self.bars.instrument.currency

    @cached_property
    def journal(self) -> list[Row]:
        """Every fill and account event, in order."""
        fills = self.simulation.fills
        return list(map(Row, *(fills[name].tolist() for name in Row._fields)))

    def column(self, name: str, bar: int, own: Floats | None = None) -> float:
        """Return what a column that the rules read has at `bar`; NaN when there is none."""
        columns: Mapping[str, Floats] = self.signals.columns
        values = columns.get(name) if own is None else own
        return float("nan") if values is None or bar < 0 else float(values[bar])

    def time_of(self, row: Row) -> int:
        """Return when a row happened: its bar's open, or the close for a fill at the close."""
        return int(self.bars.close_time[row.bar] if row.moment == AT_CLOSE else self.bars.time[row.bar])

    def splits(self, decided: int, bar: int) -> float:
        """Return how many units at `bar` one unit at the close of `decided` has become (3.1)."""
        events = self.surroundings.events
        if events is None:
            return 1.0
        place = np.searchsorted(self.bars.close_time, events["time"], side="right")
        met = (events["reason"] == SPLIT) & (place > decided) & (place <= bar)
        return float(np.prod(events["value"][met]))

    def trade(self, number: int) -> TradeRows:
        """Return the trade `number`, from 1: the closed ones by exit, then what is still open.

        Raises
        ------
        InputError
            ``E_TRADE`` when there is none of that number.
        """
        closed, still = self.simulation.trades, self.simulation.open_trades
        count = len(closed) + len(still)
        require_number(number, count)
        place = number - 1
        trade = closed[place] if place < len(closed) else still[place - len(closed)]
        rows, cash = self._by_trade[place]
        return TradeRows(number, count, trade, rows, cash, place >= len(closed))

    @cached_property
    def _by_trade(self) -> list[tuple[list[Row], float]]:
        return list(self._trades())

    def _trades(self) -> Iterator[tuple[list[Row], float]]:
        """Yield the rows of each trade with the cash before them."""
        position, cash, before = 0.0, self.simulation.initial_cash, self.simulation.initial_cash
        rows: list[Row] = []
        for row in self.journal:
            if not rows:
                before = cash
            rows.append(row)
            cash += row.flow - row.paid - row.fee
            if not row.is_event and row.quantity * position < 0 and abs(row.quantity) >= abs(position):
                yield rows, before
                position, rows = 0.0, []
            else:
                position += row.quantity
        if rows:
            yield rows, before


def require_number(number: object, count: int) -> None:
    """Refuse a number that no trade has.

    Raises
    ------
    InputError
        ``E_TRADE``.
    """
    if isinstance(number, SupportsIndex) and not isinstance(number, bool) and 1 <= index(number) <= count:
        return
    raise InputError(
        "E_TRADE",
        f"there is no trade {number!r}.",
        fix=f"Choose one from 1 to {count:,}." if count else "The run made no trades.",
        details={"trade": str(number), "trades": count},
    )
