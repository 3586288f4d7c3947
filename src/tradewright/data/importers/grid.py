"""Times that miss the start of their bar by a little, and times that say when a bar closes."""

import numpy as np
import numpy.typing as npt

from tradewright.core.errors import DataError
from tradewright.core.frames import modal_timeframe
from tradewright.core.timeframe import NS_PER_SECOND, Timeframe
from tradewright.data.importers.checks import Series
from tradewright.data.importers.findings import Findings

Times = npt.NDArray[np.int64]

_MINUTE = 60 * NS_PER_SECOND
# Of bars of few seconds a second is no small part.
_SMALL_PART = 10


def on_grid(series: Series, findings: Findings) -> Series:
    """Move times that miss the start of their bar by a second or less (``W_OFF_GRID``); sorted.

    Bars of a minute or longer start at whole minutes, shorter ones where they divide the minute.
    """
    if not (series.time % _MINUTE).any():
        return series
    for grid, near in ((_MINUTE, NS_PER_SECOND), *_finer(series.time)):
        moved = (series.time + grid // 2) // grid * grid
        off = np.abs(moved - series.time)
        near_by = np.where(off <= near, moved, series.time)
        if not (off <= near).all() and grid < _MINUTE:
            continue
        length = _length(near_by)
        if length is not None and (length.ns >= _MINUTE if grid == _MINUTE else length.ns == grid):
            rows = near_by != series.time
            findings.repair("W_OFF_GRID", int(rows.sum()), series.lines[rows])
            return Series(near_by, series.columns, series.lines)
    return series


def _finer(time: Times) -> list[tuple[int, int]]:
    """Return the grid of bars shorter than a minute, if that is what they are, and what is near to it."""
    seconds = np.rint(time / NS_PER_SECOND).astype(np.int64) * NS_PER_SECOND
    length = _length(seconds)
    if length is None or length.ns >= _MINUTE or _MINUTE % length.ns:
        return []
    return [(length.ns, min(NS_PER_SECOND, length.ns // _SMALL_PART))]


def _length(time: Times) -> Timeframe | None:
    try:
        return modal_timeframe(time)
    except DataError:
        return None  # too few rows or no interval: judged where the bar length is told


def opened(time: Times, timeframe: Timeframe) -> Times:
    """Return when bars open that are labelled by their close: at the close before, or one length earlier.

    Parameters
    ----------
    time
        Closes, int64 UTC nanoseconds, sorted.
    """
    if timeframe.unit == "M":
        months = (time - 1).astype("datetime64[ns]").astype("datetime64[M]") - (timeframe.count - 1)
        return months.astype("datetime64[ns]").astype(np.int64)
    opens = time - timeframe.ns
    steps = np.diff(time)
    # A day with a change to summer time has 23 hours: it opens where the day before closed.
    whole = (steps >= timeframe.shortest_ns) & (steps <= timeframe.longest_ns)
    opens[1:][whole] = time[:-1][whole]
    return opens
