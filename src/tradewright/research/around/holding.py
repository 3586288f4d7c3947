"""What buying and holding would have made, with the rates, dividends and splits that are known (7.4)."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from tradewright.core.bars import Bars
from tradewright.engine.types import Floats
from tradewright.metrics.benchmark import hold_path
from tradewright.research.around.rates import rates_of
from tradewright.research.around.world import World

_FLAT_FEES = ("fee_per_unit", "fee_per_order", "fee_minimum")


class _Money(NamedTuple):
    """Account currency for one unit and point of price, and for one of the instrument's currency."""

    open: Floats
    close: Floats


def held_path(bars: Bars, start: int, rules: Mapping[str, Any], world: World) -> Floats | None:
    """Return the growth factor, at each close of the window, of buying at its second open and holding.

    The whole cash of the rules is entered, with one taker fee; dividends are kept in cash, and splits
    multiply the units, both from the bar after the entry on. Funding and borrow are not counted. Where no
    rate is known yet, the entry waits for the first open that has one.

    Parameters
    ----------
    bars
        The series as the run saw it.
    start
        Index of the window's first bar.
    rules
        Rules as a manifest has them.

    Returns
    -------
    ndarray or None
        float64, shape ``(len(bars) - start,)``; NaN when nothing could be bought, None for a window of one
        bar.
    """
    window = bars.slice(start, len(bars))
    rate_open, rate_close, _ = rates_of(window, rules.get("currency"), world.rates, 0)
    plain = rate_open is None and world.dividends is None and world.splits is None
    if len(window) < 2 or (plain and not any(rules.get(name) for name in _FLAT_FEES)):
        return hold_path(window, rules["fee"])
    one = np.ones(len(window))
    money = _Money(one if rate_open is None else rate_open, one if rate_close is None else rate_close)
    known = np.flatnonzero(~np.isnan(money.open[1:]))
    entry = int(known[0]) + 1 if known.size else 0
    quantity = _quantity(window, entry, float(money.open[entry]), rules) if known.size else 0.0
    if quantity <= 0:
        return np.full(len(window), np.nan)
    units, cash = _collected(window, entry, money.open, world)
    path = quantity * (units * window.close * window.instrument.multiplier * money.close + cash)
    path /= float(rules["cash"])
    path[:entry] = 1.0
    return path


def _quantity(window: Bars, entry: int, rate: float, rules: Mapping[str, Any]) -> float:
    """Return how many units the cash buys at the open of `entry`, its fee paid."""
    cash = float(rules["cash"]) / rate
    price = float(window.open[entry]) * window.instrument.multiplier
    fee, unit, order, least = (float(rules.get(name, 0.0)) for name in ("fee", *_FLAT_FEES))
    quantity = (cash - order) / (price * (1 + fee) + unit)
    return quantity if quantity * (price * fee + unit) + order >= least else (cash - least) / price


def _collected(
    window: Bars, entry: int, rate: Floats, world: World
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return what one unit has become at each bar, in units and in cash."""
    units, cash = np.ones(len(window)), np.zeros(len(window))
    dated = [
        (int(bar), kind == "splits", float(value))
        for kind, payments in world.payments().items()
        if kind != "funding"
        for bar, value in zip(
            np.searchsorted(window.close_time, payments.time, side="right"), payments.value, strict=True
        )
        if entry < bar < len(window)
    ]
    for bar, is_split, value in sorted(dated):
        if is_split:
            units[bar:] *= value
        else:
            cash[bar:] += units[bar] * value * window.instrument.multiplier * rate[bar]
    return units, cash
