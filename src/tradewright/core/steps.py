"""Whether times keep to a bar length: what is said about a series must not contradict its rows."""

import numpy as np
import numpy.typing as npt

from tradewright.core.errors import DataError
from tradewright.core.frames import modal_timeframe
from tradewright.core.timeframe import Timeframe

Times = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def overlapping(time: Times, timeframe: Timeframe) -> Flags:
    """Say which bars open before the one before them can have closed; shape as `time`, sorted."""
    out = np.zeros(time.size, np.bool_)
    out[1:] = np.diff(time) < timeframe.shortest_ns
    return out


def keeps_to(time: Times, timeframe: Timeframe) -> bool:
    """Say whether two neighbours are one bar apart; of fewer than two nothing contradicts."""
    steps = np.diff(time)
    fits = (steps >= timeframe.shortest_ns) & (steps <= timeframe.longest_ns)
    return time.size < 2 or bool(fits.any())


def labelled(time: Times, said: Timeframe | str | None, symbol: str) -> Timeframe:
    """Return the bar length of `time`, int64 UTC nanoseconds: as said, else the modal interval.

    Raises
    ------
    DataError
        ``E_INTERVAL`` when most rows are closer together than `said`, or none are as close.
    """
    if said is None:
        return modal_timeframe(time)
    wanted = Timeframe.parse(said)
    # Times out of order are somebody else's complaint.
    if time.size < 2 or not (np.diff(time) > 0).all():
        return wanted
    if keeps_to(time, wanted) and not overlapping(time, wanted).any():
        return wanted
    steps, counts = np.unique(np.diff(time), return_counts=True)
    usual = int(steps[np.argmax(counts)])
    real = Timeframe.from_ns(usual)
    shown = f"{usual / 1e9:g} seconds" if real is None else str(real)
    advice = f"Say timeframe='{real}'." if real else "Check the times."
    if real is not None and usual < wanted.ns:
        combine = f"tradewright.core.resample.resample(bars, '{wanted}')"
        advice = f"Read them as '{real}', then combine them with {combine}."
    if real == wanted:
        advice = "Remove the rows between, or combine finer bars first."
    raise DataError(
        "E_INTERVAL",
        f"{symbol}: the rows are not {wanted} bars: most are {shown} apart, the closest two "
        f"{int(steps[0]) / 1e9:g} seconds.",
        fix=advice,
        details={"timeframe": str(wanted), "modal": shown, "closest": int(steps[0]) / 1e9},
    )
