"""How large an entry was, worked out again from the account before it (5.1, 5.2)."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import takewhile
from math import fsum, inf, isclose, isnan, nan
from typing import Any

from tradewright.engine.columns import size_name
from tradewright.engine.types import AT_CLOSE
from tradewright.kernels.ties import above
from tradewright.research.explanation.affording import Basis, affordable, kept_to
from tradewright.research.explanation.costs import Cost, worse_parts
from tradewright.research.explanation.figures import money, number, percent
from tradewright.research.explanation.held import Held
from tradewright.research.explanation.levels import Levels, in_lots
from tradewright.research.explanation.record import Record, Row

_CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class Size:
    """A size in words, its rules, and the numbers behind it."""

    text: str
    rules: tuple[str, ...]
    numbers: dict[str, Any]


def size_of(  # noqa: PLR0913, PLR0917 - what an entry is sized by
    record: Record, row: Row, cost: Cost, held: Held, closed: int, before: float, limit: float
) -> Size:
    """Say how an entry's size came about, as far as the record proves it.

    Parameters
    ----------
    limit
        Beyond which a stop-limit does not fill; NaN for no such price.
    held
        The position before the fill.
    before
        What has filled of the same order already.
    """
    gross = abs(held.quantity) * row.reference * row.unit
    price = row.reference if cost.maker else kept_to(limit, row, row.reference + _no_quantity(record, row))
    splits = record.splits(row.decided, row.bar)
    basis = Basis(
        record, row, cost, held.equity(row.reference, row.unit), gross, price, splits, closed, limit
    )
    most = max(0.0, affordable(basis, record.rules.leverage, gross))
    numbers: dict[str, Any] = {"equity": basis.equity, "most": most, "quantity": abs(row.quantity)}
    if before > 0:
        return _rest(before, numbers)
    wanted, how = _wanted(basis, most)
    if isnan(wanted):
        text = f"The size, {_units(abs(row.quantity))}, was worked out at the decision"
        return Size(f"{text}.", ("5.2",), numbers) if record.rules.size_on == "decision" else _told(numbers)
    return _fitted(basis, wanted, how, most, numbers)


def _told(numbers: dict[str, Any]) -> Size:
    return Size(f"The size was {_units(numbers['quantity'])}.", ("5.1",), numbers)


def _units(quantity: float) -> str:
    return f"{number(quantity)} units" if quantity != 1 else "1 unit"


def _rest(before: float, numbers: dict[str, Any]) -> Size:
    filled = _units(numbers["quantity"])
    text = f"Of the same order {number(before)} had filled before; this is {filled} of what was left."
    return Size(text, ("4.3",), numbers | {"filled_before": before})


def _no_quantity(record: Record, row: Row) -> float:
    """Return what a taker of no quantity adds to the raw price: all but the impact."""
    return sum(amount for name, amount in worse_parts(record, row) if name != "impact")


def _fitted(basis: Basis, wanted: float, how: str, most: float, numbers: dict[str, Any]) -> Size:
    """Cap, floor to lots, cut by volume; tell only what comes to the fill's own quantity."""
    record, filled = basis.record, abs(basis.row.quantity)
    capped = bool(above(wanted, most, record.rules.tie_tolerance))
    lot = record.bars.instrument.lot
    quantity = in_lots(min(wanted, most), lot)
    parts = [how]
    if capped:
        parts.append(
            f"More than leverage {number(record.rules.leverage)} pays for: capped at {number(most)}."
        )
    if lot and not isclose(quantity, min(wanted, most), rel_tol=_CLOSE):
        parts.append(f"In lots of {number(lot)}: {number(quantity)}.")
    if not isclose(quantity, filled, rel_tol=_CLOSE):
        if not _is_cut(record, basis.row, quantity):
            return _told(numbers)
        volume = float(record.bars.volume[basis.row.bar])
        share = percent(record.rules.participation or 0.0)
        parts.append(
            f"The bar's volume of {number(volume)} lets {share} of it fill, all fills together: "
            f"{number(filled)} did, the rest waited."
        )
    rules = ("5.1", *(("5.2",) if record.rules.size_on == "decision" else ()))
    cut = filled < quantity * (1 - _CLOSE)
    told = numbers | {"wanted": None if wanted == inf else wanted, "capped": capped}
    return Size(" ".join(parts), (*rules, "4.3") if cut else rules, told)


def _is_cut(record: Record, row: Row, quantity: float) -> bool:
    """Say whether a fill of less than `quantity` is what the bar's volume had left (4.3)."""
    share, filled = record.rules.participation, abs(row.quantity)
    if share is None or filled > quantity:
        return False
    same_bar = takewhile(lambda other: other is not row, record.journal)
    before = fsum(abs(other.quantity) for other in same_bar if other.bar == row.bar and not other.is_event)
    room = max(0.0, share * float(record.bars.volume[row.bar]) - before)
    return isclose(in_lots(room, record.bars.instrument.lot), filled, rel_tol=_CLOSE)


def _wanted(basis: Basis, most: float) -> tuple[float, str]:
    """Return the quantity that the sizing rule asks for, and how; NaN where the record cannot tell."""
    rules = basis.record.rules
    if rules.size_on == "decision" and not basis.decision:
        return _wanted_at_decision(basis)
    kind = rules.sizing.kind
    if kind == "all-in":
        free = f"equity of {money(basis.equity)} {basis.record.currency}"
        lever = "" if rules.leverage == 1 else f" times leverage {number(rules.leverage)}"
        gross = f", less the {money(basis.gross)} held," if basis.gross else ""
        return most, f"All-in: {free}{lever}{gross} pays for {number(most)} with the fee."
    return _SIZINGS[kind](basis)


