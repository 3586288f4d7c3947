"""The records compiled code works on: the bar at hand, the account and its position, its orders.

The Protocols say which fields a numpy record of the dtype beside them has at run time.
"""

from typing import Annotated, Any, NamedTuple, Protocol, get_args, get_origin, get_type_hints

import numpy as np
import numpy.typing as npt

from tradewright.engine.rule_parts import MOST_TARGETS
from tradewright.engine.types import COUNTERS

Fills = npt.NDArray[Any]
PerTarget = Annotated[npt.NDArray[np.float64], "<f8", MOST_TARGETS]

Counts = Annotated[npt.NDArray[np.int64], "<i8", len(COUNTERS)]

NEVER = 2**62


class Bar(NamedTuple):
    """The prices of one bar, or of a finer one inside it."""

    open: float
    high: float
    low: float
    close: float


class Occasion(NamedTuple):
    """When and at which raw price something fills, and what its costs depend on."""

    bar: int
    reference: float
    moment: int  # AT_OPEN, INSIDE or AT_CLOSE
    unit: float  # account currency per unit of quantity and point of price; NaN before the first rate
    rate: float  # account currency for one of the instrument's
    volume: float  # of the bar
    atr: float  # that slippage is a share of; 0 where unknown


class Book(Protocol):
    """One account with one position while bars go by."""

    cash: float
    quantity: float  # signed
    side: int  # +1, -1, or 0 when flat
    entry_price: float  # average
    entered: float  # quantity entered since flat
    adds: int  # entries added since flat (5.4)
    decided: int  # bar whose close decided the first entry
    splits: float  # units of now for one of the deciding bar
    inside: int  # bar in which an entry last filled inside, -1 for none
    extreme: float  # running extreme that trailing stops follow (3.7)
    stop: float  # stop-loss level, NaN for none
    distance: float  # R: from the entry price to the nearer stop at the entry
    trail: float  # best level so far of a chandelier or a column, NaN for none
    trails: bool  # the trailing stop has started
    even: bool  # the stop has moved to break-even
    target: PerTarget  # levels, NaN for none and for those that were reached
    target_left: PerTarget  # what participation left of a target's quantity, NaN for all of it
    shared: float  # shares of the targets reached
    level: float  # nearer of stop and trailing in the coming bar, NaN for none
    level_reason: int
    liquidation: float  # NaN for none
    low_bound: float  # a bar strictly between the bounds touches no level
    high_bound: float
    deadline: int  # bar whose close decides the time stop
    exit_reason: int  # of the market exit that waits for the next open, ENTRY for none
    exit_decided: int
    cap: float  # quantity that may fill in this bar (4.3)
    filled: float  # quantity that has filled in this bar
    ambiguous: bool  # this bar has been counted
    fills: int  # number of fills written
    event: int  # the first account event that is still to come
    held: int  # bars with a position after the open's fills
    ended: bool  # liquidated with nothing left (5.3)
    gain: float  # account currency that the trade has brought so far, below 0 while it is paid for
    spent: float  # account currency entered since flat
    closed: int  # trades
    wins: int
    losses: int
    won: float  # sum of returns
    lost: float  # sum of returns, below 0
    counts: Counts  # of COUNTERS


class Order(Protocol):
    """An entry that waits: a market order for the next open, or one that rests (3.3)."""

    side: int  # 0 for none
    kind: int  # MARKET, LIMIT, STOP or STOP_LIMIT
    price: float  # where it is met
    limit: float  # the worst price of a stop-limit
    wanted: float  # quantity, NaN to size at the fill
    decided: int  # bar whose close made it
    splits: float  # units of now for one of the deciding bar
    expires: int  # last bar that it rests in
    triggered: bool  # a stop-limit whose stop has been passed: a limit from then on
    begun: bool  # a part has filled


class Desk(NamedTuple):
    """All that fills and levels are worked out from and written to."""

    book: Any  # Book
    long: Any  # Order: what waits to enter long
    short: Any  # Order
    fills: Fills
    columns: npt.NDArray[np.float64]  # (columns, bars), what rules read at deciding bars
    terms: Any  # Terms


def record_type(fields: type) -> np.dtype[Any]:
    """Return the dtype of a record with the annotated fields of a Protocol."""
    of = {float: "<f8", int: "<i8", bool: "?"}
    parts: list[Any] = []
    for name, kind in get_type_hints(fields, include_extras=True).items():
        if get_origin(kind) is Annotated:
            _, element, length = get_args(kind)
            parts.append((name, element, (length,)))
        else:
            parts.append((name, of[kind]))
    return np.dtype((np.record, np.dtype(parts, align=True)))


BOOK = record_type(Book)
ORDER = record_type(Order)
