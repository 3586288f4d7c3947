"""What a trade's fills alone say, where neither bars nor a second run can be had."""

from collections.abc import Iterator, Mapping
from math import isnan
from typing import Any, NamedTuple

from tradewright.research.explanation.figures import counted, moment, money, number, percent, signed
from tradewright.research.explanation.record import require_number
from tradewright.research.explanation.told import Explanation, Step

_EVENTS = frozenset({"funding", "borrow", "dividend", "split"})
_AT = {"open": "at the open of a bar", "inside": "inside a bar", "close": "at the close of a bar"}

Line = Mapping[str, Any]


class Tables(NamedTuple):
    """A run's tables as rows: times are int64 UTC nanoseconds, reasons and moments words."""

    trades: list[dict[str, Any]]
    open_trades: list[dict[str, Any]]
    fills: list[dict[str, Any]]
    symbol: str
    currency: str


def explain_barely(tables: Tables, wanted: int, lacking: str) -> Explanation:
    """Tell a trade from its fills alone.

    Parameters
    ----------
    wanted
        Number of the trade, from 1.
    lacking
        Why there is no more to tell, as a sentence.

    Raises
    ------
    InputError
        ``E_TRADE`` when there is none of that number.
    """
    rows = [*tables.trades, *tables.open_trades]
    require_number(wanted, len(rows))
    trade = rows[wanted - 1]
    fills = next(found for index, found in enumerate(_by_trade(tables.fills), 1) if index == wanted)
    note = Step(int(trade["entry_time"]), f"Told from the fills alone: {lacking}")
    steps = (note, *(_fill_step(tables, fill) for fill in fills), _result(tables, trade))
    entry, exit_ = moment(int(trade["entry_time"])), moment(int(trade["exit_time"]))
    how = "still open" if wanted > len(tables.trades) else trade["exit_reason"].replace("_", " ")
    title = (
        f"Trade {wanted:,} of {len(rows):,}: {trade['side']} {number(trade['quantity'])} {tables.symbol}, "
        f"{entry} to {exit_}, {how}, {signed(trade['pnl'])} {tables.currency} ({percent(trade['return'])})"
    )
    return Explanation(wanted, title, steps)


def _by_trade(fills: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of each trade: from flat to flat (5.5)."""
    position, rows = 0.0, list[dict[str, Any]]()
    for fill in fills:
        rows.append(fill)
        quantity, order = fill["quantity"], fill["reason"] not in _EVENTS
        if order and quantity * position < 0 and abs(quantity) >= abs(position):
            yield rows
            position, rows = 0.0, []
        else:
            position += quantity
    if rows:
        yield rows


def _fill_step(tables: Tables, fill: Line) -> Step:
    time, reason = int(fill["time"]), str(fill["reason"])
    if reason in _EVENTS:
        text = f"An account event: {reason}, at a price of {number(fill['reference'])}."
        return Step(time, text, ("3.1",), dict(fill))
    verb = "Bought" if fill["quantity"] > 0 else "Sold"
    raw = "" if fill["price"] == fill["reference"] else f", the raw price being {number(fill['reference'])}"
    text = (
        f"{verb} {number(abs(fill['quantity']))} {tables.symbol} at {number(fill['price'])} "
        f"{_AT[str(fill['moment'])]}{raw}: {reason.replace('_', ' ')}. Fee {money(fill['fee'])}, slippage "
        f"and spread {money(fill['slippage'])} {tables.currency}."
    )
    return Step(time, text, ("4.1",), dict(fill))


def _result(tables: Tables, trade: Line) -> Step:
    known = {name: value for name, value in trade.items() if not isinstance(value, float) or not isnan(value)}
    text = (
        f"Result: {signed(trade['pnl'])} {tables.currency} after fees of {money(trade['fees'])}, "
        f"{percent(trade['return'])} of what was entered. Held for {counted(int(trade['bars_held']), 'bar')}."
        f" At worst it stood {percent(trade['mae'])} from the average entry, at best {percent(trade['mfe'])}."
    )
    return Step(int(trade["exit_time"]), text, ("5.5",), known)
