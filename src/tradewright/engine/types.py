"""The arrays that cross the engine's border: signals in, fills and trades out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import Bars

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

# Why a fill happened. ENTRY opens; those up to END_OF_DATA close and are the exit reasons of engine.md
# 5.5; a REBALANCE does either; the rest are account events (3.1).
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
    "rebalance",
    "funding",
    "borrow",
    "dividend",
    "split",
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
    REBALANCE,
    FUNDING,
    BORROW,
    DIVIDEND,
    SPLIT,
) = range(len(REASONS))

# Where in its bar a fill happened.
AT_OPEN, INSIDE, AT_CLOSE = range(3)

# What kind of order filled; EVENT is no order but an entry in the account.
ORDER_KINDS = ("market", "limit", "stop", "stop_limit", "event")
MARKET, LIMIT, STOP, STOP_LIMIT, EVENT = range(len(ORDER_KINDS))

# What happens to an account at a time of its own; `value` is a rate (funding), an amount a unit in the
# instrument's currency (dividend), or new units for one old unit (split).
ACCOUNT_EVENT = np.dtype([("time", "<i8"), ("reason", "<i8"), ("value", "<f8")])

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
        ("unit", "<f8"),  # account currency per unit of quantity and point of price
        ("flow", "<f8"),  # account currency that an account event brings, 0 for an order's fill
        ("decided", "<i8"),  # bar whose close decided the order; of a protective order: its entry
        ("kind", "<i4"),  # index into ORDER_KINDS
        ("instrument", "<i4"),  # which of a portfolio's, else 0
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
        ("quantity", "<f8"),  # all that was entered, above 0, in units of the exit
        ("entry_price", "<f8"),  # average, in units of the exit
        ("exit_price", "<f8"),  # average; what is still open counts at the last close
        ("pnl", "<f8"),  # account currency, net
        ("return", "<f8"),  # pnl / what was entered, in account currency
        ("fees", "<f8"),
        ("bars_held", "<i8"),
        ("mae", "<f8"),  # <= 0, fraction of the entry price
        ("mfe", "<f8"),  # >= 0
        ("risk", "<f8"),  # account currency at the initial stops; NaN without a stop
        ("carry", "<f8"),  # account currency from funding, borrow and dividends
        ("entries", "<i4"),  # fills that opened or added
        ("exits", "<i4"),  # fills that closed or reduced
        ("instrument", "<i4"),  # which of a portfolio's, else 0
    ]
)

# Things worth a warning that the kernel counts, in the order of its counter array.
COUNTERS = (
    "conflicting_entries",  # closes where long and short entry were both true (2.5)
    "capped",  # sizes cut to the all-in quantity (5.1)
    "invalid_stop",  # entries skipped because a level stood on the wrong side, or a sale brings nothing (4.2)
    "below_minimum",  # entries skipped for lot or minimum notional (5.1)
    "ambiguous_bars",  # bars that could have hit both a stop and a target
    "cancelled_at_end",  # decisions and resting orders of the last bar, which has no next (2.6)
    "expired",  # resting entries whose lifetime ended (3.3)
    "unknown_price",  # entries dropped because the price to rest at is unknown or none (3.3)
    "unknown_size",  # entries skipped because what sizes them is unknown (5.1)
    "partial",  # fills that participation cut (4.3)
    "no_volume",  # fills in bars without volume, for which impact takes the whole bar (4.1)
    "unmagnified",  # bars read pessimistically, having no bars of the finer series (3.5)
    "no_rate",  # entries skipped because no rate into the account's currency is known yet (5.7)
)


@dataclass(frozen=True, slots=True)
class Signals:
    """Decisions at each close, before direction and position are considered (engine.md 2.5).

    Boolean arrays of ``len(bars)``; None means never. `atr_stop` and `atr_target` hold the ATR of each
    bar when the stop or every target is in ATR units. `columns` holds what other rules read at the
    deciding bar, by name (``engine.columns``): prices such as ``stop_long`` and ``entry_short``, units
    (``size``), and measures such as ``atr:14``.
    """

    long_entry: Flags | None = None
    long_exit: Flags | None = None
    short_entry: Flags | None = None
    short_exit: Flags | None = None
    atr_stop: Floats | None = None
    atr_target: Floats | None = None
    columns: Mapping[str, Floats] = field(default_factory=dict[str, Floats])


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """What lies around the bars: the account's currency, the venue's hours and payments, finer bars.

    Attributes
    ----------
    rate_open, rate_close
        Account currency for one of the instrument's, last known at each bar's open and close; NaN before
        the first; None for 1.
    session_end
        True at bars that reach the scheduled end of their session (3.8).
    events
        Array of dtype ACCOUNT_EVENT by time: funding, dividends, splits (3.1).
    finer
        Bars of a shorter timeframe that `magnified` reads the inside of a bar from (3.5).
    """

    rate_open: Floats | None = None
    rate_close: Floats | None = None
    session_end: Flags | None = None
    events: npt.NDArray[Any] | None = None
    finer: Bars | None = None


NOWHERE = Surroundings()


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
