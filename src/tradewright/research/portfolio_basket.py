"""What a portfolio is measured against: its panel, bought equally and held (concepts/portfolio.md P14)."""

from collections.abc import Sequence

import numpy as np

from tradewright.core.bars import Bars
from tradewright.core.instrument import Instrument
from tradewright.engine.portfolio.panel import Panel
from tradewright.engine.types import Floats

RatePair = tuple[Floats, Floats]


def clock_of(panel: Panel, instrument: Instrument | None = None, close: Floats | None = None) -> Bars:
    """Return a series with the panel's times; its prices are `close`, or 1."""
    own = instrument or Instrument("panel", calendar=panel.calendar)
    level = np.ones(len(panel)) if close is None else close
    opening = np.concatenate([level[:1], level[:-1]])
    columns = {
        "open": opening,
        "high": np.maximum(opening, level),
        "low": np.minimum(opening, level),
        "close": level,
        "volume": np.zeros(len(panel)),
    }
    return Bars.trusted(
        panel.time,
        columns,
        timeframe=panel.timeframe,
        instrument=own,
        notes={},
        close_time=panel.close_time,
    )


def basket_of(panel: Panel, start: int, rates: Sequence[RatePair | None], currency: str) -> Bars:
    """Return what 1 becomes when it is spread equally over the panel at row `start` and held.

    Each symbol is bought at its first open after row `start` with a known rate; until then its share is
    cash. The level is 1 up to the open of row ``start + 1``.
    """
    level = np.zeros(len(panel))
    for s, (bars, pair) in enumerate(zip(panel.series.values(), rates, strict=True)):
        level += _held(panel, s, start, (bars, pair))
    level /= len(panel.series)
    level[: start + 1] = 1.0
    return clock_of(panel, Instrument("basket", calendar=panel.calendar, currency=currency), level)


def _held(panel: Panel, symbol: int, start: int, prices: tuple[Bars, RatePair | None]) -> Floats:
    """Return what 1 becomes in one symbol, by row."""
    bars, pair = prices
    rows = panel.rows_of(symbol)
    bought = (
        np.flatnonzero(rows > start)
        if pair is None
        else np.flatnonzero((rows > start) & ~np.isnan(pair[0][rows]))
    )
    grown = np.ones(len(panel))
    if not bought.size:
        return grown
    first = int(bought[0])
    row = int(rows[first])
    paid = float(bars.open[first]) * (1.0 if pair is None else float(pair[0][row]))
    closes = bars.close[panel.last_bars(symbol, np.arange(row, len(panel)))]
    grown[row:] = closes / paid if pair is None else closes * pair[1][row:] / paid
    return grown
