"""Trades of each symbol of a portfolio, from the fills of all (P13)."""

from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.engine.portfolio.panel import Panel
from tradewright.engine.portfolio.records import Lines, Wallet
from tradewright.engine.trades import Prices, gather
from tradewright.engine.types import AT_CLOSE, END_OF_DATA, FILL, TRADE
from tradewright.kernels import kernel

Table = npt.NDArray[Any]
Numbers = npt.NDArray[np.int64]


@kernel
def gather_all(rows: Table, places: Numbers, lines: Lines, trades: Table, last: Numbers, terms: Any) -> int:
    """Write the trades of every symbol; `places` says where the rows of each begin, and where all end."""
    count = 0
    for s in range(places.size - 1):
        begin, end = places[s], places[s + 1]
        if begin == end:
            continue
        a, b = lines.first[s], lines.first[s + 1]
        prices = Prices(lines.open[a:b], lines.high[a:b], lines.low[a:b], lines.close[a:b])
        found = gather(rows[begin:end], prices, trades[count:], last[count:], terms[s])
        for i in range(count, count + found):
            trades[i]["entry_time"] += begin
            last[i] += begin
        count += found
    return count


def trades_of_panel(
    panel: Panel, lines: Lines, fills: Table, held: tuple[Wallet, Table]
) -> tuple[Table, Table]:
    """Return closed trades by exit, and open ones marked at the last close, as arrays of dtype TRADE.

    Their bars are rows of the panel; `held` is the wallet at the end, and the terms.
    """
    wallet, terms = held
    rows = np.concatenate([fills, _marks(panel, lines, wallet, terms)])
    rows = rows[np.argsort(rows["instrument"], kind="stable")]
    if not rows.size:
        return np.zeros(0, TRADE), np.zeros(0, TRADE)
    places = np.searchsorted(rows["instrument"], np.arange(len(panel.series) + 1))
    own = rows if panel.is_even else _in_own_bars(panel, rows, places)
    trades, last = np.zeros(rows.size, TRADE), np.zeros(rows.size, np.int64)
    count = gather_all(own, places, lines, trades, last, terms)
    trades, opening, closing = trades[:count].copy(), rows[trades["entry_time"][:count]], rows[last[:count]]
    trades["entry_time"], trades["exit_time"] = times_of(panel, opening), times_of(panel, closing)
    trades["entry_bar"], trades["exit_bar"] = opening["bar"], closing["bar"]
    trades["bars_held"] = trades["exit_bar"] - trades["entry_bar"]
    marked = np.isin(last[:count], np.flatnonzero(rows["kind"] == _MARK))
    closed, still_open = trades[~marked], trades[marked]
    still_open["exits"] -= 1  # the mark is none
    order = np.lexsort((closed["instrument"], closed["exit_time"]))
    return closed[order], still_open


_MARK = -1  # kind of the row that stands for the value at the end


def _marks(panel: Panel, lines: Lines, wallet: Wallet, terms: Table) -> Table:
    """Return a costless exit at the last close for each symbol that is still held."""
    symbols = np.flatnonzero(wallet.slots["position"])
    marks = np.zeros(symbols.size, FILL)
    marks["bar"] = len(panel) - 1
    marks["quantity"] = -wallet.slots["position"][symbols]
    marks["price"] = marks["reference"] = lines.close[wallet.slots["cursor"][symbols]]
    marks["reason"], marks["moment"], marks["kind"] = END_OF_DATA, AT_CLOSE, _MARK
    marks["unit"] = terms["multiplier"][symbols] * lines.rate_close[wallet.slots["currency"][symbols], -1]
    marks["instrument"] = symbols
    return marks


def _in_own_bars(panel: Panel, rows: Table, places: Numbers) -> Table:
    """Return rows whose bars are those of their own symbols."""
    own = rows.copy()
    for s in range(len(panel.series)):
        part = slice(places[s], places[s + 1])
        own["bar"][part] = panel.last_bars(s, rows["bar"][part])
    return own


def times_of(panel: Panel, fills: Table) -> Numbers:
    """Return when each fill happened, UTC nanoseconds: its row's open, for a fill at the close its close."""
    at_close = fills["moment"] == AT_CLOSE
    found = panel.time[fills["bar"]]
    if not at_close.any():
        return found
    return np.where(at_close, panel.close_time[fills["bar"]], found)
