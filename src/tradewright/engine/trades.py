"""Trades from fills: flat to flat, with the worst and best price on the way (engine.md 5.5)."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import Bars
from tradewright.engine.reach import adverse_first, low_first, rest_of
from tradewright.engine.state import Bar
from tradewright.engine.terms import MAGNIFIED, PESSIMISTIC, Terms
from tradewright.engine.types import (
    AT_CLOSE,
    AT_OPEN,
    END_OF_DATA,
    EVENT,
    FILL,
    INSIDE,
    REVERSE,
    SPLIT,
    STOP,
    TAKE_PROFIT,
    TRADE,
    Floats,
)
from tradewright.engine.walking.bar import Market, around
from tradewright.kernels import kernel
from tradewright.kernels.borrowed import borrowed
from tradewright.kernels.ties import equal

Table = npt.NDArray[Any]


class Prices(NamedTuple):
    """The prices of the bars."""

    open: Floats
    high: Floats
    low: Floats
    close: Floats


class Reach(NamedTuple):
    """The lowest and highest price that a trade has seen."""

    least: float
    most: float


@kernel
def bar_at(prices: Prices, j: int) -> Bar:
    """Return the prices of bar `j`."""
    return Bar(prices.open[j], prices.high[j], prices.low[j], prices.close[j])


@kernel
def wider(reach: Reach, price: float) -> Reach:
    """Return `reach` with one more price."""
    return Reach(min(reach.least, price), max(reach.most, price))


@kernel
def reading_of(terms: Terms) -> int:
    """Return how the inside of a whole bar is read; finer bars are read as cautiously."""
    return PESSIMISTIC if terms.intrabar == MAGNIFIED else terms.intrabar


@kernel
def against_way(side: int, fill: Any, open_: float, terms: Terms) -> bool:
    """Say whether a resting order filled on the way against `side` of the position that it opened.

    At the open's own price its kind says on which way it looks; a stop there would have filled at the open.
    """
    if equal(fill["reference"], open_, terms.tolerance):
        return fill["kind"] != STOP
    return (fill["reference"] < open_) == (side > 0)


@kernel
def whole_bar(reach: Reach, side: int, entry: Any, j: int, prices: Prices, terms: Terms) -> Reach:
    """Add a bar that the position was held over; `entry` is the last entry, inside the bar or before it."""
    bar = bar_at(prices, j)
    if entry["bar"] != j or entry["moment"] != INSIDE:
        return wider(wider(reach, bar.low), bar.high)
    against = against_way(side, entry, bar.open, terms)
    way_is_down = against == (side > 0)
    first_way = low_first(bar, terms) == way_is_down
    rest = rest_of(side, against, first_way, bar, reading_of(terms))
    return wider(wider(reach, rest.adverse), rest.favourable)


@kernel
def last_bar(reach: Reach, side: int, exit_: Any, fresh: bool, prices: Prices, terms: Terms) -> Reach:
    """Add what the exit's bar shows before the exit; `fresh` says that an entry filled inside it too."""
    j = exit_["bar"]
    bar = bar_at(prices, j)
    reach = wider(reach, bar.open)
    if fresh:
        return reach
    # What a reversal opens, on the other side, it met on the way against that side: with this one.
    at_target = exit_["reason"] == TAKE_PROFIT or (
        exit_["reason"] == REVERSE and against_way(-side, exit_, bar.open, terms)
    )
    # The extreme that the bar reached before the fill; after it, nothing counts.
    if adverse_first(side, bar, reading_of(terms), terms) == at_target:
        return wider(reach, bar.low if (side > 0) == at_target else bar.high)
    return reach


@kernel
def average(held: float, price: float, quantity: float, at: float) -> float:
    """Return the average price of `held` at `price` and `quantity` at `at`."""
    return at if held == 0 else (held * price + quantity * at) / (held + quantity)


@kernel
def restate(trade: Any, reach: Reach, units: float) -> Reach:
    """Put what a trade has so far into units of which `units` have become of one (3.1)."""
    trade["quantity"] *= units
    trade["entry_price"] /= units
    trade["exit_price"] /= units
    return Reach(reach.least / units, reach.most / units)


@kernel
def add_entry(trade: Any, row: Any) -> None:
    """Add a fill that opens or adds."""
    quantity = abs(row["quantity"])
    if trade["entries"] == 0:
        trade["entry_bar"] = row["bar"]
        trade["side"] = 1 if row["quantity"] > 0 else -1
        trade["instrument"] = row["instrument"]
    trade["entry_price"] = average(trade["quantity"], trade["entry_price"], quantity, row["price"])
    trade["quantity"] += quantity
    trade["entries"] += 1
    trade["risk"] += abs(row["price"] - row["stop"]) * quantity * row["unit"]
    trade["return"] += abs(row["quantity"] * row["unit"]) * row["price"]  # what was entered, until the end


@kernel
def add_exit(trade: Any, row: Any, closed: float) -> None:
    """Add a fill that closes or reduces; `closed` is the quantity closed before it."""
    trade["exit_price"] = average(closed, trade["exit_price"], abs(row["quantity"]), row["price"])
    trade["exits"] += 1
    trade["exit_bar"] = row["bar"]
    trade["exit_reason"] = row["reason"]


