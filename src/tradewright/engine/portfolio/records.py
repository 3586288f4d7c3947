"""What compiled code of a portfolio works on: the bars of all symbols, the wallet, the limits."""

from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple, Protocol, cast

import numpy as np
import numpy.typing as npt
from pydantic import Field

from tradewright.engine.rule_parts import Frozen, Number, Whole
from tradewright.engine.state import record_type
from tradewright.engine.types import (
    AT_CLOSE,
    AT_OPEN,
    END_OF_DATA,
    ENTRY,
    INSIDE,
    LIQUIDATION,
    REBALANCE,
    SIGNAL,
)

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

# Things worth a warning that the kernel counts, in the order of its counter array.
PANEL_COUNTERS = (
    "waited",  # orders whose symbol had no bar at the row after the decision (P6)
    "stale_marks",  # rows and symbols at which a held symbol had no bar (P1)
    "excluded_side",  # weights on a side that direction excludes (P5)
    "capped_weight",  # weights cut to max_weight (P5)
    "over_weight",  # decisions whose weights sum to more than leverage (P5)
    "capped_exposure",  # batches cut to max_exposure (P7)
    "small_change",  # changes under min_trade (P7)
    "scaled",  # batches whose increases were cut to what can be spent (P7)
    "below_minimum",  # fills skipped for lot or minimum notional (P7)
    "invalid_stop",  # increases at a price where a sale would bring nothing (P7)
    "no_rate",  # orders dropped because no rate is known yet (P7)
    "conflicting_entries",  # rows and symbols with an entry on both sides (P9)
    "no_slot",  # candidates for whom no slot was free (P9)
    "cancelled_at_end",  # orders that the last row left (P6)
)
(
    WAITED,
    STALE_MARKS,
    EXCLUDED,
    CAPPED_WEIGHT,
    OVER_WEIGHT,
    CAPPED_EXPOSURE,
    SMALL_CHANGE,
    SCALED,
    BELOW_MINIMUM,
    INVALID,
    NO_RATE,
    CONFLICTING,
    NO_SLOT,
    CANCELLED,
) = range(len(PANEL_COUNTERS))

PanelCounts = Annotated[npt.NDArray[np.int64], "<i8", len(PANEL_COUNTERS)]


class PortfolioLimits(Frozen):
    """What a portfolio keeps to beside :class:`tradewright.Rules` (P5, P7, P9)."""

    min_trade: Number = Field(default=0.0, ge=0, lt=1, description="least change, fraction of equity")
    max_weight: Number | None = Field(
        default=None, gt=0, le=1_000, description="most of equity in one symbol; none for any"
    )
    max_exposure: Number | None = Field(
        default=None, gt=0, le=1_000, description="most of equity in all symbols, both sides; none for any"
    )
    max_positions: Whole = Field(default=10, ge=1, le=100_000, description="slots of ranked signals")


@dataclass(frozen=True, slots=True, eq=False)
class TargetWeights:
    """Weights decided at the closes of some rows (P5).

    Attributes
    ----------
    rows
        int64, shape ``(decisions,)``, increasing rows of the panel.
    weights
        float64, shape ``(decisions, symbols)``: share of equity, below 0 for a short; NaN leaves the
        symbol alone, 0 closes it.
    """

    rows: Numbers
    weights: Floats


@dataclass(frozen=True, slots=True, eq=False)
class RankedSignals:
    """Entries and exits at the close of every row, with a rank (P9).

    Attributes
    ----------
    long_entry, long_exit, short_entry, short_exit
        bool, shape ``(len(panel), symbols)``; None means never.
    score
        float64 of the same shape, the highest first; None for all equal.
    weight
        float64 of the same shape: share of equity of an entry; None for ``1 / max_positions``.
    """

    long_entry: Flags | None = None
    long_exit: Flags | None = None
    short_entry: Flags | None = None
    short_exit: Flags | None = None
    score: Floats | None = None
    weight: Floats | None = None


class Lines(NamedTuple):
    """The panel for compiled code: the bars of all symbols, one symbol after the other."""

    open: Floats
    high: Floats
    low: Floats
    close: Floats
    first: Numbers  # of each symbol the first bar, and one past the last at the end
    row: Numbers  # panel row of each bar; one long when every symbol has a bar at every row
    even: bool  # every symbol has a bar at every row
    time: Numbers  # of each row
    rate_open: Floats  # account currency for one of a currency, shape (currencies, rows or 1)
    rate_close: Floats


class Choices(NamedTuple):
    """The decisions for compiled code; arrays that say nothing are one long."""

    ranked: bool
    at: Numbers  # of each row the decision at its close, -1 for none
    weights: Floats  # (decisions, symbols)
    flags: npt.NDArray[np.uint8]  # (rows, symbols): LONG_IN | LONG_OUT | SHORT_IN | SHORT_OUT
    score: Floats  # (rows, symbols) or (1, 1)
    weight: Floats  # (rows, symbols) or (1, 1)


def _plain(number: int) -> int:
    """Return a number that compiled code takes for any: of a literal it would be made again for each."""
    return cast("int", np.int64(number))


OPENING, WITHIN, CLOSING = _plain(AT_OPEN), _plain(INSIDE), _plain(AT_CLOSE)
BY_SIGNAL, BY_WEIGHT = _plain(SIGNAL), _plain(REBALANCE)
OPENED, RUINED, SOLD_OUT = _plain(ENTRY), _plain(LIQUIDATION), _plain(END_OF_DATA)

LONG_IN, LONG_OUT, SHORT_IN, SHORT_OUT = 1, 2, 4, 8


class Limits(NamedTuple):
    """Limits and rules of the account as a whole, as plain numbers."""

    longs: bool
    shorts: bool
    ruinable: bool  # liquidation can happen (P12)
    leverage: float
    maintenance_margin: float
    borrow_rate: float
    min_trade: float
    max_weight: float  # inf for none
    max_exposure: float  # inf for none
    max_positions: int
    close_at_end: bool
    tolerance: float


class Purse(Protocol):
    """The account beside its positions; at run time a record of dtype PURSE."""

    cash: float
    fills: int  # number of fills written
    orders: int  # number that wait to fill
    positions: int  # number of symbols held
    held: int  # rows with a position after the open's fills
    liquidated: float  # gross notional of the last liquidation that has not ended, 0 for none
    ended: bool
    counts: PanelCounts


PURSE = record_type(Purse)


class Slot(Protocol):
    """What the wallet knows of one symbol; at run time a record of dtype SLOT."""

    position: float  # signed units
    order: float  # weight that is ordered, NaN for no order
    decided: int  # row whose close decided the order
    reason: int  # of the order, if it closes
    cursor: int  # last bar by this row; before the first, one below the symbol's first
    fresh: bool  # has a bar at this row
    currency: int  # a row of the rates
    price: float  # at the open (P7), or at the adverse extreme
    unit: float
    wanted: float  # quantity that a batch increases by
    cost: float


SLOT = record_type(Slot)


class Wallet(NamedTuple):
    """One account with a position in each symbol."""

    purse: Any  # Purse
    slots: npt.NDArray[Any]  # of dtype SLOT, by symbol


class Floor(NamedTuple):
    """All that a batch is worked out from and written to."""

    lines: Lines
    wallet: Wallet
    terms: Any  # array of TERMS, one for each symbol
    limits: Limits
    fills: npt.NDArray[Any]  # of dtype FILL
