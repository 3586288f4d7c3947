"""Prices, marks and fills of a portfolio: what moves its cash and positions."""

import numpy as np

from tradewright.engine.costs import fee_of, taker_price
from tradewright.engine.portfolio.records import NO_RATE, OPENING, STALE_MARKS, Floats, Floor, Lines, Wallet
from tradewright.engine.state import Occasion
from tradewright.engine.types import BORROW, EVENT, MARKET
from tradewright.kernels import kernel

_YEAR_NS = 365 * 86_400 * 1_000_000_000


@kernel
def advance(lines: Lines, wallet: Wallet, t: int) -> None:
    """Move every symbol on to its last bar by row `t`, and note which have one there (P1)."""
    for s in range(wallet.slots.size):
        slot = wallet.slots[s]
        if lines.even:
            slot.cursor = lines.first[s] + t
            continue
        following = slot.cursor + 1
        slot.fresh = following < lines.first[s + 1] and lines.row[following] == t
        if slot.fresh:
            slot.cursor = following
        elif slot.position != 0:
            wallet.purse.counts[STALE_MARKS] += 1


@kernel
def rate_at(rates: Floats, currency: int, t: int) -> float:
    """Return account currency for one of a symbol's at row `t`; one column says the same of every row."""
    return rates[currency, min(t, rates.shape[1] - 1)]


@kernel
def price_at_open(floor: Floor, t: int) -> None:
    """Set price and unit of each symbol for what happens at the open of row `t` (P7).

    A symbol without any bar yet has the price NaN.
    """
    lines, slots = floor.lines, floor.wallet.slots
    for s in range(slots.size):
        slot = slots[s]
        if slot.cursor < lines.first[s]:
            slot.price = np.nan
            continue
        slot.price = lines.open[slot.cursor] if slot.fresh else lines.close[slot.cursor]
        slot.unit = floor.terms[s].multiplier * rate_at(lines.rate_open, slot.currency, t)


@kernel
def equity_of(wallet: Wallet) -> float:
    """Cash and what the positions are worth at the prices set."""
    total = wallet.purse.cash
    for s in range(wallet.slots.size):
        slot = wallet.slots[s]
        if slot.position != 0:
            total += slot.position * slot.price * slot.unit
    return total


@kernel
def gross_of(wallet: Wallet) -> float:
    """Notional of the positions, both sides, at the prices set."""
    total = 0.0
    for s in range(wallet.slots.size):
        slot = wallet.slots[s]
        if slot.position != 0:
            total += abs(slot.position) * slot.price * slot.unit
    return total


@kernel
def unit_at_close(floor: Floor, t: int, unit: Floats) -> None:
    """Set `unit` to what one unit and point of price of each symbol is worth at the close of row `t`."""
    for s in range(unit.size):
        slot = floor.wallet.slots[s]
        currency = slot.currency
        unit[s] = floor.terms[s].multiplier * rate_at(floor.lines.rate_close, currency, t)


@kernel
def marked(floor: Floor, t: int, unit: Floats) -> float:
    """Return equity at the close of row `t`, of which `unit` has what a point of price is worth (P11)."""
    lines, slots = floor.lines, floor.wallet.slots
    total = floor.wallet.purse.cash
    for s in range(slots.size):
        slot = slots[s]
        if slot.position != 0:
            bar = lines.first[s] + t if lines.even else slot.cursor
            total += slot.position * lines.close[bar] * unit[s]
    return total


@kernel
def occasion_of(floor: Floor, s: int, t: int, price: float, moment: int) -> Occasion:
    """Return an occasion to fill symbol `s` at `price`."""
    slot = floor.wallet.slots[s]
    unit = slot.unit
    return Occasion(t, price, moment, unit, unit / floor.terms[s].multiplier, 0.0, 0.0)


@kernel
def write(  # noqa: PLR0913, PLR0917 - the fields of a fill
    floor: Floor, s: int, when: Occasion, quantity: float, price: float, reason: int, decided: int
) -> None:
    """Write a taker's fill of symbol `s` and move cash and position by it (P8)."""
    slot = floor.wallet.slots[s]
    purse = floor.wallet.purse
    entry = floor.fills[purse.fills]
    entry["bar"] = when.bar
    entry["quantity"] = quantity
    entry["price"] = price
    entry["reference"] = when.reference
    entry["fee"] = fee_of(quantity, price, False, when, floor.terms[s])
    entry["slippage"] = abs(price - when.reference) * abs(quantity * when.unit)
    entry["stop"] = np.nan
    entry["reason"] = reason
    entry["moment"] = when.moment
    entry["unit"] = when.unit
    entry["flow"] = 0.0
    entry["decided"] = decided
    entry["kind"] = MARKET
    entry["instrument"] = s
    purse.fills += 1
    purse.cash -= quantity * when.unit * price + entry["fee"]
    before = slot.position
    slot.position = before + quantity
    purse.positions += (slot.position != 0) - (before != 0)


@kernel
def close_whole(floor: Floor, s: int, when: Occasion, reason: int, decided: int) -> None:
    """Close the position of symbol `s` as a taker."""
    slot = floor.wallet.slots[s]
    position = slot.position
    price = taker_price(when, -1 if position > 0 else 1, abs(position), floor.terms[s])
    write(floor, s, when, -position, price, reason, decided)


@kernel
def cancel_order(wallet: Wallet, s: int) -> None:
    """Forget the order of symbol `s`, if there is one."""
    slot = wallet.slots[s]
    wallet.purse.orders -= not np.isnan(slot.order)
    slot.order = np.nan


@kernel
def drop_without_rate(wallet: Wallet, s: int) -> bool:
    """Drop the order of a symbol whose rate is not known yet, and say so (5.7)."""
    slot = wallet.slots[s]
    if not np.isnan(slot.unit):
        return False
    wallet.purse.counts[NO_RATE] += 1
    return True


@kernel
def charge_borrow(floor: Floor, t: int) -> None:
    """Charge what shorts and negative cash cost since the row before (P11)."""
    wallet, lines = floor.wallet, floor.lines
    elapsed = lines.time[t] - lines.time[t - 1]
    gross = gross_of(wallet)
    negative = max(0.0, -wallet.purse.cash)
    for s in range(wallet.slots.size):
        slot = wallet.slots[s]
        position = slot.position
        if position == 0:
            continue
        value = abs(position) * slot.price * slot.unit
        lent = value if position < 0 else 0.0
        owed = floor.limits.borrow_rate * elapsed / _YEAR_NS * (lent + negative * (value / gross))
        if owed > 0:
            write_charge(floor, s, occasion_of(floor, s, t, slot.price, OPENING), owed)


@kernel
def write_charge(floor: Floor, s: int, when: Occasion, owed: float) -> None:
    """Write the borrow of one symbol, and take it from cash."""
    slot = floor.wallet.slots[s]
    purse = floor.wallet.purse
    entry = floor.fills[purse.fills]
    entry["bar"] = when.bar
    entry["quantity"] = 0.0
    entry["price"] = when.reference
    entry["reference"] = when.reference
    entry["fee"] = 0.0
    entry["slippage"] = 0.0
    entry["stop"] = np.nan
    entry["reason"] = BORROW
    entry["moment"] = when.moment
    entry["unit"] = when.unit
    entry["flow"] = -owed
    entry["decided"] = slot.decided
    entry["kind"] = EVENT
    entry["instrument"] = s
    purse.fills += 1
    purse.cash -= owed
