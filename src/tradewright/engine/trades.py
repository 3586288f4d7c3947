"""Trades from fills: flat to flat, with the worst and best price on the way (engine.md 5.5)."""

from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import Bars
from tradewright.engine.match import adverse_first
from tradewright.engine.state import Bar
from tradewright.engine.terms import Terms
from tradewright.engine.types import (
    AT_CLOSE,
    END_OF_DATA,
    FILL,
    INSIDE,
    TAKE_PROFIT,
    TRADE,
    Floats,
)
from tradewright.kernels import kernel

Table = npt.NDArray[Any]
Prices = tuple[Floats, Floats, Floats, Floats]  # open, high, low, close


@kernel
def excursions(entry: Any, exit_: Any, side: int, bars: Prices, terms: Terms) -> tuple[float, float]:
    """Return the lowest and highest price between two fills, as far as the bar reading knows them."""
    open_, high, low, close = bars
    least, most = min(entry["price"], exit_["price"]), max(entry["price"], exit_["price"])
    first = entry["bar"] + 1 if entry["moment"] == AT_CLOSE else entry["bar"]
    last = exit_["bar"] if exit_["moment"] == AT_CLOSE else exit_["bar"] - 1
    for j in range(first, last + 1):
        least, most = min(least, low[j]), max(most, high[j])
    if exit_["moment"] == INSIDE:
        j: int = exit_["bar"]
        least, most = min(least, open_[j]), max(most, open_[j])
        against_first = adverse_first(side, Bar(open_[j], high[j], low[j], close[j]), terms)
        at_target = exit_["reason"] == TAKE_PROFIT
        # The extreme that the bar reached before the fill; after it, nothing counts.
        if against_first == at_target:
            low_counts = (side > 0) == at_target
            least, most = (min(least, low[j]), most) if low_counts else (least, max(most, high[j]))
    return least, most


@kernel
def pair_fills(fills: Table, bars: Prices, trades: Table, terms: Terms) -> None:
    """Fill `trades` from pairs of entry and exit fills."""
    for i in range(trades.size):
        entry, exit_, trade = fills[2 * i], fills[2 * i + 1], trades[i]
        side = 1 if entry["quantity"] > 0 else -1
        quantity, price = abs(entry["quantity"]), entry["price"]
        least, most = excursions(entry, exit_, side, bars, terms)
        worst, best = (least, most) if side > 0 else (most, least)
        fees = entry["fee"] + exit_["fee"]
        pnl = side * (exit_["price"] - price) * quantity * terms.multiplier - fees
        trade["entry_bar"], trade["exit_bar"] = entry["bar"], exit_["bar"]
        trade["side"], trade["exit_reason"] = side, exit_["reason"]
        trade["quantity"], trade["fees"], trade["pnl"] = quantity, fees, pnl
        trade["entry_price"], trade["exit_price"] = price, exit_["price"]
        trade["return"] = pnl / (price * quantity * terms.multiplier)
        trade["bars_held"] = exit_["bar"] - entry["bar"]
        trade["mae"] = min(0.0, side * (worst - price) / price)
        trade["mfe"] = max(0.0, side * (best - price) / price)
        trade["risk"] = abs(price - entry["stop"]) * quantity * terms.multiplier


def trades_of(bars: Bars, fills: Table, terms: Terms) -> tuple[Table, Table]:
    """Return closed trades, and the open one marked at the last close, as arrays of dtype TRADE."""
    closed, still_open = divmod(fills.size, 2)
    marked = _with_mark(fills, bars) if still_open else fills
    trades = np.zeros(closed + still_open, TRADE)
    pair_fills(marked, (bars.open, bars.high, bars.low, bars.close), trades, terms)
    trades["entry_time"] = fill_times(bars, marked[0::2])
    trades["exit_time"] = fill_times(bars, marked[1::2])
    return trades[:closed], trades[closed:]


def _with_mark(fills: Table, bars: Bars) -> Table:
    """Add a costless exit at the last close."""
    mark = np.zeros(1, FILL)
    mark["bar"] = len(bars) - 1
    mark["quantity"] = -fills["quantity"][-1]
    mark["price"] = mark["reference"] = bars.close[-1]
    mark["reason"], mark["moment"] = END_OF_DATA, AT_CLOSE
    return np.concatenate([fills, mark])


def fill_times(bars: Bars, fills: Table) -> npt.NDArray[np.int64]:
    """Return when each fill happened, UTC nanoseconds: its bar's open, for a fill at the close its close."""
    at_close = fills["moment"] == AT_CLOSE
    return np.where(at_close, bars.close_time[fills["bar"]], bars.time[fills["bar"]])