@kernel
def end(trade: Any, reach: Reach) -> None:
    """Work out what a finished trade made and saw."""
    price, side = trade["entry_price"], trade["side"]
    worst, best = (reach.least, reach.most) if side > 0 else (reach.most, reach.least)
    spent = trade["return"]
    trade["pnl"] += trade["carry"] - trade["fees"]
    trade["return"] = trade["pnl"] / spent
    trade["bars_held"] = trade["exit_bar"] - trade["entry_bar"]
    trade["mae"] = min(0.0, side * (worst - price) / price)
    trade["mfe"] = max(0.0, side * (best - price) / price)


@kernel
def opens(position: float, row: Any) -> bool:
    """Say whether a fill opens a position or adds to it."""
    return position == 0 or (row["quantity"] > 0) == (position > 0)


@kernel
def through_exit(  # noqa: PLR0913, PLR0917 - what a trade has come to
    reach: Reach, trade: Any, entry: Any, row: Any, seen: int, prices: Prices, terms: Terms
) -> Reach:
    """Add what the bar of the last exit shows; `entry` is the last entry, `seen` the last bar in `reach`."""
    side, j = trade["side"], row["bar"]
    if row["moment"] == AT_CLOSE:
        return whole_bar(reach, side, entry, j, prices, terms) if seen < j else reach
    if row["moment"] == AT_OPEN:
        return reach
    fresh = entry["bar"] == j and entry["moment"] == INSIDE
    if fresh and trade["entry_bar"] == j:
        return reach
    return last_bar(reach, side, row, fresh, prices, terms)


@kernel
def gather(rows: Table, prices: Prices, trades: Table, last: Table, terms: Terms) -> int:
    """Write the trades that the rows of one instrument make; return how many.

    `last` takes the row that ends each trade; that which opens it is ``trades["entry_time"]`` until the
    times are known.
    """
    held = prices  # for as long as they are borrowed
    prices = Prices(borrowed(held.open), borrowed(held.high), borrowed(held.low), borrowed(held.close))
    count, position, closed = 0, 0.0, 0.0
    reach = Reach(0.0, 0.0)
    entry = rows[0]
    seen = -1  # last bar that is in `reach`
    for i in range(rows.size):
        row = rows[i]
        trade = trades[count]
        if position == 0:
            trade["entry_time"] = i
            closed = 0.0
            reach = Reach(row["price"], row["price"])
            seen = row["bar"] if row["moment"] == AT_CLOSE else row["bar"] - 1
        while seen < row["bar"] - 1:
            seen += 1
            reach = whole_bar(reach, trade["side"], entry, seen, prices, terms)
        if row["kind"] == EVENT:
            trade["carry"] += row["flow"]
            if row["reason"] == SPLIT:
                units = (position + row["quantity"]) / position
                reach = restate(trade, reach, units)
                closed *= units
                position += row["quantity"]
            continue
        reach = wider(reach, row["price"])
        trade["pnl"] -= row["quantity"] * row["price"] * row["unit"]
        trade["fees"] += row["fee"]
        if opens(position, row):
            add_entry(trade, row)
            entry = row
            position += row["quantity"]
            continue
        add_exit(trade, row, closed)
        closed += abs(row["quantity"])
        if abs(row["quantity"]) >= abs(position):
            reach = through_exit(reach, trade, entry, row, seen, prices, terms)
            end(trade, reach)
            last[count] = i
            count += 1
            position = 0.0
        else:
            position += row["quantity"]
    return count


@kernel
def held_after(rows: Table) -> float:
    """Return the position that fills leave: what closes it all leaves nothing, whatever the last digit."""
    position = 0.0
    for i in range(rows.size):
        quantity = rows[i]["quantity"]
        closing = rows[i]["kind"] != EVENT and quantity * position < 0 and abs(quantity) >= abs(position)
        position = 0.0 if closing else position + quantity
    return position


def trades_of(bars: Bars, market: Market, fills: Table, terms: Terms) -> tuple[Table, Table]:
    """Return closed trades, and the open one marked at the last close, as arrays of dtype TRADE."""
    held = held_after(fills)
    rows = _with_mark(fills, market, held, terms) if held else fills
    trades, last = np.zeros(rows.size, TRADE), np.zeros(rows.size, np.int64)
    prices = Prices(bars.open, bars.high, bars.low, bars.close)
    count = gather(rows, prices, trades, last, terms) if rows.size else 0
    trades = trades[:count].copy()
    trades["entry_time"] = fill_times(bars, rows[trades["entry_time"]])
    trades["exit_time"] = fill_times(bars, rows[last[:count]])
    closed = count - (held != 0)
    trades["exits"][closed:] -= 1  # the mark is none
    return trades[:closed], trades[closed:]


def _with_mark(fills: Table, market: Market, held: float, terms: Terms) -> Table:
    """Add a costless exit at the last close."""
    j = market.close.size - 1
    mark = np.zeros(1, FILL)
    mark["bar"] = j
    mark["quantity"] = -held
    mark["price"] = mark["reference"] = market.close[j]
    mark["reason"], mark["moment"] = END_OF_DATA, AT_CLOSE
    mark["unit"] = terms.multiplier * around(market.rate_close, j)
    return np.concatenate([fills, mark])


def fill_times(bars: Bars, fills: Table) -> npt.NDArray[np.int64]:
    """Return when each fill happened, UTC nanoseconds: its bar's open, for a fill at the close its close."""
    at_close = fills["moment"] == AT_CLOSE
    return np.where(at_close, bars.close_time[fills["bar"]], bars.time[fills["bar"]])
