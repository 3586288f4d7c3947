"""Pieces of made-up sweeps for the record of trials."""

import numpy as np
import numpy.typing as npt

from tradewright.data.trials.moments import Moments
from tradewright.data.trials.scored import Scored

SERIES = "5" * 64


def sharpes(first: int, last: int) -> npt.NDArray[np.float64]:
    """Return the Sharpe ratios of some combinations; each third has none."""
    numbers = np.arange(first, last)
    return np.where(numbers % 3 == 0, np.nan, np.sin(numbers * 1.7) + 0.3)


def piece(
    first: int, last: int, *, sweep: str = "sweep", series: str = SERIES, strategy: str = "ma"
) -> Scored:
    values = sharpes(first, last)
    return Scored(
        series=series,
        symbol="AAPL",
        timeframe="1d",
        strategy=strategy,
        strategy_hash=f"hash of {strategy}",
        sweep=sweep,
        first=first,
        last=last,
        count=last - first,
        sharpes=Moments.of(values),
    )