def _wanted_at_decision(basis: Basis) -> tuple[float, str]:
    """Return what the decision's close and equity asked for, in units of the fill (5.2)."""
    record, row, start = basis.record, basis.row, basis.record.simulation.start
    if row.decided < start:
        return nan, ""
    rates = record.surroundings.rate_close
    unit = record.bars.instrument.multiplier * (1.0 if rates is None else float(rates[row.decided]))
    close = float(record.bars.close[row.decided])
    at = row._replace(bar=row.decided, reference=close, unit=unit, moment=AT_CLOSE)
    maker = record.rules.entry.kind == "limit"
    price = close if maker else max(0.0, close + _no_quantity(record, at))
    if price == 0:
        return nan, ""
    side = 1 if row.quantity > 0 else -1
    at = at._replace(stop=Levels(record, side, price, row.decided, 1.0).stop_side[0])
    equity = float(record.simulation.equity[row.decided - start])
    if row.moment == AT_CLOSE:
        equity = basis.equity  # of the very close, before what filled at it
    gross = basis.gross / row.reference * close / basis.splits if basis.gross else 0.0
    cost = Cost(maker, [], [])
    asked = Basis(record, at, cost, equity, gross, price, 1.0, basis.closed, decision=True)
    wanted, how = _wanted(asked, max(0.0, affordable(asked, record.rules.leverage, gross)))
    return wanted * basis.splits, f"At the deciding close, {number(close)}: {how}"


def _fixed(basis: Basis) -> tuple[float, str]:
    value = basis.record.rules.sizing.value
    return value, f"The size is fixed: {_units(value)}."


def _cash(basis: Basis) -> tuple[float, str]:
    value = basis.record.rules.sizing.value
    wanted = value / (basis.price * basis.row.unit)
    return wanted, f"The size is a fixed amount: {money(value)} {basis.record.currency} buy {number(wanted)}."


def _share(basis: Basis) -> tuple[float, str]:
    value = basis.record.rules.sizing.value
    wanted = affordable(basis, value, 0.0)
    return wanted, f"{_of_equity(basis, value)} pay for {number(wanted)} with the fee."


def _of_equity(basis: Basis, share: float) -> str:
    return f"{percent(share)} of the equity of {money(basis.equity)} {basis.record.currency}"


def _risk(basis: Basis) -> tuple[float, str]:
    value, row = basis.record.rules.sizing.value, basis.row
    stop = row.stop
    if basis.record.rules.impact and not basis.decision:  # measured by the stop of a fill of no quantity
        side = 1 if row.quantity > 0 else -1
        stop = Levels(basis.record, side, basis.price, row.decided, basis.splits).stop_side[0]
    distance = abs(basis.price - stop)
    if not distance * row.unit > 0:
        return inf, "The stop is at no distance: the size is what can be paid for."
    wanted = value * basis.equity / (distance * row.unit)
    lost = money(value * basis.equity)
    return wanted, (
        f"At risk is {_of_equity(basis, value)}, {lost}: over {number(distance)} to the stop at "
        f"{number(stop)} that is {number(wanted)}."
    )


def _atr(basis: Basis) -> tuple[float, str]:
    value, size = basis.record.rules.sizing.value, _size(basis) / basis.splits
    wanted = value * basis.equity / (size * basis.row.unit)
    return wanted, f"One ATR of {number(size)} is to move {_of_equity(basis, value)}: {number(wanted)}."


def _volatility(basis: Basis) -> tuple[float, str]:
    value, size = basis.record.rules.sizing.value, _size(basis)
    wanted = affordable(basis, value / size, 0.0)
    return wanted, (
        f"{percent(value)} volatility a year is aimed at, and the last {basis.record.rules.sizing.period} "
        f"bars had {percent(size)}: {_of_equity(basis, value / size)} pay for {number(wanted)}."
    )


def _kelly(basis: Basis) -> tuple[float, str]:
    sizing = basis.record.rules.sizing
    trades = basis.record.simulation.trades[: basis.closed]
    returns = [float(value) for value in trades["return"]]
    won = [value for value in returns if value > 1e-11]
    lost = [-value for value in returns if value < -1e-11]
    if len(returns) < sizing.period:
        share, why = sizing.initial, f"fewer than {sizing.period} trades are closed"
    elif not lost:
        share, why = sizing.value, "no trade lost so far"
    else:
        rate = len(won) / (len(won) + len(lost))
        payoff = (sum(won) / len(won)) / (sum(lost) / len(lost)) if won else 0.0
        share = sizing.value * (rate - (1 - rate) / payoff) if won else 0.0
        why = f"{percent(rate)} of the trades so far won, {number(payoff, 4)} times what one lost"
    wanted = affordable(basis, max(0.0, share), 0.0)
    return wanted, f"Kelly: {why}, so {_of_equity(basis, share)} pay for {number(wanted)}."


def _own(basis: Basis) -> tuple[float, str]:
    wanted = _size(basis) * basis.splits
    return wanted, f"The strategy asked for {_units(wanted)} in its column 'size'."


def _size(basis: Basis) -> float:
    return basis.record.column(size_name(basis.record.rules) or "", basis.row.decided)


_SIZINGS: dict[str, Callable[[Basis], tuple[float, str]]] = {
    "quantity": _fixed,
    "cash": _cash,
    "equity": _share,
    "risk": _risk,
    "atr": _atr,
    "volatility": _volatility,
    "kelly": _kelly,
    "column": _own,
}
