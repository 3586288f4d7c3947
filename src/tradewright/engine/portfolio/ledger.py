"""Prices, marks and fills of a portfolio: what moves its cash and positions."""

import numpy as np

from tradewright.engine.costs import fee_of, taker_price
from tradewright.engine.portfolio.records import NO_RATE, STALE_MARKS, Floats, Floor, Lines, Numbers, Wallet
from tradewright.engine.state import Occasion
from tradewright.engine.types import AT_OPEN, BORROW, EVENT, MARKET
from tradewright.kernels import kernel

_YEAR_NS = 365 * 86_400 * 1_000_000_000


@kernel
def advance(lines: Lines, wallet: Wallet, t: int) -> None:
    """Move every symbol on to its last bar by row `t`, and note which have one there (P1)."""
    cursor, fresh = wallet.cursor, wallet.fresh
    if lines.even:
        for s in range(cursor.size):
            cursor[s] = lines.first[s] + t
        return
    for s in range(cursor.size):
        following = cursor[s] + 1
        fresh[s] = following < lines.first[s + 1] and lines.row[following] == t
        if fresh[s]:
            cursor[s] = following
        elif wallet.position[s] != 0:
            wallet.purse.counts[STALE_MARKS] += 1


@kernel
def rate_at(lines: Lines, s: int, t: int, closing: bool) -> float:
    """Return account currency for one of the symbol's, at the open or the close of row `t` (5.7)."""
    rates = lines.rate_close if closing else lines.rate_open
    return rates[lines.currency[s], min(t, rates.shape[1] - 1)]


@kernel
def price_at_open(floor: Floor, t: int) -> None:
    """Set price and unit of each symbol for what happens at the open of row `t` (P7).

    A symbol without any bar yet has the price NaN.
    """
    lines, wallet = floor.lines, floor.wallet
    for s in range(wallet.position.size):
        bar = wallet.cursor[s]
        if bar < lines.first[s]:
            wallet.price[s] = np.nan
            continue
        wallet.price[s] = lines.open[bar] if wallet.fresh[s] else lines.close[bar]
        wallet.unit[s] = floor.terms[s].multiplier * rate_at(lines, s, t, False)


@kernel
def equity_of(wallet: Wallet) -> float:
    """Cash and what the positions are worth at the prices set."""
    total = wallet.purse.cash
    for s in range(wallet.position.size):
        if wallet.position[s] != 0:
            total += wallet.position[s] * wallet.price[s] * wallet.unit[s]
    return total


@kernel
def gross_of(wallet: Wallet) -> float:
    """Notional of the positions, both sides, at the prices set."""
    total = 0.0
    for s in range(wallet.position.size):
        if wallet.position[s] != 0:
            total += abs(wallet.position[s]) * wallet.price[s] * wallet.unit[s]
    return total


@kernel
def unit_at_close(floor: Floor, t: int, unit: Floats) -> None:
    """Set `unit` to what one unit and point of price of each symbol is worth at the close of row `t`."""
    for s in range(unit.size):
        unit[s] = floor.terms[s].multiplier * rate_at(floor.lines, s, t, True)


@kernel
def marked(total: float, position: Floats, close: Floats, bar: Numbers, ahead: int, unit: Floats) -> float:
    """Return `total` and the positions at their closes: that of bar ``bar[s] + ahead`` (P11)."""
    for s in range(position.size):
        if position[s] != 0:
            total += position[s] * close[bar[s] + ahead] * unit[s]
    return total


@kernel
def occasion_of(floor: Floor, s: int, t: int, price: float, moment: int) -> Occasion:
    """Return an occasion to fill symbol `s` at `price`."""
    unit = floor.wallet.unit[s]
    return Occasion(t, price, moment, unit, unit / floor.terms[s].multiplier, 0.0, 0.0)


@kernel
def write(
    floor: Floor, s: int, when: Occasion, quantity: float, price: float, reason: int, decided: int
) -> None:
    """Write a taker's fill of symbol `s` and move cash and position by it (P8)."""
    wallet, purse = floor.wallet, floor.wallet.purse
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
    before = wallet.position[s]
    wallet.position[s] = before + quantity
    purse.positions += (wallet.position[s] != 0) - (before != 0)


@kernel
def close_whole(floor: Floor, s: int, when: Occasion, reason: int, decided: int) -> None:
    """Close the position of symbol `s` as a taker."""
    position = floor.wallet.position[s]
    price = taker_price(when, -1 if position > 0 else 1, abs(position), floor.terms[s])
    write(floor, s, when, -position, price, reason, decided)


@kernel
def cancel_order(wallet: Wallet, s: int) -> None:
    """Forget the order of symbol `s`, if there is one."""
    wallet.purse.orders -= not np.isnan(wallet.order[s])
    wallet.order[s] = np.nan


@kernel
def drop_without_rate(wallet: Wallet, s: int) -> bool:
    """Drop the order of a symbol whose rate is not known yet, and say so (5.7)."""
    if not np.isnan(wallet.unit[s]):
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
    for s in range(wallet.position.size):
        position = wallet.position[s]
        if position == 0:
            continue
        value = abs(position) * wallet.price[s] * wallet.unit[s]
        lent = value if position < 0 else 0.0
        owed = floor.limits.borrow_rate * elapsed / _YEAR_NS * (lent + negative * (value / gross))
        if owed > 0:
            write_charge(floor, s, occasion_of(floor, s, t, wallet.price[s], AT_OPEN), owed)


@kernel
def write_charge(floor: Floor, s: int, when: Occasion, owed: float) -> None:
    """Write the borrow of one symbol, and take it from cash."""
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
    entry["decided"] = floor.wallet.decided[s]
    entry["kind"] = EVENT
    entry["instrument"] = s
    purse.fills += 1
    purse.cash -= owed
