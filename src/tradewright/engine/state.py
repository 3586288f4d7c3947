"""The records compiled code works on: the bar at hand, the book of one instrument, its journal.

The Protocols say which fields a numpy record of the dtype beside them has at run time.
"""

from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

Fills = npt.NDArray[Any]
Counts = npt.NDArray[np.int64]

NEVER = 2**62


class Bar(NamedTuple):
    """The prices of one bar."""

    open: float
    high: float
    low: float
    close: float


class Intent(NamedTuple):
    """What a close decided."""

    exit_reason: int  # ENTRY (0) for none
    side: int  # of the position to open, 0 for none
    wanted: float  # quantity, NaN to size at the fill
    atr_stop: float  # ATR of the decision bar, NaN when no level is in ATR
    atr_target: float


class Occasion(NamedTuple):
    """When and at which raw price something fills."""

    bar: int
    reference: float
    moment: int  # AT_OPEN, INSIDE or AT_CLOSE


class Book(Protocol):
    """One position in one account while bars go by."""

    cash: float
    quantity: float  # signed
    side: int  # +1, -1, or 0 when flat
    entry_price: float
    extreme: float  # running extreme that a trailing stop follows (3.7)
    stop: float  # stop-loss level, NaN for none
    target: float  # take-profit level, NaN for none
    level: float  # nearer of stop and trailing in the coming bar, NaN for none
    level_reason: int
    liquidation: float  # NaN for none
    low_bound: float  # a bar strictly between the bounds touches no level
    high_bound: float
    deadline: int  # bar whose close decides the time stop
    fills: int  # number of fills written
    held: int  # bars with a position after the open's fills
    ended: bool  # liquidated with nothing left (5.3)


def record_type(fields: type) -> np.dtype[Any]:
    """Return the dtype of a record with the annotated fields of a Protocol."""
    of = {float: "<f8", int: "<i8", bool: "?"}
    return np.dtype((np.record, [(name, of[kind]) for name, kind in fields.__annotations__.items()]))


BOOK = record_type(Book)
