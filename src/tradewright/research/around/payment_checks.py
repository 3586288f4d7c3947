"""What payments and splits tell of themselves against the bars they belong to."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import Bars
from tradewright.core.errors import DataError
from tradewright.core.timeframe import NS_PER_DAY
from tradewright.engine.types import Flags, Simulation
from tradewright.research.around.payments import Payments
from tradewright.research.around.world import World
from tradewright.research.caution import Caution
from tradewright.research.manifest import iso

Times = npt.NDArray[np.int64]

# A stretch of this many usual intervals without funding is a hole in the series.
_HOLE = 3


def check_payments(bars: Bars, world: World) -> list[Caution]:
    """Refuse dividends above the price and splits inside long bars; say which splits the prices know not of.

    Raises
    ------
    DataError
        ``E_EVENT``, with the time of the dividend or split.
    """
    if world.dividends is not None:
        _require_below_price(bars, world.dividends)
    if world.splits is None:
        return []
    _require_whole_days(bars, world.splits)
    return list(_adjusted(bars, world.splits))


def outside_of_bars(bars: Bars, world: World) -> list[Caution]:
    """Count the dividends and splits that lie before the first bar or after the last close."""
    found: list[Caution] = []
    for payments in (world.dividends, world.splits):
        if payments is None:
            continue
        outside = (payments.time < bars.time[0]) | (payments.time >= bars.close_time[-1])
        count = int(outside.sum())
        if count:
            text = f"{count:,} of the {len(payments):,} {payments.kind} lie outside of the bars: left out."
            found.append(Caution("W_EVENT_OUTSIDE", text, count))
    return found


def uncovered_funding(bars: Bars, world: World, simulation: Simulation) -> list[Caution]:
    """Count the bars with a position for which the series of funding has nothing.

    A stretch without an event, or before the first or after the last, that is longer than three times the
    median interval is a hole from one interval after its last event on.
    """
    funding = world.funding
    if funding is None:
        return []
    bare = _held(bars, simulation) & _holes(bars, funding)
    count = int(bare.sum())
    if not count:
        return []
    why = _lacking(bars.close_time[bare], funding)
    words = f"{count:,} of the bars with a position are not covered by the funding ({why}); they paid none."
    return [Caution("W_FUNDING_ENDS", words, count)]


def _lacking(closes: Times, funding: Payments) -> str:
    """Say where funding is lacking for the bars with these closes: before it, after it, or in between."""
    if not len(funding):
        return "it is empty"
    first, last = funding.time[0], funding.time[-1]
    begins = [f"it begins {iso(first)}"] if (closes <= first).any() else []
    ends = [f"it ends {iso(last)}"] if (closes >= last).any() else []
    holes = ["it has holes"] if ((closes > first) & (closes < last)).any() else []
    return ", ".join(begins + holes + ends)


def _bar_of(bars: Bars, time: Times) -> Times:
    """Return the bar that each event belongs to; ``len(bars)`` for one after the last close."""
    return np.searchsorted(bars.close_time, time, side="right")


def _require_below_price(bars: Bars, dividends: Payments) -> None:
    bar = _bar_of(bars, dividends.time)
    inside = np.flatnonzero((bar < len(bars)) & (dividends.time >= bars.time[0]))
    price = bars.close[np.maximum(bar[inside] - 1, 0)]
    above = np.flatnonzero(dividends.value[inside] > price)
    if above.size:
        which = int(inside[above[0]])
        paid, at, row = float(dividends.value[which]), iso(dividends.time[which]), int(dividends.row[which])
        raise DataError(
            "E_EVENT",
            f"row {row} of dividends pays {paid:g} on {at}, above the price before it, {price[above[0]]:g}.",
            fix="Give the amount for one unit, in the currency of the prices.",
            details={"kind": "dividends", "time": at, "value": paid, "row": row},
        )


def _require_whole_days(bars: Bars, splits: Payments) -> None:
    """Refuse a split on a later day of its bar: such a bar has prices of before and of after (3.1)."""
    bar = _bar_of(bars, splits.time)
    inside = np.flatnonzero((bar < len(bars)) & (splits.time >= bars.time[0]))
    calendar = bars.instrument.calendar
    opened = calendar.trading_days(bars.time[bar[inside]])
    mixed = np.flatnonzero(calendar.trading_days(splits.time[inside]) > opened)
    if mixed.size and bars.timeframe.ns > NS_PER_DAY:
        which = int(inside[mixed[0]])
        at, row = iso(splits.time[which]), int(splits.row[which])
        raise DataError(
            "E_EVENT",
            f"row {row} of splits, on {at}, is inside a {bars.timeframe} bar: its prices are of two kinds.",
            fix="Use bars of a day or shorter, or prices that are adjusted for splits, and no splits.",
            details={"kind": "splits", "time": at, "value": float(splits.value[which]), "row": row},
        )


def _adjusted(bars: Bars, splits: Payments) -> Iterator[Caution]:
    """Count the splits at which the price does not jump by about the ratio."""
    bar = _bar_of(bars, splits.time)
    inside = (bar > 0) & (bar < len(bars)) & (splits.value != 1)
    at, ratio = bar[inside], splits.value[inside]
    jump = np.log(bars.open[at] / bars.close[at - 1])
    smooth = np.abs(jump + np.log(ratio)) > np.abs(jump)
    count = int(smooth.sum())
    if count:
        first = iso(splits.time[inside][smooth][0])[:10]
        text = (
            f"the price does not jump at {count:,} of the splits (first {first}): it looks adjusted already, "
            "and then a split counts twice. Give raw prices, or no splits."
        )
        yield Caution("W_SPLIT_ADJUSTED", text, count)


def _held(bars: Bars, simulation: Simulation) -> Flags:
    """Say of each bar whether a position was held in it."""
    change = np.zeros(len(bars) + 1, np.int64)
    for trades in (simulation.trades, simulation.open_trades):
        np.add.at(change, trades["entry_bar"], 1)
        np.add.at(change, trades["exit_bar"] + 1, -1)
    return np.cumsum(change)[:-1] > 0


def _holes(bars: Bars, funding: Payments) -> Flags:
    """Say of each bar whether an event is lacking in it."""
    usual = int(np.median(np.diff(funding.time))) if len(funding) > 1 else 0
    edges = np.sort(np.concatenate((funding.time, [bars.time[0] - usual, bars.close_time[-1] + usual])))
    before = np.searchsorted(edges, bars.close_time, side="left") - 1
    long = edges[before + 1] - edges[before] > _HOLE * usual
    return long & (bars.close_time > edges[before] + usual)
