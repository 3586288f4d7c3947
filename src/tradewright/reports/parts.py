"""The fills of trades that entered or left in more than one part, for the marks of a chart."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.reports.material import ReportMaterial
from tradewright.reports.trades import bars_of

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

# What is left of a position by rounding, as a fraction of the fill that closed it.
_NOTHING = 1e-9


def part_columns(material: ReportMaterial, count: int) -> dict[str, Floats]:
    """Return the fills of trades of more than two fills, or of an open one of more than one.

    Parameters
    ----------
    count
        Number of trades, the open one included.

    Returns
    -------
    dict
        ``trade`` (its index), ``bar`` (of the window), ``price``, ``buys`` (1, or 0 for sales), by time;
        empty arrays when there are none, or when the fills are not known.
    """
    fills = material.fills
    if fills is None or "kind" not in fills:
        return {name: np.empty(0) for name in ("trade", "bar", "price", "buys")}
    trade = trade_of_each(fills)
    sizes = np.bincount(trade[trade >= 0], minlength=max(count, 1))
    usual = np.full(sizes.size, 2)
    usual[len(material.document["trades"]) :] = 1
    shown = (trade >= 0) & (trade < count)
    shown[shown] &= (sizes > usual)[trade[shown]]
    late = np.asarray(fills["moment"])[shown] == "close"
    return {
        "trade": trade[shown].astype(np.float64),
        "bar": bars_of(material, np.asarray(fills["time"])[shown], late),
        "price": np.asarray(fills["price"], np.float64)[shown],
        "buys": (np.asarray(fills["quantity"])[shown] > 0).astype(np.float64),
    }


def trade_of_each(fills: Mapping[str, npt.NDArray[Any]]) -> Indices:
    """Return for each fill the trade that it belongs to, counted from 0 as they open; -1 for account events.

    One instrument has one position at a time: a trade goes from flat to flat (engine.md 5.5).
    """
    found = np.full(len(fills["quantity"]), -1, np.int64)
    held, trade = 0.0, -1
    for row, (quantity, kind) in enumerate(
        zip(fills["quantity"].tolist(), fills["kind"].tolist(), strict=True)
    ):
        if kind != "event":
            trade += held == 0.0
            found[row] = trade
        held += quantity
        if abs(held) <= _NOTHING * abs(quantity):
            held = 0.0
    return found
