"""What a portfolio held, what each symbol brought, and how they move together (P13)."""

from typing import Any

import numpy as np
import numpy.typing as npt

from tradewright.engine.types import Floats
from tradewright.research.portfolio import PortfolioAnswer

_FEWEST = 3


def weights_of(answer: PortfolioAnswer) -> Floats:
    """Return each symbol's share of equity at each close of the window, shape ``(rows, symbols)``."""
    panel, simulation = answer.panel, answer.simulation
    held = _positions(answer)
    marks = panel.closes(np.arange(simulation.start, len(panel)))
    for number, bars in enumerate(panel.series.values()):
        marks[:, number] *= bars.instrument.multiplier
        pair = answer.rates[number]
        if pair is not None:
            marks[:, number] *= pair[1][simulation.start :]
    worth = np.where(held == 0, 0.0, held * marks)
    equity = simulation.equity[:, None]
    return np.divide(worth, equity, out=np.full(worth.shape, np.nan), where=equity > 0)


def _positions(answer: PortfolioAnswer) -> Floats:
    """Return the units held of each symbol after each row of the window."""
    simulation = answer.simulation
    moved = simulation.fills[simulation.fills["quantity"] != 0]  # not what account events bring
    moved = moved[np.argsort(moved["instrument"], kind="stable")]
    places = np.searchsorted(moved["instrument"], np.arange(len(answer.panel.series) + 1))
    rows = np.arange(simulation.equity.size) + simulation.start
    held = np.zeros((rows.size, len(answer.panel.series)))
    for number in range(held.shape[1]):
        own = moved[places[number] : places[number + 1]]
        if own.size:
            after = _running(own["quantity"])
            last = np.searchsorted(np.ascontiguousarray(own["bar"]), rows, side="right") - 1
            held[:, number] = np.where(last >= 0, after[np.maximum(last, 0)], 0.0)
    return held


def _running(quantities: Floats) -> Floats:
    """Return the position after each fill: what closes it all leaves nothing, whatever the last digit."""
    after = np.zeros(quantities.size)
    position = 0.0
    for i, quantity in enumerate(quantities.tolist()):
        position = 0.0 if quantity == -position else position + quantity
        after[i] = position
    return after


def contributions_of(answer: PortfolioAnswer) -> dict[str, float]:
    """Return what each symbol brought, account currency: flows, fees, and its last mark."""
    panel, simulation = answer.panel, answer.simulation
    fills = simulation.fills
    flow = fills["flow"] - fills["quantity"] * fills["price"] * fills["unit"] - fills["fee"]
    brought: Any = np.bincount(fills["instrument"], weights=flow, minlength=len(panel.series))
    marks = panel.closes([len(panel) - 1])[0]
    held = np.bincount(fills["instrument"], weights=fills["quantity"], minlength=len(panel.series))
    for trade in simulation.open_trades:
        number = int(trade["instrument"])
        pair = answer.rates[number]
        rate = 1.0 if pair is None else float(pair[1][-1])
        unit = list(panel.series.values())[number].instrument.multiplier * rate
        brought[number] += held[number] * marks[number] * unit
    return {symbol: float(brought[number]) for number, symbol in enumerate(panel.symbols)}


def correlation_of(answer: PortfolioAnswer) -> Floats:
    """Return the correlation of close-to-close returns, for each pair over the rows where both have one."""
    returns = _returns(answer)
    known = ~np.isnan(returns)
    mask = known.astype(np.float64)
    # Centred first, so that squares of what is left do not cancel.
    centre = np.nansum(returns, axis=0) / np.maximum(mask.sum(axis=0), 1)
    values = np.where(known, returns - centre, 0.0)
    count = mask.T @ mask
    first = values.T @ mask  # sum of the row's symbol over the rows of the pair
    squares = (values * values).T @ mask
    with np.errstate(divide="ignore", invalid="ignore"):
        covariance = values.T @ values - first * first.T / count
        variance = squares - first * first / count
        found: Any = covariance / np.sqrt(variance * variance.T)
    found[(count < _FEWEST) | ~(variance > 0) | ~(variance.T > 0)] = np.nan
    return np.clip(found, -1.0, 1.0)


def _returns(answer: PortfolioAnswer) -> Floats:
    """Return each symbol's return at each of its own bars in the window, NaN where it has none."""
    panel, start = answer.panel, answer.simulation.start
    found = np.full((len(panel) - start, len(panel.series)), np.nan)
    for number, bars in enumerate(panel.series.values()):
        rows: npt.NDArray[np.int64] = panel.rows_of(number)[1:]
        change = bars.close[1:] / bars.close[:-1] - 1
        inside = rows > start
        found[rows[inside] - start, number] = change[inside]
    return found
