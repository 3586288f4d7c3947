"""The arrays that cross the engine's border: signals in, fills and trades out."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

# Why a fill happened. ENTRY opens; the others close and are the exit reasons of engine.md 5.5.
REASONS = (
    "entry",
    "signal",
    "reverse",
    "opposite",
    "stop_loss",
    "trailing_stop",
    "take_profit",
    "time_stop",
    "session_end",
    "liquidation",
    "end_of_data",
)
(
    ENTRY,
    SIGNAL,
    REVERSE,
    OPPOSITE,
    STOP_LOSS,
    TRAILING_STOP,
    TAKE_PROFIT,
    TIME_STOP,
    SESSION_END,
    LIQUIDATION,
    END_OF_DATA,
) = range(len(REASONS))

# Where in its bar a fill happened.
AT_OPEN, INSIDE, AT_CLOSE = range(3)

FILL = np.dtype(
    [
        ("bar", "<i8"),  # index into the bars
        ("quantity", "<f8"),  # signed: buys above 0
        ("price", "<f8"),  # with slippage and spread, without fee
        ("reference", "<f8"),  # raw price before slippage and spread
        ("fee", "<f8"),  # account currency
        ("slippage", "<f8"),  # account currency, spread included, never negative
        ("stop", "<f8"),  # on entries: the nearer of stop and trailing level, NaN without
        ("reason", "<i4"),  # index into REASONS
        ("moment", "<i4"),  # AT_OPEN, INSIDE or AT_CLOSE
    ]
)

TRADE = np.dtype(
    [
        ("entry_bar", "<i8"),
        ("exit_bar", "<i8"),  # for an open trade: the last bar of the run
        ("entry_time", "<i8"),  # UTC ns; bar open, or bar close for a fill at the close
        ("exit_time", "<i8"),  # for an inside exit: the open time of its bar
        ("side", "<i4"),  # +1 long, -1 short
        ("exit_reason", "<i4"),  # index into REASONS; END_OF_DATA marks a trade still open
        ("quantity", "<f8"),  # above 0
        ("entry_price", "<f8"),
        ("exit_price", "<f8"),  # for an open trade: the last close
        ("pnl", "<f8"),  # account currency, net
        ("return", "<f8"),  # pnl / (entry_price * quantity * multiplier)
        ("fees", "<f8"),
        ("bars_held", "<i8"),
        ("mae", "<f8"),  # <= 0, fraction of the entry price
        ("mfe", "<f8"),  # >= 0
        ("risk", "<f8"),  # account currency at the initial stop; NaN without a stop
    ]
)

# Things worth a warning that the kernel counts, in the order of its counter array.
COUNTERS = (
    "conflicting_entries",  # closes where long and short entry were both true (2.5)
    "capped",  # sizes cut to the all-in quantity (5.1)
    "invalid_stop",  # entries skipped because a level stood on the wrong side, or a sale brings nothing (4.2)
    "below_minimum",  # entries skipped for lot or minimum notional (5.1)
    "ambiguous_bars",  # bars that could have hit both a stop and a target
    "cancelled_at_end",  # decisions of the last bar that had no next open (2.6)
)


@dataclass(frozen=True, slots=True)
class Signals:
    """Decisions at each close, before direction and position are considered (engine.md 2.5).

    Boolean arrays of ``len(bars)``; None means never. `atr_stop` and `atr_target` hold the ATR of each
    bar when a level is in ATR units.
    """

    long_entry: Flags | None = None
    long_exit: Flags | None = None
    short_entry: Flags | None = None
    short_exit: Flags | None = None
    atr_stop: Floats | None = None
    atr_target: Floats | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Simulation:
    """The raw result of a run.

    Attributes
    ----------
    start
        Index of the first bar of the window; `equity` has one value per bar from there on.
    initial_cash
        Account currency.
    multiplier
        Of the instrument.
    equity
        float64, marked at each close (engine.md 3.10).
    fills
        Structured array of dtype FILL, in order.
    trades
        Closed trades, dtype TRADE, by exit.
    open_trades
        Trades still open at the end, marked at the last close, dtype TRADE.
    bars_held
        Number of bars of the window with a position after the open's fills (exposure, 5.5).
    counters
        Name -> count for COUNTERS.
    """

    start: int
    initial_cash: float
    multiplier: float
    equity: Floats
    fills: npt.NDArray[Any]
    trades: npt.NDArray[Any]
    open_trades: npt.NDArray[Any]
    bars_held: int
    counters: dict[str, int] = field(default_factory=dict[str, int])
